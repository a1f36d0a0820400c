"""The report: as `winnow report` wrote it, and refused when it was made under another plan."""

from __future__ import annotations

import base64

import streamlit as st

from studio.browser import blind, parts
from studio.standing import report_differs

KINDS = {"html": "text/html", "md": "text/markdown", "json": "application/json"}


@parts.explained
def page() -> None:
    """Show the report once the blind review is over."""
    place = parts.workspace()
    files = {kind: place.report / f"report.{kind}" for kind in KINDS}
    found = {kind: path for kind, path in files.items() if path.exists()}
    if not found:
        parts.missing("There is no report yet.", "winnow report")
    frozen = parts.frozen_plan(place)
    planned = frozen.hash if frozen else None
    if difference := report_differs(place, planned):
        st.error(f"Not shown: {difference}", icon=":material/block:")
        return
    if frozen:
        blind.require_reveal(place, frozen)
    with st.container(horizontal=True, vertical_alignment="center"):
        for kind, path in found.items():
            st.download_button(f"report.{kind}", path.read_bytes(), path.name, KINDS[kind], icon=":material/download:")
        st.caption(f"in {place.report}")
    if "html" in found:
        # As a data address the page has an origin of its own: whatever it holds can't reach the studio.
        body = base64.b64encode(found["html"].read_bytes()).decode()
        st.iframe(f"data:text/html;charset=utf-8;base64,{body}", height=1200, alt="The report")
    elif "md" in found:
        st.markdown(found["md"].read_text(encoding="utf-8"))
    else:
        st.json(found["json"].read_text(encoding="utf-8"))


page()
