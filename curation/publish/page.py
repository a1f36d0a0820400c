"""The curation report as one HTML file: no network, no script, every text of a row escaped.

write_text(root / "report.html", page(report))
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curation.publish.languages import unread_lines
from curation.publish.markdown import precision_lines
from curation.publish.report import Report, SimilarityBin
from winnow.page import fill

WIDTH, BAR, GAP = 720, 26, 10
TEMPLATE = Path(__file__).parent / "templates" / "report.html"


def page(report: Report) -> str:
    """Render the report as HTML with bar charts; row texts are escaped, and nothing is loaded."""
    return fill(
        TEMPLATE,
        title="Curation report",
        report=report,
        bars=_bars(report),
        columns=_columns(report["similarity"]),
        precision=precision_lines(report),
        unread=unread_lines(report.get("not_looked_for", {})),
        dots=_dots(report.get("order", {}).get("bins", [])),
        width=WIDTH,
        height=BAR,
        row=BAR + GAP,
    )


def _dots(bins: Sequence[Sequence[float]]) -> list[dict[str, str | float]]:
    """Place each bin of a reliability plot in a square of 190 units: on the diagonal the probabilities hold."""
    return [
        {
            "x": round(20 + 190 * predicted, 1),
            "y": round(210 - 190 * observed, 1),
            "title": f"{items:.0f} rows: predicted {predicted:.2f}, bad {observed:.2f}",
        }
        for predicted, observed, items in bins
    ]


def _bars(report: Report) -> list[dict[str, str | float]]:
    scale = (WIDTH - 300) / max(report["input"], 1)
    return [
        {
            "step": step["step"],
            "y": place * (BAR + GAP) + 2,
            "kept": round(step["out"] * scale, 1),
            "removed": round(step["removed"] * scale, 1),
            "label": f"{step['out']}" + (f" (−{step['removed']})" if step["removed"] else ""),
        }
        for place, step in enumerate(report["steps"])
    ]


def _columns(bins: list[SimilarityBin]) -> list[dict[str, str | float]]:
    if not bins:
        return []
    width = WIDTH / len(bins)
    tallest = max(b["pairs"].bit_length() for b in bins) or 1
    return [
        {
            "x": round(place * width, 1),
            "width": round(width - 4, 1),
            "height": round(140 * b["pairs"].bit_length() / tallest, 1),
            "label": f"{b['from']:.2f}",
            "title": f"{b['pairs']} pairs from {b['from']} to {b['to']}",
        }
        for place, b in enumerate(bins)
    ]
