from __future__ import annotations

import pytest

from curation.publish.browse import facts, flagged_rows, removed_rows, with_flags_of_people
from tests.studio import studio_workspace as study
from winnow.data.ledger import Decision, View
from winnow.data.records import new_record, to_table


@pytest.fixture
def curated(tmp_path):
    workspace = study.make(tmp_path)
    return workspace.curated, study.curate(workspace)


def test_a_removed_row_names_its_reason_and_its_twin(curated):
    folder, ids = curated
    copy, empty = removed_rows(folder.view())
    assert (copy.id, copy.reason, copy.others) == (ids["copy"], "says the same as its twin", [ids["first"]])
    assert (empty.reason, empty.others, empty.place) == ("the answer is empty", [], "faq.jsonl:8")
    assert facts(copy) == {"score": 0.97, "verdict": "damaged"}


def test_a_flagged_row_names_the_others_of_its_group_but_not_itself(curated):
    folder, ids = curated
    overdraft, conflict = flagged_rows(folder.view(), {})
    assert overdraft.others == [ids["conflict"]]
    assert conflict.others == [ids["overdraft"]]


def test_flagged_rows_stand_by_how_likely_they_are_bad_and_equals_as_they_came_in():
    rows = [new_record(f"What is the fee of card {name}?", "It depends.") for name in "ABCD"]
    flags = {row.id: [Decision(row.id, "quality", "flag", "too short")] for row in rows[1:]}
    view = View(to_table(rows), {}, flags, {})
    suspicions = {rows[0].id: 0.99, rows[2].id: 0.8, rows[3].id: 0.1}
    assert [row.id for row in flagged_rows(view, suspicions)] == [rows[2].id, rows[3].id, rows[1].id]
    assert [row.id for row in flagged_rows(view, {})] == [row.id for row in rows[1:]]


def test_what_a_reviewer_flagged_waits_first_and_joins_the_flags_a_row_has(curated):
    folder, ids = curated
    view = folder.view()
    flags = [Decision(ids[name], "review", "flag", "wrong", by="ada") for name in ("first", "overdraft", "copy")]
    rows = with_flags_of_people(flagged_rows(view, {}), view, flags)
    assert [row.id for row in rows] == [ids["first"], ids["overdraft"], ids["conflict"]]  # the copy has left
    assert rows[1].steps == {"review", "contradictions"}


def test_rows_are_shown_with_what_stands_around_them():
    history = [{"role": "user", "content": "I rent a shop."}, {"role": "assistant", "content": "Where?"}]
    row = new_record("What is the fee?", "Five pounds.", context="Card: £5.", history=history, references=["£5"])
    view = View(to_table([row]), {row.id: Decision(row.id, "quality", "remove", "gibberish")}, {}, {})
    (shown,) = removed_rows(view)
    assert shown.around == {
        "context": "Card: £5.",
        "earlier_turns": "User: I rent a shop.\n\nAssistant: Where?",
        "references": "£5",
    }
