"""The report as one HTML page.

write_text(path, page(report))
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.comparison.again import again_text
from evaluation.comparison.several import MEANING
from evaluation.figures import (
    CONTEXT_MEANING,
    change,
    compared_selections,
    exports,
    figure,
    how_tested,
    notices,
    primary,
    side_leaning,
    standing,
)
from evaluation.judge.correct import worth_text
from evaluation.report import plots
from evaluation.report.forest import forests
from winnow.data.surroundings import TITLES
from winnow.page import fill

MAX_OPEN_CHARACTERS = 400  # of a context that stands open; a longer one is folded
TEMPLATE = Path(__file__).parents[1] / "templates" / "report.html"


def page(report: Mapping[str, Any]) -> str:
    """Draw the report as one file that opens from disk."""
    votes = report["comparison"]["judgments"]
    return fill(
        TEMPLATE,
        title="Report",
        report=report,
        primary=primary(report),
        notices=notices(report),
        exports=exports(report["training"]),
        forests=[plots.lay_out(forest) for forest in forests(report["comparison"])],
        outcomes=plots.outcome_bar(votes) if votes else [],
        funnel=plots.funnel(report),
        frontier=plots.frontier(report),
        again=again_text(report["again"]) if report["again"] else "",
        figure=figure,
        meaning=MEANING,
        context_meaning=CONTEXT_MEANING,
        titles=TITLES,
        long_text=MAX_OPEN_CHARACTERS,
        compared_selections=compared_selections,
        how_tested=how_tested,
        change=change,
        standing=standing,
        side_leaning=side_leaning,
        worth_text=worth_text,
        width=plots.WIDTH,
        left=plots.LEFT,
        right=plots.WIDTH - plots.RIGHT,
    )
