"""A sign test that may be looked at after each pair: its boundary, its confidence sequence, its power.

    decided_after([True] * 9, horizon=50)           # 8: eight wins in a row decide it, and a ninth changes nothing
    confidence_sequence(outcomes, horizon=50)       # of the win rate; holds at every look at once
    anytime_power(50, rate=0.65)                    # the chance of a decision, and the pairs read on average

The likelihood ratio of the win rate so far against a supposed one is held against a boundary that falls as pairs come
in (of the family of Wang and Tsiatis 1987). Its height is exact for the fair coin: of all its walks over `horizon`
decided pairs at most a share alpha ever crosses, so that stopping may depend on all that was seen. That chance given
the pairs so far, over alpha, is a betting martingale that adapts to the pairs still to come. A mixture martingale
pays for a review without end: at 50 pairs and a true rate of .65 it decides .29 of the reviews, where this decides .48
and the fixed test .51 (`python -m benchmarks.stopping`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from winnow.statistics.interval import Interval

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

ALPHA = 0.05
FALL = 0.15  # power of horizon / n by which the boundary is higher early: 0 is Pocock's, 0.5 O'Brien and Fleming's
HEIGHTS = (1.0, 6.0)  # in standard errors: between them stands the boundary of any alpha in use
HALVINGS = 18  # of the range of heights: to the fourth digit
DIGITS = 40  # halvings of the range of rates
JUST_UNDER = 0.999  # of a ratio, for a boundary that it crosses
SLACK = 1e-9  # by which a ratio must be over the boundary: rounding crosses none


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """What decides at 0, 1, … decided pairs: the likelihood ratio to cross, and the wins of either side that do.

    A number of wins above the number of pairs says that no outcome decides yet.
    """

    ratio: Floats
    wins: Counts


@dataclass(frozen=True, slots=True)
class AnytimePower:
    """The chance of a decision, and the decided pairs read on average: until it, or until none can come any more."""

    power: float
    pairs: float


@lru_cache(maxsize=512)
def boundary(horizon: int, decided: int | None = None, alpha: float = ALPHA) -> Boundary:
    """Give the boundary over `horizon` planned pairs.

    `decided` says that all were read and so many were no ties: what is left of alpha is spent at this last look.
    """
    if horizon < 1:
        raise ValueError(f"horizon {horizon}: expected one pair or more")
    ratio = _ratios(horizon, _height(horizon, alpha))
    wins = _wins_over(ratio)
    if not decided:
        return Boundary(ratio, wins)
    last = min(_last_wins(wins, decided, alpha), int(wins[decided]))
    share, n = np.array([min(last, decided) / decided]), np.array([float(decided)])
    met = JUST_UNDER * float(_ratio(share, n, np.array([0.5]))[0]) if last <= decided else np.inf
    lowered = min(met, float(ratio[decided]))
    return Boundary(np.append(ratio[:decided], lowered), np.append(wins[:decided], last))


def _ratios(horizon: int, height: float) -> Floats:
    n = np.maximum(np.arange(horizon + 1), 1)
    return np.asarray((height * (horizon / n) ** FALL) ** 2)


@lru_cache(maxsize=512)
def _height(horizon: int, alpha: float) -> float:
    """Give the lowest boundary, at the horizon, that at most a share alpha of a fair coin's walks ever crosses."""
    low, high = HEIGHTS
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        crossed = sum(look.crossing for look in _walk(0.5, _wins_over(_ratios(horizon, middle)), horizon))
        low, high = (low, middle) if crossed <= alpha else (middle, high)
    return high


def _wins_over(ratio: Floats) -> Counts:
    """Give for each number of pairs the fewest wins whose ratio against the fair coin is over the boundary."""
    n = np.arange(len(ratio))
    under, over = (n - 1) // 2, n + 1
    for _ in range(len(n).bit_length() + 1):
        middle = (under + over) // 2
        pairs = np.maximum(n, 1).astype(np.float64)
        share = np.clip(middle / pairs, 0.5, 1.0)
        is_over = (_ratio(share, pairs, np.full(len(n), 0.5)) > ratio + SLACK) | (middle > n)
        moves = over - under > 1
        under, over = np.where(moves & ~is_over, middle, under), np.where(moves & is_over, middle, over)
    return np.asarray(over)


def _last_wins(wins: Counts, decided: int, alpha: float) -> int:
    """Give the fewest wins that may decide at the last look, so that all looks together keep to alpha."""
    looks = list(_walk(0.5, wins, decided - 1))
    whole = np.zeros(decided + 1)
    live, first = (looks[-1].live, looks[-1].first) if looks else (np.ones(1), 0)
    whole[first + 1 : first + 1 + len(live)] += live / 2
    whole[first : first + len(live)] += live / 2
    tails = np.cumsum((whole + whole[::-1])[::-1])[::-1]  # of so many wins or more, on either side
    left = alpha - sum(look.crossing for look in looks)
    return min((count for count in range(decided // 2 + 1, decided + 1) if tails[count] <= left), default=decided + 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The chance of crossing at this pair, and of `first`, `first` + 1, … wins without having crossed."""

    crossing: float
    first: int
    live: Floats


def _walk(rate: float, wins: Counts, steps: int, ahead: Counts | None = None) -> Iterator[_Look]:
    """Look after each pair. Where fewer than `ahead` pairs are for the side that leads one stops undecided."""
    live, first = np.ones(1), 0
    for n, needed in enumerate(wins[1 : steps + 1].tolist(), start=1):
        after = np.zeros(len(live) + 1)
        after[1:] = live * rate
        after[:-1] += live * (1 - rate)
        under, over = max(0, n - needed + 1 - first), max(0, needed - first)
        crossing = float(after[:under].sum() + after[over:].sum())
        live, first = after[under:over], first + under
        if ahead is not None:
            live[max(0, n - int(ahead[n]) + 1 - first) : max(0, int(ahead[n]) - first)] = 0.0
        yield _Look(crossing, first, live)


def anytime_power(horizon: int, rate: float, decided: int | None = None, alpha: float = ALPHA) -> AnytimePower:
    """Give the chance of a decision at a true win rate where `decided` of the `horizon` pairs are no ties."""
    steps = horizon if decided is None else decided
    if steps < 1:
        return AnytimePower(0.0, 0.0)
    wins = boundary(horizon, decided, alpha).wins
    ahead = _ahead_needed(wins, steps)
    if ahead[0] > 0:
        return AnytimePower(0.0, 0.0)
    looks = list(_walk(rate, wins, steps, ahead))
    return AnytimePower(sum(look.crossing for look in looks), 1.0 + sum(float(look.live.sum()) for look in looks[:-1]))


def _ahead_needed(wins: Counts, steps: int) -> Counts:
    """Give for each number of pairs the fewest for one side from which equal outcomes can still decide."""
    n = np.arange(steps + 1)
    short = wins[: steps + 1] - n  # more equal outcomes than pairs: below 1 is a decision
    return np.asarray(n + np.minimum.accumulate(short[::-1])[::-1])


def decided_after(
    outcomes: Sequence[bool], horizon: int, *, is_complete: bool = False, alpha: float = ALPHA
) -> int | None:
    """Give the number of decided pairs at which the boundary was crossed; None where it wasn't.

    `outcomes` are the decided pairs in the order in which they were read. `is_complete` says that no more will come.
    """
    n, won, limit = _looks(outcomes, horizon, is_complete, alpha)
    crossed = np.flatnonzero(np.maximum(won, n - won) >= limit.wins[1 : len(n) + 1])
    return int(n[crossed[0]]) if len(crossed) else None


def confidence_sequence(
    outcomes: Sequence[bool], horizon: int, *, is_complete: bool = False, alpha: float = ALPHA
) -> Interval:
    """Give the win rate with what all looks so far have left of it: the interval excludes 1/2 from the decision on.

    At each look it is the likelihood-ratio interval at the boundary. Where the rate itself moves while people read,
    the looks may leave nothing, which is said.
    """
    n, won, limit = _looks(outcomes, horizon, is_complete, alpha)
    if not len(n):
        return Interval.unknown(0, "there is no item to count")
    share, ratio = won / n, limit.ratio[1 : len(n) + 1]
    low, high = float(_bound(share, n, ratio, 0.0).max()), float(_bound(share, n, ratio, 1.0).min())
    if low > high:
        return Interval.unknown(len(n), "early and late pairs contradict each other", float(share[-1]))
    return Interval(float(share[-1]), low, high, len(n))


def _looks(outcomes: Sequence[bool], horizon: int, is_complete: bool, alpha: float) -> tuple[Floats, Floats, Boundary]:
    """Give the pairs and the wins at each look so far, and the boundary."""
    if len(outcomes) > horizon:
        raise ValueError(f"{len(outcomes)} decided pairs of {horizon} planned: the boundary ends there")
    n = np.arange(1, len(outcomes) + 1, dtype=np.float64)
    limit = boundary(horizon, len(outcomes) if is_complete else None, alpha)
    return n, np.cumsum(np.asarray(outcomes, dtype=np.float64)), limit


def _ratio(share: Floats, n: Floats, rate: Floats) -> Floats:
    """Give twice the log likelihood ratio of the share seen in n pairs against a rate supposed."""
    from scipy.special import rel_entr

    return np.asarray(2 * n * (rel_entr(share, rate) + rel_entr(1 - share, 1 - rate)))


def _bound(share: Floats, n: Floats, ratio: Floats, end: float) -> Floats:
    """Give for each look the rate towards an end of the scale at which its ratio meets the boundary, by halving."""
    inside, outside = share.copy(), np.full(len(share), end)
    for _ in range(DIGITS):
        middle = (inside + outside) / 2
        is_over = _ratio(share, n, middle) > ratio
        inside, outside = np.where(is_over, inside, middle), np.where(is_over, middle, outside)
    return np.where(share == end, end, outside)


def pairs_to_decision(wins: int, losses: int, left: int, horizon: int, alpha: float = ALPHA) -> int | None:
    """Give after how many more decided pairs it would be decided if they went on as they went so far.

    Nine wins of ten point at 10 of 12 (Laplace), so that few pairs don't promise too much. `left` where that takes
    longer than the pairs left; None where not even equal outcomes in all of them would decide it.
    """
    n, ahead, more = wins + losses, max(wins, losses), min(left, horizon - wins - losses)
    if more < 1:
        return None
    needed = boundary(horizon, n + more, alpha).wins[n + 1 :]
    further = np.arange(1, more + 1)
    if not (ahead + further >= needed).any():
        return None
    likely = np.flatnonzero(ahead + further * (ahead + 1) / (n + 2) >= needed)
    return int(likely[0]) + 1 if len(likely) else left
