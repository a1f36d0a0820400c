"""Cuts, on the page Rows: move the cut between duplicates and different rows, and see at once what would change."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import numpy as np
import pyarrow as pa
import streamlit as st

from curation.publish.browse import place_of
from curation.steps.thresholds import ScoredPair, Threshold, around, rows_removed, scored, scores
from studio.browser import parts, people, texts
from winnow.config import DuplicatesConfig
from winnow.data.files import read_table
from winnow.study.workspace import Workspace

TITLES: dict[Threshold, str] = {"semantic": "Meaning: paraphrases", "lexical": "Wording: near copies"}
MEANINGS: dict[Threshold, str] = {
    "semantic": "Both rows give the same answer; their questions are one if their embeddings are at least this alike.",
    "lexical": "Both rows were judged to say the same; they count as copies if at least this share of words agrees.",
}
BINS = 40


def show(place: Workspace) -> None:
    """Show the two thresholds on duplicates."""
    if not place.curated.pairs_file.exists():
        parts.missing("The scored pairs aren't there.", "winnow curate FILE")
    threshold = st.segmented_control(
        "Threshold",
        list(TITLES),
        default="semantic",
        required=True,
        format_func=TITLES.__getitem__,
        key="threshold",
        bind="query-params",
        label_visibility="collapsed",
    )
    st.caption(MEANINGS[threshold])
    _threshold(place, threshold)


@st.fragment
@parts.explained
def _threshold(place: Workspace, threshold: Threshold) -> None:
    from curation.stage import settings_of

    settings = settings_of(place.curated).duplicates
    mine = _scored(place.curated.pairs_file, parts.stamp(place.curated.pairs_file), threshold)
    if not mine.num_rows:
        st.info("No pair depends on this threshold.", icon=":material/check:")
        return
    now = float(getattr(settings, threshold))
    left, right = st.columns([3, 2], gap="large")
    with left:
        values = scores(mine, threshold)
        low = float(np.floor(min(values.min(), now) * 20) / 20)  # the slider and the chart share one axis
        cut = st.slider("Lowest similarity of a duplicate", low, 1.0, now, 0.01, key=f"cut-{threshold}")
        _histogram(values, cut, low)
    with right:
        _effect(place, mine, settings, threshold, now, cut)
    above, below = around(mine, threshold, cut)
    for column, title, pairs in zip(
        st.columns(2, gap="large"),
        ("Just above: duplicates", "Just below: different rows"),
        (above, below),
        strict=True,
    ):
        with column:
            st.markdown(f"**{title}**")
            for pair in pairs:
                _pair(place, pair)
            if not pairs:
                st.caption("No pair on this side.")


@st.cache_resource(max_entries=4, show_spinner=False)
def _scored(path: Path, state: parts.Stamp, threshold: Threshold) -> pa.Table:
    return scored(_pairs(path, state), threshold)


@st.cache_resource(max_entries=2, show_spinner="Reading the pairs…")
def _pairs(path: Path, state: parts.Stamp) -> pa.Table:
    return read_table(path)


def _histogram(values: np.ndarray, cut: float, low: float) -> None:
    counts, edges = np.histogram(values, bins=BINS, range=(low, 1.0))
    bars = [
        {"from": a, "to": b, "pairs": int(n), "side": "duplicate" if b > cut else "different"}
        for a, b, n in zip(edges, edges[1:], counts, strict=False)
    ]
    scale = alt.Scale(domain=["duplicate", "different"], range=["#0072B2", "#C9CDD2"])
    chart = alt.Chart(alt.Data(values=bars)).mark_bar(binSpacing=1)
    chart = chart.encode(
        x=alt.X(
            "from:Q", bin="binned", title="similarity", scale=alt.Scale(domain=[low, 1.0]), axis=alt.Axis(format=".2f")
        ),
        x2="to:Q",
        y=alt.Y("pairs:Q", title="pairs", axis=alt.Axis(tickMinStep=1)),
        color=alt.Color("side:N", scale=scale, legend=None),
        tooltip=["from:Q", "to:Q", "pairs:Q"],
    )
    line = alt.Chart(alt.Data(values=[{"cut": cut}])).mark_rule(strokeWidth=2, strokeDash=[5, 3], color="#D55E00")
    st.altair_chart((chart + line.encode(x="cut:Q")).properties(height=220), alt="Histogram of the pairs' similarity")


def _effect(
    place: Workspace, mine: pa.Table, settings: DuplicatesConfig, threshold: Threshold, now: float, cut: float
) -> None:
    before, after = (_rows_removed(place, settings, threshold, at) for at in (now, cut))
    duplicate = int((scores(mine, threshold) >= cut).sum())
    a, b = st.columns(2)
    a.metric("Pairs at or above the cut", f"{duplicate:,}", help=f"of {mine.num_rows:,} that this threshold decides")
    b.metric("Rows removed as duplicates", f"{after:,}", delta=after - before or None, delta_color="off")
    if cut == now:
        st.caption(f"The threshold stands at {now:.2f}. Move it to see what would change; nothing is written yet.")
        return
    if people.needs_name("moving a threshold is a decision"):
        return
    st.button(
        f"Move it from {now:.2f} to {cut:.2f}",
        type="primary",
        on_click=_move,
        args=(place, threshold, cut),
        help="Decides again from the stored pairs; nothing is embedded anew, and people's decisions stay",
    )
    st.caption(f"The same by command: `winnow rethreshold duplicates.{threshold}={cut:.2f}`")


def _rows_removed(place: Workspace, settings: DuplicatesConfig, threshold: Threshold, cut: float) -> int:
    files = (place.curated.records_file, place.curated.pairs_file)
    return _count(place, parts.stamp(*files), settings.model_dump_json(), threshold, round(cut, 2))


@st.cache_data(max_entries=200, show_spinner=False)
def _count(_place: Workspace, state: parts.Stamp, settings: str, threshold: Threshold, cut: float) -> int:
    path = _place.curated.pairs_file
    pairs = _pairs(path, parts.stamp(path))
    table = parts.view(_place).records
    return rows_removed(pairs, table, DuplicatesConfig.model_validate_json(settings), threshold, cut)


@parts.reported
def _move(place: Workspace, threshold: Threshold, cut: float) -> str:
    from curation.cuts import move_cuts

    report = move_cuts(place, [f"duplicates.{threshold}={cut:.2f}"], people.reviewer())
    return f"{report['kept']} rows are kept, {report['removed']} removed; the study's settings say so from now on"


def _pair(place: Workspace, pair: ScoredPair) -> None:
    one, other = parts.record(place, pair.one), parts.record(place, pair.other)
    if one is None or other is None:
        return
    with st.container(border=True):
        st.caption(f"**{pair.score:.3f}** · differs: {pair.differs}")
        places = (place_of(one.source, one.line), place_of(other.source, other.line))
        texts.two_besides(one, other, places)
        texts.two_texts(one.question, other.question, places)
        with st.expander("Answers"):
            texts.two_texts(one.answer, other.answer, ("", ""))
