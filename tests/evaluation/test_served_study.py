"""A study whose models answer over real HTTP: the server on loopback runs the real small model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.answering.stage import answer_held_out
from evaluation.bakeoff.stage import bake_off_text, measure
from evaluation.judge import stage as judging
from evaluation.judge.stage import judge_rows, judge_study
from evaluation.people.metric_against_people import meta
from evaluation.report.stage import write_report
from studio.terminal import main as cli
from tests.serving import url
from winnow.config import load
from winnow.data.files import read_jsonl, write_json, write_jsonl
from winnow.errors import PlanChanged
from winnow.models.server import API_KEY
from winnow.progress import silent
from winnow.study.plan import freeze
from winnow.study.plan_fields import frozen_plan, planned_fields
from winnow.study.workspace import Workspace

ROWS = [
    {"id": "q1", "question": "What is the capital of France?", "answer": "Paris."},
    {"id": "q2", "question": "What is 2 + 2?", "answer": "4."},
]
PAIRS = [
    {**row, "prediction_a": "Paris, or 4.", "prediction_b": "I don't know.", "reference": row["answer"], "human": "a"}
    for row in ROWS
]


def study_of(folder, base):
    """A workspace with two held-out rows and a plan frozen for this base."""
    study = Workspace(folder)
    config = load(overrides=[f"models.base={base}", "answers.max_new_tokens=4", "metrics.names=[rouge_l]"])
    write_jsonl(study.split / "held_out.jsonl", ROWS)
    freeze(planned_fields(study, config)).write(study.plan_file)
    return study, config


def test_a_server_answers_the_held_out_rows_as_the_same_model_does_here(tmp_path, server, smollm2):
    study, config = study_of(tmp_path, smollm2)
    done = [answer_held_out(study, config, name, silent) for name in ("base", url(server))]
    here, there = (read_jsonl(study.answers / f"{name}.jsonl") for name in ("base", done[1]["name"]))
    assert [row["prediction"] for row in there] == [row["prediction"] for row in here]
    assert done[1]["server"]["fingerprint"] == "build 1"
    assert answer_held_out(study, config, url(server), silent)["current"]
    server.fingerprint = "build 2"
    assert "current" not in answer_held_out(study, config, url(server), silent)


def test_a_served_model_is_a_candidate_whose_memory_is_not_ours_to_measure(tmp_path, server, smollm2):
    study, config = study_of(tmp_path, smollm2)
    retention = config.retention.model_copy(update={"max_items": 1, "max_new_tokens": 2})
    row = measure(study, config.model_copy(update={"retention": retention}), url(server))
    assert row["quality"]["rouge_l"]["n"] == 2
    assert row["peak_memory_gb"] is None
    text = bake_off_text({"held_out": 2, "rows": [row]})
    assert f"{url(server)}  ({row['tokens_per_second']} tokens/s" in text


@pytest.mark.parametrize(
    ("said", "field"),
    [({"id": "other"}, "base.server.id"), ({"created": 1_800_000_000}, "base.server.created"), ({}, "fingerprint")],
)
def test_a_server_that_runs_another_model_than_planned_is_refused(tmp_path, server, said, field):
    study, config = study_of(tmp_path, url(server))
    frozen_plan(study, config)
    server.about |= said
    server.fingerprint = "build 1" if said else None
    with pytest.raises(PlanChanged, match=field) as refused:
        frozen_plan(study, config)
    assert refused.value.exit_code == 3


def test_a_study_planned_on_a_server_is_reported_while_the_server_is_down(tmp_path, server):
    study, config = study_of(tmp_path, url(server))
    plan = frozen_plan(study, config)
    answer_held_out(study, config, "base", silent)
    shutil.copy(study.answers / "base.jsonl", study.answers / "tuned.jsonl")
    shutil.copy(study.answers / "base.manifest.json", study.answers / "tuned.manifest.json")
    run = {"plan": plan.hash, "base": "far", "seconds": 1.0, "peak_memory_gb": None, "exploratory": False}
    write_json(study.runs / "monday" / "manifest.json", run)
    write_jsonl(study.runs / "monday" / "metrics.jsonl", [])
    server.shutdown()
    server.server_close()
    written = write_report(study, config)
    for kind in ("html", "md"):
        assert f"{url(server)} wasn" in Path(written[kind]).read_text()
    manifest = study.answers / "base.manifest.json"
    write_json(manifest, json.loads(manifest.read_text().replace("build 1", "build 2")))
    with pytest.raises(PlanChanged, match="fingerprint: planned build 1, found build 2"):
        write_report(study, config)


def test_a_judge_over_http_is_asked_in_both_orders_once_and_its_key_is_kept_nowhere(
    tmp_path, server, monkeypatch, smollm2
):
    monkeypatch.setattr(judging, "MAX_REPLY_TOKENS", 2)  # too short for a verdict, long enough to be asked
    monkeypatch.setenv(API_KEY, "sesame")
    server.key = "sesame"
    study, config = study_of(tmp_path, smollm2)
    for name in ("base", "tuned"):
        write_jsonl(
            study.answers / f"{name}.jsonl", [{**row, "reference": row["answer"], "prediction": name} for row in ROWS]
        )
    found = judge_study(study, config, url(server), silent)
    asked = [body["messages"][0]["content"] for _, body, _ in server.seen if body["max_tokens"] > 1]
    assert len(asked) == 4
    assert found["unscored"] == 2
    assert found["swap_consistency"]["n"] == 0
    assert judge_study(study, config, url(server), silent)["current"]
    written = [path for path in study.root.rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if b"sesame" in path.read_bytes()]


def test_bare_rows_are_judged_and_a_judge_that_gives_no_verdict_is_no_headline(tmp_path, server, monkeypatch):
    monkeypatch.setattr(judging, "MAX_REPLY_TOKENS", 2)
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path))
    judged = judge_rows(PAIRS, url(server), silent)
    row = meta(judged.rows, judges=["judge"]).as_dict()["metrics"]["judge"]
    assert row["unscored"] == 2
    assert not row["beats_baseline"]
    file = tmp_path / "pairs.jsonl"
    write_jsonl(file, PAIRS)
    before = len(server.seen)
    done = CliRunner().invoke(cli.app, ["meta", str(file), "--judge", url(server), "--json"])
    assert json.loads(done.stdout)["judge"]["unscored"] == 2
    assert len(server.seen) == before + 1  # its identity; the replies were kept
