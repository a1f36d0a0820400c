"""How far a row's neighbours are."""

from __future__ import annotations

import numpy as np

from curation.corpus.tools import Vectors

BEGINNING = 200  # characters of a question or an answer that say its topic
NEAREST = 5


def neighbour_distance(vectors: Vectors, reference: Vectors) -> Vectors:
    """Give 1 - cosine to the fifth nearest reference that isn't the very same text."""
    similarity = vectors @ reference.T
    similarity[similarity > 0.9999] = -1.0
    return np.asarray(1 - np.partition(similarity, -NEAREST, axis=1)[:, -NEAREST])
