"""Which column of a stranger's file is read as what."""

from __future__ import annotations

import pytest

from curation.ingest.layout import find_layout
from winnow.config import IngestConfig
from winnow.errors import InputError

LIEN = "A right to keep goods until a debt is paid."


def layout(*rows: dict, **named: str):
    return find_layout("a.jsonl", rows, IngestConfig(), named)


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        ({"Instruction": "Name it.", "INPUT": "x", "Output": "y"}, {"question": ("Instruction", "INPUT"), "answer": ("Output",)}),
        ({"q": "What is a lien?", "a": LIEN}, {"question": ("q",), "answer": ("a",)}),
        ({"context": "The fee is £5 a month.", "question": "How much?", "answers": {"text": ["£5"]}},
         {"context": ("context",), "question": ("question",), "answer": ("answers",)}),
        ({"question": "How much?", "answer": "£5", "context": "webchat"}, {"question": ("question",), "answer": ("answer",)}),
        ({"question": "Which?", "opa": "one", "opb": "two", "cop": 1}, {"question": ("question",), "choices": ("opa", "opb"), "answer": ("cop",)}),
        ({"question": "Which?", "A": "one", "B": "two", "C": "three", "answer": "B"},
         {"question": ("question",), "answer": ("answer",), "choices": ("A", "B", "C")}),
        ({"question": "Which?", "answer": "one", "label": "positive"}, {"question": ("question",), "answer": ("answer",)}),
        ({"prompt": "Hi", "messages": [{"role": "user", "content": "Hi"}]}, {"messages": ("messages",)}),
        ({"question": "When?", "answer": "1981", "answers": ["1981", "in 1981"]},
         {"question": ("question",), "answer": ("answer",), "references": ("answers",)}),
    ],
)  # fmt: skip
def test_columns_are_found_by_the_names_in_use_and_by_what_stands_in_them(row, columns):
    assert layout(row).columns == columns


def test_two_columns_that_could_be_the_answer_are_a_persons_choice():
    row = {"question": "What is a lien?", "answer": "A", "output": LIEN}
    with pytest.raises(InputError, match='the answer could be "answer" or "output"; name it with --answer-column'):
        layout(row)
    assert layout(row, answer="output").unread == ("answer",)


def test_two_columns_with_the_same_cells_are_no_doubt():
    assert layout({"question": "What is a lien?", "prompt": "What is a lien?", "answer": LIEN}).unread == ("prompt",)


def test_a_role_can_be_told_to_have_no_column():
    row = {"question": "How much?", "answer": "£5", "context": "Told by telephone on a Monday."}
    assert "context" in layout(row).columns
    assert layout(row, context="-").unread == ("context",)


def test_several_columns_can_be_named_as_one_question():
    row = {"instruction": "Answer as a lawyer.", "question": "What is a lien?", "answer": LIEN}
    assert layout(row, question="instruction,question").columns["question"] == ("instruction", "question")
