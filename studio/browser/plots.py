"""Signals on the page Rows: the histogram of one, on which a range is drawn that narrows the list."""

from __future__ import annotations

from dataclasses import replace

import altair as alt
import numpy as np
import streamlit as st

from curation.publish.catalogue import Catalogue
from curation.publish.facets import Filters
from studio.listing import SUSPICION

BINS = 30
BLUE = "#0072B2"


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
        .mark_bar(binSpacing=1, color=BLUE)
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
    from curation.signals.measuring import SIGNALS  # with all that measures them, which only this look waits for

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
