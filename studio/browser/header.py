"""What stands above every page: its title, the study, the verdict, the job that runs, and who sits here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from studio import looking
from studio.browser import find, parts, people
from studio.jobs import running
from studio.stations import Station
from studio.verdict import Verdict, verdict_of
from winnow.errors import WinnowError
from winnow.study.workspace import Workspace

TEMPLATES = Path(__file__).parents[1] / "templates"
# A page's room belongs to its content: Streamlit leaves 6rem above it and 5 at its sides.
STYLE = """<style>
.stMainBlockContainer { padding: 3.75rem 2rem 2rem; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: .85; }
.stMain h1 { font-size: 1.6rem; padding: .5rem 0; }
</style>"""
# In the dark the primary colour is light, and Streamlit writes white on it: 2.2 : 1.
DARK_STYLE = """<style>[data-testid^="stBaseButton-primary"] { color: #0A0E13 !important; }</style>"""
BLIND = "Review"  # the title of the page on which no word should make anybody think of the two models
PATIENCE = 0.3  # seconds for which a page waits for a look at the stages; the chip is drawn anew every five
UNKNOWN = Verdict("being looked up", "The study's files are being read.")


def show(place: Workspace | None, title: str) -> None:
    """Draw the header; without a study there is nothing but the title and the name."""
    st.html(STYLE)
    if st.context.theme.type == "dark":
        st.html(DARK_STYLE)
    left, middle, right = st.columns([6, 3, 2], vertical_alignment="center")
    with left.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        if place is not None:
            st.markdown(f"**{parts.inert(place.root.name)}**", width="content")
            _chips(place)
    if place is not None and place.curated.records_file.exists():
        with middle:
            find.show()
    with right.container(horizontal=True, horizontal_alignment="right"):
        if title != BLIND:
            with st.popover("Words", icon=":material/dictionary:", type="tertiary"):
                st.markdown(_words())
        people.who()


@cache
def _words() -> str:
    """Say what the words of the pages mean."""
    return (TEMPLATES / "words.md").read_text(encoding="utf-8")


@st.fragment(run_every="5s")
def _chips(place: Workspace) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        try:
            look = looking.glanced(place, PATIENCE)
            verdict = verdict_of(look.study, look.stations) if look else UNKNOWN
        except WinnowError as error:
            st.badge("can't be read", color="red", icon=":material/error:", help=str(error))
            return
        if verdict.is_current:
            st.badge(f"Verdict: {verdict.chip}", color="gray", icon=":material/gavel:")
        else:
            st.badge(f"Verdict: {verdict.chip}", color="red", icon=":material/sync_problem:")
        if job := running(place):
            st.badge(f"{job.stage} is running, {job.seconds / 60:.0f} min", color="blue", icon=":material/autorenew:")


def waiting(place: Workspace) -> int:
    """Count the rows that wait for a person; 0 where they can't be read, which the page itself says."""
    try:
        return parts.waiting(place) if place.curated.records_file.exists() else 0
    except Exception:
        return 0


def looked(place: Workspace) -> list[Station]:
    """Look at the study's stages, once what people decided is written."""
    if place.curated.records_file.exists():
        people.publish_if_small(place)
    return looking.looked(place).stations


def verdict(place: Workspace) -> Verdict:
    """Give the study's verdict."""
    look = looking.looked(place)
    return verdict_of(look.study, look.stations)
