"""Forest plots: intervals of one unit below each other on one named axis, with what each shows in a word.

plots = forests(report["comparison"])
plots[0].axis                   # "points of 100, tuned minus base"
plots[0].rows[0]                # shares words with the reference (F1): +9.1, from +5.0 to +13.2, "tuned better"
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.figures import figure
from evaluation.metrics import METRICS

CANT_TELL = "can't tell"
POINTS = 100  # a metric's scale is stretched to so many points, so that all can share one axis
MAX_TICKS = 9


@dataclass(frozen=True, slots=True)
class ForestRow:
    """An interval in the axis' unit; `said` is what it shows, `figure` the figures as they are stored."""

    name: str
    title: str
    low: float
    estimate: float
    high: float
    said: str
    figure: str

    @property
    def is_difference(self) -> bool:
        """Tell whether it shows a difference at all."""
        return self.said != CANT_TELL


@dataclass(frozen=True, slots=True)
class Forest:
    """Rows on one axis; `middle` is the value of no difference, `ends` say what lies to the left and right of it."""

    axis: str
    ends: tuple[str, str]
    middle: float
    ticks: Sequence[float]
    rows: Sequence[ForestRow]

    @property
    def domain(self) -> tuple[float, float]:
        """The axis' two ends."""
        return self.ticks[0], self.ticks[-1]


def forests(comparison: Mapping[str, Any]) -> list[Forest]:
    """Lay out what people preferred, what the metrics say, and what has a unit of its own; no plot without a row."""
    metrics = comparison["metrics"]
    known = {name: row for name, row in metrics.items() if row["difference"]["low"] is not None}
    scaled = {name: row for name, row in known.items() if _points(name)}
    others = {name: row for name, row in known.items() if name not in scaled}
    found = [_preference(comparison["judgments"])] if comparison["judgments"] else []
    found.append(_forest("points of 100, tuned minus base", ("base better", "tuned better"), 0, _rows(scaled)))
    found += [
        _forest(f"{_title(name)}, tuned minus base", ("less than base", "more than base"), 0, _rows({name: row}))
        for name, row in others.items()
    ]
    return [forest for forest in found if forest.rows]


def _points(name: str) -> float | None:
    """Give the points of 100 that one unit of a metric is; None where it has no scale."""
    metric = METRICS.get(name)
    if metric is None or metric.scale is None:
        return None
    low, high = metric.scale
    return POINTS / (high - max(0.0, low))


def _title(name: str) -> str:
    return METRICS[name].title if name in METRICS else name


def _rows(metrics: Mapping[str, Any]) -> list[ForestRow]:
    rows = []
    for name, row in metrics.items():
        factor = (_points(name) or 1.0) * (-1 if row["better"] == "lower" else 1)
        turned = ", fewer is better" if row["better"] == "lower" else ""
        difference = row["difference"]
        low, high = sorted(factor * difference[end] for end in ("low", "high"))
        estimate = factor * difference["estimate"]
        said = _said(row["is_difference"], estimate, row["better"] == "neither")
        rows.append(ForestRow(name, _title(name) + turned, low, estimate, high, said, figure(difference, "+")))
    return rows


def _said(is_difference: bool, estimate: float, is_neutral: bool) -> str:
    if not is_difference:
        return CANT_TELL
    if is_neutral:
        return "tuned more" if estimate > 0 else "tuned less"
    return "tuned better" if estimate > 0 else "base better"


def _preference(votes: Mapping[str, Any]) -> Forest:
    """Lay out the shares of pairs in which people preferred tuned; the exact test speaks for the decided pairs."""
    shares = {
        "win_rate": ("of decided pairs", votes["win_rate"]),
        "ties_as_half": ("of all pairs, a tie as half", votes["ties_as_half"]),
        "length_controlled": ("of decided pairs, at equal length", votes.get("length_controlled")),
    }
    rows = [
        ForestRow(
            name, title, 100 * share["low"], 100 * share["estimate"], 100 * share["high"],
            _said(votes["is_difference"] if name == "win_rate" else not share["low"] <= 0.5 <= share["high"],
                  share["estimate"] - 0.5, False),
            figure(share),
        )
        for name, (title, share) in shares.items()
        if share is not None and share["low"] is not None
    ]  # fmt: skip
    axis = "per cent in which people preferred tuned"
    return Forest(axis, ("base preferred", "tuned preferred"), 50, range(0, 101, 10), rows)


def _forest(axis: str, ends: tuple[str, str], middle: float, rows: Sequence[ForestRow]) -> Forest:
    values = [value for row in rows for value in (row.low, row.high)]
    return Forest(axis, ends, middle, ticks(min([middle, *values]), max([middle, *values])), rows)


def ticks(low: float, high: float) -> list[float]:
    """Choose round values that reach over both ends: steps of 1, 2 or 5 times a power of ten.

    ticks(-3, 13) → [-4, -2, 0, 2, 4, 6, 8, 10, 12, 14] thinned to at most nine: [-5, 0, 5, 10, 15]
    """
    width = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(width / (MAX_TICKS - 1)))
    for step in (power * size for size in (1, 2, 5, 10, 20)):
        first, last = math.floor(low / step), math.ceil(high / step)
        if last - first < MAX_TICKS:
            break
    return [round(place * step, 9) for place in range(first, max(last, first + 1) + 1)]
