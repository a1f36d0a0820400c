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


PASSAGE = (
    "Whooping cough begins like a cold. After a week or two the fits of coughing set in, which may last for ten weeks; "
    "antibiotics help in the first three weeks, and adults are vaccinated once every ten years."
)
HISTORY = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": ANSWER}]
SHORT = "How long do the fits last?"
IN_PASSAGE = {"context": PASSAGE}
OTHER_PASSAGE = {"context": PASSAGE.replace("ten weeks", "six weeks").replace("Whooping cough", "The common croup")}


def kinds(rows: list, items: list, **settings: str) -> list[str]:
    """Return how each row leaks an item, "" where it doesn't."""
    decisions = contamination.decide(to_table(rows), to_table(items), ContaminationConfig(**settings))
    found = {decision.id: decision.evidence["kind"] for decision in decisions}
    return [found.get(row.id, "") for row in rows]


def test_the_same_question_in_another_context_is_no_leak_and_in_the_same_it_is():
    item = new_record(SHORT, "Ten weeks.", **IN_PASSAGE)
    rows = [
        new_record(SHORT, "Up to ten weeks.", context=PASSAGE.upper()),
        new_record(SHORT, "Six weeks.", **OTHER_PASSAGE),
    ]
    assert kinds(rows, [item]) == ["the same question", ""]


def test_a_typo_in_the_context_hides_no_leak_and_is_named():
    typo = new_record(SHORT, "Ten weeks.", context=PASSAGE.replace("antibiotics", "antibotics"))
    (found,) = contamination.decide(
        to_table([typo]), to_table([new_record(SHORT, "Ten weeks.", **IN_PASSAGE)]), ContaminationConfig()
    )
    assert found.evidence["differs"] == [{"field": "context", "kind": "typo", "a": "antibotics", "b": "antibiotics"}]


def test_an_item_is_told_whatever_the_system_prompt():
    rows = [
        new_record(QUESTION, ANSWER, system="You are a doctor."),
        new_record(*TEMPLATE[0], system="You are a doctor."),
    ]
    assert kinds(rows, [new_record(QUESTION, ANSWER)]) == ["the same words", ""]


def test_a_row_about_an_item_s_passage_leaks_unless_the_settings_keep_it():
    item = new_record(SHORT, "Ten weeks.", **IN_PASSAGE)
    rows = [
        new_record("How often are adults vaccinated?", "Once every ten years.", **IN_PASSAGE),
        new_record("How often are adults vaccinated?", "Once every ten years.", **OTHER_PASSAGE),
    ]
    assert kinds(rows, [item]) == ["the same passage", ""]
    assert kinds(rows, [item], context="keep") == ["", ""]
    (found,) = contamination.decide(to_table(rows), to_table([item]), ContaminationConfig())
    assert found.evidence["matched"].startswith("Whooping cough begins like a cold.")
    assert found.reason == "leaks a held-out item: the same passage (contamination.context: keep lets it stay)"


@pytest.mark.parametrize("turned", [False, True], ids=["item first", "row first"])
def test_other_turns_of_an_item_s_conversation_leak_unless_the_settings_keep_them(turned):
    first = new_record(QUESTION, ANSWER)
    later = new_record("And in children?", "They vomit after the fits.", history=HISTORY)
    row, item = (first, later) if turned else (later, first)
    others = [new_record(*pair) for pair in TEMPLATE]
    assert kinds([row, *others], [item])[0] == "other turns of its conversation"
    assert kinds([row, *others], [item], conversation="keep") == [""] * 5


def test_an_item_s_long_answer_leaks_where_one_of_both_has_no_context():
    bare, in_passage = new_record(QUESTION, ANSWER), new_record(QUESTION, ANSWER, **IN_PASSAGE)
    assert kinds([bare], [in_passage]) == ["the same words"]
    assert kinds([in_passage], [bare]) == ["the same words"]
    assert kinds([new_record(SHORT, "Ten weeks.", **IN_PASSAGE)], [new_record(SHORT, "Ten weeks.")]) == [""]


def test_an_item_leaks_with_its_choices_in_another_order_or_without_them():
    choices = "A. Liver\nB. Pancreas\nC. Kidney"
    item = new_record("Which organ makes insulin?", "Pancreas", context=choices)
    rows = [
        new_record("Which organ makes insulin?", "Pancreas", context="A. Pancreas\nB. Spleen"),
        new_record("Which organ makes insulin?", "pancreas"),
        new_record("Which organ makes bile?", "Liver", context=choices),
    ]
    assert kinds(rows, [item]) == ["the same words", "the same words", ""]
