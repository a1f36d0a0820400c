"""The report as one HTML page.

write_text(path, page(report))
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.report_text import change, figure, primary
from winnow.page import fill

TEMPLATE = Path(__file__).parent / "templates" / "report.html"
WIDTH, LEFT, ROW = 720, 170, 30


def page(report: Mapping[str, Any]) -> str:
    """Draw the report as one file that opens from disk."""
    rows = report["curation"]["input"] if report["curation"] else 1
    topics = report["curation"]["topics"] if report["curation"] else []
    return fill(
        TEMPLATE,
        title="Report",
        report=report,
        primary=primary(report),
        plot=difference_plot(report["comparison"]["metrics"]),
        figure=figure,
        change=change,
        share=lambda count: round(100 * count / max(rows, 1), 1),
        names={topic["topic"]: ", ".join(topic["keywords"][:3]) for topic in topics},
        width=WIDTH,
        left=LEFT,
    )


def difference_plot(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Lay out one line a metric: its difference and interval, each on the metric's own scale around a shared zero."""
    known = {name: row for name, row in metrics.items() if row["difference"]["low"] is not None}
    half = (WIDTH - LEFT - 20) / 2
    zero = LEFT + 10 + half
    rows = []
    for place, (name, row) in enumerate(known.items()):
        difference = row["difference"]
        reach = max(abs(difference["low"]), abs(difference["high"]), 1e-9)
        across = {end: round(zero + half * difference[end] / reach, 1) for end in ("low", "high")}
        tone = "base" if not row["is_difference"] else "good" if difference["estimate"] > 0 else "bad"
        at = round(zero + half * difference["estimate"] / reach, 1)
        y = place * ROW + ROW // 2
        rows.append({"name": name, "title": figure(difference, "+"), "at": at, "y": y, "tone": tone, **across})
    return {"rows": rows, "zero": zero, "height": len(rows) * ROW + 24}
