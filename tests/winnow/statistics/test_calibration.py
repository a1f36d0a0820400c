"""Expected calibration error: known values, and what it can't tell."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.statistics import calibration_error, reliability


def test_ten_rows_of_each_tenth_that_come_true_as_often_have_no_error() -> None:
    probabilities = np.repeat(np.arange(0.05, 1, 0.1), 20)
    outcomes = [number < round(20 * p) for p in np.arange(0.05, 1, 0.1) for number in range(20)]
    assert calibration_error(probabilities, outcomes).estimate == pytest.approx(0, abs=1e-9)


def test_who_says_nine_tenths_and_is_right_half_the_time_is_off_by_two_fifths() -> None:
    found = calibration_error([0.9] * 200, [True, False] * 100)
    assert found.estimate == pytest.approx(0.4)
    assert found.low <= 0.4 <= found.high
    assert found.high - found.low < 0.2


def test_the_error_of_two_bins_by_hand() -> None:
    # .1 predicted and 1 of 4 true: off by .15; .8 predicted and 2 of 4 true: off by .3
    found = calibration_error([0.1] * 4 + [0.8] * 4, [1, 0, 0, 0, 1, 1, 0, 0], bins=2)
    assert found.estimate == pytest.approx((0.15 + 0.3) / 2)


def test_a_handful_can_not_tell() -> None:
    found = calibration_error([0.5] * 19, [True] * 19)
    assert math.isnan(found.estimate)
    assert "too few" in found.reason


def test_bins_hold_equally_many_and_rise() -> None:
    bins = reliability(np.linspace(0, 1, 100), np.linspace(0, 1, 100) > 0.5)
    assert [one.items for one in bins] == [10] * 10
    assert [one.predicted for one in bins] == sorted(one.predicted for one in bins)
    assert [one.observed for one in bins] == [0] * 5 + [1] * 5


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="outside 0 to 1"):
        reliability([1.2], [True])
    with pytest.raises(ValueError, match="2 probabilities for 1 outcomes"):
        calibration_error([0.1, 0.2], [True])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=20, max_size=60))
def test_the_error_lies_in_its_interval_between_0_and_1(items: list[tuple[float, bool]]) -> None:
    found = calibration_error(*zip(*items, strict=True))
    assert 0 <= found.low <= found.estimate <= found.high <= 1
