"""Study: is the model better, how far is the work, what comes next, and who did what."""

from __future__ import annotations

import altair as alt
import streamlit as st

from curation.activity import Act, activity, take_back
from curation.publish.languages import published_unread
from studio.browser import header, parts, people, runs, texts
from studio.jobs import running
from studio.standing import FunnelStep, funnel, problems, published_are_current
from studio.stations import Station, primary
from winnow.study.workspace import Workspace

ICONS = {
    "done": ":material/check_circle:",
    "stale": ":material/sync_problem:",
    "running": ":material/autorenew:",
    "waits for you": ":material/person_raised_hand:",
    "not yet": ":material/radio_button_unchecked:",
}
PAGES = {"review": "review", "label": "decide"}
ACTS_SHOWN = 12


@parts.explained
def page() -> None:
    """Show where the study stands."""
    place = parts.workspace()
    found = header.looked(place)
    st.markdown(f"#### {parts.inert(header.verdict(place).sentence)}")
    _next(place, found)
    runs.follow(place)
    if not published_are_current(place):
        st.warning("People decided since kept.jsonl was written.", icon=":material/sync_problem:")
        st.button("Write kept.jsonl anew", on_click=people.publish_anew, args=(place,))
    for problem in problems(place):
        st.warning(problem, icon=":material/warning:")
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("The road", anchor=False)
        for station in found:
            _station(place, station)
    with right:
        st.subheader("Rows", anchor=False)
        if place.curated.records_file.exists():
            view = parts.view(place)
            _counts(view.records.num_rows, len(view.removed), parts.waiting(place))
            _funnel_chart(funnel(place, view))
            for line in published_unread(place.curated):
                st.caption(parts.inert(line))
        else:
            st.caption("No rows yet: they are counted here once they have been judged.")
        _activity(place)


def _next(place: Workspace, found: list[Station]) -> None:
    """Offer the one thing that comes next."""
    station = primary(found)
    if station is None:
        if not running(place):
            st.success("Every stage is done.", icon=":material/check:")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        does = f"**Next: {station.name}** · {station.stage.does}"
        st.markdown(
            does if station.state != "stale" else f"**{station.name} is out of date** · {'; '.join(station.why)}"
        )
        if station.stage.by_people:
            st.page_link(f"studio/browser/{PAGES[station.name]}.py", label="Go there", icon=":material/arrow_forward:")
        elif station.name == "plan" and station.state == "stale":
            st.page_link("studio/browser/plan.py", label="See what differs", icon=":material/arrow_forward:")
        elif station.name == "curate" and not place.config().ingest.sources:
            st.markdown("The settings name no file yet: put one into the study's folder and name it under `sources` in "
                        "winnow.yaml. The same by command: `winnow curate FILE`")  # fmt: skip
        elif not people.needs_name("a run is kept under it"):
            label = "Bring it up to date" if station.state == "stale" else "Run it"
            st.button(label, type="primary", icon=":material/play_arrow:", on_click=runs.run, args=(place, station))
            st.caption(f"The same by command: `{station.stage.verb}`")


def _station(place: Workspace, station: Station) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        words = parts.inert(station.standing.summary if station.standing.made else station.stage.does)
        state = station.state if station.state != "stale" else "out of date"
        st.markdown(
            f"{ICONS[station.state]} **{station.name.capitalize()}** · {state}{' · ' if words else ''}{words}",
            width="stretch",
        )
    if station.why:
        st.markdown(f"&emsp;&ensp;because {parts.inert('; '.join(station.why))}")


def _counts(rows: int, removed: int, flagged: int) -> None:
    for column, (label, value) in zip(
        st.columns(4),
        {"Came in": rows, "Removed": removed, "Kept": rows - removed, "To decide": flagged}.items(),
        strict=True,
    ):
        column.metric(label, f"{value:,}")
    with st.container(horizontal=True):
        for status in ("removed", "kept", "to decide"):
            st.page_link("studio/browser/rows.py", label=f"See those {status}", query_params={"status": status})
    st.caption("Kept and removed rows always add up to those that came in; rows to decide are among the kept.")


def _funnel_chart(steps: list[FunnelStep]) -> None:
    values = [
        {
            "step": step.name,
            "rows": step.rows,
            "label": f"{step.rows:,}" + (f"  (−{step.left:,})" if step.left else ""),
        }
        for step in steps
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y(
            "step:N",
            sort=[step.name for step in steps],
            title=None,
            axis=alt.Axis(labelLimit=220, ticks=False, domain=False),
        ),
        x=alt.X("rows:Q", title=None, axis=None, scale=alt.Scale(domainMax=max(s.rows for s in steps) * 1.3)),
    )
    bars = base.mark_bar(color="#0072B2", height={"band": 0.7}, cornerRadiusEnd=2)
    labels = base.mark_text(align="left", dx=5, color=texts.text_colour()).encode(text="label:N")
    st.altair_chart((bars + labels).properties(height=27 * len(steps)), alt="Rows left after each step")


def _activity(place: Workspace) -> None:
    st.subheader("Who did what", anchor=False)
    acts = activity(place.curated) if place.curated.ledger.folder.exists() else []
    if not acts:
        st.markdown("Nobody has decided anything yet.")
    for number, act in enumerate(acts[:ACTS_SHOWN]):
        _act(place, act, number)
    if len(acts) > ACTS_SHOWN:
        with st.expander(f"{len(acts) - ACTS_SHOWN} more"):
            for number, act in enumerate(acts[ACTS_SHOWN:], start=ACTS_SHOWN):
                _act(place, act, number)


def _act(place: Workspace, act: Act, number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        done = f"**{parts.inert(act.by)}** {parts.inert(act.words)} · {act.at[:16].replace('T', ' ')}"
        st.markdown(done if act.counts else f"~~{done}~~ · taken back", width="stretch")
        if act.counts and act.entries and people.reviewer():
            st.button("Undo", key=f"undo-{number}-{act.entries[0].number}", type="tertiary", icon=":material/undo:",
                      on_click=_take_back, args=(place, act))  # fmt: skip


@parts.reported
def _take_back(place: Workspace, act: Act) -> str:
    take_back(place.curated, act, people.reviewer())
    people.publish_if_small(place)
    return f"Taken back: {act.words}"


page()
