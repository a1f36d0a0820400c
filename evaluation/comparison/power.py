"""Power of n pairs: the wins that a test needs, its chance at a true win rate, and the margin that n items support.

    print(power_text(power_table()))

The rows are data for the plan and the page; the text is for a terminal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow.statistics import (
    AnytimePower,
    anytime_power,
    decided_pairs,
    detectable_rate,
    least_difference,
    margin_supported,
    sign_test_power,
    wilson,
    wins_needed,
)

PAIR_COUNTS = (20, 30, 50, 100)
TRUE_WIN_RATES = (0.6, 0.65, 0.7, 0.75, 0.8)
TIED_SHARE = 0.0  # share of pairs without a winner
CHANGED_SHARE = 0.2  # share of retention items that base and tuned answer differently


@dataclass(frozen=True, slots=True)
class Power:
    """What so many pairs can show.

    `decided` is what is left after the ties; `wins_needed` (None: never) reaches a two-sided exact p <= alpha; `power`
    maps a true win rate to the chance of that; `detectable` is the rate found four times in five; `half_width` is the
    interval's at 60 %. `least` is the smallest difference of a metric from 0 to 1 that so many questions ever tell
    (None: none). `margin` is the smallest loss on pass/fail retention items that n of them can exclude. `anytime` is
    the power where the review may stop early, with the pairs then read on average: fewer, and in close calls a
    little less power.
    """

    pairs: int
    decided: int
    wins_needed: int | None
    power: Mapping[str, float]
    detectable: float | None
    half_width: float | None
    least: float | None
    margin: float
    anytime: Mapping[str, AnytimePower]


def power_table(
    sizes: Sequence[int] = PAIR_COUNTS,
    ties: float = TIED_SHARE,
    changed: float = CHANGED_SHARE,
    rates: Sequence[float] = TRUE_WIN_RATES,
    alpha: float = 0.05,
) -> list[Power]:
    """Give one row per number of pairs, of which a share `ties` has no winner.

    A margin assumes that a share `changed` of the retention items differ (one-sided alpha, power 0.8).
    """
    return [_row(size, ties, changed, rates, alpha) for size in sizes]


def _row(size: int, ties: float, changed: float, rates: Sequence[float], alpha: float) -> Power:
    decided = decided_pairs(size, ties)
    interval = wilson(0.6 * decided, decided)
    return Power(
        size,
        decided,
        wins_needed(decided, alpha),
        {f"{rate:g}": round(sign_test_power(decided, rate, alpha), 3) for rate in rates},
        detectable_rate(decided, alpha=alpha),
        round((interval.high - interval.low) / 2, 3) if interval.is_known else None,
        round(least, 3) if (least := least_difference(size)) else None,
        round(margin_supported(size, changed, alpha), 3),
        {f"{rate:g}": _anytime(size, rate, decided, alpha) for rate in rates},
    )


def _anytime(size: int, rate: float, decided: int, alpha: float) -> AnytimePower:
    """Give the power of a review that may stop early, in pairs read, ties among them."""
    found = anytime_power(size, rate, decided, alpha)
    return AnytimePower(round(found.power, 3), round(found.pairs * size / max(decided, 1), 1))


def power_text(table: Sequence[Power]) -> str:
    """Write the table for a terminal, a sentence or two a row."""
    return "\n".join(line for row in table for line in _lines(row))


def _lines(row: Power) -> list[str]:
    pairs, decided, needed = row.pairs, row.decided, row.wins_needed
    margin = f"as a retention set, {pairs} items can exclude a loss above {100 * row.margin:.0f} points"
    metric = "no difference" if row.least is None else f"no difference below {row.least:.2f}"
    scores = f"           a metric from 0 to 1 tells {metric} on them, however alike the scores are"
    if needed is None:
        return [f"{pairs:>4} pairs: {decided} decided can't show any difference; {margin}", scores]
    ties = "" if decided == pairs else f" ({decided} of them decided)"
    found = ", ".join(f"{float(rate):.0%} in {power:.0%}" for rate, power in row.power.items())
    early = ", ".join(f"{one.power:.0%} after {one.pairs:.0f}" for one in row.anytime.values())
    return [
        f"{pairs:>4} pairs{ties}: {needed} wins needed; {margin}",
        f"           a true win rate is found: {found} of the studies",
        f"           where it may stop early (stopping: anytime) in {early} pairs read on average",
        scores,
    ]
