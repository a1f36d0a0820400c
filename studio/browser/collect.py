"""Teach: two answers of the models to a training question, of which people prefer one or write a better."""

from __future__ import annotations

import streamlit as st

from evaluation.collection.stage import collected, collection_hash, said_of
from evaluation.people.queue import pending, progress, queue
from evaluation.people.vote_log import JudgmentLog
from studio.browser import card, parts, people
from studio.desk import ReviewDesk
from winnow.study.workspace import Workspace

GUIDELINES = (
    "These are questions that the tuned model was trained on: nothing here counts for the results. Prefer one answer, "
    "or say that both are bad; then you may write the answer as it should be into the note before you vote (N)."
)


@parts.explained
def page() -> None:
    """Show the next pair of the named person."""
    place = parts.workspace()
    if not (place.collected / "pairs.jsonl").exists():
        parts.missing("There are no answers to vote on yet.", "winnow collect")
    if people.needs_name("votes are kept under it"):
        return
    _vote(place)


@st.fragment
@parts.explained
def _vote(place: Workspace) -> None:
    pairs = {pair.id: pair for pair in collected(place).pairs}
    log, plan, who = JudgmentLog(place.judgments_file), collection_hash(place), people.reviewer()
    shown = queue(plan, who, pairs, repeats=0.0)
    judgments = log.judgments(plan, who)
    st.caption(GUIDELINES)
    if not pending(shown, judgments):
        st.success(
            f"Every pair is judged; {len(said_of(place))} of them teach. Next: winnow prefer", icon=":material/check:"
        )
        return
    now = progress(shown, judgments)
    desk = ReviewDesk(log, plan, who, shown, pairs)
    words = f"{now.done} of {now.total} judged"
    card.show(desk, f"collection {plan} of {who}", words, now.done, now.total, place.config().review.dwell_seconds)


page()
