"""A report is written once for a study as it stands, and again when something that it shows has changed."""

from __future__ import annotations

import shutil

import pytest

from evaluation.people.vote_log import Judgment, JudgmentLog
from evaluation.report import stage as report_module
from evaluation.report.stage import report_stage, write_report
from evaluation.retention.items import Item
from evaluation.retention.outcomes import Outcome, gate
from winnow.config import load
from winnow.data.files import file_hash, read_json, read_jsonl, write_json, write_jsonl, write_text
from winnow.errors import PlanChanged, WinnowError
from winnow.study.inputs import UndeclaredInput
from winnow.study.plan import Amendment, Plan, freeze, read
from winnow.study.plan_fields import planned_fields
from winnow.study.workspace import Workspace

RIVERS = ["Nile", "Amazon", "Danube", "Rhine"]
CONFIG = load(overrides=["metrics.names=[token_f1]"])


def write_answers(study, name, opening, plan):
    rows = [
        {"id": f"q{n}", "question": f"River {n}?", "reference": f"the {river}", "prediction": f"{opening} {river}"}
        | {"system": name, "tokens": 4, "seconds": 0.5, "plan": plan}
        for n, river in enumerate(RIVERS)
    ]
    write_jsonl(study.answers / f"{name}.jsonl", rows)
    summary = {"tokens_per_second": 8.0, "latency_p50": 0.5, "latency_p95": 0.5}
    write_json(study.answers / f"{name}.manifest.json", {"at": "2026-01-02T00:00:00+00:00", "summary": summary})


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """A study of four rivers whose report is written."""
    study = Workspace(tmp_path_factory.mktemp("rivers") / "study")
    rows = [{"id": f"q{n}", "question": f"River {n}?", "answer": f"the {name}"} for n, name in enumerate(RIVERS)]
    write_jsonl(study.split / "held_out.jsonl", rows)
    write_json(study.split / "manifest.json", {"summary": {"train": 9, "held_out": 4}})
    freeze(planned_fields(study, CONFIG)).write(study.plan_file)
    plan = read(study.plan_file).hash
    write_answers(study, "base", "surely not the", plan)
    write_answers(study, "tuned", "the", plan)
    run = {"plan": plan, "base": "tiny", "seconds": 3.0, "peak_memory_gb": 1.0, "exploratory": False}
    write_json(study.runs / "monday" / "manifest.json", run)
    write_jsonl(study.runs / "monday" / "metrics.jsonl", [{"step": 1, "loss": 2.0}])
    write_text(study.runs / "monday" / "README.md", "---\nlibrary_name: peft\n---\n\n# A model\n")
    write_text(study.curated.root / "card.md", "# Rows about rivers\n")
    said = {"estimate": 0.9, "low": 0.6, "high": 0.98, "n": 4}
    figures = dict.fromkeys(("win_rate", "swap_consistency", "first_share", "doubt"), said)
    hashes = {side: file_hash(study.answers / f"{side}.jsonl") for side in ("base", "tuned")}
    summary = {"model": "big", "signature": "judge", "unscored": 0, "ties": 0, **figures}
    write_json(study.root / "judges" / "big.manifest.json", {"summary": summary, "inputs": hashes})
    write_jsonl(study.root / "judges" / "big.jsonl", [{"id": f"q{n}", "judge": "b"} for n in range(4)])
    write_report(study, CONFIG)
    return study


@pytest.fixture
def study(reported, tmp_path):
    shutil.copytree(reported.root, tmp_path / "study")
    return Workspace(tmp_path / "study")


def stale(study, config=CONFIG):
    return report_stage(study, config).stale()


def test_a_report_is_current_until_something_changes(study):
    assert stale(study) == []
    before = (study.report / "report.html").stat().st_mtime_ns
    again = write_report(study, CONFIG)
    assert again["current"]
    assert again["headline"].startswith("Base against tuned on 4 held-out questions")
    assert (study.report / "report.html").stat().st_mtime_ns == before


def vote(study, item="q0", **more):
    plan = read(study.plan_file).hash
    log = JudgmentLog(study.judgments_file)
    assert log.cast(Judgment(**{"plan": plan, "reviewer": "ada", "item": item, "verdict": "left"}
                               | {"left": "tuned", "right": "base", **more}))  # fmt: skip


def test_a_vote_makes_the_report_stale_and_stands_in_the_next_one(study):
    vote(study)
    assert stale(study) == ["votes"]
    assert "1 reading, none has finished" in write_report(study, CONFIG)["headline"]
    assert stale(study) == []
    JudgmentLog(study.judgments_file).end(read(study.plan_file).hash, "ada", 0)
    assert stale(study) == ["votes"]
    assert "1 wins, 0 losses" in write_report(study, CONFIG)["headline"]


def test_no_file_of_a_report_shows_a_pair_while_the_review_is_open(study):
    log, plan = JudgmentLog(study.judgments_file), read(study.plan_file).hash
    answers = [row["prediction"] for name in ("base", "tuned") for row in read_jsonl(study.answers / f"{name}.jsonl")]

    def shown():
        files = [path.read_text() for path in study.report.iterdir() if path.name != "manifest.json"]
        return [answer for answer in answers if any(answer in text for text in files)]

    assert shown() == []
    assert "The blind review isn't over" in (study.report / "report.md").read_text()
    log.waive(plan, "cy")
    write_report(study, CONFIG)
    assert shown() == [], "cy sees them in the studio; the file is everybody's"
    assert "cy saw the answers" in (study.report / "report.md").read_text()
    vote(study)
    log.end(plan, "ada", 0)
    write_report(study, CONFIG)
    assert set(shown()) == set(answers)


def test_a_vote_on_another_study_s_plan_changes_nothing(study):
    vote(study, plan="0" * 64)
    assert stale(study) == []


def change_json(path, **values):
    write_json(path, {**(read_json(path) if path.exists() else {}), **values})


def keep_everything(study):
    item = Item("i", "general", "2 + 2?", {"type": "number", "value": 4})
    kept = gate([Outcome(item, "4", "4", True, True)] * 30, 0.1)
    write_json(study.retention / "tuned" / "retention.json", {"gate": kept.as_dict()})


def compare_selections(study):
    """A comparison on the validation rows, in which cleaning paid."""
    claim = {"arm": "cleaned", "against": "raw", "verdict": "supported", "sentence": "cleaned beats raw in loss."}
    arms = [{"arm": name, "rows": 9, "steps": 4, "seeds": 3, "means": {"loss": 2.0}} for name in ("raw", "cleaned")]
    arms[1]["against_raw"] = {"estimate": -0.1, "low": -0.2, "high": -0.05, "n": 30}
    part = {"arms": arms, "claims": [claim]}
    table = {"asked": "validation", "plan": None, "measure": "loss", "margin": 0.02, "rows": 30}
    tables = {"updates": part, "epochs": part}
    write_json(study.root / "selections" / "validation" / "selections.json", table | {"tables": tables})


CHANGES = {
    "held_out": lambda s: write_jsonl(
        s.split / "held_out.jsonl", [{**row, "topic": "rivers"} for row in read_jsonl(s.split / "held_out.jsonl")]
    ),
    "retention:tuned": keep_everything,
    "selections:validation": compare_selections,
    "answers:base": lambda s: write_answers(s, "base", "perhaps the", read(s.plan_file).hash),
    "answers:tuned": lambda s: write_answers(s, "tuned", "surely the", read(s.plan_file).hash),
    "answer_manifests:base": lambda s: change_json(s.answers / "base.manifest.json", at="2026-02-02T00:00:00+00:00"),
    "curation": lambda s: write_json(
        s.curated.root / "report.json",
        {"input": 5, "kept": 4, "removed": 1, "flagged": 0, "by_reason": {"empty": 1}, "steps": []},
    ),
    "split": lambda s: change_json(s.split / "manifest.json", summary={"train": 8, "held_out": 4}),
    "preservation": lambda s: change_json(s.preservation / "manifest.json", summary={"tokens": 9}),
    "run": lambda s: change_json(s.runs / "monday" / "manifest.json", seconds=4.0),
    "losses": lambda s: write_jsonl(s.runs / "monday" / "metrics.jsonl", [{"step": 1, "loss": 1.0}]),
    "parity": lambda s: write_json(s.runs / "monday" / "parity.json", {}),
    "judges:big": lambda s: write_jsonl(s.root / "judges" / "big.jsonl", [{"id": "q0", "judge": None}]),
    "dataset_card": lambda s: write_text(s.curated.root / "card.md", "# Rows about many rivers\n"),
    "output report.md": lambda s: (s.report / "report.md").unlink(),
    "output ../runs/monday/README.md": lambda s: write_text(s.runs / "monday" / "README.md", "---\n---\n# Anew\n"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_thing_that_a_report_reads_makes_it_stale_by_its_name_and_is_read_again(study, name):
    CHANGES[name](study)
    assert stale(study) == [name]
    assert "current" not in write_report(study, CONFIG)
    assert stale(study) == []


def test_a_comparison_of_selections_is_a_part_of_the_report_with_what_it_rests_on(study):
    assert "Does curation pay" not in (study.report / "report.md").read_text()
    compare_selections(study)
    write_report(study, CONFIG)
    for kind in ("md", "html"):
        told = (study.report / f"report.{kind}").read_text()
        assert told.count("Does curation pay, on this data?") == 1
        assert "asked 30 validation rows. Exploratory: no frozen plan says these arms." in told
        assert told.count("cleaned beats raw in loss.") == 2, "by updates and by epochs"
    assert "-0.100 [-0.200, -0.050] n=30" in (study.report / "report.html").read_text()


def test_an_amended_plan_makes_the_report_stale_and_refuses_answers_of_the_plan_before(study):
    before = read(study.plan_file)
    note = Amendment("now", "typo", before.hash, ["outcome"])
    Plan(before.fields, before.created_at, (note,)).write(study.plan_file)
    assert stale(study) == ["plan"]
    with pytest.raises(PlanChanged, match=f"found {before.hash[:12]}; run: winnow answer base"):
        write_report(study, CONFIG)


def test_what_a_report_doesnt_show_leaves_it_current(study):
    write_json(study.split / "manifest.json", {"at": "later", "seconds": 9, "summary": {"train": 9, "held_out": 4}})
    write_jsonl(study.answers / "cache.jsonl", [{"key": "k"}])
    assert stale(study) == []


def test_other_prices_are_other_costs(study):
    config = load(overrides=["metrics.names=[token_f1]", "costs.hour=9"])
    assert stale(study, config) == ["settings CostsConfig.hour"]


def test_a_report_that_reads_what_it_doesnt_declare_is_stopped(study, monkeypatch):
    (study.report / "manifest.json").unlink()
    undeclared = study.plan_file.with_name("winnow.yaml")
    undeclared.write_text("seed: 1\n")
    draw = report_module.page
    monkeypatch.setattr(report_module, "page", lambda report: draw(report) + undeclared.read_text())
    with pytest.raises(UndeclaredInput, match=r"report reads .*winnow\.yaml"):
        write_report(study, CONFIG)
    assert stale(study) == ["not made yet"]


def test_a_file_in_place_of_the_report_s_folder_is_named_as_what_cant_be_written(study):
    shutil.rmtree(study.report)
    study.report.write_text("a file where the folder should be")
    with pytest.raises(WinnowError, match=r"report\.json: can't write"):
        write_report(study, CONFIG)


def test_the_cards_of_the_model_and_of_the_dataset_are_filled(study):
    for card in (study.runs / "monday" / "README.md", study.report / "dataset_card.md"):
        assert card.read_text().count("## Evaluation") == 1
    assert "## Evaluation" not in (study.curated.root / "card.md").read_text()
