"""Forgetting and gain: shares of items that went from right to wrong and back, corrected for guessing.

Two models that only guess between k options differ on many items and forgot nothing: what guessing explains is
taken off (Harmon et al., arXiv 2510.17776). The correction takes guesses before and after as independent over all
items. A model that guesses the same again loses less than that; items with as many options then show nothing lost,
and take nothing off what others show.

    change = forgetting(base=[True, True, False], tuned=[True, False, True], options=[4, 4, 4])
    change.lost, change.gained                      # 1, 1: as counted
    change.forgetting.estimate, change.forgettable  # 0.296, 0.556: shares beyond guessing
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.statistics import CONFIDENCE, Interval

Counts = NDArray[np.float64]  # [..., 4]: items right before and after, lost, gained, wrong both times
POSTERIOR_DRAWS = 10_000  # for an interval


@dataclass(frozen=True)
class Change:
    """Shares of all items lost (1→0) and gained (0→1), corrected and as counted; `forgettable` is the most that
    could be lost: what the base knew beyond guessing.
    """

    forgetting: Interval
    gain: Interval
    lost: int
    gained: int
    forgettable: float

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            "forgetting": self.forgetting.as_dict(),
            "gain": self.gain.as_dict(),
            "lost": self.lost,
            "gained": self.gained,
            "forgettable": self.forgettable,
        }


def forgetting(
    base: Sequence[bool], tuned: Sequence[bool], options: Sequence[int], seed: int = 0, confidence: float = CONFIDENCE
) -> Change:
    """Compare the same items before and after tuning; `options` is each item's number of choices, 0 for free answers.

    Items with equally many options are corrected together and weigh by their number. Intervals are those of the
    posterior of the four outcomes under Jeffreys' prior, so they are never of zero width.
    """
    n = len(base)
    if not len(base) == len(tuned) == len(options):
        raise ValueError(f"base has {n} items, tuned {len(tuned)}, options {len(options)}: they must be the same items")
    if not n:
        nothing = Interval.unknown(0, "no item could be compared")
        return Change(nothing, nothing, 0, 0, 0.0)
    rng = np.random.default_rng(seed)
    estimate, draws, forgettable = np.zeros(2), np.zeros((POSTERIOR_DRAWS, 2)), 0.0
    total = np.zeros(4)
    for k in sorted(set(options)):
        counts = _count(base, tuned, [place for place, own in enumerate(options) if own == k])
        weight = counts.sum() / n
        total += counts
        estimate += weight * _corrected(counts / counts.sum(), k).clip(min=0)
        draws += weight * _corrected(rng.dirichlet(counts + 0.5, POSTERIOR_DRAWS), k).clip(min=0)
        forgettable += weight * _forgettable((counts[0] + counts[1]) / counts.sum(), k)
    tails = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    lost, gain = (_interval(estimate[side], tails[:, side], n) for side in (0, 1))
    return Change(lost, gain, int(total[1]), int(total[2]), forgettable)


def _count(base: Sequence[bool], tuned: Sequence[bool], places: Sequence[int]) -> Counts:
    pairs = [(bool(base[place]), bool(tuned[place])) for place in places]
    outcomes = ((True, True), (True, False), (False, True), (False, False))
    return np.array([pairs.count(outcome) for outcome in outcomes], dtype=np.float64)


def _corrected(shares: Counts, options: int) -> Counts:
    """Take off what guessing explains: lucky guesses before that failed after, and the reverse."""
    before, after = shares[..., 0] + shares[..., 1], shares[..., 0] + shares[..., 2]
    luck = 1 / (options - 1) if options > 1 else 0.0
    # Whoever is wrong (k-1)/k of the time by guessing is right by luck 1/(k-1) times as often.
    chance = (1 - before) * luck * (1 - after)
    return np.stack([shares[..., 1] - chance, shares[..., 2] - chance], axis=-1)


def _forgettable(before: float, options: int) -> float:
    return max((options * before - 1) / (options - 1), 0.0) if options > 1 else before


def _interval(estimate: float, bounds: Counts, n: int) -> Interval:
    share, low, high = np.clip([estimate, *bounds], 0.0, 1.0).tolist()
    return Interval(share, low, high, n)
