"""Rows of two studies are matched by id, then by what they ask; no row is lost on the way."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from evaluation.changes.rows import TrainedOn, changed_rows
from winnow.data.ledger import Decision
from winnow.data.records import new_record

FEE = new_record("Is there a fee?", "Yes, £5.")
OPEN = new_record("When are you open?", "From nine to five.")


def test_an_answer_rewritten_at_its_source_is_an_edit_though_its_id_is_another():
    rewritten = new_record(FEE.question, "No longer.")
    [row] = changed_rows(TrainedOn([FEE]), TrainedOn([rewritten]))
    assert (row.change, row.before, row.after) == ("edited", "Yes, £5.", "No longer.")
    assert row.reason == "another answer came in"


def test_the_same_question_under_another_context_is_another_row():
    under = [
        new_record("What is the fee?", answer, context=card) for answer, card in (("£5.", "Gold"), ("£1.", "Blue"))
    ]
    assert [row.change for row in changed_rows(TrainedOn(under[:1]), TrainedOn(under[1:]))] == ["removed", "added"]


def test_a_row_that_left_says_which_step_removed_it_or_where_it_stands():
    removed = Decision(FEE.id, "duplicates", "remove", "a copy of faq.jsonl:3", by="duplicates")
    after = TrainedOn([], {OPEN.id: "held-out"}, {FEE.id: removed}, came_in=frozenset({FEE.id, OPEN.id}))
    found = {row.id: row for row in changed_rows(TrainedOn([FEE, OPEN]), after)}
    assert found[FEE.id].reason == "left out by duplicates: a copy of faq.jsonl:3"
    assert found[OPEN.id].reason == "it stands in held-out"


def test_a_repair_is_told_with_its_reason():
    mended = replace(OPEN, answer="From 9 to 5.")
    repair = Decision(OPEN.id, "repair", "repair", "digits", field="answer", text="From 9 to 5.", by="repair")
    [row] = changed_rows(TrainedOn([OPEN]), TrainedOn([mended], edits={OPEN.id: [repair]}))
    assert (row.change, row.cause, row.reason) == ("edited", "repair", "repair: digits")


ROWS = st.lists(
    st.builds(new_record, st.sampled_from("abc"), st.sampled_from("xyz")), unique_by=lambda row: row.id, max_size=8
)


@given(ROWS, ROWS)
def test_what_was_there_without_what_left_with_what_came_is_what_is_there_now(before, after):
    found = changed_rows(TrainedOn(before), TrainedOn(after))
    kinds = [row.change for row in found]
    assert len(before) - kinds.count("removed") + kinds.count("added") == len(after)
    assert not changed_rows(TrainedOn(before), TrainedOn(before))
