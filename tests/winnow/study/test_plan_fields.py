"""A stage that names the plan parses the held-out rows once, and hands them on."""

from __future__ import annotations

import pytest

from evaluation.answering.stage import answer_held_out
from training.stage import is_trained
from winnow.config import load
from winnow.data.files import write_jsonl
from winnow.errors import InputError, PlanChanged
from winnow.progress import silent
from winnow.study import held_out
from winnow.study.plan import freeze
from winnow.study.plan_fields import planned_fields
from winnow.study.workspace import Workspace

ROW = {"id": "q1", "question": "What is the capital of France?", "answer": "Paris."}


def test_answering_parses_the_held_out_rows_once(tmp_path, smollm2, monkeypatch):
    study = Workspace(tmp_path)
    config = load(overrides=[f"models.base={smollm2}", "answers.max_new_tokens=2"])
    write_jsonl(study.split / "held_out.jsonl", [ROW])
    freeze(planned_fields(study, config)).write(study.plan_file)
    read, parse = [], held_out.read_jsonl
    monkeypatch.setattr(held_out, "read_jsonl", lambda path: read.append(path) or parse(path))
    assert answer_held_out(study, config, "base", silent)["rows"] == 1
    assert read == [study.split / "held_out.jsonl"]


def test_training_parses_them_once_too_as_records_by_which_the_plan_is_verified(tmp_path, smollm2, monkeypatch):
    study = Workspace(tmp_path)
    config = load(overrides=[f"models.base={smollm2}"])
    for part, rows in (("held_out", [ROW]), ("train", [{**ROW, "id": "t1"}]), ("validation", [])):
        write_jsonl(study.split / f"{part}.jsonl", rows)
    freeze(planned_fields(study, config)).write(study.plan_file)
    monkeypatch.setattr(held_out, "read_jsonl", lambda path: pytest.fail(f"{path} is read again"))
    assert not is_trained(study, config)
    write_jsonl(study.split / "held_out.jsonl", [{**ROW, "answer": "Lyon."}])
    with pytest.raises(PlanChanged, match="held_out"):
        is_trained(study, config)


def test_without_a_split_the_plan_says_what_to_run(tmp_path):
    with pytest.raises(InputError, match="no held-out rows yet; run: winnow split"):
        planned_fields(Workspace(tmp_path), load())


def test_plans_from_before_reviews_could_stop_early_keep_their_hash(tmp_path):
    study, served = Workspace(tmp_path), {"url": "http://127.0.0.1:1/v1", "id": "m"}
    write_jsonl(study.split / "held_out.jsonl", [ROW])
    outcomes = {
        stopping: planned_fields(
            study, load(overrides=["models.base=http://127.0.0.1:1/v1", f"plan.stopping={stopping}"]), served
        )["outcome"]
        for stopping in ("fixed", "anytime")
    }
    before = {"primary": "win_rate", "alpha": 0.05, "margin": 0.05, "raters": 1, "repeats": 0.1}
    assert outcomes["fixed"] == before
    assert outcomes["anytime"] == before | {"stopping": "anytime"}
    assert freeze({"outcome": outcomes["fixed"]}).hash == freeze({"outcome": before}).hash
    with pytest.raises(PlanChanged, match=r"outcome\.stopping: planned null, found anytime"):
        freeze({"outcome": before}).verify({"outcome": outcomes["anytime"]})


def test_a_review_that_stops_early_needs_votes_that_decide():
    with pytest.raises(InputError, match="stopping anytime is for votes"):
        load(overrides=["plan.primary=rouge_l", "plan.stopping=anytime"])
