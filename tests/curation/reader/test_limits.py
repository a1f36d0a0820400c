"""Limits of the reader follow what the file itself shows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from curation.reader.kinds import KINDS
from curation.reader.limits import FORM, adapted, of_any

CLEAN = -8.0
WRONG, LABEL = KINDS.index("off_question"), KINDS.index("too_short")


def scores(rows: int) -> np.ndarray:
    return np.full((rows, len(KINDS)), CLEAN, np.float32)


def test_a_form_that_most_of_the_file_has_is_its_manner() -> None:
    labels = scores(200)
    labels[:150, LABEL] = 2.0
    assert (adapted(labels)[:, LABEL] < 0.5).all()


def test_a_form_that_a_tenth_of_the_file_has_is_a_fault() -> None:
    some = scores(200)
    some[:20, LABEL] = 2.0
    assert (adapted(some)[:20, LABEL] > 0.5).all()


def test_doubtful_answers_are_believed_wrong_where_many_others_surely_are() -> None:
    doubtful = scores(200)
    doubtful[0, WRONG] = -1.0
    assert adapted(doubtful)[0, WRONG] < 0.5
    doubtful[1:41, WRONG] = 4.0
    assert adapted(doubtful)[0, WRONG] > 0.5


def test_few_rows_tell_nothing_of_the_file() -> None:
    labels = scores(10)
    labels[:, LABEL] = 2.0
    assert (adapted(labels)[:, LABEL] > 0.5).all()


@given(arrays.arrays(np.float32, (60, len(KINDS)), elements=st.floats(-20, 20, width=32)))
def test_the_order_within_a_kind_stays_and_wrong_answers_are_never_a_manner(found: np.ndarray) -> None:
    probabilities = adapted(found)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    for place, kind in enumerate(KINDS):
        order = np.argsort(found[:, place], kind="stable")
        assert (np.diff(probabilities[order, place]) >= -1e-6).all()
        if kind not in FORM:
            assert (probabilities[:, place] >= 1 / (1 + np.exp(-found[:, place].astype(float))) - 1e-5).all()
    assert (of_any(probabilities) >= probabilities.max(1) - 1e-5).all()
