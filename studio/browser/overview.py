"""Overview: the funnel from the raw file to the report, the next thing to do, and what is wrong."""

from __future__ import annotations

import altair as alt
import streamlit as st

from studio.browser import parts, people, texts
from studio.road import ROAD, RoadStage, Standing, next_stage
from studio.standing import FunnelStep, funnel, losses, problems, published_are_current
from studio.study import Study
from winnow.study.workspace import Workspace
from winnow.text.diff import inert_markdown


@parts.explained
def page() -> None:
    """Show where the study stands."""
    place = parts.workspace()
    standings = [(stage, stage.standing(Study(place, place.config()))) for stage in ROAD]
    _next_step(next_stage(standings))
    if not published_are_current(place):
        st.warning("People decided since kept.jsonl was written.", icon=":material/sync_problem:")
        st.button("Write kept.jsonl anew", on_click=people.publish_anew, args=(place,))
    for problem in problems(place):
        st.warning(problem, icon=":material/warning:")
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Rows", anchor=False)
        if place.curated.records_file.exists():
            view = parts.view(place)
            _counts(view.records.num_rows, len(view.removed), len(view.flags))
            _funnel_chart(funnel(place, view))
        else:
            st.caption("No rows yet: the funnel appears after `winnow curate`.")
    with right:
        st.subheader("Stages", anchor=False)
        for stage, standing in standings:
            _stage(stage, standing)
        _training(place)


def _next_step(stage: RoadStage | None) -> None:
    if stage is None:
        st.success(
            "Every stage is done. Read the report, or change the configuration and run again.", icon=":material/check:"
        )
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Next: {stage.name}**", width="content")
        if stage.by_people:
            st.page_link("studio/browser/review.py", label="Open the review", icon=":material/balance:")
        else:
            st.code(stage.verb, language=None, width="content")


def _counts(rows: int, removed: int, flagged: int) -> None:
    for column, (label, value) in zip(
        st.columns(4),
        {"Came in": rows, "Removed": removed, "Kept": rows - removed, "Flagged, of kept": flagged}.items(),
        strict=True,
    ):
        column.metric(label, f"{value:,}")
    st.caption("Kept and removed rows always add up to the rows that came in.")


def _funnel_chart(steps: list[FunnelStep]) -> None:
    values = [
        {
            "order": place,
            "step": step.name,
            "rows": step.rows,
            "label": f"{step.rows:,}" + (f"  (−{step.left:,})" if step.left else ""),
        }
        for place, step in enumerate(steps)
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y(
            "step:N",
            sort=[step.name for step in steps],
            title=None,
            axis=alt.Axis(labelLimit=220, ticks=False, domain=False),
        ),
        x=alt.X("rows:Q", title=None, axis=None, scale=alt.Scale(domainMax=max(s.rows for s in steps) * 1.2)),
    )
    bars = base.mark_bar(color="#0072B2", height={"band": 0.7}, cornerRadiusEnd=2)
    labels = base.mark_text(align="left", dx=5, color=texts.text_colour()).encode(text="label:N")
    st.altair_chart((bars + labels).properties(height=27 * len(steps)), alt="Rows left after each step")


def _stage(stage: RoadStage, standing: Standing) -> None:
    icon = ":material/check_circle:" if standing.done else ":material/radio_button_unchecked:"
    if standing.made and standing.stale:
        icon = ":material/sync_problem:"
    detail = inert_markdown(standing.summary) if standing.made else f"`{stage.verb}`"
    st.markdown(f"{icon} **{stage.name.capitalize()}** &nbsp; {detail}")
    if standing.stale:
        st.caption(f"Made before this changed: {inert_markdown(', '.join(standing.stale))}; run: `{stage.verb}`")


@st.fragment(run_every="5s")
def _training(place: Workspace) -> None:
    """Draw the newest run's losses as they come."""
    files = sorted(place.runs.glob("*/metrics.jsonl"))
    points = losses(files[-1]) if files else []
    if len(points) < 2:
        return
    st.markdown(f"**Training** `{files[-1].parent.name}`")
    chart = alt.Chart(alt.Data(values=points)).mark_line(point=len(points) < 60)
    scale = alt.Scale(domain=["training", "validation"], range=["#0072B2", "#E69F00"])
    chart = chart.encode(
        x=alt.X("step:Q", title="step", axis=alt.Axis(format="d")),
        y=alt.Y("loss:Q", title="loss, nats a token", scale=alt.Scale(zero=False)),
        color=alt.Color("kind:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
        strokeDash=alt.StrokeDash("kind:N", scale=alt.Scale(range=[[1, 0], [5, 3]]), legend=None),
    )
    st.altair_chart(chart.properties(height=230), alt="Training and validation loss by step")


page()
