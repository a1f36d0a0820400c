"""How far the usual row's neighbours are, and what lies beyond that."""

from __future__ import annotations

import numpy as np
import pytest

from curation.corpus.neighbours import SPREAD, middle_and_width


def test_the_side_that_lies_wider_tells_what_is_usual() -> None:
    crowded = np.array([0.30, 0.31, 0.32, 0.33, 0.45, 0.5, 0.6], np.float32)
    middle, width = middle_and_width(crowded)
    assert middle == pytest.approx(0.33)
    assert width == pytest.approx(SPREAD * 0.17)
    assert middle_and_width(-crowded) == pytest.approx((-middle, width))


def test_an_odd_distance_moves_neither() -> None:
    usual = np.linspace(0.3, 0.5, 101, dtype=np.float32)
    odd = np.where(usual == usual.max(), 0.99, usual)
    assert middle_and_width(odd) == pytest.approx(middle_and_width(usual))


def test_where_all_are_alike_the_width_is_one() -> None:
    assert middle_and_width(np.full(20, 0.4, np.float32)) == pytest.approx((0.4, 1.0))
