"""Values by the units that were drawn independently: single items, or clusters of them.

units_of([0.2, 0.4, 0.9], ["a", "a", "b"])      # sums [0.6, 0.9], sizes [2, 1]
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def finite(values: ArrayLike) -> Floats:
    """Give the values as floats, or raise: an unscored item must be left out by name, not averaged."""
    array = np.asarray(values, dtype=float).ravel()
    if not np.isfinite(array).all():
        raise ValueError("a value is NaN or infinite: leave unscored items out and count them")
    return array


def cluster_codes(clusters: Sequence[Hashable] | None, n: int) -> NDArray[np.int64]:
    """Number the clusters from 0 in order of appearance; without clusters each item is its own."""
    if clusters is None:
        return np.arange(n)
    if len(clusters) != n:
        raise ValueError(f"{len(clusters)} cluster labels for {n} items")
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in clusters], dtype=np.int64)


def units_of(values: Floats, clusters: Sequence[Hashable] | None) -> tuple[Floats, Floats]:
    """Give each unit's sum of values and its number of items."""
    codes = cluster_codes(clusters, len(values))
    units = int(codes.max()) + 1 if len(codes) else 0
    return np.bincount(codes, values, units).astype(np.float64), np.bincount(codes, minlength=units).astype(np.float64)
