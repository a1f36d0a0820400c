"""Where rows lie on a map: the same each time, and those within a shape."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from curation.publish.plane import SCALE, drawn, on_scale, plane, within


def test_the_plane_keeps_what_differs_most():
    vectors = np.zeros((9, 5), np.float32)
    vectors[:, 3], vectors[:, 1] = np.arange(9), np.arange(9) % 2
    x, y = plane(vectors).T
    assert np.allclose(x, np.arange(9) - 4, atol=0.2)
    assert np.ptp(y) < 1.2


@given(some.lists(some.booleans(), max_size=60), some.integers(1, 20))
def test_a_narrowed_map_draws_rows_that_fit_and_as_many_as_it_may(mask, points):
    marks = np.array(mask, bool)
    places = drawn(marks, points)
    assert len(places) == min(points, marks.sum())
    assert marks[places].all()
    assert np.array_equal(places, drawn(marks, points))


def test_each_axis_reaches_from_end_to_end_and_one_that_says_nothing_lies_in_the_middle():
    at = on_scale(np.array([[-2, 7], [0, 7], [2, 7]], np.float32))
    assert at.tolist() == [[0, SCALE // 2], [SCALE // 2, SCALE // 2], [SCALE, SCALE // 2]]


def test_a_lasso_takes_what_it_surrounds_and_leaves_what_lies_in_its_bay():
    horseshoe = [(0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30)]
    points = {"left arm": (5, 20), "bay": (15, 20), "right arm": (25, 20), "bottom": (15, 5), "outside": (40, 5)}
    found = within(np.array(list(points.values())), horseshoe)
    assert dict(zip(points, found.tolist(), strict=True)) == {
        "left arm": True, "bay": False, "right arm": True, "bottom": True, "outside": False,
    }  # fmt: skip


@given(some.lists(some.tuples(some.integers(0, 50), some.integers(0, 50)), min_size=1, max_size=40))
def test_a_box_round_everything_takes_every_point(points):
    assert within(np.array(points), [(-0.5, -0.5), (50.5, -0.5), (50.5, 50.5), (-0.5, 50.5)]).all()
    assert not within(np.array(points), []).any()
