"""Copies of held-out rows are found whatever their wording; rows that only look alike aren't."""

from __future__ import annotations

import pytest

from training.leakage import leaks, refuse_leaks
from winnow.errors import InputError
from winnow.records import new_record

QUESTION = "How much can I pay into an ISA each tax year?"
ANSWER = "You can pay in up to £20,000 each tax year across all of your ISAs, and the limit isn't carried over."
HELD_OUT = [new_record(QUESTION, ANSWER)]


def verdicts(question: str, answer: str) -> list[str]:
    return [verdict for _, _, verdict in leaks([new_record(question, answer)], HELD_OUT)]


def test_the_same_row_leaks_whatever_its_case_and_spaces():
    assert verdicts(QUESTION, ANSWER) == ["exact"]
    assert verdicts(QUESTION.upper(), f"  {ANSWER}") == ["exact"]


def test_a_row_with_a_few_other_words_leaks():
    assert verdicts(QUESTION, ANSWER.replace("You can pay in up to", "Up to").replace("all of your", "all your"))


def test_another_question_of_the_same_template_does_not_leak():
    assert not verdicts(QUESTION.replace("ISA", "pension"), ANSWER.replace("£20,000", "£60,000"))


def test_the_refusal_names_both_rows():
    row = new_record(QUESTION, ANSWER)
    with pytest.raises(InputError, match=rf"1 training rows .*{row.id} \(held-out {row.id}: exact\)"):
        refuse_leaks([row, new_record("What is a bond?", "A loan to a company.")], HELD_OUT)
    refuse_leaks([new_record("What is a bond?", "A loan to a company.")], HELD_OUT)
    refuse_leaks([row], [])
