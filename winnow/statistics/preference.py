"""Preferences beyond the plain win rate: length-controlled win rate, Bradley-Terry for several systems.

    length_controlled_win_rate([1, 1, 0.5, 0], length_difference=[40, 12, 0, -3])
    bradley_terry([("base", "tuned", 0.0), ("tuned", "prompted", 1.0), …])

Both are sensitivity lines, never the headline: the headline is the win rate among decided pairs.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from winnow.statistics.interval import CONFIDENCE, DRAWS, Interval
from winnow.statistics.proportions import normal_quantile, student_quantile
from winnow.statistics.shares import expit
from winnow.statistics.units import cluster_codes, finite

Floats = NDArray[np.float64]
Battle = tuple[str, str, float]

PRIOR_SPREAD = np.array([2.5, 1.0])  # of preference and of length's pull, in logits: few votes can't move them far
NEWTON_STEPS = 30  # at most
STILL = 1e-10  # logits: a step below it changes no digit that is shown


def length_controlled_win_rate(
    preferences: ArrayLike, length_difference: ArrayLike, *, confidence: float = CONFIDENCE
) -> Interval:
    """Give tuned's win rate as it would be if both answers were equally long.

    `preferences`: 1 tuned, 0 base, 0.5 tie; `length_difference`: tuned minus base, any unit. The model is
    Dubois et al. (2024) without the difficulty term, logit P = preference + pull · tanh(difference / sd), with
    normal priors for small n; the interval is the posterior's at its mode.
    """
    outcome, difference = finite(preferences), finite(length_difference)
    n = len(outcome)
    if n != len(difference):
        raise ValueError(f"{n} preferences for {len(difference)} length differences")
    if n < 2:
        return Interval.unknown(n, "fewer than two judged pairs")
    spread = float(difference.std(ddof=1)) or 1.0
    design = np.column_stack([np.ones(n), np.tanh(difference / spread)])
    weights = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        chance = expit(design @ weights)
        gradient = design.T @ (outcome - chance) - weights / PRIOR_SPREAD**2
        information = (design.T * (chance * (1 - chance))) @ design + np.diag(1 / PRIOR_SPREAD**2)
        step = np.linalg.solve(information, gradient)
        weights = weights + step
        if np.abs(step).max() < STILL:
            break
    error = float(np.sqrt(np.linalg.inv(information)[0, 0]))
    half = normal_quantile(confidence) * error
    low, estimate, high = expit(weights[0] + np.array([-half, 0.0, half]))
    return Interval(float(estimate), float(low), float(high), n)


def bradley_terry(
    battles: Sequence[Battle],
    items: Sequence[Hashable] | None = None,
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Interval]:
    """Give each system's strength in logits, centred on 0, from (first, second, first's outcome) battles.

    An outcome is 1, 0 or 0.5 for a tie. Half a win is added to either side of every pair that met (Jeffreys'
    prior for a share), so that a system that never lost stays finite. The interval is a percentile bootstrap
    over items, expanded for few: battles over one item, such as a question that all answered, are drawn together;
    without `items` each battle is its own. n counts the system's items. Systems that no chain of battles joins
    can't be compared.
    """
    systems = sorted({name for battle in battles for name in battle[:2]})
    codes = cluster_codes(items, len(battles))
    own = {name: codes[[name in battle[:2] for battle in battles]] for name in systems}
    played = {name: len(np.unique(own[name])) for name in systems}
    kinds, kind = np.unique(np.array(_coded(battles, systems)).reshape(-1, 3), axis=0, return_inverse=True)
    if not _is_connected(kinds, len(systems)):
        reason = "some systems never met, not even through others"
        return {name: Interval.unknown(played[name], reason) for name in systems}
    profiles, numbers = _profiles(codes, kind.ravel(), len(kinds))
    estimate = _strengths(kinds, (numbers @ profiles)[None], len(systems))[0]
    if numbers.sum() < 2:
        reason = "one item shows no spread"
        return {name: Interval.unknown(1, reason, float(e)) for name, e in zip(systems, estimate, strict=True)}
    drawn = np.random.default_rng(seed).multinomial(numbers.sum(), numbers / numbers.sum(), draws)
    spread = _strengths(kinds, drawn @ profiles, len(systems))
    tail = _expanded_tail(int(numbers.sum()), confidence)
    low, high = np.quantile(spread, [tail, 1 - tail], axis=0)
    rows = zip(systems, estimate, low, high, strict=True)
    return {name: Interval(float(e), float(lo), float(hi), played[name]) for name, e, lo, hi in rows}


def _expanded_tail(n: int, confidence: float) -> float:
    """Give the percentile that makes up for a bootstrap of n items being too narrow (Hesterberg 2015)."""
    from scipy.special import ndtr

    return float(ndtr(-student_quantile(n - 1, confidence) * sqrt(n / (n - 1))))


def _profiles(codes: NDArray[np.int64], kind: NDArray[np.int64], kinds: int) -> tuple[Floats, NDArray[np.int64]]:
    """Count the kinds of battle over an item, and the items with the same counts: equal ones are drawn as one."""
    counts = np.zeros((int(codes.max()) + 1, kinds))
    np.add.at(counts, (codes, kind), 1.0)
    return np.unique(counts, axis=0, return_counts=True)


def _coded(battles: Sequence[Battle], systems: list[str]) -> list[tuple[float, float, float]]:
    if any(first == second for first, second, _ in battles):
        raise ValueError("a system can't meet itself")
    return [(systems.index(first), systems.index(second), outcome) for first, second, outcome in battles]


def _is_connected(kinds: Floats, size: int) -> bool:
    reached, before = {0}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {int(system) for pair in kinds[:, :2] if reached & {*map(int, pair)} for system in pair}
    return len(reached) == size


def _strengths(kinds: Floats, counts: Floats, size: int) -> Floats:
    """Fit every row of counts (draws × kinds of battle) by Newton's method; gives draws × systems."""
    wins = np.zeros((len(counts), size, size))
    met = np.zeros((size, size))
    for (first, second, outcome), column in zip(kinds, counts.T, strict=True):
        a, b = int(first), int(second)
        wins[:, a, b] += outcome * column
        wins[:, b, a] += (1 - outcome) * column
        met[a, b] = met[b, a] = 0.5
    wins += met
    games = wins + wins.transpose(0, 2, 1)
    strengths = np.zeros((len(counts), size))
    for _ in range(NEWTON_STEPS):
        chance = expit(strengths[:, :, None] - strengths[:, None, :])
        gradient = (wins - games * chance).sum(2)
        curvature = games * chance * (1 - chance)
        # strengths are known up to a constant: a unit on every cell fixes their mean at 0
        hessian = curvature.sum(2)[:, :, None] * np.eye(size) - curvature + 1.0
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        strengths += np.clip(step, -2, 2)
        if np.abs(step).max() < STILL:
            break
    return np.asarray(strengths)
