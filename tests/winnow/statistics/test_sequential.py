from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.statistics import (
    anytime_power,
    confidence_sequence,
    decided_after,
    pairs_to_decision,
    sign_test,
    sign_test_power,
)
from winnow.statistics.sequential import boundary

walks = st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.booleans(), max_size=n)))


def coins(walks: int, pairs: int, rate: float, seed: int) -> np.ndarray:
    """Wins so far of each walk after each pair."""
    return np.cumsum(np.random.default_rng(seed).random((walks, pairs)) < rate, axis=1)


@pytest.mark.parametrize("horizon", [6, 9, 12])
def test_of_all_walks_of_a_fair_coin_at_most_one_in_twenty_ever_crosses(horizon):
    crossing = [decided_after(walk, horizon, is_complete=True) for walk in product([True, False], repeat=horizon)]
    assert 0 < np.mean([found is not None for found in crossing]) <= 0.05


def test_ties_leave_alpha_that_the_last_look_spends_and_no_more():
    for decided in range(1, 13):
        ends = [decided_after(walk, 12, is_complete=True) for walk in product([True, False], repeat=decided)]
        assert np.mean([found is not None for found in ends]) <= 0.05
    assert decided_after([True] * 6, 50) is None
    assert decided_after([True] * 6, 50, is_complete=True) == 6, "44 ties: the six that are left may still tell"


@pytest.mark.parametrize(("pairs", "fooled"), [(50, 0.17), (200, 0.28)])
def test_a_sign_test_that_is_peeked_at_calls_far_too_many_differences_and_this_one_doesnt(pairs, fooled):
    wins, n = coins(20_000, pairs, 0.5, seed=3), np.arange(1, pairs + 1)
    needed = [next((w for w in range(k // 2 + 1, k + 1) if sign_test(w, k - w) <= 0.05), k + 1) for k in n]
    ahead = np.maximum(wins, n - wins)
    assert (ahead >= needed).any(1).mean() == pytest.approx(fooled, abs=0.01)
    assert (ahead >= boundary(pairs).wins[1:]).any(1).mean() <= 0.05 + 0.005


def test_fifty_pairs_find_a_clear_winner_after_twenty_and_a_close_one_nearly_as_often_as_a_fixed_review():
    clear, close = anytime_power(50, 0.8), anytime_power(50, 0.65)
    assert clear.power > 0.96
    assert clear.pairs < 24
    assert 0.47 < close.power < sign_test_power(50, 0.65) < 0.51
    assert anytime_power(50, 0.5).power <= 0.05


def test_the_power_is_what_walks_show():
    wins, limit, n = coins(20_000, 50, 0.7, seed=4), boundary(50).wins[1:], np.arange(1, 51)
    found = (np.maximum(wins, n - wins) >= limit).any(1).mean()
    assert found == pytest.approx(anytime_power(50, 0.7).power, abs=0.01)


@pytest.mark.parametrize("pairs", [20, 50, 200])
@pytest.mark.parametrize("rate", [0.5, 0.6, 0.75, 0.9])
def test_the_confidence_sequence_holds_the_rate_at_all_looks_at_once(pairs, rate):
    wins, n = coins(20_000, pairs, rate, seed=5), np.arange(1, pairs + 1)
    share = wins / n
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(share > 0, share * np.log(share / rate), 0)
        ratio += np.where(share < 1, (1 - share) * np.log((1 - share) / (1 - rate)), 0)
    missed = (2 * n * ratio > boundary(pairs).ratio[1:]).any(1).mean()
    assert missed <= 0.07


@settings(deadline=None, max_examples=60)
@given(walks)
def test_the_interval_excludes_one_half_exactly_where_the_votes_decided(case):
    horizon, walk = case
    for is_complete in (False, True):
        interval = confidence_sequence(walk, horizon, is_complete=is_complete)
        if interval.is_known:
            decided = decided_after(walk, horizon, is_complete=is_complete)
            assert interval.excludes(0.5) == (decided is not None)


@settings(deadline=None, max_examples=60)
@given(walks)
def test_further_votes_undo_no_decision_and_it_doesnt_matter_which_side_is_called_a_win(case):
    horizon, walk = case
    looks = [decided_after(walk[:k], horizon) for k in range(len(walk) + 1)]
    first = next((found for found in looks if found), None)
    assert all(found == first for found in looks[first or len(looks) :])
    assert decided_after([not won for won in walk], horizon) == looks[-1]


@settings(deadline=None, max_examples=60)
@given(walks)
def test_what_cant_be_decided_any_more_isnt_by_any_votes_that_are_all_alike(case):
    horizon, walk = case
    wins = sum(walk)
    left = horizon - len(walk)
    more = pairs_to_decision(wins, len(walk) - wins, left, horizon)
    best = [decided_after([*walk, *[side] * left], horizon, is_complete=True) for side in (True, False)]
    if more is None and decided_after(walk, horizon) is None:
        assert not any(found and found > len(walk) for found in best)
    elif more is not None:
        assert 1 <= more <= left


def test_early_votes_against_late_ones_leave_no_rate():
    found = confidence_sequence([True] * 20 + [False] * 180, 200)
    assert not found.is_known
    assert "contradict" in found.reason


def test_more_outcomes_than_pairs_are_an_error():
    with pytest.raises(ValueError, match="7 decided pairs of 6 planned"):
        decided_after([True] * 7, 6)
