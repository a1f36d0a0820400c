"""Differences over items and seeds, both drawn at random: what another draw of either would show.

    found = crossed_difference(base, tuned, clusters)     # base[seed][item], tuned[seed][item]
    found.interval, found.items_needed(margin=0.02)

A mean over seeds with an interval over items alone is about these very runs; this one is about the recipe. The variance
of the mean of a table seeds × groups of items is taken in two parts, each with its own Student's quantile (after
Cochran 1951): half² = t²(groups − 1) · MSgroups / (seeds · groups) + t²(seeds − 1) · MSseeds / (seeds · groups). The
second is the spread of the seeds' own means; what is neither of items nor of seeds counts in both, as in the pigeonhole
bootstrap (Owen 2007), so that the interval is rather too wide than too narrow: docs/results.md has the null study.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import ArrayLike

from winnow.statistics.bounded import Scale, differences_scale
from winnow.statistics.interval import CONFIDENCE, Interval
from winnow.statistics.power import POWER
from winnow.statistics.proportions import student_quantile
from winnow.statistics.units import Floats, cluster_codes

MOST_ITEMS = 1_000_000  # beyond, no number of items would tell
MOST_SEEDS = 1_000  # nor of seeds


@dataclass(frozen=True, slots=True)
class Crossed:
    """A mean difference with its interval, and the parts of its variance: of groups of items, of seeds, of both.

    Each is the variance that one group, one seed, or one group with one seed would have, `of_items` for the mean over
    these seeds; `groups` and `seeds` count them. `of_ends` are the squares that one more group at each end of the
    values' scale adds, 0 where it has none.
    """

    interval: Interval
    of_items: float
    of_seeds: float
    of_rest: float
    groups: int
    seeds: int
    of_ends: float = 0.0

    def items_needed(self, margin: float, confidence: float = CONFIDENCE, power: float = POWER) -> int | None:
        """Give the items with which a true difference of `margin` would be found, with as many seeds; None: never.

        Where the seeds alone leave more doubt than the margin, more items don't help: `seeds_needed` may.
        """
        of_seeds = _reach(self.seeds - 1, confidence, power) ** 2 / self.seeds
        left = margin**2 - of_seeds * self.of_seeds
        if not self.interval.is_known or left <= 0:
            return None
        reach = _reach(self.groups - 1, confidence, power) ** 2
        falling, once = reach * self.of_items + of_seeds * self.of_rest, reach * self.of_ends
        # the groups g with falling / g + once / g² = left: what is added at the ends weighs less with each group
        groups = (falling + sqrt(falling**2 + 4 * left * once)) / (2 * left)
        needed = ceil(groups * self.interval.n / self.groups)
        return needed if needed <= MOST_ITEMS else None

    def seeds_needed(self, margin: float, confidence: float = CONFIDENCE, power: float = POWER) -> int | None:
        """Give the seeds with which it would be found on as many items; None: not by more seeds."""
        of_items = self.of_items / self.groups + self.of_ends / self.groups**2
        left = margin**2 - _reach(self.groups - 1, confidence, power) ** 2 * of_items
        if not self.interval.is_known or left <= 0:
            return None
        own = self.of_seeds + self.of_rest / self.groups
        # more seeds are more degrees of freedom too
        enough = (
            seeds
            for seeds in range(max(self.seeds, 2), MOST_SEEDS)
            if _reach(seeds - 1, confidence, power) ** 2 * own / seeds <= left
        )
        return next(enough, None)


def crossed_difference(
    base: ArrayLike,
    tuned: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = CONFIDENCE,
    scale: Scale | None = None,
) -> Crossed:
    """Give the mean of tuned minus base over seeds [rows] × items [columns], paired in both.

    Items of one cluster are one group. With one seed the interval is over items alone, and says nothing of other seeds.
    Where one value has a `scale` with two ends, the interval is that of one more group at each end of the difference's.
    """
    before, after = (np.atleast_2d(np.asarray(side, dtype=float)) for side in (base, tuned))
    if before.shape != after.shape:
        raise ValueError(f"base is {before.shape} and tuned {after.shape}: they must be the same seeds and items")
    difference = after - before
    if not np.isfinite(difference).all():
        raise ValueError("a value is NaN or infinite: leave unscored items out and count them")
    seeds, items = difference.shape
    codes = cluster_codes(clusters, items)
    groups = int(codes.max()) + 1 if items else 0
    estimate = float(difference.mean()) if items else float("nan")
    if groups < 2:
        unknown = Interval.unknown(items, "one item, or one cluster, shows no spread", estimate)
        return Crossed(unknown, 0.0, 0.0, 0.0, groups, seeds)
    table = _weighed(difference, codes, groups)
    of_groups, of_seeds, rest = _mean_squares(table)
    ends = differences_scale(scale) if scale else ()
    widened = np.column_stack([table, *(np.full(seeds, end) for end in ends)])
    centre, half = float(widened.mean()), _half_width(widened, confidence)
    if not half:
        return Crossed(Interval.unknown(items, "all values are equal", estimate), 0.0, 0.0, 0.0, groups, seeds)
    interval = Interval(estimate, centre - half, centre + half, items)
    squares = float(sum(end**2 for end in ends))
    return Crossed(interval, of_groups / seeds, max(of_seeds - rest, 0.0) / groups, rest, groups, seeds, squares)


def _half_width(table: Floats, confidence: float) -> float:
    seeds, groups = table.shape
    of_groups, of_seeds, _ = _mean_squares(table)
    parts = (of_groups / table.size, groups - 1), (of_seeds / table.size, seeds - 1)
    return sqrt(sum(part * student_quantile(df, confidence) ** 2 for part, df in parts if part > 0))


def _weighed(difference: Floats, codes: np.ndarray, groups: int) -> Floats:
    """Give a table seeds × groups whose mean is that of all items: each group's deviations by its size.

    A group of 3 among groups of 1.5 on average counts twice: (3 / 1.5) · (its mean − the seed's own mean) + that mean.
    """
    sizes = np.bincount(codes, minlength=groups).astype(float)
    sums = np.stack([np.bincount(codes, row, groups) for row in difference])
    means = difference.mean(axis=1, keepdims=True)
    centre = difference.mean()
    # the items' spread is about the mean of all, so that what a seed adds to every item stays with the seed
    return np.asarray((sums - centre * sizes) / sizes.mean() + centre - (means - centre) * (sizes / sizes.mean() - 1))


def _mean_squares(table: Floats) -> tuple[float, float, float]:
    """Part the spread of a table seeds × groups: mean squares of groups, of seeds, and of the rest."""
    seeds, groups = table.shape
    centre = table.mean()
    by_group, by_seed = table.mean(axis=0) - centre, table.mean(axis=1) - centre
    of_groups = seeds * float((by_group**2).sum()) / (groups - 1)
    if seeds == 1:
        return of_groups, 0.0, 0.0
    of_seeds = groups * float((by_seed**2).sum()) / (seeds - 1)
    rest = float(((table - centre - by_group - by_seed[:, None]) ** 2).sum()) / ((groups - 1) * (seeds - 1))
    return of_groups, of_seeds, rest


def _reach(df: float, confidence: float, power: float) -> float:
    from scipy.special import ndtri

    return (student_quantile(df, confidence) if df > 0 else 0.0) + float(ndtri(power))
