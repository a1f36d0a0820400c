from __future__ import annotations

import pytest

from evaluation.people.vote_log import Judgment, JudgmentLog
from studio.standing import (
    count_rows,
    funnel,
    losses,
    problems,
    published_are_current,
    report_differs,
    review_flags,
)
from tests.studio import studio_workspace as study
from winnow.data.files import write_json, write_jsonl
from winnow.data.ledger import Decision
from winnow.study import plan


@pytest.fixture
def workspace(tmp_path):
    return study.make(tmp_path)


def test_the_funnel_follows_the_steps_and_loses_no_row(workspace):
    study.curate(workspace)
    steps = funnel(workspace, workspace.curated.view())
    assert [(step.name, step.rows, step.left) for step in steps] == [
        ("Came in", 9, 0),
        ("after clean", 8, 1),
        ("after duplicates", 7, 1),
        ("Kept", 7, 0),
    ]


def test_a_persons_removal_is_a_step_of_its_own(workspace):
    ids = study.curate(workspace)
    workspace.curated.ledger.append(Decision(ids["first"], "studio", "remove", "out of date", by="ada"))
    steps = funnel(workspace, workspace.curated.view())
    assert [(step.name, step.left) for step in steps if step.left][-1] == ("after studio", 1)


def test_a_report_of_another_plan_is_a_problem_and_a_plan_edited_by_hand_too(workspace):
    study.answer(workspace)
    study.report(workspace)
    planned = plan.read(workspace.plan_file)
    assert report_differs(workspace, planned.hash) is None
    write_json(workspace.report / "report.json", {"plan": {"hash": "f" * 64}})
    assert "ffffffff" in next(problems(workspace))
    write_json(workspace.plan_file, {"hash": planned.hash, "fields": {}, "created_at": "", "amendments": []})
    assert "edited by hand" in next(problems(workspace))


def test_answers_that_lack_held_out_rows_are_named(workspace):
    study.answer(workspace)
    write_jsonl(workspace.answers / "cache.jsonl", [{}])
    write_jsonl(workspace.answers / "base.jsonl", [{}, {}])
    assert list(problems(workspace)) == ["base.jsonl answers 2 of 12 held-out questions; run: winnow answer"]


def test_kept_rows_are_out_of_date_when_people_decided_since(workspace):
    ids = study.curate(workspace)
    write_jsonl(workspace.curated.root / "kept.jsonl", [])
    assert published_are_current(workspace)
    workspace.curated.ledger.append(Decision(ids["copy"], "studio", "restore", "fine", by="ada"))
    assert not published_are_current(workspace)


def test_rows_of_an_absent_file_are_none(tmp_path):
    assert count_rows(tmp_path / "absent.jsonl") == 0


def test_a_reviewers_flag_waits_until_someone_decides(workspace):
    ids = study.curate(workspace)
    study.answer(workspace)
    planned = plan.read(workspace.plan_file).hash
    log = JudgmentLog(workspace.judgments_file)
    log.cast(Judgment(planned, "ada", ids["first"], "flag", "base", "tuned", note="out of date"))
    assert [(flag.id, flag.reason, flag.by) for flag in review_flags(workspace, planned)] == [
        (ids["first"], "out of date", "ada")
    ]
    workspace.curated.ledger.append(Decision(ids["first"], "studio", "restore", "it is right", by="ben"))
    assert review_flags(workspace, planned) == []


def test_losses_are_read_from_a_run_that_is_still_writing(tmp_path):
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1, "loss": 3.2}\n{"step": 1, "validation_loss": 3.0}\n{"step": 2, "lo')
    assert losses(path) == [
        {"step": 1, "loss": 3.2, "kind": "training"},
        {"step": 1, "loss": 3.0, "kind": "validation"},
    ]
