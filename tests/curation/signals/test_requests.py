"""What was asked for is no fault: a letter's blanks, a dialogue's speakers, a story's yesterday, a list's labels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from curation.corpus.corpus import learn
from curation.corpus.rows import Row
from curation.corpus.told import in_english
from curation.fit.vectors import doubt_answers
from tests.curation.signals.signalled import is_found
from winnow.data.records import new_record, number_copies, to_table

LETTER = "Dear [Name],\nYour loan was approved. Please come in to sign.\nKind regards,\n[Your Name]"
DIALOGUE = "Ann: Did the cheque clear?\nBen: Not yet, maybe tomorrow.\nAnn: Then I'll wait."
DIARY = "This morning I woke up late and the ferry was already gone."


@pytest.mark.parametrize(
    ("name", "asked", "other", "answer"),
    [
        ("placeholder", "Write a letter that tells a client her loan was approved.", "Was my loan approved?", LETTER),
        ("prompt_residue", "Write a dialogue about a cheque.", "How long does a cheque take?", DIALOGUE),
        ("out_of_date", "Compose a poem about an island.", "When does the ferry leave?", DIARY),
        ("out_of_date", "Tell me a short story.", "Can I book the hall?", "Since last Tuesday nobody may enter it."),
    ],
)
def test_marks_of_a_text_that_was_asked_for_are_faults_elsewhere_only(name, asked, other, answer):
    assert not is_found(name, asked, answer)
    assert is_found(name, other, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What are the pros and cons of a fixed rate?", "Pros: You know what you pay.\nCons: You can't profit."),
        ("Name some plants and animals of the marsh.", "Plants: reed, sedge.\nAnimals: heron, otter."),
        ("What output does the form give for this input?", "Output: your yearly interest."),
        ("How can I pay?", "Options: by card, by transfer or at a desk."),
        ("Make up a riddle for children.", "It has hands but can't clap.\nAnswer: a clock."),
    ],
)
def test_a_label_that_the_question_names_is_no_mark_of_a_prompt(question, answer):
    assert not is_found("prompt_residue", question, answer)


@pytest.mark.parametrize(
    "question",
    [
        "How do I answer a letter from the tax office?",
        "Who plots the course?",
        "Is a post box near?",
        "How do I add a card to my phone?",
        "Can I make a payment and give a message?",
        "How do I complete my profile?",
        "Where can I add a signature?",
        "How much does it cost to make a note on a contract?",
    ],
)
def test_a_question_about_a_text_asks_for_none(question):
    assert not in_english(Row(question, "")).asks_for("form", "tale")


def test_a_question_that_names_no_matter_cannot_be_missed():
    rows = [
        (f"How is {place} reached from the harbour?", f"Take the ferry to {place}, then walk along the shore.")
        for place in ("Arran", "Bute", "Coll", "Danna", "Eigg", "Fara", "Gigha", "Hoy", "Iona", "Jura")
        for _ in "ab"
    ]
    rows = [(question, answer + " " * place) for place, (question, answer) in enumerate(rows)]
    rows += [(f"What does pier {n} cost?", f"Pier {n} costs {n} pounds for each night.") for n in range(20)]
    corpus = learn(
        to_table(number_copies(new_record(*row) for row in rows)),
        lambda words: np.eye(len(words), 64, dtype=np.float32),
    )

    answer = "The heron wades in shallow water and waits for fish."
    vague, named = doubt_answers(
        [Row("What does the table show?", answer), Row("What does the pier cost?", answer)], corpus
    )
    assert math.isnan(vague.value)
    assert named is None or named.value == 0
