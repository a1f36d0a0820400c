"""The comparison as a page: two tables, a plot each (change against raw by rows), a sentence a claim.

page(table, plots(table))
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from evaluation.figures import figure
from evaluation.selections.table import TITLES
from training.search.plot import Point, scatter
from winnow.page import fill

TEMPLATE = Path(__file__).parents[1] / "templates" / "selections.html"


def plots(table: Mapping[str, Any]) -> dict[str, str]:
    """Draw for each budget what every selection changed against raw, with its interval, over its number of rows."""
    drawn = {}
    for budget, part in table["tables"].items():
        known = [line for line in part["arms"] if line.get("against_raw", {}).get("low") is not None and line["rows"]]
        points = [
            Point(
                line["rows"], line["against_raw"]["estimate"], f"{line['arm']}: {figure(line['against_raw'], '+')}",
                name=line["arm"], low=line["against_raw"]["low"], high=line["against_raw"]["high"],
            )
            for line in known
        ]  # fmt: skip
        raw = [Point(line["rows"], 0.0, "raw", True, "raw") for line in part["arms"] if line["arm"] == "raw"]
        if points:
            drawn[budget] = scatter([*points, *raw], "training rows", f"{table['measure']}, change against raw")
    return drawn


def page(table: Mapping[str, Any], drawn: Mapping[str, str]) -> str:
    """Write tables, plots and claims as one HTML file."""
    svg = {budget: Markup(text) for budget, text in drawn.items()}  # drawn here, its texts escaped
    return fill(TEMPLATE, title="Selections", table=table, titles=TITLES, svg=svg, figure=figure)
