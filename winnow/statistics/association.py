"""Association of a score with a judgment: AUC for two classes, Kendall's tau-b for ratings.

    auc(scores, is_good)            # DeLong's variance, in Wilson's form
    kendall_tau_b(scores, ratings)  # the variance of the U-statistic, on Fisher's z scale

A perfect value has no spread of its own; its bound is Wilson's on the comparisons that share no item.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from winnow.statistics.interval import CONFIDENCE, Interval
from winnow.statistics.proportions import score_bounds, student_quantile, wilson
from winnow.statistics.units import cluster_codes, finite

Floats = NDArray[np.float64]
MIN_CLASS_ITEMS = 10  # items of a class below which their own spread is too uncertain to be believed alone


def auc(
    scores: ArrayLike,
    labels: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Give the chance that a random positive scores above a random negative, ties as half; 0.5 is no use.

    The variance is DeLong's (1988), with clusters Obuchowski's (1997); the interval is Wilson's at as many
    comparisons as have that variance, which holds its level in small samples and near 1; with fewer than ten items of
    a class the variance is at least Hanley and McNeil's. n counts all items; one class alone can't tell.
    """
    values, good = finite(scores), np.asarray(labels, dtype=bool).ravel()
    if len(values) != len(good):
        raise ValueError(f"{len(values)} scores for {len(good)} labels")
    positives, negatives = int(good.sum()), int((~good).sum())
    n, fewer = len(values), min(positives, negatives)
    if not fewer:
        return Interval.unknown(n, f"{positives} positive and {negatives} negative items: both classes are needed")
    estimate = float(_share_below(values[good], values[~good]).mean())
    influence, codes = auc_influence(values, good), cluster_codes(clusters, n)
    (above, upper), (below, lower) = (_spread(influence[side], codes[side]) for side in (good, ~good))
    if min(upper, lower) < 2:
        return Interval.unknown(n, "one of the classes has a single item, or a single cluster", estimate)
    variance = (above + below if clusters is None else _spread(influence, codes)[0]) / n**2
    if variance < 1e-18 or not 0 < estimate < 1:
        return _without_spread(estimate, min(upper, lower), n, confidence)
    if fewer < MIN_CLASS_ITEMS:
        variance = max(variance, _model_variance(estimate, positives, negatives))
    freedom = (above + below) ** 2 / (above**2 / (upper - 1) + below**2 / (lower - 1))
    comparisons = estimate * (1 - estimate) / variance
    return Interval(estimate, *score_bounds(estimate, comparisons, student_quantile(max(freedom, 1), confidence)), n)


def auc_gain(
    scores: ArrayLike,
    others: ArrayLike,
    labels: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Give by how much the AUC of `scores` lies above that of `others` on the same items, -1 to 1.

    The variance is that of DeLong's paired comparison, so that what moves both AUCs alike doesn't count.
    """
    better, worse, good = finite(scores), finite(others), np.asarray(labels, dtype=bool).ravel()
    if not len(better) == len(worse) == len(good):
        raise ValueError(f"{len(better)} scores and {len(worse)} others for {len(good)} labels")
    n, fewer = len(good), min(int(good.sum()), int((~good).sum()))
    if fewer < 2:
        return Interval.unknown(n, "two items of each class are needed")
    estimate = float(_share_below(better[good], better[~good]).mean() - _share_below(worse[good], worse[~good]).mean())
    influence = auc_influence(better, good) - auc_influence(worse, good)
    spread, units = _spread(influence, cluster_codes(clusters, n))
    if units < 2:
        return Interval.unknown(n, "one cluster shows no spread", estimate)
    half = student_quantile(units - 1, confidence) * float(np.sqrt(spread)) / n
    return Interval(estimate, max(estimate - half, -1.0), min(estimate + half, 1.0), n)


def _model_variance(share: float, positives: int, negatives: int) -> float:
    """Give the variance of an AUC that exponential scores would have (Hanley and McNeil 1982)."""
    above, below = share / (2 - share), 2 * share**2 / (1 + share)  # two positives above one negative; the reverse
    alike = (positives - 1) * (above - share**2) + (negatives - 1) * (below - share**2)
    return (share * (1 - share) + alike) / (positives * negatives)


def auc_influence(values: Floats, good: NDArray[np.bool_]) -> Floats:
    """Give each item's influence on the AUC: mean 0, and as a mean of n its variance is DeLong's."""
    positive, negative = values[good], values[~good]
    below, above = _share_below(positive, negative), 1 - _share_below(negative, positive)
    influence = np.empty(len(values))
    influence[good] = (below - below.mean()) * len(values) / len(positive)
    influence[~good] = (above - above.mean()) * len(values) / len(negative)
    return influence


def _spread(influence: Floats, codes: NDArray[np.int64]) -> tuple[float, int]:
    """Give the summed squares of the clusters' influence, unbiased, and the number of clusters."""
    numbers = np.unique(codes, return_inverse=True)[1]
    sums = np.bincount(numbers, influence)
    units = len(sums)
    return float((sums**2).sum()) * units / max(units - 1, 1), units


def _share_below(values: Floats, others: Floats) -> Floats:
    ordered = np.sort(others)
    ranks = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return np.asarray(ranks / (2 * len(ordered)))


def kendall_tau_b(
    x: ArrayLike,
    y: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Give the rank correlation with ties, from -1 to 1; a constant column can't tell."""
    from scipy.stats import kendalltau

    first, second = finite(x), finite(y)
    n = len(first)
    if n != len(second):
        raise ValueError(f"{n} values against {len(second)}")
    if n < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return Interval.unknown(n, "one of the columns has a single value" if n > 1 else "fewer than two items")
    estimate = float(kendalltau(first, second).statistic)
    if n < 4:
        return Interval.unknown(n, f"{n} items show no spread", estimate)
    spread, units = _spread(tau_influence(first, second), cluster_codes(clusters, n))
    error = np.sqrt(spread) / n
    if units < 2:
        return Interval.unknown(n, "one cluster shows no spread", estimate)
    if error < 1e-9 or abs(estimate) > 1 - 1e-12:
        share = _without_spread((estimate + 1) / 2, min(n // 2, units), n, confidence)
        return Interval(estimate, 2 * share.low - 1, 2 * share.high - 1, n)
    half = student_quantile(units - 1, confidence) * error / (1 - estimate**2)
    centre = np.arctanh(estimate)
    return Interval(estimate, float(np.tanh(centre - half)), float(np.tanh(centre + half)), n)


def tau_influence(x: Floats, y: Floats) -> Floats:
    """Give each item's influence on tau-b: the first-order term whose mean is zero and whose variance is n·var(tau)."""
    concordance = _below(x, y) + _below(-x, -y) - _below(x, -y) - _below(-x, y)
    apart_x, apart_y = _apart(x), _apart(y)
    scale = np.sqrt(apart_x.mean() * apart_y.mean())
    tau = concordance.mean() / scale
    own = (concordance - concordance.mean()) / scale
    ties = (apart_x / apart_x.mean() - 1) + (apart_y / apart_y.mean() - 1)
    return np.asarray(2 * (own - tau / 2 * ties))


def _below(x: Floats, y: Floats) -> Floats:
    """Count for each item the others that lie below it in both columns; merges sorted halves, n log² n in all."""
    n = len(x)
    order = np.lexsort((-y, x))  # of equal x the larger y first, so that none counts as below another
    rank = np.unique(y, return_inverse=True)[1][order]
    counts, place, width = np.zeros(n), np.arange(n), 1
    while width < n:
        pair, is_right = place // (2 * width), place // width % 2 == 1
        start = pair[is_right] * n
        lefts = np.sort(pair[~is_right] * n + rank[~is_right])
        counts[is_right] += np.searchsorted(lefts, start + rank[is_right]) - np.searchsorted(lefts, start)
        width *= 2
    found = np.empty(n)
    found[order] = counts
    return found


def _apart(values: Floats) -> Floats:
    """Count for each item the others with another value."""
    _, place, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(len(values) - sizes[place], dtype=float)


def _without_spread(share: float, comparisons: int, n: int, confidence: float) -> Interval:
    """Bound a share without spread by the comparisons that share no item."""
    bounds = wilson(share * comparisons, comparisons, confidence)
    return Interval(share, bounds.low, bounds.high, n)
