"""The map on the page Rows: rows where they lie in meaning; a shape drawn round them, by hand or keys, lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st

from curation.publish.catalogue import STATUSES, Catalogue
from curation.publish.facets import Filters
from curation.publish.meaning import Meaning
from curation.publish.plane import POINTS, SCALE, Places, drawn, within
from studio.showing import spelled

KEY = "rows-map"
TEXT_SENT = 90  # characters of a question, told of the point under the mouse
TEMPLATES = Path(__file__).parents[1] / "templates"
HTML = """<section class="plane" aria-label="Map of the rows by meaning">
<div class="tools"></div>
<canvas tabindex="0" role="application" aria-label="Map: arrows move a cross, Shift makes longer steps; Enter sets a
corner and then the opposite one, which lists the rows between them; Esc takes it back"></canvas>
<ul class="legend"></ul>
<p class="told" role="status" aria-live="polite"></p>
</section>"""
_map = st.components.v2.component(
    "winnow-map",
    html=HTML,
    css=(TEMPLATES / "map.css").read_text(encoding="utf-8"),
    js=(TEMPLATES / "map.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show(catalogue: Catalogue, meaning: Meaning, asked: Filters) -> Filters:
    """Draw the rows that fit where they lie; those within the shape that was drawn narrow the list."""
    mask, at = catalogue.narrowed(asked), meaning.at
    outline = (st.session_state.get(KEY) or {}).get("outline") or []
    inside = mask & within(at, outline) if outline else mask
    _map(
        data={"points": _points(catalogue, at, drawn(mask)), "statuses": STATUSES, "scale": SCALE, "outline": outline,
              "words": _words(int(mask.sum()), int(inside.sum()) if outline else None)},
        key=KEY,
        default={"outline": []},
        on_outline_change=lambda: None,
    )  # fmt: skip
    return replace(asked, among=np.flatnonzero(inside).tolist()) if outline else asked


def _points(catalogue: Catalogue, at: Places, places: Places) -> list[Sequence[int | str]]:
    """List each drawn row as x, y, the number of its status, and what it asks."""
    status = catalogue.facets["status"].codes[places]
    questions = catalogue.table["question"].take(places).to_pylist()
    return [
        (x, y, int(code), spelled(question[:TEXT_SENT]))
        for (x, y), code, question in zip(at[places].tolist(), status, questions, strict=True)
    ]


def _words(rows: int, inside: int | None) -> str:
    if inside is not None:
        return f"{inside:,} row{'s' if inside != 1 else ''} within the shape."
    sample = f"{POINTS:,} of {rows:,} rows are drawn, the same ones each time; " if rows > POINTS else ""
    return f"{sample}near each other means alike. Draw round some to list all that lie there."
