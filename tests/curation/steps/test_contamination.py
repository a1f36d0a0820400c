from __future__ import annotations

import pytest

from curation.steps import contamination
from winnow.config import ContaminationConfig
from winnow.data.records import RECORDS, new_record, to_table

QUESTION = "What are the early symptoms of whooping cough in adults?"
ANSWER = "It begins like a cold with a runny nose and mild fever; after a week or two the fits of coughing set in."
TEMPLATE = [
    (
        "What are the early symptoms of measles in adults?",
        "High fever, red eyes and a cough, then a rash from the face down.",
    ),
    (
        "What are the treatments for whooping cough in adults?",
        "Antibiotics, rest and plenty of water; fits are eased by steam.",
    ),
    ("What causes whooping cough in adults?", "A bacterium named Bordetella pertussis that settles in the windpipe."),
    ("Is whooping cough in adults contagious?", "Yes, by droplets, for about three weeks from the first cough on."),
]


def leaks(question: str, answer: str, items=((QUESTION, ANSWER),)) -> dict[str, str]:
    """Return the question of each removed row with the kind of its leak, template rows included."""
    rows = [new_record(q, a) for q, a in [(question, answer), *TEMPLATE]]
    text = {row.id: row.question for row in rows}
    held_out = to_table(new_record(q, a) for q, a in items)
    decisions = contamination.decide(to_table(rows), held_out, ContaminationConfig())
    assert all(d.action == "remove" and d.evidence["twin"] in held_out["id"].to_pylist() for d in decisions)
    return {text[d.id]: d.evidence["kind"] for d in decisions}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (QUESTION, ANSWER),
        (f"<p>{QUESTION.upper()}</p>", ANSWER),
        (QUESTION, "Ask a doctor, who listens to the lungs and takes a swab from the throat."),
        (QUESTION.replace("symptoms", "symtoms"), ANSWER.replace("fever", "fevr")),
        (f"Good morning! {QUESTION} Kind regards", ANSWER),
        ("What early symptoms of whooping cough do adults have?", ANSWER),
        ("What are early signs of whooping cough in grown adults?", ANSWER.replace("a cold", "cold")),
    ],
    ids=["exact", "marked up", "question alone", "typos", "wrapped", "turned", "words edited"],
)
def test_a_leak_is_found_and_its_template_neighbours_stay(question, answer):
    assert set(leaks(question, answer)) == {question}


def test_an_item_leaks_from_within_other_words_where_its_answer_is_the_same():
    question = f"[14:32] If you do not know, say so. {QUESTION} [4 marks]"
    assert leaks(question, "Like a cold", items=[(QUESTION, "Like a cold")]) == {
        question: "the same question within other words"
    }
    assert not leaks(question, "With a rash", items=[(QUESTION, "Like a cold")])


@pytest.mark.parametrize(("question", "answer"), TEMPLATE)
def test_a_row_of_the_same_template_is_no_leak(question, answer):
    assert leaks(question, answer) == {}


def test_a_held_out_file_that_equals_the_input_leaves_no_row():
    rows = to_table(new_record(q, a) for q, a in TEMPLATE)
    decisions = contamination.decide(rows, rows, ContaminationConfig())
    assert [d.id for d in decisions] == sorted(rows["id"].to_pylist())
    assert {d.id: d.evidence["twin"] for d in decisions} == {id_: id_ for id_ in rows["id"].to_pylist()}


def test_items_without_answers_are_compared_by_their_questions():
    assert set(leaks(QUESTION, ANSWER, items=((QUESTION, ""),))) == {QUESTION}


def test_nothing_held_out_or_switched_off_removes_nothing():
    rows = to_table([new_record(QUESTION, ANSWER)])
    assert contamination.decide(rows, RECORDS.empty_table(), ContaminationConfig()) == []
    assert contamination.decide(rows, rows, ContaminationConfig(enabled=False)) == []
