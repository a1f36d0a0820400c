"""Results: the report as `winnow report` wrote it, whether it still holds, and the pairs behind it."""

from __future__ import annotations

import base64

import streamlit as st

from evaluation.figures import review_text
from studio.browser import blind, header, pairs, parts, people, runs
from studio.standing import report_differs
from winnow.errors import PlanChanged
from winnow.study.workspace import Workspace

KINDS = {"html": "text/html", "md": "text/markdown", "json": "application/json"}
REPORT_PIXELS = 1200


@parts.explained
def page() -> None:
    """Show the report and the pairs once the blind review is over."""
    place = parts.workspace()
    try:
        frozen = parts.frozen_plan(place)
    except PlanChanged as error:
        st.error(f"Not shown: {error}", icon=":material/block:")
        return
    if frozen is None:
        parts.missing("No plan is frozen yet, and results belong to a plan.", "winnow plan freeze")
    review = blind.require_reveal(place, frozen)
    st.markdown(parts.inert(review_text(review.as_dict())))
    shown = st.segmented_control(
        "Shown", ["Report", "Pairs"], default="Report", required=True, key="shown", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if shown == "Pairs":
        pairs.show(place, frozen, review)
    elif difference := report_differs(place, frozen.hash):
        st.error(f"Not shown: {difference}", icon=":material/block:")
    else:
        _report(place)


def _report(place: Workspace) -> None:
    files = {kind: place.report / f"report.{kind}" for kind in KINDS}
    found = {kind: path for kind, path in files.items() if path.exists()}
    if not found:
        parts.missing("There is no report yet.", "winnow report")
    _standing(place)
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, path in found.items():
            st.download_button(f"report.{kind}", path.read_bytes(), path.name, KINDS[kind], icon=":material/download:")
        st.markdown(f"in {parts.inert(str(place.report))}")
    if "html" in found:
        # As a data address the page has an origin of its own: whatever it holds can't reach the studio.
        body = base64.b64encode(found["html"].read_bytes()).decode()
        st.iframe(f"data:text/html;charset=utf-8;base64,{body}", height=REPORT_PIXELS, alt="The report")
    elif "md" in found:
        st.markdown(found["md"].read_text(encoding="utf-8"))
    else:
        st.json(found["json"].read_text(encoding="utf-8"))


def _standing(place: Workspace) -> None:
    """Say above the report that it is out of date, why, and offer to write it anew."""
    station = next(one for one in header.looked(place)[1] if one.name == "report")
    if station.state == "running":
        st.info("The report is being written anew.", icon=":material/autorenew:")
    elif station.state == "stale":
        why = parts.inert("; ".join(station.why))
        st.warning(f"This report is out of date: {why}.", icon=":material/sync_problem:")
        if not people.needs_name("a run is kept under it"):
            st.button("Bring it up to date", type="primary", icon=":material/play_arrow:",
                      on_click=runs.run, args=(place, station))  # fmt: skip
    runs.follow(place)


page()
