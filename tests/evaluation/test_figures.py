"""Figures in words: what no number of digits may say."""

import pytest

from evaluation.figures import exact


@pytest.mark.parametrize(
    ("p", "written"),
    [(1.0, "exact p = 1.000"), (0.0314, "exact p = 0.031"), (0.001, "exact p = 0.001"), (0.0002, "exact p < 0.001")],
)
def test_no_test_is_said_to_have_p_of_zero(p: float, written: str) -> None:
    assert exact(p) == written
