"""Where the marks of the report's plots stand, in the units of their SVG; no drawing library, no script.

lay_out(forests(report["comparison"])[0]).rows[0]       # a Line: low, at, high and y in units of the SVG
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.figures import figure
from evaluation.report.forest import Forest

WIDTH, LEFT, RIGHT, ROW, FOOT = 760, 300, 120, 30, 62
OUTCOMES = (
    ("wins", "good", "tuned"),
    ("ties", "base", "tie"),
    ("both_bad", "open", "both bad"),
    ("disagreements", "line", "reviewers disagree"),
    ("losses", "bad", "base"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """An interval as a line from `low` to `high` with a mark `at` the estimate, `y` from the top, and what it shows."""

    name: str
    title: str
    said: str
    is_difference: bool
    low: float
    at: float
    high: float
    y: int


@dataclass(frozen=True, slots=True)
class LinePlot:
    """Lines below each other on one axis, around an upright at `zero`; `ticks` are places on it with their values."""

    rows: Sequence[Line]
    zero: float
    ticks: Sequence[tuple[float, str]]
    axis: str
    ends: tuple[str, str]

    @property
    def height(self) -> int:
        """The height of all lines and the axis below."""
        return len(self.rows) * ROW + FOOT


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, its `width` in per cent of the whole."""

    name: str
    n: int
    tone: str
    width: float


@dataclass(frozen=True, slots=True)
class Step:
    """A place where `n` rows stand, and how many `left` there; widths in per cent of the rows that came in."""

    name: str
    n: int
    left: int
    kept_width: float
    left_width: float


@dataclass(frozen=True, slots=True)
class Point:
    """A run at its two estimates, with the ends of both intervals."""

    name: str
    title: str
    x: float
    y: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Plane:
    """Runs by the gain in a metric across and general ability upwards; `ends` are the values at the axes' ends."""

    points: Sequence[Point]
    metric: str
    margin: float
    width: int
    zero_x: float
    zero_y: float
    margin_y: float
    ends: Sequence[str]


def lay_out(forest: Forest) -> LinePlot:
    """Give a forest's rows, its upright of no difference and its ticks their places across."""
    low, high = forest.domain
    across = WIDTH - LEFT - RIGHT

    def place(value: float) -> float:
        return round(LEFT + across * (value - low) / (high - low), 1)

    rows = [
        Line(
            row.title,
            row.figure,
            row.said,
            row.is_difference,
            place(row.low),
            place(row.estimate),
            place(row.high),
            _place(number),
        )
        for number, row in enumerate(forest.rows)
    ]
    return LinePlot(
        rows, place(forest.middle), [(place(tick), f"{tick:g}") for tick in forest.ticks], forest.axis, forest.ends
    )


def _place(row: int) -> int:
    return row * ROW + ROW // 2


def outcome_bar(votes: Mapping[str, Any]) -> list[Part]:
    """Part the judged pairs into tuned, tie, both bad and base, in per cent of all."""
    n = max(votes["items"], 1)
    return [Part(name, votes[key], tone, round(100 * votes[key] / n, 2)) for key, tone, name in OUTCOMES if votes[key]]


def funnel(report: Mapping[str, Any]) -> list[Step]:
    """List the places where rows stand between the raw file and the held-out set; each step that removed some."""
    curation = report["curation"]
    if not curation:
        return []
    steps = [("came in", curation["input"], 0)]
    steps += [(f"after {step['step']}", step["out"], step["removed"]) for step in curation["steps"] if step["removed"]]
    steps.append(("kept", curation["kept"], 0))
    names = {"train": "train", "validation": "validation", "held_out": "held out", "waiting": "waiting for a person"}
    steps += [(names[part], n, 0) for part, n in report["split"].items() if part in names]
    most = max(curation["input"], 1)
    return [Step(name, n, left, round(100 * n / most, 2), round(100 * left / most, 2)) for name, n, left in steps]


def frontier(report: Mapping[str, Any]) -> Plane | None:
    """Place each run that has both: what the domain gained across, what general ability lost or gained upwards."""
    metric = next(iter(report["comparison"]["metrics"]))
    gained = {"tuned": report["comparison"]["metrics"][metric]["difference"]}
    gained |= {
        pair["other"]: pair["metrics"][metric]["difference"] for pair in report["others"] if pair["one"] == "base"
    }
    both = {
        name: (gained[name], kept["gate"]["right"]["difference"])
        for name, kept in report["retention"].items()
        if name in gained
    }
    margins = [kept["gate"]["margin"] for kept in report["retention"].values()]
    return plane(both, metric, margins[0]) if margins else None


def plane(
    changes: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]], metric: str, margin: float
) -> Plane | None:
    """Place named pairs of intervals, gain in the metric across and general ability upwards.

    Those without an interval are left out; None below two: one point is no frontier.
    """
    both = {name: pair for name, pair in changes.items() if all(side["low"] is not None for side in pair)}
    if len(both) < 2:
        return None
    x = _axis([gain for gain, _ in both.values()], 0.0)
    y = _axis([kept for _, kept in both.values()], -1.2 * margin)
    left, right, top, bottom = 60, WIDTH - 20, 20, 280

    def across(value: float) -> float:
        return round(left + (right - left) * (value - x[0]) / (x[1] - x[0]), 1)

    def up(value: float) -> float:
        return round(bottom - (bottom - top) * (value - y[0]) / (y[1] - y[0]), 1)

    points = [
        Point(
            name,
            f"{name}: {figure(gain, '+')}; general {figure(kept, '+')}",
            *(across(gain["estimate"]), up(kept["estimate"])),
            *(across(gain["low"]), across(gain["high"])),
            *(up(kept["high"]), up(kept["low"])),
        )
        for name, (gain, kept) in both.items()
    ]
    ends = [f"{value:+.3f}" for value in (*x, *y)]
    return Plane(points, metric, margin, WIDTH, across(0), up(0), up(-margin), ends)


def _axis(intervals: Sequence[Mapping[str, Any]], lowest: float) -> tuple[float, float]:
    """Reach from the lowest to the highest end, and over zero and what else must be seen."""
    low = min(lowest, *(interval["low"] for interval in intervals))
    high = max(0.02, *(interval["high"] for interval in intervals))
    return low, high
