"""Means and paired differences over items, or clusters of items, each with its interval.

    paired_difference(base_scores, tuned_scores, clusters=duplicate_groups, scale=(0, 1))
    noninferiority(paired_difference(base, tuned, confidence=0.9), margin=0.03)   # "pass", "fail", "inconclusive"

On a scale with two ends the interval holds for any distribution there (`winnow.statistics.bounded`). Without ends it
is the symmetric studentised bootstrap's (Hall 1988), which keeps to its 95 % on skewed or zero-heavy scores, where the
plain percentile bootstrap covers 86 to 93 % at n = 20; for what is too rare to be drawn no interval without ends holds.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from winnow.statistics.bounded import Scale, bounded_mean, differences_scale
from winnow.statistics.interval import CONFIDENCE, DRAWS, Interval
from winnow.statistics.proportions import (
    is_binary,
    net_share,
    normal_quantile,
    score_bounds,
    student_quantile,
    wilson,
)
from winnow.statistics.units import Floats, cluster_codes, finite, units_of

GateResult = Literal["pass", "fail", "inconclusive"]

MIN_STUDENT_UNITS = 1_000  # units above which the bootstrap repeats Student's interval to the third digit
CELLS_AT_ONCE = 200_000  # resampled cells held in memory at once


def mean(
    values: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 0,
    scale: Scale | None = None,
) -> Interval:
    """Give the mean of one score per item; scores at the scale's ends alone, without clusters, get Wilson's interval.

    On a `scale` with two ends the interval holds for any scores between them; without one, 0 and 1 are such ends.
    """
    array = finite(values)
    start, size = (scale[0], scale[1] - scale[0]) if scale else (0.0, 1.0)
    if clusters is None and len(array) and is_binary((array - start) / size):
        found = wilson(float((array - start).sum()) / size, len(array), confidence)
        low, high = start + size * found.low, start + size * found.high
        return Interval(start + size * found.estimate, low, high, len(array))
    if scale is not None:
        return bounded_mean(array, scale, clusters, confidence)
    return _studentised(array, clusters, confidence, draws, seed)


def share(
    outcomes: ArrayLike, clusters: Sequence[Hashable] | None = None, *, confidence: float = CONFIDENCE
) -> Interval:
    """Give the share of 1 among 0/1 outcomes; where items share a cluster, by Wilson's interval with a design effect.

    That is Wilson's at as many independent items as would show the clusters' own spread, never more than there are,
    with Student's quantile for the clusters (after Korn and Graubard 1998). All alike, a cluster counts as one item.
    """
    values = finite(outcomes)
    n = len(values)
    if n == 0 or len(np.unique(cluster_codes(clusters, n))) == n:
        return wilson(float(values.sum()), n, confidence)
    effective, quantile = effective_items(values, clusters, confidence)
    estimate = float(values.mean())
    if not effective:
        return Interval.unknown(n, "one cluster shows no spread", estimate)
    return Interval(estimate, *score_bounds(estimate, effective, quantile), n)


def effective_items(
    values: Floats, clusters: Sequence[Hashable] | None, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Give how many independent items would show the spread of a share, and the quantile for its interval.

    Without clusters these are all items and the normal quantile; 0 where one cluster shows no spread.
    """
    n, codes = len(values), cluster_codes(clusters, len(values))
    units = len(np.unique(codes))
    if units == n:
        return float(n), normal_quantile(confidence)
    if units < 2:
        return 0.0, math.nan
    estimate = float(values.mean())
    sums, sizes = units_of(values, clusters)
    variance, binomial = float(_standard_error(sums[None], sizes[None])[0]) ** 2, estimate * (1 - estimate)
    if binomial == 0:
        effective = n**2 / float((sizes**2).sum())
    else:
        effective = min(binomial / variance, n) if variance > 0 else n
    return float(effective), student_quantile(units - 1, confidence)


def paired_difference(
    base: ArrayLike,
    tuned: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 0,
    scale: Scale | None = None,
) -> Interval:
    """Give the mean of tuned minus base over the same items, in the same order; `scale` is that of one score.

    Items of one cluster (a duplicate group, one source document) are drawn together. Pass/fail scores without
    clusters get the interval of Bonett and Price, which few discordant pairs don't upset, and scores on a scale with
    two ends its like. Where those that were seen alone would tell a difference, but rare ones that weren't could undo
    it, the interval includes 0 and the `reason` says so.
    """
    before, after = finite(base), finite(tuned)
    if len(before) != len(after):
        raise ValueError(f"base has {len(before)} items and tuned {len(after)}: they must be the same items")
    difference = after - before
    if clusters is None and is_binary(before) and is_binary(after):
        gained, lost = int((difference > 0).sum()), int((difference < 0).sum())
        return net_share(gained, lost, len(difference), confidence)
    if scale is None:
        return _studentised(difference, clusters, confidence, draws, seed)
    found = bounded_mean(difference, differences_scale(scale), clusters, confidence)
    seen = _students(difference, clusters, confidence)
    would_tell = seen.excludes(0.0) if seen.is_known else seen.estimate != 0
    if not found.is_known or found.excludes(0.0) or not would_tell:
        return found
    return replace(found, reason=f"rare large differences could hide among {found.n} items")


def noninferiority(difference: Interval, margin: float) -> GateResult:
    """Judge whether tuned lost less than `margin`: pass when the whole interval is above -margin.

    A difference that isn't significant is no proof of retention, so an interval on both sides of -margin, or an
    unknown one, is "inconclusive". A one-sided test at 5 % uses a 90 % interval.
    """
    if margin < 0:
        raise ValueError(f"margin {margin} is negative: give the largest loss you accept, as a positive number")
    if difference.low > -margin:
        return "pass"
    if difference.high < -margin:
        return "fail"
    return "inconclusive"


def resamples(units: int, draws: int, seed: int, cells: int = CELLS_AT_ONCE) -> Iterator[NDArray[np.int64]]:
    """Draw `draws` resamples of unit numbers with replacement, at most `cells` numbers a batch."""
    rng = np.random.default_rng(seed)
    rows = max(1, min(draws, cells // max(units, 1)))
    for start in range(0, draws, rows):
        yield rng.integers(0, units, (min(rows, draws - start), units))


def _students(values: Floats, clusters: Sequence[Hashable] | None, confidence: float) -> Interval:
    """Give Student's interval, by the spread that is seen."""
    n = len(values)
    if n == 0:
        return Interval.unknown(0, "no item has a score")
    sums, sizes = units_of(values, clusters)
    estimate, units = float(values.mean()), len(sums)
    if units < 2:
        return Interval.unknown(n, "one item, or one cluster, shows no spread", estimate)
    error = float(_standard_error(sums[None], sizes[None])[0])
    if error <= 1e-12 * max(1.0, abs(estimate)):
        return Interval.unknown(n, f"all {n} values are equal, which shows no spread", estimate)
    half = student_quantile(units - 1, confidence) * error
    return Interval(estimate, estimate - half, estimate + half, n)


def _studentised(
    values: Floats, clusters: Sequence[Hashable] | None, confidence: float, draws: int, seed: int
) -> Interval:
    """Give Student's interval with the bootstrap's own quantile in the place of Student's, where units are few."""
    found, (sums, sizes) = _students(values, clusters, confidence), units_of(values, clusters)
    if not found.is_known or len(sums) > MIN_STUDENT_UNITS:
        return found
    error = float(_standard_error(sums[None], sizes[None])[0])
    half = _critical(sums, sizes, found.estimate, confidence, draws, seed) * error
    if not np.isfinite(half):
        reason = f"too few of the {found.n} values differ from the rest to show their spread"
        return Interval.unknown(found.n, reason, found.estimate)
    return Interval(found.estimate, found.estimate - half, found.estimate + half, found.n)


def _standard_error(sums: Floats, sizes: Floats) -> Floats:
    """Give the standard error of sum/size per row; each column is one independent unit."""
    units = sums.shape[1]
    centre = sums.sum(1, keepdims=True) / sizes.sum(1, keepdims=True)
    spread = ((sums - centre * sizes) ** 2).sum(1) * units / (units - 1)
    return np.asarray(np.sqrt(spread) / sizes.sum(1))


def _critical(sums: Floats, sizes: Floats, estimate: float, confidence: float, draws: int, seed: int) -> float:
    """Give the multiple of the standard error that the interval reaches to either side."""
    distances = []
    for index in resamples(len(sums), draws, seed):
        drawn, weight = sums[index], sizes[index] if np.ptp(sizes) else sizes[None]
        error = _standard_error(drawn, weight)
        away = np.abs(drawn.sum(1) / weight.sum(1) - estimate)
        # a resample of equal units has no spread of its own: it says nothing when it also has no distance
        distances.append(np.divide(away, error, out=np.where(away > 1e-12, np.inf, 0.0), where=error > 1e-12))
    return float(np.quantile(np.concatenate(distances), confidence, method="inverted_cdf"))
