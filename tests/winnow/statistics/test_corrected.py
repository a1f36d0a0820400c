from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.statistics import corrected_share, share
from winnow.statistics.corrected import _tuned

STUDIES = 300
PAIRS = 400


def study(rng, voted, accuracy, rate=0.65, ties=0.2, pairs=PAIRS):
    """Votes on the first pairs, and a judge that is right about so many of all of them."""
    decided = rng.random(pairs) >= ties
    won = decided & (rng.random(pairs) < rate)
    truth = np.where(decided, np.where(won, 1, -1), rng.choice([-1, 1], pairs))
    judge = np.where(rng.random(pairs) < accuracy, truth, -truth)
    return won[:voted], decided[:voted], judge[:voted], judge


@pytest.mark.parametrize("accuracy", [0.5, 0.7, 0.9])
@pytest.mark.parametrize("voted", [20, 50, 200])
def test_the_corrected_interval_covers_and_is_never_wider_than_the_votes_alone(voted, accuracy):
    rng = np.random.default_rng(voted)
    found = [corrected_share(*study(rng, voted, accuracy)) for _ in range(STUDIES)]
    covered = np.mean([one.corrected.low <= 0.65 <= one.corrected.high for one in found])
    widths = np.array([[one.corrected.high - one.corrected.low, one.people.high - one.people.low] for one in found])
    assert covered >= 0.93
    assert widths[:, 0].mean() <= 1.02 * widths[:, 1].mean()
    if accuracy == 0.9:
        assert np.mean([one.votes / one.people.n for one in found]) > 1.2


def test_a_judge_that_guesses_adds_nothing_and_says_so():
    found = [corrected_share(*study(np.random.default_rng(seed), 50, 0.5)) for seed in range(100)]
    useless = [one for one in found if one.weight == 0]
    assert len(useless) > 75
    assert {one.reason for one in useless} == {"the judge doesn't follow these votes"}
    assert all(one.corrected == one.people for one in useless)


def test_a_judge_that_always_names_the_same_side_adds_nothing_whatever_the_rate():
    won, decided, _, _ = study(np.random.default_rng(1), 50, 0.9)
    found = corrected_share(won, decided, np.ones(50), np.ones(PAIRS))
    assert found.corrected == found.people
    assert found.reason == "the judge says the same of every voted pair"


def test_a_biased_judge_moves_the_estimate_nowhere_on_average():
    rng, estimates = np.random.default_rng(5), []
    for _ in range(STUDIES):
        won, decided, _, every = study(rng, 100, 0.8)
        kind = rng.random(PAIRS) < 0.4  # it calls tuned better in four of ten pairs without reading them
        every = np.where(kind, 1, every)
        estimates.append(corrected_share(won, decided, every[:100], every).corrected.estimate)
    assert np.mean(estimates) == pytest.approx(0.65, abs=0.01)


def test_a_wrong_way_round_judge_helps_as_much_as_a_right_one():
    won, decided, own, every = study(np.random.default_rng(2), 60, 0.85)
    right, wrong = corrected_share(won, decided, own, every), corrected_share(won, decided, -own, -every)
    assert right.corrected.as_dict() == pytest.approx(wrong.corrected.as_dict())
    assert right.weight == pytest.approx(-wrong.weight)


def test_where_people_voted_on_every_pair_the_judge_has_nothing_to_add():
    won, decided, own, _ = study(np.random.default_rng(3), 60, 0.9)
    assert corrected_share(won, decided, own, own).reason == "people voted on every pair"


def test_the_weight_is_that_of_the_regression_of_votes_on_verdicts():
    rng = np.random.default_rng(4)
    judged = rng.normal(size=4_000)
    votes = 0.3 * judged + rng.normal(size=4_000)
    votes -= votes.mean()
    slope = np.polyfit(judged, votes, 1)[0]
    weight, explained = _tuned(votes, judged)
    assert weight == pytest.approx(slope, rel=2e-3)
    assert explained == pytest.approx(np.corrcoef(judged, votes)[0, 1] ** 2, abs=1e-3)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(10, 80), st.floats(0.1, 0.9), st.floats(0.3, 1.0))
def test_the_corrected_interval_stays_in_range_and_never_wins_more_than_all_pairs_could(seed, voted, rate, accuracy):
    found = corrected_share(*study(np.random.default_rng(seed), voted, accuracy, rate))
    assert 0 <= found.corrected.low <= found.corrected.estimate <= found.corrected.high <= 1
    assert found.people.n <= found.votes <= found.people.n * PAIRS / voted


def test_groups_count_as_one_as_they_do_for_the_votes_alone():
    won, decided, own, every = study(np.random.default_rng(6), 60, 0.85, ties=0)
    twice = [np.repeat(values, 2) for values in (won, decided, own, every)]
    together = corrected_share(*twice, [place // 2 for place in range(120)])
    alone = corrected_share(won, decided, own, every)
    assert together.people == share(twice[0], [place // 2 for place in range(120)])
    assert together.corrected.high - together.corrected.low == pytest.approx(
        alone.corrected.high - alone.corrected.low, rel=0.05
    )
