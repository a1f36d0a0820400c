"""How far a row's neighbours are."""

from __future__ import annotations

import numpy as np

from curation.corpus.tools import Vectors

BEGINNING = 200  # characters of a question or an answer that say its topic
NEAREST = 5
SPREAD = 1.4826  # median deviations in a standard deviation


def neighbour_distance(vectors: Vectors, reference: Vectors) -> Vectors:
    """Give 1 - cosine to the fifth nearest reference that isn't the very same text."""
    similarity = vectors @ reference.T
    similarity[similarity > 0.9999] = -1.0
    return np.asarray(1 - np.partition(similarity, -NEAREST, axis=1)[:, -NEAREST])


def middle_and_width(distances: Vectors) -> tuple[float, float]:
    """Give the middle of distances and the width of the wider side of it, which a few odd ones don't move.

    Questions on one matter crowd together below the middle: 1, 2, 3, 10, 40 → 3 and 32.6, where the width of both
    sides, 3.0, would call the usual ones above it odd.
    """
    middle = float(np.median(distances))
    sides = (middle - distances[distances < middle], distances[distances > middle] - middle)
    return middle, SPREAD * max((float(np.median(side)) for side in sides if len(side)), default=0.0) or 1.0
