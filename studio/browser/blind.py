"""What stays shut while people read the answers blind: every place that says which system wrote what."""

from __future__ import annotations

import streamlit as st

from evaluation.people.review import Review, review_of
from evaluation.people.vote_log import JudgmentLog
from studio.browser import people
from winnow.study.plan import Plan
from winnow.study.workspace import Workspace


def require_reveal(place: Workspace, frozen: Plan) -> Review:
    """Give the review of the plan to whoever may see the systems; for all others the page ends here, and says why."""
    review = review_of(frozen, JudgmentLog(place.judgments_file))
    if review.shows_systems(people.reviewer()):
        return review
    st.info(f"The results name the models, so they open when the blind review is over. {_waits_for(review)}",
            icon=":material/lock:")  # fmt: skip
    with st.container(horizontal=True):
        if review.admits(people.reviewer()):
            st.page_link("studio/browser/review.py", label="Go to the review", icon=":material/balance:")
        if st.button("Open them without reviewing", icon=":material/visibility:", type="tertiary"):
            _waive(place, frozen)
    st.stop()


def _waits_for(review: Review) -> str:
    done = f"{len(review.finished)} of {review.raters} planned reviewers have finished"
    return done + (f", {len(review.reading)} still reading." if review.reading else ".")


@st.dialog("Open the results without reviewing")
def _waive(place: Workspace, frozen: Plan) -> None:
    """Let a person state that they won't review; kept in the vote log and named in the report."""
    if people.needs_name("the statement is yours"):
        return
    st.markdown(
        "Whoever has seen which model wrote what can't judge the answers blind any more. Your name and the time are "
        "kept, the report names you, and you can't vote on these answers from then on."
    )
    log = JudgmentLog(place.judgments_file)
    if any(waiver.person == people.reviewer() for waiver in log.waivers(frozen.hash)):
        st.rerun()  # the press below is taken; the page behind the dialog is drawn anew
    st.button(
        "I won't review: open the results", type="primary", on_click=log.waive, args=(frozen.hash, people.reviewer())
    )
