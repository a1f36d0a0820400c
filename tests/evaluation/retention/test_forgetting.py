from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.retention.forgetting import forgetting


def test_free_answers_are_counted_as_they_are():
    change = forgetting([True, True, True, False], [True, False, True, True], [0] * 4)
    assert (change.lost, change.gained) == (1, 1)
    assert change.forgetting.estimate == change.gain.estimate == 0.25
    assert change.forgettable == 0.75


def test_the_correction_by_hand():
    """Four options: 60 % right before, 50 % after, 20 % lost, 10 % gained."""
    base = [True] * 6 + [False] * 4
    tuned = [True] * 4 + [False] * 2 + [True] + [False] * 3
    change = forgetting(base, tuned, [4] * 10)
    chance = (1 - 0.6) / 3 * (1 - 0.5)
    assert change.forgetting.estimate == pytest.approx(0.2 - chance)
    assert change.gain.estimate == pytest.approx(0.1 - chance)
    assert change.forgettable == pytest.approx((4 * 0.6 - 1) / 3)


@pytest.mark.parametrize("options", [2, 4])
def test_two_models_that_only_guess_show_no_forgetting(options):
    """Uncorrected, two guessers on two options lose a quarter of the items; corrected, nothing on average."""
    rng = np.random.default_rng(0)
    n, found, covered = 400, [], 0
    for run in range(60):
        base, tuned = (list(rng.integers(0, options, n) == 0) for _ in range(2))
        change = forgetting(base, tuned, [options] * n, seed=run)
        found.append(change.lost / n - change.forgetting.estimate)
        covered += change.forgetting.low <= 0.0
    raw = (1 / options) * (1 - 1 / options)
    assert np.mean(found) == pytest.approx(raw, abs=0.02), "what is taken off is what guessing explains"
    assert covered >= 55, "the interval holds 0"


def test_real_forgetting_under_guessing_is_found():
    """The base knows 60 % and guesses the rest; tuning lost a third of what was known."""
    rng = np.random.default_rng(1)
    n, options = 4000, 4
    known = rng.random(n) < 0.6
    kept = known & (rng.random(n) < 2 / 3)
    base = known | (rng.random(n) < 1 / options)
    tuned = kept | (rng.random(n) < 1 / options)
    change = forgetting(list(base), list(tuned), [options] * n)
    counted = 0.2 * 0.75 + 0.4 * 0.25 * 0.75  # known and lost; guessed right, then wrong
    taken_off = (1 - 0.7) / 3 * (1 - 0.55)  # guessing as if right and wrong items weren't the same ones again
    assert change.forgetting.estimate == pytest.approx(counted - taken_off, abs=0.02)
    assert change.forgetting.low > 0.1
    assert change.gain.estimate < 0.05 < change.forgetting.low
    assert change.forgettable == pytest.approx(0.6, abs=0.03)


def test_sets_with_other_numbers_of_options_are_corrected_apart():
    base, tuned = [True, False] * 50, [True, False] * 50
    change = forgetting(base + base, tuned + tuned, [2] * 100 + [0] * 100)
    assert change.forgettable == pytest.approx(0.5 * 0.0 + 0.5 * 0.5)


def test_guessing_the_same_again_takes_nothing_off_what_other_items_show():
    """Multiple choice at chance whose picks stay, beside free answers of which a fifth was lost."""
    picks = [True] * 25 + [False] * 75
    change = forgetting(picks + [True] * 100, picks + [True] * 80 + [False] * 20, [4] * 100 + [0] * 100)
    assert change.forgetting.estimate == pytest.approx(0.1)
    assert change.forgetting.low > 0.05


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from([0, 2, 5])), min_size=1, max_size=60))
def test_shares_stay_shares_and_counts_are_exact(rows):
    base, tuned, options = (list(column) for column in zip(*rows, strict=True))
    change = forgetting(base, tuned, options)
    assert change.lost == sum(b and not t for b, t, _ in rows)
    assert change.gained == sum(t and not b for b, t, _ in rows)
    for part in (change.forgetting, change.gain):
        assert 0 <= part.low <= part.high <= 1
        assert 0 <= part.estimate <= 1


def test_no_items_are_unknown_not_zero():
    assert not forgetting([], [], []).forgetting.is_known
