"""Columns are found by the names in use; where two could be meant, both are named."""

from __future__ import annotations

import pytest

from winnow.data.columns import find_columns
from winnow.errors import InputError

JUDGED = ("id", "question", "prediction", "prediction_a", "prediction_b", "reference", "human")
PAIRS = ("question", "answer")


def found(present: str, roles=JUDGED, named=None):
    """Give the columns that stand under another name than the role's, written as users name them."""
    columns = find_columns(present.split(), roles, named).columns
    return {role: ",".join(names) for role, names in columns.items() if names != (role,)}


@pytest.mark.parametrize(
    ("present", "read"),
    [
        ("question answer prediction", {"reference": "answer"}),
        ("question reference answer", {"prediction": "answer"}),
        ("instruction input output reference", {"question": "instruction,input", "prediction": "output"}),
        ("prompt gold response", {"question": "prompt", "reference": "gold", "prediction": "response"}),
        ("prediction output answer", {"reference": "output"}),
        ("question output answer", {"prediction": "output", "reference": "answer"}),
        ("prediction_a prediction_b annotator1 annotator2", {"human": "annotator1,annotator2"}),
        ("prediction winner rating", {}),
        ("prediction winner Rating", {}),
        ("question answer", {}),
        ("question prediction reference human", {}),
        ("Question Prediction GOLD", {"question": "Question", "prediction": "Prediction", "reference": "GOLD"}),
    ],
)
def test_a_column_is_recognised_only_where_one_alone_can_be_meant(present, read):
    assert found(present) == read


@pytest.mark.parametrize(
    ("present", "read"),
    [
        ("question answer", {}),
        ("Input question Answer output", {"answer": "Answer"}),
        ("query prompt response", {"question": "prompt", "answer": "response"}),
        ("Instruction Input Output", {"question": "Instruction,Input", "answer": "Output"}),
        ("answer Answer question", {}),
    ],
)
def test_names_of_pairs_have_an_order_and_case_does_not_count(present, read):
    assert found(present, PAIRS) == read


def test_what_could_be_meant_is_listed_and_nothing_of_it_is_taken():
    search = find_columns(["prediction", "winner", "rating", "ms"], JUDGED, source="judged.csv")
    assert search.doubtful == {"human": ("winner", "rating")}
    assert search.unread == ("ms",)
    with pytest.raises(InputError, match=r'judged.csv: the human could be "winner" or "rating"; name one'):
        search.require("human", "name one")


def test_a_role_without_a_column_is_an_error_that_lists_what_there_is():
    search = find_columns(["Frage", "answer"], PAIRS, source="faq.csv")
    with pytest.raises(
        InputError, match=r"faq.csv: no column looks like the question; there are answer, Frage; name it"
    ):
        search.require("question", "name it")


def test_what_is_chosen_and_what_is_left_is_said():
    assert (
        find_columns(["prompt", "prediction", "ms"], JUDGED).in_words() == "question is their prompt (beside them: ms)"
    )
    assert find_columns(["question", "prediction", "ms"], JUDGED).in_words() == ""


def test_a_named_column_counts_before_every_other_and_may_be_several():
    assert found("prompt winner Rating", named={"human": "rating, winner"}) == {
        "question": "prompt",
        "human": "Rating,winner",
    }
    assert found("a,b prediction", named={"human": "a,b"}) == {"human": "a,b"}
    with pytest.raises(InputError, match=r"votes.csv: --column human=rating,score: no such column; there is rating"):
        find_columns(["rating"], JUDGED, {"human": "rating,score"}, source="votes.csv")
