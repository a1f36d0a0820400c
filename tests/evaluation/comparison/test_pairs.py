from __future__ import annotations

import pytest

from evaluation.answering.answers import Answer
from evaluation.comparison.pairs import pair_answers
from winnow.errors import InputError


def said(
    id_: str, text: str | None, question: str = "Which river?", references: tuple[str, ...] = ("the Nile",), **more
):
    return Answer(id_, question, references, text, **more)


def test_answers_are_joined_by_id_in_the_bases_order_whatever_the_others_is():
    paired = pair_answers([said("q0", "x"), said("q1", "y")], [said("q1", "z"), said("q0", "w")])
    assert [(pair.id, pair.base.text, pair.tuned.text) for pair in paired.pairs] == [("q0", "x", "w"), ("q1", "y", "z")]
    assert paired.lone_text == ""


def test_answers_without_counterpart_are_in_no_pair_and_are_named():
    paired = pair_answers([said("q0", "x"), said("q1", "y")], [said("q1", "z"), said("q2", "w")])
    assert [pair.id for pair in paired.pairs] == ["q1"]
    assert paired.lone_text == "only in base: 1 (q0)\nonly in tuned: 1 (q2)"


def test_another_question_or_reference_under_one_id_is_refused():
    with pytest.raises(InputError, match='id "q0": the question differs'):
        pair_answers([said("q0", "x")], [said("q0", "x", question="Which lake?")])
    with pytest.raises(InputError, match='id "q0": the reference differs'):
        pair_answers([said("q0", "x")], [said("q0", "x", references=("the Po",))])


def test_a_file_of_another_tool_may_lack_questions_and_references():
    (pair,) = pair_answers([said("q0", "x", "", ())], [said("q0", "y")]).pairs
    assert (pair.question, pair.reference) == ("Which river?", "the Nile")


def test_several_references_are_shown_as_alternatives():
    (pair,) = pair_answers([said("q0", "x", references=("£5", "five pounds"))], [said("q0", "y", references=())]).pairs
    assert pair.reference == "£5\n— or —\nfive pounds"


def test_a_missing_prediction_is_shown_empty_and_differs_from_an_empty_one():
    (pair,) = pair_answers([said("q0", None)], [said("q0", "")]).pairs
    assert pair.base.text == pair.tuned.text == ""
    assert not pair.is_same_text
