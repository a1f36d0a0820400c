"""Pairwise accuracy with tie calibration (Deutsch, Foster and Freitag 2023): how near two scores count as a tie.

    verdicts, epsilon = calibrated_verdicts(differences, human, seed=0)

A metric never ties where people do, so it would lose every human tie; epsilon gives it a tie of its own. It is
cross-fitted: each tenth of the items is judged at the epsilon of the other nine, so no item has a part in its own
figure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Signs = NDArray[np.int64]
FOLDS = 10


def calibrated_verdicts(differences: ArrayLike, human: ArrayLike, seed: int = 0) -> tuple[Signs, float]:
    """Give each pair's verdict (1 for a, -1 for b, 0 for a tie) and the epsilon of all items together.

    `differences` are score of a minus score of b, `human` the same signs from people.
    """
    values, signs = np.asarray(differences, dtype=float), np.asarray(human, dtype=np.int64)
    if len(values) < 2:
        return verdicts_at(values, 0.0), 0.0
    fold = np.random.default_rng(seed).permutation(len(values)) % FOLDS
    verdicts = np.empty(len(values), dtype=np.int64)
    for number in range(min(FOLDS, len(values))):
        used = fold == number
        verdicts[used] = verdicts_at(values[used], best_epsilon(values[~used], signs[~used]))
    return verdicts, best_epsilon(values, signs)


def verdicts_at(differences: Floats, epsilon: float) -> Signs:
    """Give the sign of each difference, 0 up to and including epsilon: [0.3, -0.1, -0.2] at 0.1 → [1, 0, -1]."""
    return np.where(np.abs(differences) <= epsilon, 0, np.sign(differences)).astype(np.int64)


def best_epsilon(differences: Floats, human: Signs) -> float:
    """Give the smallest epsilon with the highest accuracy, human ties included."""
    size = np.abs(differences)
    levels, inverse = np.unique(np.append(size, 0.0), return_inverse=True)
    place = inverse[:-1]
    right = (np.sign(differences) == human) & (size > 0)
    tied_up_to = np.cumsum(np.bincount(place, human == 0, len(levels)))
    right_beyond = right.sum() - np.cumsum(np.bincount(place, right, len(levels)))
    return float(levels[np.argmax(tied_up_to + right_beyond)])
