import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.statistics.shares import expit, odds, share_shift


def calibrated(share: float, usual: float, rows: int = 4000) -> np.ndarray:
    """Log-odds of a test whose values are normal, one apart by class, as they hold where the share is `usual`."""
    rng = np.random.default_rng(5)
    of_class = np.arange(rows) < share * rows
    values = rng.normal(np.where(of_class, 2.0, 0.0), 1.0)
    return 2.0 * values - 2.0 + odds(usual)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.6])
def test_the_share_of_other_data_is_read_off_probabilities(share: float) -> None:
    log_odds = calibrated(share, usual=0.1)
    shift = share_shift(log_odds, usual=0.1, lowest=0.001, highest=0.999)
    assert expit(odds(0.1) + shift) == pytest.approx(share, abs=0.02)
    assert expit(log_odds + shift).mean() == pytest.approx(share, abs=0.02)


def test_the_share_stays_within_what_is_believed() -> None:
    assert expit(odds(0.1) + share_shift([-9.0] * 50, 0.1, 0.03, 0.3)) == pytest.approx(0.03)
    assert expit(odds(0.1) + share_shift([9.0] * 50, 0.1, 0.03, 0.3)) == pytest.approx(0.3)


def test_no_rows_move_nothing() -> None:
    assert share_shift([], 0.1, 0.01, 0.5) == 0.0


@given(st.floats(1e-9, 1 - 1e-9))
def test_odds_and_probability_are_each_others_inverse(share: float) -> None:
    assert expit(odds(share)) == pytest.approx(share)


def test_what_is_unknown_stays_unknown_and_extremes_are_no_error() -> None:
    assert np.isnan(expit(np.nan))
    assert expit([-1e6, 1e6]) == pytest.approx([0.0, 1.0])
