from __future__ import annotations

import numpy as np
import pytest

from winnow.statistics import paired_difference
from winnow.statistics.crossed import crossed_difference


def drawn(rng, seeds, items, of_items, of_seeds, of_rest=1.0, clusters=None):
    """Differences of seeds × items around 0, each part of the spread as asked for."""
    groups = np.arange(items) if clusters is None else clusters
    of_group = of_items * rng.normal(size=groups.max() + 1)
    of_seed = of_seeds * rng.normal(size=(seeds, 1))
    return of_group[groups] + of_seed + of_rest * rng.normal(size=(seeds, items))


@pytest.mark.parametrize(
    ("of_items", "of_seeds", "most"),
    [(1.0, 0.0, 0.995), (1.0, 0.05, 0.995), (0.3, 0.5, 0.97), (0.0, 0.1, 0.995)],
    ids=["seeds add nothing", "seeds add a little", "seeds decide", "as much as the rest"],
)
def test_the_interval_covers_the_truth_at_least_as_often_as_it_says(of_items, of_seeds, most):
    """3 seeds × 120 items, 1,500 studies of no difference: how many intervals hold 0?"""
    rng = np.random.default_rng(0)
    studies = [drawn(rng, 3, 120, of_items, of_seeds) for _ in range(1500)]
    covered = np.mean([not crossed_difference(0 * study, study).interval.excludes(0.0) for study in studies])
    assert 0.95 <= covered <= most


def test_an_interval_over_items_alone_is_too_narrow_where_the_seeds_decide():
    """What the crossed interval is for: the mean over seeds, bootstrapped over items, calls a difference in half of them."""
    rng = np.random.default_rng(1)
    studies = [drawn(rng, 3, 120, 0.3, 0.5) for _ in range(60)]
    calls = [paired_difference(0 * s.mean(0), s.mean(0), draws=500).excludes(0.0) for s in studies]
    assert np.mean(calls) > 0.4


def test_items_of_one_group_are_drawn_together():
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(30), 4)
    studies = [drawn(rng, 3, 120, 1.0, 0.0, clusters=clusters) for _ in range(600)]
    together = [crossed_difference(0 * s, s, clusters.tolist()).interval for s in studies]
    apart = [crossed_difference(0 * s, s).interval for s in studies]
    assert np.mean([found.excludes(0.0) for found in together]) < 0.05
    assert np.mean([found.excludes(0.0) for found in apart]) > 0.1


def test_groups_of_unlike_sizes_leave_the_mean_of_the_items():
    rng = np.random.default_rng(3)
    clusters = np.sort(rng.integers(0, 25, 120))
    study = drawn(rng, 3, 120, 1.0, 0.3)
    assert crossed_difference(0 * study, study, clusters.tolist()).interval.estimate == pytest.approx(study.mean())


def test_one_seed_is_students_interval_over_the_items():
    values = np.array([[1.0, 2.0, 3.0, 4.0, 10.0]])
    found = crossed_difference(0 * values, values).interval
    half = 2.776445 * values.std(ddof=1) / np.sqrt(5)
    assert (found.low, found.high) == (pytest.approx(4 - half), pytest.approx(4 + half))


def test_enough_items_are_those_with_which_the_difference_is_found():
    rng = np.random.default_rng(4)
    study = drawn(rng, 10, 2000, 1.0, 0.0)
    needed = crossed_difference(0 * study, study).items_needed(margin=0.2)
    found = [
        crossed_difference(np.zeros((10, needed)), 0.2 + drawn(rng, 10, needed, 1.0, 0.0)).interval.low > 0
        for _ in range(300)
    ]
    assert 0.7 < np.mean(found) < 0.9


def test_where_the_seeds_leave_the_doubt_more_items_dont_help():
    study = drawn(np.random.default_rng(5), 3, 2000, 0.1, 1.0, of_rest=0.1)
    found = crossed_difference(0 * study, study)
    assert found.items_needed(margin=0.3) is None
    assert found.seeds_needed(margin=0.3) > 30


def test_rare_gains_between_two_ends_are_held_where_the_spread_that_is_seen_misses_them():
    rng = np.random.default_rng(6)
    gains = np.where(rng.random((400, 1, 40)) < 0.05, 0.8, 0.0) + 0.02 * rng.normal(size=(400, 3, 40))
    held = {
        scale: np.mean([
            (found := crossed_difference(0 * study, study, scale=scale).interval).low <= 0.04 <= found.high
            for study in gains
        ])
        for scale in (None, (0, 1))
    }  # fmt: skip
    assert held[None] < 0.92
    assert held[0, 1] >= 0.95


def test_ends_take_more_items_to_find_a_small_difference():
    study = drawn(np.random.default_rng(7), 10, 400, 0.05, 0.0, of_rest=0.01)
    found, bounded = crossed_difference(0 * study, study), crossed_difference(0 * study, study, scale=(0, 1))
    assert bounded.items_needed(margin=0.02) > found.items_needed(margin=0.02)
    needed = bounded.items_needed(margin=0.02)
    told = [
        crossed_difference(np.zeros((10, needed)), 0.02 + drawn(rng, 10, needed, 0.05, 0.0, 0.01), scale=(0, 1))
        for rng in map(np.random.default_rng, range(200))
    ]
    assert np.mean([one.interval.low > 0 for one in told]) > 0.7


def test_values_that_are_all_equal_show_no_spread():
    assert not crossed_difference([[1.0, 1.0]], [[2.0, 2.0]]).interval.is_known


def test_unscored_values_are_refused():
    with pytest.raises(ValueError, match="unscored"):
        crossed_difference([[1.0, 1.0]], [[2.0, float("nan")]])
