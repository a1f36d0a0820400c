"""Repairs confirmed or put back many at once."""

from __future__ import annotations

from curation.publish.repairs import confirmed, put_back, repairs_to_confirm
from winnow.data.ledger import Decision, settle
from winnow.data.records import new_record, to_table

BEFORE, AFTER = "Whatâ€™s a payee?", "What’s a payee?"
RECORDS = [new_record(f"{n}: {BEFORE}", "Who is paid.", "faq.jsonl", n) for n in (1, 2, 3)]
STEPS = [
    Decision(r.id, "clean", "repair", "repaired mojibake", {"kinds": ["mojibake"]}, "question", f"{n}: {AFTER}")
    for n, r in enumerate(RECORDS, start=1)
]
FLAG = Decision(RECORDS[2].id, "quality", "flag", "too short")


def kinds(*people):
    return repairs_to_confirm(settle(to_table(RECORDS), [*STEPS, FLAG], people), STEPS, people)


def test_repairs_are_gathered_by_kind_and_a_row_that_waits_for_a_decision_is_left_to_its_card():
    (kind,) = kinds()
    assert (kind.name, kind.ids) == ("mojibake", [RECORDS[0].id, RECORDS[1].id])
    assert (kind.rows[0].before, kind.rows[0].after) == (f"1: {BEFORE}", f"1: {AFTER}")


def test_confirmed_repairs_are_asked_about_no_more_and_stand():
    said = confirmed(kinds()[0], "ada")
    assert kinds(*said) == []
    assert settle(to_table(RECORDS), STEPS, said).texts[RECORDS[0].id, "question"] == f"1: {AFTER}"


def test_repairs_put_back_leave_the_texts_that_came_in():
    said = put_back(kinds()[0].rows, "ada")
    assert kinds(*said) == []
    view = settle(to_table(RECORDS), STEPS, said)
    assert [row["question"] for row in view.kept_table.to_pylist()][:2] == [f"1: {BEFORE}", f"2: {BEFORE}"]
