"""Plane of rows: where each lies on a map by meaning, which of them are drawn, and which lie within a shape.

at = on_scale(plane(meaning.vectors))               # int [rows, 2], each axis from 0 to SCALE
places = drawn(mask)                                # at most POINTS of the marked rows
within(at, [(100, 100), (400, 100), (250, 300)])    # bool [rows]: inside the triangle

>>> within(np.array([[5, 5], [5, 15]]), [(0, 0), (10, 0), (10, 10), (0, 10)])
array([ True, False])
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Places = NDArray[np.int64]

SCALE = 1_000  # steps of each axis of the map: more than a screen shows
POINTS = 5_000  # drawn on a map


def plane(vectors: Vectors) -> Vectors:
    """Project vectors onto their first two principal components, float32 [rows, 2].

    The same vectors give the same plane: a component's largest weight is positive.
    """
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, : -min(2, axes.shape[1]) - 1 : -1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return np.asarray(centred @ axes, np.float32)


def on_scale(points: Vectors) -> Places:
    """Bring each axis to whole steps from 0 to SCALE; rows that lie together in an axis lie in its middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, 1)
    found: Places = np.rint(SCALE * np.where(high > low, (points - low) / span, 0.5)).astype(np.int64)
    return found


def drawn(mask: NDArray[np.bool_], points: int = POINTS) -> Places:
    """Sample marked rows, the same ones for the same rows; narrowing a mask draws no row that wasn't drawn before.

    Unless fewer than `points` are left: then all of them are drawn.
    """
    order = np.random.default_rng(0).permutation(len(mask))
    return np.sort(order[mask[order]][:points])


def within(at: Places, outline: Sequence[Sequence[float]]) -> NDArray[np.bool_]:
    """Mark the points inside a shape by its corners, in order; where it crosses itself, by even and odd crossings.

    A ray from the point to the right crosses the outline an odd number of times exactly when the point is inside.
    """
    x, y = at.T
    inside = np.zeros(len(at), bool)
    corners = np.asarray(outline, np.float64).reshape(-1, 2)
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            crosses = (y1 > y) != (y2 > y)
            inside ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return inside
