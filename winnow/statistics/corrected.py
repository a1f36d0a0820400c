"""A win rate of few human votes, corrected by what a judge said of many pairs: prediction-powered, weight tuned.

    corrected_share(won, decided, predicted, everywhere)    # .people, .corrected, .weight, .votes

People vote on pairs drawn at random; a judge, a model or a metric, speaks of all of them. Where it is kinder to tuned
on the voted pairs than on all, so were chance and the draw, and the votes' rate is moved by as much, times a weight
that is best for these votes (Angelopoulos et al. 2023, arXiv 2311.01453; for a subset it is the regression estimator
of double sampling). A judge that doesn't follow the votes gets the weight 0, so the votes alone are left: its bias
never enters, its noise hardly. Wilson's interval is taken at the number of votes that would show the spread left.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from winnow.statistics.interval import CONFIDENCE, Interval
from winnow.statistics.means import effective_items, share
from winnow.statistics.proportions import score_bounds
from winnow.statistics.units import cluster_codes, finite

Floats = NDArray[np.float64]

CAUTION = 3.0  # units that speak against the judge before any vote is cast
MIN_UNITS = 10  # voted pairs, or groups of them, below which no weight can be tuned


@dataclass(frozen=True, slots=True)
class Corrected:
    """The win rate by the votes alone and as corrected, and the weight that the judge was given.

    `votes` is how many votes alone would give an interval as narrow as the corrected one; `reason` says why the judge
    adds nothing, empty where it does.
    """

    people: Interval
    corrected: Interval
    weight: float
    votes: float
    reason: str = ""


def corrected_share(
    won: ArrayLike,
    decided: ArrayLike,
    predicted: ArrayLike,
    everywhere: ArrayLike,
    clusters: Sequence[Hashable] | None = None,
    *,
    confidence: float = CONFIDENCE,
) -> Corrected:
    """Correct the share of wins among decided pairs.

    `won` and `decided` are 0 or 1 for each voted pair, `predicted` is what the judge gives it (any number that grows
    with tuned's chance), `everywhere` what it gives every pair, the voted ones among them. Pairs of one cluster were
    drawn together.
    """
    wins, counts, own, every = (finite(values) for values in (won, decided, predicted, everywhere))
    if not len(wins) == len(counts) == len(own) <= len(every):
        raise ValueError(f"{len(wins)} votes, {len(own)} predictions of them, {len(every)} of all pairs: they must fit")
    mask = counts > 0
    near = None if clusters is None else [label for label, kept in zip(clusters, mask, strict=True) if kept]
    people = share(wins[mask], near, confidence=confidence)
    effective, quantile = effective_items(wins[mask], near, confidence)
    if not people.is_known:
        return _people_alone(people, people.reason)
    codes = cluster_codes(clusters, len(own))
    votes: Floats = np.bincount(codes, wins - people.estimate * counts).astype(np.float64) / counts.mean()
    judged: Floats = np.bincount(codes, own - every.mean()).astype(np.float64)
    if reason := _nothing_to_add(judged, len(own), len(every)):
        return _people_alone(people, reason)
    weight, explained = _tuned(votes, judged)
    if explained <= 0:
        return _people_alone(people, "the judge doesn't follow these votes")
    kept = 1 - explained * (1 - len(own) / len(every))
    estimate = float(np.clip(people.estimate - weight * judged.sum() / len(own), 0.0, 1.0))
    corrected = Interval(estimate, *score_bounds(estimate, effective / kept, quantile), people.n)
    return Corrected(people, corrected, weight, people.n / kept)


def _people_alone(people: Interval, reason: str) -> Corrected:
    return Corrected(people, people, 0.0, float(people.n), reason)


def _nothing_to_add(judged: Floats, voted: int, pairs: int) -> str:
    """Say why no weight can be tuned at all, empty where one can."""
    if voted == pairs:
        return "people voted on every pair"
    if len(judged) < MIN_UNITS:
        return f"{len(judged)} voted pairs or groups of them are too few to tune a weight"
    return "the judge says the same of every voted pair" if np.ptp(judged) == 0 else ""


def _tuned(votes: Floats, judged: Floats) -> tuple[float, float]:
    """Give the judge's weight, and the share of the votes' variance that it explains beyond what any numbers would.

    `CAUTION` units on which votes and judge have nothing in common are added: a judge that made no mistake in twenty
    pairs will make some.
    """
    n, spread = len(votes), judged - judged.mean()
    common, of_votes, of_judge = float(spread @ votes), float(votes @ votes), float(spread @ spread)
    if of_votes == 0:
        return 0.0, 0.0
    trust = n / (n + CAUTION)
    explained = trust**2 * common**2 / (of_votes * of_judge)
    return trust * common / of_judge, 1 - (1 - explained) * (n - 1) / (n - 3)
