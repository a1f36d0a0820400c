"""Rows come from one conversation or one passage though none is a copy of another."""

from __future__ import annotations

from itertools import combinations

import pytest

from curation.pairs.origins import ORIGINS, of_conversations, of_passages
from winnow.data.records import Record, new_record, to_table

PASSAGE = "The Normans gave their name to Normandy, a region in the north of France that they held from 911 on."


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def assistant(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


OPEN = [user("How do I open an account?"), assistant("In the app, under Accounts.")]
CHILD = [*OPEN, user("And for a child?"), assistant("At a branch, with the birth certificate.")]


def tied(rows: list[Record], origin=of_conversations) -> set[tuple[int, int]]:
    """Return the pairs of rows that belong together, by their places."""
    labels = origin(to_table(rows)).tolist()
    return {(one, other) for one, other in combinations(range(len(rows)), 2) if labels[one] == labels[other]}


def test_turns_of_one_conversation_belong_together_in_whatever_order():
    rows = [
        new_record("And for two of us?", "Also there, both with a passport.", history=CHILD),
        new_record("What is a bond?", "A loan to a company."),
        new_record("HOW do I open an account", "In the app, under *Accounts*."),
        new_record("And for a child?", "At a branch, with the birth certificate.", history=OPEN),
    ]
    assert tied(rows) == {(0, 2), (0, 3), (2, 3)}


def test_rows_that_go_on_from_one_history_belong_together():
    rows = [new_record(question, "Yes.", history=OPEN) for question in ("Is it free?", "Is it safe?")]
    assert tied(rows) == {(0, 1)}
    assert tied([rows[0], new_record("Is it safe?", "Yes.", history=CHILD)]) == {(0, 1)}


def test_another_answer_is_another_conversation():
    other = [OPEN[0], assistant("Call us.")]
    rows = [new_record("Is it free?", "Yes.", history=OPEN), new_record("Is it free?", "Yes.", history=other)]
    assert tied(rows) == set()


@pytest.mark.parametrize(("count", "is_tied"), [(3, True), (9, False)])
def test_a_greeting_that_many_conversations_begin_with_ties_them_not_together(count, is_tied):
    hello = [user("Hi"), assistant("Hello! How can I help you?")]
    rows = [new_record(f"What does plan {n} cost?", f"{n} pounds.", history=hello) for n in range(count)]
    assert bool(tied(rows)) is is_tied


def test_a_long_history_ties_all_that_goes_on_from_it():
    history = [user(f"{PASSAGE} Let us speak of it."), assistant(f"Gladly. {PASSAGE}")]
    rows = [new_record(f"What happened in {900 + n}?", "Nothing.", history=history) for n in range(12)]
    assert len(tied(rows)) == 12 * 11 / 2


def test_rows_of_one_line_belong_together_where_it_holds_a_conversation():
    hello = [user("Hi"), assistant("Hello!")]
    rows = [
        new_record("Hi", "Hello!", "chats.jsonl", 3),
        new_record("Is it free?", "Yes.", "chats.jsonl", 3, history=hello),
        new_record("What is a bond?", "A loan.", "faq.json", 1),
        new_record("What is a share?", "A part of a company.", "faq.json", 1),
    ]
    assert tied(rows) == {(0, 1)}


def test_questions_on_one_passage_belong_together_typos_aside():
    rows = [
        new_record("Who gave Normandy its name?", "The Normans.", context=PASSAGE),
        new_record(
            "Where is Normandy?", "In the north of France.", context=PASSAGE.replace("region", "regoin").upper()
        ),
        new_record("From when on did they hold it?", "From 912 on.", context=PASSAGE.replace("911", "912")),
        new_record("Who gave Normandy its name?", "The Normans."),
    ]
    assert tied(rows, of_passages) == {(0, 1)}


def test_choices_are_no_part_of_a_passage():
    said = "\n\nA. yes\nB. no\nC. not stated in the text"
    rows = [
        new_record("Is Normandy in France?", "yes", context=PASSAGE + said),
        new_record("Is Normandy in the south?", "no", context=PASSAGE + said.replace("stated", "told")),
        new_record("Is water wet?", "yes", context=said.strip()),
        new_record("Is fire cold?", "no", context=said.strip()),
    ]
    assert tied(rows, of_passages) == {(0, 1)}
    by_letter = [
        new_record(f"Is {thing} wet?", "B", context="(A) yes, it is\n(B) no, it isn't") for thing in ("sand", "fog")
    ]
    assert tied(by_letter, of_passages) == set()


@pytest.mark.parametrize("origin", ORIGINS)
def test_rows_without_context_and_history_stand_alone(origin):
    assert tied([new_record("Why?", "So.", "a.jsonl", 1)] * 3, ORIGINS[origin]) == set()
