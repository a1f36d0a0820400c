"""The story of a row: what it was and is, what people decided, and what the study does with it."""

from __future__ import annotations

import pytest

from curation.publish.catalogue import Beside, catalogue_of
from studio.row_story import Used, story_of
from tests.studio import studio_workspace as study
from winnow.data.ledger import Decision


@pytest.fixture
def workspace(tmp_path):
    return study.make(tmp_path)


def told(workspace, id_, used=None, parts=None):
    ledger = workspace.curated.ledger
    catalogue = catalogue_of(workspace.curated.view(), Beside(parts=parts or {}, people=ledger.people_decisions()))
    return story_of(catalogue, catalogue.places[id_], ledger.history(), used or Used())


def test_a_removed_row_is_told_with_its_twin_and_who_restored_it_and_took_that_back(workspace):
    ids = study.curate(workspace)
    ledger = workspace.curated.ledger
    ledger.append(Decision(ids["copy"], "studio", "restore", "wrongly removed", by="ada"))
    assert told(workspace, ids["copy"]).status == "kept"
    ledger.undo([1], by="ben")
    story = told(workspace, ids["copy"])
    assert story.status == "removed"
    assert [other.title for other in story.others] == ["faq.jsonl:1, kept"]
    assert [(entry.decision.by, entry.decision.action, entry.counts) for entry in story.people] == [
        ("ada", "restore", False),
        ("ben", "undo", True),
    ]


def test_a_corrected_row_is_told_as_it_came_in_and_as_it_reads_now(workspace):
    ids = study.curate(workspace)
    ledger = workspace.curated.ledger
    ledger.append(
        Decision(ids["overdraft"], "studio", "correct", "typo", field="answer", text="It is 39.9% EAR.", by="ada")
    )
    story = told(workspace, ids["overdraft"])
    assert story.came_in.answer == "It is 35.9% EAR on anything above £50."
    assert story.row.answer == "It is 39.9% EAR."


def test_a_row_says_its_part_whether_it_was_trained_on_and_that_the_plan_holds_it(workspace):
    ids = study.curate(workspace)
    parts = {ids["first"]: "held-out", ids["overdraft"]: "train"}
    answers = {"base": {ids["first"]: "Perhaps."}, "tuned": {ids["first"]: "Certainly."}}
    used = Used(planned={ids["first"]}, runs=2, answers=answers)
    held_out = told(workspace, ids["first"], used, parts)
    assert (held_out.part, held_out.trained) == ("held-out", "")
    assert held_out.hint.startswith("It belongs to the frozen plan")
    assert held_out.answers == {"base": "Perhaps.", "tuned": "Certainly."}
    trained = told(workspace, ids["overdraft"], used, parts)
    assert (trained.hint, trained.answers) == ("", {})
    assert trained.trained == "2 runs trained with this split"
