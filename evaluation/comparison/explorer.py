"""Pairs by a metric: base, tuned and what was gained; narrowed by ranges, verdicts and slices, and put in order.

rows = scored(pairs, METRICS["token_f1"], topic_of)
chosen = Filters(ranges={"gain": (-1.0, -0.2)}, verdicts=frozenset({"base"}))
[row.pair.answers.question for row in ORDERS["Worst for tuned"](chosen.of(rows))]
chosen.chips("shared words")            # ["gained, shared words: -1.00 to -0.20", "verdict: base better"]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.comparison.slices import JudgedPair
from evaluation.metrics import Metric, score_all
from winnow.data.records import content_hash

SIDES = {"base": "base", "tuned": "tuned", "gain": "gained"}  # what can be narrowed, and its word
VERDICTS = {
    "tuned": "tuned better",
    "base": "base better",
    "tie": "tie",
    "both_bad": "both bad",
    "disagree": "reviewers disagree",
    "unjudged": "not judged",
}


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """A judged pair with its two scores, None where the metric can't score a side, and the slice it is of."""

    pair: JudgedPair
    base: float | None
    tuned: float | None
    slice: str = ""

    @property
    def gain(self) -> float | None:
        """Tuned minus base."""
        return None if self.base is None or self.tuned is None else self.tuned - self.base


@dataclass(frozen=True)
class Filters:
    """What pairs are narrowed to: ranges of "base", "tuned" and "gain", outcomes, slices; nothing chosen is all."""

    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    verdicts: frozenset[str] = frozenset()
    slices: frozenset[str] = frozenset()
    different: bool = False

    def admits(self, row: ScoredPair) -> bool:
        """Tell whether a pair is within every range and among the chosen outcomes and slices."""
        if self.verdicts and row.pair.outcome not in self.verdicts:
            return False
        if self.slices and row.slice not in self.slices:
            return False
        if self.different and row.pair.answers.is_same_text:
            return False
        values = ((getattr(row, side), low, high) for side, (low, high) in self.ranges.items())
        return all(value is not None and low <= value <= high for value, low, high in values)

    def of(self, rows: Iterable[ScoredPair]) -> list[ScoredPair]:
        """Give the pairs that are admitted."""
        return [row for row in rows if self.admits(row)]

    def chips(self, metric: str) -> list[str]:
        """Say each filter in a few words."""
        said = [f"{SIDES[side]}, {metric}: {low:.2f} to {high:.2f}" for side, (low, high) in self.ranges.items()]
        said += [f"verdict: {VERDICTS[name]}" for name in VERDICTS if name in self.verdicts]
        said += [f"slice: {name}" for name in sorted(self.slices)]
        return said + (["different text"] if self.different else [])


def scored(pairs: Sequence[JudgedPair], metric: Metric, slice_of: Mapping[str, str] | None = None) -> list[ScoredPair]:
    """Score both sides of each pair by a metric."""
    base, tuned = (
        score_all([pair.answers.sides[side].as_dict() for pair in pairs], [metric])[metric.name]
        for side in ("base", "tuned")
    )
    return [
        ScoredPair(pair, one.value, other.value, (slice_of or {}).get(pair.answers.id, "none"))
        for pair, one, other in zip(pairs, base, tuned, strict=True)
    ]


def _by_gain(sign: int) -> Callable[[Iterable[ScoredPair]], list[ScoredPair]]:
    """Sort by what was gained; what can't be scored comes last."""

    def sort(rows: Iterable[ScoredPair]) -> list[ScoredPair]:
        return sorted(rows, key=lambda row: (row.gain is None, sign * (row.gain or 0.0), row.pair.answers.id))

    return sort


ORDERS: dict[str, Callable[[Iterable[ScoredPair]], list[ScoredPair]]] = {
    "As asked": list,
    "Best for tuned": _by_gain(-1),
    "Worst for tuned": _by_gain(1),
    "Random": lambda rows: sorted(rows, key=lambda row: content_hash(row.pair.answers.id)),
    "Tuned much longer": lambda rows: sorted(rows, key=lambda row: -row.pair.answers.words_longer),
    "Tuned much shorter": lambda rows: sorted(rows, key=lambda row: row.pair.answers.words_longer),
}


def orders(metric: Metric) -> dict[str, Callable[[Iterable[ScoredPair]], list[ScoredPair]]]:
    """Give the orders as a metric has them: where lower is better, best and worst change places; neither has none."""
    if metric.better == "neither":
        return {name: order for name, order in ORDERS.items() if "for tuned" not in name}
    if metric.better == "lower":
        return ORDERS | {"Best for tuned": _by_gain(1), "Worst for tuned": _by_gain(-1)}
    return ORDERS
