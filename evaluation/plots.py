"""Where the marks of the report's plots stand, in the units of their SVG; no drawing library, no script.

difference_plot(report["comparison"]["metrics"])["rows"][0]     # {"name", "low", "at", "high", "y", "tone", "title"}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.report_text import figure

WIDTH, LEFT, ROW, FOOT = 720, 190, 30, 24
OUTCOMES = (
    ("wins", "good", "tuned"),
    ("ties", "base", "tie"),
    ("both_bad", "open", "both bad"),
    ("losses", "bad", "base"),
)


def difference_plot(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Lay out one line a metric: its difference and interval, each on the metric's own scale around a shared zero."""
    half = (WIDTH - LEFT - 20) / 2
    zero = LEFT + 10 + half
    rows = []
    for name, row in metrics.items():
        difference = row["difference"]
        if difference["low"] is None:
            continue
        reach = max(abs(difference["low"]), abs(difference["high"]), 1e-9)
        tone = "base" if not row["is_difference"] else "good" if is_better(row) else "bad"
        rows.append(
            {"name": name, "title": figure(difference, "+"), "tone": tone, **_marks(difference, zero, half / reach)}
        )
    return _stacked(rows, {"zero": zero})


def is_better(row: Mapping[str, Any]) -> bool:
    """Tell whether the difference of a metric speaks for the tuned model."""
    return bool((row["difference"]["estimate"] > 0) != (row["better"] == "lower"))


def share_plot(shares: Sequence[tuple[str, Mapping[str, Any] | None]]) -> dict[str, Any]:
    """Lay out shares with their intervals between 0 and 1; what can't be told is left out."""
    across = WIDTH - LEFT - 20
    known = [(name, share) for name, share in shares if share is not None and share["low"] is not None]
    rows = [
        {"name": name, "title": figure(share), "tone": _side_of_half(share), **_marks(share, LEFT + 10, across)}
        for name, share in known
    ]
    return _stacked(rows, {"zero": LEFT + 10 + across / 2})


def _side_of_half(share: Mapping[str, Any]) -> str:
    if share["low"] <= 0.5 <= share["high"]:
        return "base"
    return "good" if share["low"] > 0.5 else "bad"


def _marks(interval: Mapping[str, Any], origin: float, scale: float) -> dict[str, float]:
    return {
        mark: round(origin + scale * interval[end], 1)
        for mark, end in (("low", "low"), ("at", "estimate"), ("high", "high"))
    }


def _stacked(rows: list[dict[str, Any]], more: dict[str, float]) -> dict[str, Any]:
    placed = [{**row, "y": place * ROW + ROW // 2} for place, row in enumerate(rows)]
    return {"rows": placed, "height": len(rows) * ROW + FOOT, **more}


def outcome_bar(votes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Part the judged pairs into tuned, tie, both bad and base, in per cent of all."""
    n = max(votes["items"], 1)
    return [
        {"name": name, "n": votes[key], "tone": tone, "width": round(100 * votes[key] / n, 2)}
        for key, tone, name in OUTCOMES
        if votes[key]
    ]


def funnel(report: Mapping[str, Any]) -> list[dict[str, Any]]:
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
    return [
        {
            **{"name": name, "n": n, "left": left},
            "kept_width": round(100 * n / most, 2),
            "left_width": round(100 * left / most, 2),
        }
        for name, n, left in steps
    ]


def frontier(report: Mapping[str, Any]) -> dict[str, Any] | None:
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
) -> dict[str, Any] | None:
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
        {
            **{"name": name, "title": f"{name}: {figure(gain, '+')}; general {figure(kept, '+')}"},
            **{"x": across(gain["estimate"]), "y": up(kept["estimate"])},
            **{"left": across(gain["low"]), "right": across(gain["high"])},
            **{"top": up(kept["high"]), "bottom": up(kept["low"])},
        }
        for name, (gain, kept) in both.items()
    ]
    return {
        **{"points": points, "metric": metric, "margin": margin, "width": WIDTH},
        **{"zero_x": across(0), "zero_y": up(0), "margin_y": up(-margin)},
        **{"ends": [f"{value:+.3f}" for value in (*x, *y)]},
    }


def _axis(intervals: Sequence[Mapping[str, Any]], lowest: float) -> tuple[float, float]:
    """Reach from the lowest to the highest end, and over zero and what else must be seen."""
    low = min(lowest, *(interval["low"] for interval in intervals))
    high = max(0.02, *(interval["high"] for interval in intervals))
    return low, high
