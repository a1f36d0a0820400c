"""Train: what the model learns from, the run as it goes, and the runs there were."""

from __future__ import annotations

from typing import Any

import altair as alt
import streamlit as st

from studio.browser import header, parts, people, runs
from studio.runs_table import Run, curves, differences, runs_of
from studio.standing import count_rows
from winnow.study.workspace import Workspace

CHARTS = {
    "loss": "loss: how surprised the model is by the answers (lower is better)",
    "learning_rate": "learning rate: how large a step it takes",
    "grad_norm": "size of the correction",
    "tokens_per_second": "tokens a second",
}


@parts.explained
def page() -> None:
    """Show the data mix, the newest run and all runs."""
    place = parts.workspace()
    _mix(place)
    station = next(one for one in header.looked(place)[1] if one.name == "train")
    if station.state == "stale":
        why = parts.inert("; ".join(station.why))
        st.warning(f"The last run is out of date: {why}.", icon=":material/sync_problem:")
    if station.state in ("stale", "not yet") and not people.needs_name("a run is kept under it"):
        with st.container(horizontal=True, vertical_alignment="center"):
            label = "Train again" if station.state == "stale" else "Train"
            st.button(label, type="primary", icon=":material/play_arrow:", on_click=runs.run, args=(place, station))
            st.markdown("The same by command: `winnow train`")
    runs.follow(place)
    _curves(place)
    _runs(place)


def _mix(place: Workspace) -> None:
    train = count_rows(place.split / "train.jsonl")
    kept = count_rows(place.preservation / "preservation.jsonl")
    share = place.config().preservation.share
    if not train:
        st.info("Nothing to train on yet: the rows are split first.", icon=":material/hourglass_empty:")
        return
    st.markdown(
        f"#### {train:,} of your rows, and {kept:,} dialogues that the untouched model wrote itself, so that it keeps "
        f"what it could do; these are to be {share:.0%} of what it reads."
    )


@st.fragment(run_every="5s")
def _curves(place: Workspace) -> None:
    """Draw the newest run as it goes."""
    newest = next(iter(sorted(place.runs.glob("*/metrics.jsonl"), reverse=True)), None)
    found = curves(newest) if newest else {}
    if not newest or not found.get("loss"):
        return
    st.subheader(f"Run {newest.parent.name}", anchor=False)
    for column, (name, title) in zip(st.columns(2) * 2, CHARTS.items(), strict=False):
        if found.get(name):
            with column:
                st.markdown(title[0].upper() + title[1:])
                st.altair_chart(_chart(found[name]), alt=title)


def _chart(points: list[dict[str, Any]]) -> alt.LayerChart:
    scale = alt.Scale(domain=["training", "smoothed", "validation"], range=["#9DB7CB", "#0072B2", "#D55E00"])
    lines = alt.Chart(alt.Data(values=points)).mark_line(strokeWidth=2)
    lines = lines.encode(
        x=alt.X("step:Q", title="step", axis=alt.Axis(format="d")),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
        color=alt.Color("kind:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
        strokeDash=alt.StrokeDash(
            "kind:N", scale=alt.Scale(domain=scale.domain, range=[[1, 0], [1, 0], [6, 3]]), legend=None
        ),
    )
    return alt.layer(lines).properties(height=200)


def _runs(place: Workspace) -> None:
    found: list[Run] = runs_of(place)
    if not found:
        return
    st.subheader("Runs", anchor=False)
    only = st.toggle("Only what differs", value=len(found) > 1, key="only-differences")
    st.dataframe(differences(found) if only and len(found) > 1 else [run.as_row() for run in found], hide_index=True)


page()
