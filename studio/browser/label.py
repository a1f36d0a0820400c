"""Label: rows before several people, in an Argilla of the study's own; who has done what, and how far they agree."""

from __future__ import annotations

import streamlit as st

from curation.labelling import LabelledStudy, status
from curation.labelling.argilla.credentials import OWNER, credentials_file, load
from curation.labelling.argilla.server import running
from studio.browser import parts, people, runs
from studio.browser.texts import text_colour
from studio.charts import forest_chart, forest_words
from studio.jobs import start
from studio.label_words import agreement_forest, missed_words, people_rows
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
    _argilla(place)
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
        st.markdown(parts.inert(str(error).removeprefix(f"{place.labelling}: ")))  # whose folder it is needn't be said
        return
    st.progress(found.settled / max(1, found.rows), text=f"{found.settled} of {found.rows} rows are settled, "
                f"{found.conflicts} in conflict, {found.waiting} wait for more people")  # fmt: skip
    st.table(people_rows(found))
    st.subheader("How far they agree", anchor=False)
    if forest := agreement_forest(found):
        st.altair_chart(forest_chart(forest, text_colour()), alt=forest_words(forest))
    else:
        st.markdown("No row was judged by two people yet.")
    st.subheader("What nobody was shown", anchor=False)
    st.markdown(missed_words(found))
    for line in found.rater.lines() if found.rater else []:
        st.markdown(f"- {parts.inert(line)}")


def _argilla(place: Workspace) -> None:
    """Say whether an Argilla runs for the study, lead there, and say who signs in."""
    own, elsewhere = running(place.labelling), place.config().labelling.url
    if not (address := elsewhere or (own.url if own else None)):
        st.markdown("Argilla isn't running. The first start makes its environment, which takes minutes.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Argilla runs at {parts.inert(address)}.", width="content")
        st.link_button("Open Argilla", address, icon=":material/open_in_new:")
        if own and (kept := credentials_file(place.labelling)).exists():
            with st.popover("Who signs in", icon=":material/key:", type="tertiary"):
                names = ", ".join([OWNER, *load(place.labelling).people])
                st.markdown(f"{parts.inert(names)}. Their passwords stand in {parts.inert(str(kept))}, which only the "
                            "owner of this study's folder can read.")  # fmt: skip


@parts.reported
def _run(place: Workspace, command: list[str]) -> str:
    start(place, "label", command, people.reviewer())
    return f"{' '.join(command)} is running"


page()
