"""Charts that narrow the list of rows: a signal's histogram with a range, and a map on which rows are drawn round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np
import streamlit as st

from curation.publish.catalogue import STATUSES, Catalogue
from curation.publish.facets import Filters
from curation.publish.meaning import POINTS, Meaning, drawn, plane
from curation.signals.measuring import SIGNALS
from studio.browser import texts
from studio.listing import SUSPICION

BINS = 30
COLOURS = ("#0072B2", "#E69F00", "#8A9099")  # kept, to decide, removed: told apart in any colour vision
SHAPES = ("circle", "triangle-up", "cross")
TEXT_SHOWN = 90  # characters of a question under the mouse


def signals(catalogue: Catalogue, asked: Filters) -> Filters:
    """Draw the histogram of one signal over the rows that fit; a range drawn on it narrows them further."""
    told = [name for name, values in catalogue.signals.items() if _tells(values)]
    told.sort(key=lambda name: name != SUSPICION)  # the likeliest to be looked at stands first
    if not told:
        st.info("No signal was measured, or each has one value for all rows.", icon=":material/bar_chart:")
        return asked
    name = st.selectbox("Signal", told, format_func=_in_words, key="signal", bind="query-params")
    mask = catalogue.narrowed(asked)
    bars = _bars(catalogue.signals[name], mask)
    brush = alt.selection_interval(encodings=["x"], name="range")
    chart = (
        alt.Chart(alt.Data(values=bars))
        .mark_bar(binSpacing=1, color=COLOURS[0])
        .encode(
            x=alt.X("from:Q", bin="binned", title=None, axis=alt.Axis(tickCount=6)),
            x2="to:Q",
            y=alt.Y("rows:Q", title="rows, root scale", scale=alt.Scale(type="sqrt"), axis=alt.Axis(tickMinStep=1)),
            tooltip=["from:Q", "to:Q", "rows:Q"],
        )
        .add_params(brush)
        .properties(height=170)
    )
    state = st.altair_chart(chart, on_select="rerun", key=f"signal-{name}", alt=f"Histogram of {_in_words(name)}")
    picked = (state.get("selection") or {}).get("range") or {}
    if limits := picked.get("from") or picked.get("x"):
        return replace(asked, ranges={**asked.ranges, name: (float(min(limits)), float(max(limits)))})
    st.caption(f"Draw a range on the chart to see its rows. {int(np.isfinite(catalogue.signals[name][mask]).sum()):,} "
               f"of {int(mask.sum()):,} rows have a value.")  # fmt: skip
    return asked


def _tells(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return bool(known.size and known.max() > known.min())


def _in_words(name: str) -> str:
    if name == SUSPICION:
        return "suspicion: probability that the row is bad"
    return f"{name.replace('_', ' ')}: {SIGNALS[name].reason.replace('{matched}', '…')}" if name in SIGNALS else name


def _bars(values: np.ndarray, mask: np.ndarray) -> list[dict[str, float]]:
    known = values[np.isfinite(values)]
    counts, edges = np.histogram(values[mask & np.isfinite(values)], BINS, (float(known.min()), float(known.max())))
    return [
        {"from": float(low), "to": float(high), "rows": int(rows)}
        for low, high, rows in zip(edges, edges[1:], counts, strict=False)
    ]


def plane_of(catalogue: Catalogue, meaning: Meaning, asked: Filters) -> Filters:
    """Draw the rows that fit where they lie in meaning; those that are drawn round narrow the list."""
    mask = catalogue.narrowed(asked)
    places = drawn(mask)
    x, y = _plane(meaning)[places].T
    status = catalogue.facets["status"].codes[places]
    questions = catalogue.table["question"].take(places).to_pylist()
    points = [
        {"x": float(a), "y": float(b), "row": int(place), "status": STATUSES[code], "question": text[:TEXT_SHOWN]}
        for a, b, place, code, text in zip(x, y, places, status, questions, strict=True)
    ]
    state = st.altair_chart(_map(points), on_select="rerun", key="map", alt="Map of the rows by meaning")
    sample = f"{len(places):,} of {int(mask.sum()):,} rows, the same ones each time; " if mask.sum() > POINTS else ""
    picked = _inside((state.get("selection") or {}).get("area") or {}, x, y)
    if picked is None:
        st.caption(f"{sample}near each other means alike. Drag over the map to list the rows there.")
        return asked
    return replace(asked, among=places[picked].tolist())


@st.cache_data(max_entries=2, show_spinner=False, hash_funcs={Meaning: id})
def _plane(meaning: Meaning) -> np.ndarray:
    return plane(meaning.vectors)


def _map(points: Sequence[Mapping[str, Any]]) -> alt.Chart:
    axis = alt.Axis(labels=False, ticks=False, grid=False, title=None, domain=False)
    return (
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=True, size=28, opacity=0.7)
        .encode(
            x=alt.X("x:Q", axis=axis),
            y=alt.Y("y:Q", axis=axis),
            color=alt.Color("status:N", scale=alt.Scale(domain=STATUSES, range=COLOURS), title=None,
                            legend=alt.Legend(orient="top", labelColor=texts.text_colour())),
            shape=alt.Shape("status:N", scale=alt.Scale(domain=STATUSES, range=SHAPES), title=None),
            tooltip=["question:N", "status:N"],
        )
        .add_params(alt.selection_interval(name="area"))
        .properties(height=300)
    )  # fmt: skip


def _inside(area: Mapping[str, Sequence[float]], x: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    if not (area.get("x") and area.get("y")):
        return None
    (left, right), (low, high) = sorted(area["x"]), sorted(area["y"])
    found: np.ndarray = (x >= left) & (x <= right) & (y >= low) & (y <= high)
    return found
