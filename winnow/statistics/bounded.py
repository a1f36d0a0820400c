"""Means of values on a scale with two ends, held for any distribution on it: what wasn't drawn may still be there.

    bounded_mean([0.0] * 38 + [0.8, 0.8], (-1.0, 1.0))      # 0.040 (-0.046 to 0.122, n = 40)

Where 5 % of the items gain much and the others nothing, a third of all samples of 20 hold no such item and show no
spread at all; an interval made from the spread that is seen is then too sure. So one item is added at each end of the
scale, with the spread they bring. On values of -1, 0 and 1 that is Bonett and Price's interval (2012) for paired pass
or fail. `python -m benchmarks.intervals` sets it beside the others: it is the shortest of those that hold 93 % wherever
the values lie.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import sqrt

import numpy as np

from winnow.statistics.interval import CONFIDENCE, Interval
from winnow.statistics.proportions import normal_quantile
from winnow.statistics.units import Floats, units_of

Scale = tuple[float, float]  # the two ends


def bounded_mean(
    values: Floats, scale: Scale, clusters: Sequence[Hashable] | None = None, confidence: float = CONFIDENCE
) -> Interval:
    """Give the mean with the interval of one more item at each end of the scale; `estimate` is of the values alone.

    Items of one cluster are drawn together: an added item is then a cluster of average size, so that copies add no
    certainty. One item, or one cluster, can't tell.
    """
    n = len(values)
    if n == 0:
        return Interval.unknown(0, "no item has a score")
    sums, sizes = units_of(values, clusters)
    estimate, units = float(values.mean()), len(sums)
    if units < 2:
        return Interval.unknown(n, "one item, or one cluster, shows no spread", estimate)
    size = n / units
    sums, sizes = np.append(sums, [size * end for end in scale]), np.append(sizes, [size, size])
    centre = float(sums.sum() / sizes.sum())
    error = sqrt(float(((sums - centre * sizes) ** 2).sum())) / float(sizes.sum())
    half = normal_quantile(confidence) * error
    return Interval(estimate, centre - half, centre + half, n).clipped(*scale)


def least_difference(items: int, confidence: float = CONFIDENCE) -> float | None:
    """Give the difference of scores from 0 to 1 above which so many items tell one though all of them differ by it.

    50 → 0.055: below, rare losses among the items that weren't drawn could undo it. None where no difference is told.
    """
    quantile = normal_quantile(confidence)
    left = items**2 - 2 * quantile**2 * items / (items + 2)  # from bounded_mean with all values equal
    least = quantile * sqrt(2 / left) if left > 0 else 1.0
    return least if least < 1 else None


def differences_scale(scale: Scale) -> Scale:
    """Give the scale of a difference of two values: 0 to 1 → -1 to 1."""
    size = scale[1] - scale[0]
    return -size, size
