"""Rows are the same, or contradict each other, only in the same context, under one system prompt, after one history."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.pairs.candidates import find
from curation.pairs.verdict import CONTRADICTING, SAMENESS
from curation.steps import contradictions, duplicates
from winnow.config import ContradictionsConfig, DuplicatesConfig
from winnow.data.records import Record, new_record, number_copies, to_table

QUESTION, ANSWER = "What is the notice period?", "Thirty days, in writing."
CONTEXT = (
    "Lease of the shop in Harbour Street: either side may leave the agreement with 30 days of notice in writing. The "
    "rent of 900 pounds falls due on the first working day of each month, and the tenant pays for small repairs."
)
HELLO = [{"role": "user", "content": "Hello, I rent your shop."}, {"role": "assistant", "content": "How can I help?"}]
COPY, APART = [True], [False]


def pairs_of(*rows: Record) -> list[dict]:
    return find(to_table(number_copies(rows)), DuplicatesConfig()).to_pylist()


def are_copies(one: dict, other: dict) -> list[bool]:
    found = pairs_of(new_record(QUESTION, ANSWER, **one), new_record(QUESTION, ANSWER, **other))
    return [pair["verdict"] in SAMENESS for pair in found] or [False]


@pytest.mark.parametrize(
    "other",
    [
        CONTEXT.upper(),
        f"<p>{CONTEXT}</p>",
        CONTEXT.replace("agreement", "agreemnt"),
        CONTEXT.replace("30 days", "thirty days"),
        CONTEXT.replace("the tenant pays", "tenant pays"),
        CONTEXT[:-18],
    ],
    ids=["case", "markup", "typo", "number in words", "small word", "cut off"],
)
def test_rows_are_copies_in_contexts_that_say_the_same(other):
    assert are_copies({"context": CONTEXT}, {"context": other}) == COPY


@pytest.mark.parametrize(
    "other",
    [
        CONTEXT.replace("30", "60"),
        CONTEXT.replace("may leave", "may not leave"),
        CONTEXT.replace("Harbour", "Castle"),
        CONTEXT.replace("small repairs", "all repairs"),
        f"{CONTEXT} After two years the notice is three months.",
        CONTEXT.partition(". ")[0] + ".",
        "",
    ],
    ids=["number", "negation", "name", "word", "more said", "a sentence less", "none"],
)
def test_rows_are_no_copies_in_contexts_that_say_something_else(other):
    assert are_copies({"context": CONTEXT}, {"context": other}) == APART


def test_contracts_that_differ_in_their_letter_are_two():
    of_a, of_d = (f"Contract {name}: the seller delivers free to the buyer's warehouse." for name in "AD")
    assert are_copies({"context": of_a}, {"context": of_d}) == APART


@pytest.mark.parametrize(
    "other",
    [
        {"system": "You answer children."},
        {"system": "You answer lawyers."},
        {"history": HELLO},
        {"history": [*HELLO, {"role": "user", "content": "It is about the lease."}]},
    ],
    ids=["a system prompt", "another one", "a history", "a longer one"],
)
def test_another_system_prompt_or_history_makes_another_row(other):
    first = {"system": "You answer children."} if other.get("system") == "You answer lawyers." else {}
    first = {"history": HELLO} if len(other.get("history", [])) > 2 else first
    assert are_copies({"context": CONTEXT, **first}, {"context": CONTEXT, **other}) == APART


def test_the_same_turns_in_another_order_are_another_history():
    back = [{"role": "user", "content": "Hi. I rent."}, {"role": "user", "content": "I buy."}]
    assert are_copies({"history": back}, {"history": back[::-1]}) == APART


def test_a_typo_in_the_history_or_system_prompt_makes_no_other_row():
    typo = [{**HELLO[0], "content": "Hello, I rent your shpo."}, HELLO[1]]
    assert are_copies({"history": HELLO}, {"history": typo}) == COPY
    assert are_copies({"system": "You answer children kindly."}, {"system": "You answer childern kindly."}) == COPY


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"context": CONTEXT}, True),
        ({"context": CONTEXT.replace("agreement", "agreemnt")}, True),
        ({"context": CONTEXT.replace("30", "60")}, False),
        ({"context": CONTEXT[:-18]}, False),
        ({"context": CONTEXT, "system": "You answer children."}, False),
        ({"context": CONTEXT, "history": HELLO}, False),
    ],
    ids=["same", "typo", "another context", "cut-off context", "another audience", "another history"],
)
def test_answers_contradict_each_other_only_in_the_same_surroundings(other, found):
    rows = [new_record(QUESTION, ANSWER, context=CONTEXT), new_record(QUESTION, "Sixty days, in writing.", **other)]
    assert [pair["verdict"] in CONTRADICTING for pair in pairs_of(*rows)] == [True] * found


def test_a_removal_says_what_differs_in_the_context_and_the_damaged_row_leaves():
    damaged = new_record(QUESTION, ANSWER, context=CONTEXT.replace("agreement", "agreemnt"))
    table = to_table([damaged, new_record(QUESTION, ANSWER, context=CONTEXT)])
    decisions = duplicates.decide(find(table, DuplicatesConfig()), table, DuplicatesConfig())
    (removal,) = [decision for decision in decisions if decision.action == "remove"]
    assert removal.id == damaged.id
    assert removal.evidence["differs"] == [{"field": "context", "kind": "typo", "a": "agreemnt", "b": "agreement"}]


def test_copies_are_found_among_many_contexts_of_one_template_below_one_question():
    names = ["Harbour", "Castle", "Market", "Station", "Garden", "Bridge", "Church", "Mill"]
    contexts = [
        CONTEXT.replace("Harbour", name).replace("30", str(days)).replace("900", str(700 + days))
        for name in names
        for days in range(20, 60)
    ]
    rows = [new_record(QUESTION, ANSWER, "leases.jsonl", n, context=text) for n, text in enumerate(contexts)]
    copies = [new_record(QUESTION, ANSWER, context=text.replace("agreement", "agreemnt")) for text in contexts[::40]]
    found = [(pair["id_a"], pair["id_b"]) for pair in pairs_of(*rows, *copies)]
    assert {*map(frozenset, found)} == {
        frozenset((row.id, copy.id)) for row, copy in zip(rows[::40], copies, strict=True)
    }


ROWS = [
    (QUESTION, ANSWER),
    (QUESTION, "Sixty days, in writing."),
    (QUESTION.upper(), ANSWER),
    ("What is the notice perod?", ANSWER),
    ("How much is the rent of the shop each month?", "The rent is 900 pounds, and it falls due on the first day."),
    ("How much is the rent of the shop each month?", "The rent is 950 pounds, and it falls due on the first day."),
    ("Please, how much is the rent of the shop each month?", "The rent is 900 pounds, and falls due on the first day."),
    ("Who pays for small repairs?", "The tenant."),
    ("Who pays for small repairs?", "The landlord."),
]
TEXTS = st.text(alphabet="abcdefgh \n.A1é", max_size=60)


def table_in(surroundings: list[dict]) -> pa.Table:
    """Put each row into surroundings; its id stays, whatever they are."""
    rows = [
        new_record(question, answer, **around) for (question, answer), around in zip(ROWS, surroundings, strict=True)
    ]
    return to_table(replace(row, id=f"row{n}") for n, row in enumerate(rows))


@settings(max_examples=25, deadline=None)
@given(context=TEXTS, system=TEXTS, said=st.lists(TEXTS, max_size=2))
def test_the_same_surroundings_of_every_row_change_no_pair(context, system, said):
    around = {"context": context, "system": system, "history": [{"role": "user", "content": text} for text in said]}
    alone = find(table_in([{}] * len(ROWS)), DuplicatesConfig())
    assert len(alone) > 5
    assert find(table_in([around] * len(ROWS)), DuplicatesConfig()).equals(alone)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=len(ROWS), max_size=len(ROWS), unique=True), st.booleans())
def test_in_a_context_of_its_own_no_row_is_a_copy_and_none_contradicts(numbers, long):
    contexts = [{"context": f"{CONTEXT if long else 'Lease'} Number {number}."} for number in numbers]
    table = table_in(contexts)
    pairs = find(table, DuplicatesConfig())
    assert duplicates.decide(pairs, table, DuplicatesConfig()) == []
    assert contradictions.decide(pairs, table, ContradictionsConfig()) == []


def test_the_evidence_is_the_same_in_whatever_order_rows_came():
    rows = [new_record(QUESTION, ANSWER, context=text) for text in (CONTEXT, CONTEXT.replace("agreement", "agreemnt"))]
    first, second = pairs_of(*rows), pairs_of(*rows[::-1])
    assert first == second
    assert json.loads(first[0]["differs"])[0]["field"] == "context"
