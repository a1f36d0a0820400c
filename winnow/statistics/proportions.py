"""Shares and counts: Wilson, Jeffreys, exact and mid-p sign tests, McNemar, paired pass/fail.

    wilson(wins, wins + losses)       # win rate among decided pairs
    sign_test(wins, losses)           # exact two-sided p, ties left out
    paired_proportions(base, tuned)   # tuned minus base, both pass/fail on the same items

Wald's interval isn't here: below a few hundred items it promises more than it keeps (Bowyer et al. 2025).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from winnow.statistics.interval import CONFIDENCE, Interval
from winnow.statistics.units import finite, units_of


def normal_quantile(confidence: float) -> float:
    """Give the two-sided standard normal quantile: 1.96 at 0.95."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2))


def student_quantile(freedom: float, confidence: float) -> float:
    """Give the two-sided quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + confidence / 2))


def _check_counts(successes: float, n: float) -> None:
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes out of {n}: expected 0 <= successes <= n")


def wilson(successes: float, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Give a share with its Wilson score interval; `successes` may be fractional (a tie as half)."""
    _check_counts(successes, n)
    if n == 0:
        return Interval.unknown(0, "there is no item to count")
    low, high = score_bounds(successes / n, n, normal_quantile(confidence))
    return Interval(successes / n, low, high, n)


def score_bounds(share: float, n: float, quantile: float) -> tuple[float, float]:
    """Give Wilson's bounds of a share of n comparisons, n not always a whole number."""
    square = quantile**2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = quantile / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    # at 0 and 1 the formula gives the bound exactly, but for rounding
    return (0.0 if share == 0 else centre - half), (1.0 if share == 1 else centre + half)


def jeffreys(successes: float, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Give a share with the Beta(1/2, 1/2) posterior's central interval; 0 and n reach the end of the scale."""
    from scipy.special import betaincinv

    _check_counts(successes, n)
    if n == 0:
        return Interval.unknown(0, "there is no item to count")
    tail = (1 - confidence) / 2
    shape = (successes + 0.5, n - successes + 0.5)
    low = 0.0 if successes == 0 else float(betaincinv(*shape, tail))
    high = 1.0 if successes == n else float(betaincinv(*shape, 1 - tail))
    return Interval(successes / n, low, high, n)


def sign_test(wins: int, losses: int, mid_p: bool = False) -> float:
    """Give the two-sided p of `wins` against `losses` under a fair coin; ties don't enter.

    Exact by default. Mid-p counts half of the observed table: nearer to the nominal level, but not guaranteed
    to stay below it. No decided pair gives 1.
    """
    from scipy.special import bdtr

    if wins < 0 or losses < 0:
        raise ValueError(f"{wins} wins and {losses} losses: counts can't be negative")
    n, fewer = wins + losses, min(wins, losses)
    if n == 0:
        return 1.0
    p = 2 * float(bdtr(fewer, n, 0.5))
    if mid_p:
        p -= float(bdtr(fewer, n, 0.5) - (bdtr(fewer - 1, n, 0.5) if fewer else 0.0))
    return min(p, 1.0)


def net_signs(values: ArrayLike, clusters: Sequence[Hashable] | None = None) -> tuple[int, int]:
    """Count the clusters with more values above 0 than below, and those with fewer: the two counts of a sign test.

    Items of one cluster aren't tossed one by one; without clusters each item stands alone.
    """
    sums, _ = units_of(np.sign(finite(values)), clusters)
    return int((sums > 0).sum()), int((sums < 0).sum())


def discordant(base: Sequence[bool], tuned: Sequence[bool]) -> tuple[int, int]:
    """Count the items only tuned passes and the items only base passes."""
    if len(base) != len(tuned):
        raise ValueError(f"base has {len(base)} items and tuned {len(tuned)}: they must be the same items")
    pairs = [(bool(b), bool(t)) for b, t in zip(base, tuned, strict=True)]
    return pairs.count((False, True)), pairs.count((True, False))


def mcnemar(base: Sequence[bool], tuned: Sequence[bool], mid_p: bool = False) -> float:
    """Give McNemar's two-sided p for two pass/fail columns over the same items: a sign test on the changes."""
    return sign_test(*discordant(base, tuned), mid_p=mid_p)


def paired_proportions(base: Sequence[bool], tuned: Sequence[bool], confidence: float = CONFIDENCE) -> Interval:
    """Give tuned's pass rate minus base's, over the same items."""
    gained, lost = discordant(base, tuned)
    return net_share(gained, lost, len(base), confidence)


def net_share(gained: int, lost: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Give (gained - lost) / n with the adjusted Wald interval of Bonett and Price (2012).

    Never of zero width: ten unchanged items don't prove that nothing can change.
    """
    _check_counts(gained + lost, n)
    if n == 0:
        return Interval.unknown(0, "there is no item to count")
    up, down = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    half = normal_quantile(confidence) * sqrt((up + down - (up - down) ** 2) / (n + 2))
    interval = Interval((gained - lost) / n, up - down - half, up - down + half, n)
    return interval.clipped(-1.0, 1.0)


def is_binary(values: ArrayLike) -> bool:
    """True when every value is 0 or 1, so that counts say all there is."""
    return bool(np.isin(np.asarray(values, dtype=float), (0.0, 1.0)).all())
