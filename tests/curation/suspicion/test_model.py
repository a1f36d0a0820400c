"""The probability that a row is bad: what raises it, what people's verdicts change, what a file's own share does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from curation.suspicion.evidence import EVIDENCE
from curation.suspicion.model import (
    USUAL_SHARE,
    Weights,
    can_learn,
    fitted,
    learned,
    suspicion,
    unseen,
    usual_figures,
    usual_weights,
)
from winnow.statistics import auc

READER, ECHO, LABELS = map(EVIDENCE.index, ("reader", "echo", "too_short"))


def evidence(rows: int) -> np.ndarray:
    return np.zeros((rows, len(EVIDENCE)), np.float32)


def test_no_evidence_ever_speaks_for_a_row() -> None:
    weights = usual_weights()
    assert (weights.weights >= 0).all()
    assert weights.weights.max() > 0


def test_a_row_that_a_signal_flags_is_more_suspect_than_one_that_none_does() -> None:
    rows = evidence(200)
    rows[0, ECHO] = 1
    found = suspicion(rows, usual_weights())
    assert found[0] > found[1]
    assert ((found > 0) & (found < 1)).all()


def test_the_same_evidence_weighs_more_in_a_file_with_many_bad_rows() -> None:
    few, many = evidence(200), evidence(200)
    for rows, bad in ((few, 2), (many, 80)):
        rows[:, READER], rows[:bad, READER] = 2, 8  # log-odds above one in a thousand
    assert suspicion(many, usual_weights())[0] > suspicion(few, usual_weights())[0]


def test_a_signal_that_people_contradict_loses_its_weight() -> None:
    rows = evidence(120)
    rows[:60, LABELS] = 1  # flagged as too short, and people say: fine
    rows[60:90, ECHO] = 1
    bad = np.zeros(120, bool)
    bad[60:90] = True
    weights = learned(rows, bad, usual_weights())
    assert weights is not None
    found = suspicion(rows, weights)
    assert found[0] < 0.2 < 0.5 < found[60]


def test_a_few_verdicts_change_nothing() -> None:
    rows, bad = evidence(49), np.arange(49) % 2 == 0
    assert learned(rows, bad, usual_weights()) is None
    assert not can_learn(np.zeros(80, bool))


def test_what_is_said_of_judged_rows_was_learned_without_them() -> None:
    rng = np.random.default_rng(0)
    rows, bad = evidence(100), rng.random(100) < 0.5  # verdicts that nothing predicts
    rows[:, ECHO] = rng.random(100) < 0.5
    assert auc(unseen(rows, bad, usual_weights()), bad).low < 0.55


def test_the_fit_finds_back_which_of_two_signals_tells() -> None:
    rng = np.random.default_rng(0)
    rows, bad = evidence(2000), rng.random(2000) < 0.2
    rows[:, ECHO], rows[:, LABELS] = bad & (rng.random(2000) < 0.8), rng.random(2000) < 0.3
    weights = fitted(rows, bad)
    assert weights.weights[ECHO] > 2 > 0.5 > weights.weights[LABELS] >= 0


def test_the_usual_weights_tell_how_they_were_measured() -> None:
    figures = usual_figures()
    assert figures["held-out rows"] >= 1000
    assert 0.5 < figures["AUC"]["low"] < figures["AUC"]["estimate"]


@settings(max_examples=30)
@given(arrays.arrays(np.float32, (60, len(EVIDENCE)), elements=st.floats(0, 10, width=32)))
def test_more_evidence_never_lowers_a_rows_suspicion(rows: np.ndarray) -> None:
    weights = usual_weights()
    assert (weights.log_odds(rows + 1) >= weights.log_odds(rows) - 1e-6).all()
    found = suspicion(rows, weights)
    assert ((found >= 0) & (found <= 1)).all()


def test_a_file_of_the_usual_share_keeps_its_log_odds() -> None:
    model = Weights(np.zeros(len(EVIDENCE)), float(np.log(USUAL_SHARE / (1 - USUAL_SHARE))))
    assert suspicion(evidence(100), model)[0] == pytest.approx(USUAL_SHARE, abs=1e-3)
