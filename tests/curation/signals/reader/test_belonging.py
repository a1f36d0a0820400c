"""What the file's pairs and the reader say of an answer becomes one probability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.signals.reader.belonging import log_odds
from curation.signals.reader.limits import USUAL_SHARE, believed
from winnow.statistics.shares import odds

NAN = float("nan")


def array(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_evidence_of_nine_to_one_lifts_the_usual_odds_ninefold() -> None:
    assert log_odds(array(0.9), array(NAN))[0] == pytest.approx(odds(USUAL_SHARE) + np.log(9), abs=1e-5)


def test_the_reader_counts_half_beside_the_pairs_and_whole_alone() -> None:
    (beside, alone) = log_odds(array(0.5, NAN), array(1.0, 1.0))
    assert beside == pytest.approx(odds(USUAL_SHARE) + (1.0 - odds(USUAL_SHARE)) / 2, abs=1e-5)
    assert alone == pytest.approx(1.0)


def test_an_answer_that_a_context_or_a_model_cleared_stays_cleared() -> None:
    assert believed(log_odds(array(0.0), array(9.0)))[0] == pytest.approx(0)


def test_of_nothing_known_nothing_follows() -> None:
    assert np.isnan(believed(log_odds(array(NAN), array(NAN)))[0])


def test_the_same_doubt_weighs_more_in_a_file_with_many_strays() -> None:
    doubt = log_odds(array(*[0.9] * 5, *[0.02] * 195), array(*[NAN] * 200))
    strays = log_odds(array(*[0.9] * 5, *[0.9999] * 40, *[0.02] * 155), array(*[NAN] * 200))
    assert believed(doubt)[0] < 0.5 < believed(strays)[0]


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.floats(-20, 20, width=32)), min_size=60, max_size=80))
def test_a_worse_pair_is_never_thought_better(pairs: list[tuple[float, float]]) -> None:
    by_chance, read = (np.array(column, np.float32) for column in zip(*pairs, strict=True))
    found = believed(log_odds(by_chance, read))
    assert ((found >= 0) & (found <= 1)).all()
    higher = believed(log_odds(np.maximum(by_chance, np.float32(0.01)), read + 1))
    assert (higher >= found - 1e-5).all()
