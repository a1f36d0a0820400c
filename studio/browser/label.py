"""Label: rows before several people, in an Argilla of the study's own; who has done what, and how far they agree."""

from __future__ import annotations

import streamlit as st

from curation.labelling import LabelledStudy, status
from studio.browser import parts, people, runs
from studio.jobs import start
from winnow.errors import WinnowError
from winnow.study.workspace import Workspace

STEPS = (
    ("Start Argilla", ":material/play_arrow:", ["winnow", "label", "serve", "--background"]),
    ("Put rows before people", ":material/upload:", ["winnow", "label", "push"]),
    ("Take their answers in", ":material/download:", ["winnow", "label", "pull"]),
    ("End Argilla", ":material/stop:", ["winnow", "label", "serve", "--stop"]),
)


@parts.explained
def page() -> None:
    """Show the state of labelling, and the steps."""
    place = parts.workspace()
    parts.view(place)
    st.markdown(
        "One person settles what was flagged on the page **To decide**. Where several people label, and their "
        "agreement is to be measured, rows are put before them in Argilla, which runs on this machine."
    )
    if not people.needs_name("a run is kept under it"):
        with st.container(horizontal=True):
            for label, icon, command in STEPS:
                st.button(label, icon=icon, on_click=_run, args=(place, command), help=f"`{' '.join(command)}`")
    runs.follow(place)
    st.subheader("Who has done what", anchor=False)
    config = place.config()
    try:
        found = status(
            LabelledStudy(place.curated, place.labelling, config.labelling, config.seed, config.curation.audit_sample)
        )
    except WinnowError as error:
        st.markdown(parts.inert(str(error)))
        return
    for line in found.lines():
        st.markdown(f"- {parts.inert(line)}")


@parts.reported
def _run(place: Workspace, command: list[str]) -> str:
    start(place, "label", command, people.reviewer())
    return f"{' '.join(command)} is running"


page()
