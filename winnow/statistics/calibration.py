"""Whether probabilities hold: what share of the rows that were said to be bad with .3 is bad.

    calibration_error(probabilities, outcomes)          # Interval(estimate=0.03, low=0.02, high=0.06, n=400)
    reliability(probabilities, outcomes)                # bins, for a plot

Expected calibration error (Naeini et al., 2015; Guo et al., 2017) over bins of equally many items, so that no bin rests
on a handful. It is biased upwards in small samples: a perfect model doesn't reach 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from winnow.statistics.interval import CONFIDENCE, Interval
from winnow.statistics.means import resamples

Floats = NDArray[np.float64]

BINS = 10
RESAMPLES = 1000


class Bin(NamedTuple):
    """Items of neighbouring probabilities: their mean, the share that came true, and how many they are."""

    predicted: float
    observed: float
    items: int


def reliability(probabilities: ArrayLike, outcomes: ArrayLike, bins: int = BINS) -> list[Bin]:
    """Cut the items, ordered by probability, into bins of equally many; fewer items than bins make a bin each."""
    predicted, observed = _checked(probabilities, outcomes)
    parts = np.array_split(np.argsort(predicted, kind="stable"), min(bins, len(predicted)) or 1)
    return [Bin(float(predicted[p].mean()), float(observed[p].mean()), len(p)) for p in parts if len(p)]


def calibration_error(probabilities: ArrayLike, outcomes: ArrayLike, bins: int = BINS) -> Interval:
    """Give the mean distance between predicted and observed shares over bins, with a bootstrap interval over items.

    Both bounds and the estimate lie between 0 and 1; fewer than two items a bin can't tell.
    """
    predicted, observed = _checked(probabilities, outcomes)
    size = len(predicted)
    if size < 2 * bins:
        return Interval.unknown(size, f"{size} items are too few for {bins} bins")
    estimate = float(_errors(predicted, observed, np.arange(size)[None], bins)[0])
    found = [_errors(predicted, observed, draws, bins) for draws in resamples(size, RESAMPLES, seed=0)]
    low, high = np.quantile(np.concatenate(found), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(estimate, min(float(low), estimate), max(float(high), estimate), size)


def _errors(predicted: Floats, observed: Floats, draws: NDArray[np.int64], bins: int) -> Floats:
    """Give the error of each draw of places."""
    size = draws.shape[1]
    drawn = predicted[draws]
    order = np.take_along_axis(draws, np.argsort(drawn, axis=1, kind="stable"), axis=1)
    starts = np.cumsum([0, *(len(part) for part in np.array_split(np.arange(size), bins))])[:-1]
    sums = np.add.reduceat((predicted - observed)[order], starts, axis=1)
    return np.asarray(np.abs(sums).sum(1) / size)


def _checked(probabilities: ArrayLike, outcomes: ArrayLike) -> tuple[Floats, Floats]:
    predicted, observed = np.asarray(probabilities, np.float64).ravel(), np.asarray(outcomes, np.float64).ravel()
    if len(predicted) != len(observed):
        raise ValueError(f"{len(predicted)} probabilities for {len(observed)} outcomes")
    if ((predicted < 0) | (predicted > 1) | np.isnan(predicted)).any():
        raise ValueError("a probability lies outside 0 to 1")
    return predicted, observed
