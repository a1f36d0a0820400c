"""Blind review: two answers side by side, four verdicts by key; who wrote which is shown only after the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from evaluation.comparison.pairs import AnswerPair
from evaluation.people.queue import Progress, Showing, pending, planned_queue, progress
from evaluation.people.review import Review, review_of
from evaluation.people.reviewers import ReviewerFigures, figures_of
from evaluation.people.stopping import Stopping, look, stopping_words
from evaluation.people.vote_log import JudgmentLog
from studio.browser import card, parts, people
from studio.desk import ReviewDesk
from studio.review_words import how_it_went, minutes
from winnow.study.held_out import units_of
from winnow.study.plan_fields import held_out_rows
from winnow.study.workspace import Workspace

Look = Callable[[JudgmentLog], Stopping | None]

# A reviewer has this one thing to do: the menu isn't theirs, nor the study's badges.
ALONE = """<style>[data-testid="stHeader"], [data-testid="stSidebar"] { display: none; }
.stMainBlockContainer { padding-top: 1rem; }</style>"""
GUIDELINES = """
- Judge **what the answer says** before how it says it: is it right, complete, and would you let a customer read it?
- **Tie** when neither is better. **Both bad** when you would send neither.
- The reference is one good answer, not the only one. Open it when you aren't sure; that you did is kept with the vote.
- A longer answer isn't a better one.
- Say what is wrong with the worse answer before the verdict (5 to 9), and mark the passage: select it and press W.
- **Flag** a question or reference that is itself wrong: it goes to the people who mend the data.
- Every vote is saved at once. **Undo** goes back as often as you like, until you finish.
"""


@parts.explained
def page() -> None:
    """Show the next pair of the named reviewer."""
    place = parts.workspace()
    if parts.OWN in st.query_params:
        st.html(ALONE)
    frozen = parts.frozen_plan(place)
    if frozen is None:
        parts.missing("No plan is frozen yet, and votes belong to a plan.", "winnow plan freeze")
    paired = parts.paired(place, frozen)
    if lacking := parts.unanswered(place, paired):
        st.error(f"{lacking} of {lacking + len(paired.pairs)} planned questions aren't answered by both models yet: "
                 "a review of the others would be called complete. Bring “answer” up to date on the page Study, or "
                 "run: winnow answer", icon=":material/block:")  # fmt: skip
        return
    pairs = {pair.id: pair for pair in paired.pairs}
    if people.needs_name("votes are kept under it, and it decides the order of the pairs"):
        return
    review = review_of(frozen, JudgmentLog(place.judgments_file))
    if not review.admits(people.reviewer()):
        _shut(review)
        return
    groups = units_of(row for row in held_out_rows(place) if row.id in pairs)
    shown = planned_queue(frozen, people.reviewer(), groups, place.config().plan.repeats)
    _review(place, frozen.hash, shown, pairs, partial(look, frozen, groups=groups))


@st.fragment
@parts.explained
def _review(place: Workspace, plan: str, shown: list[Showing], pairs: dict[str, AnswerPair], so_far: Look) -> None:
    log = JudgmentLog(place.judgments_file)
    who = people.reviewer()
    desk = ReviewDesk(log, plan, who, shown, pairs)
    judgments = desk.judgments()
    left = pending(shown, judgments)
    if log.ends(plan, who):
        _finished(figures_of(who, "finished", judgments))
    elif not judgments and "review-begun" not in st.session_state:
        _welcome(len(shown), progress(shown, judgments).seconds_left)
    else:
        _begin()  # who comes back in the middle isn't welcomed again, not even after undoing everything
        if left:
            now, dwell = progress(shown, judgments), place.config().review.dwell_seconds
            state = so_far(log)
            words = " · ".join(filter(None, (_words(now), stopping_words(state))))
            card.show(desk, f"review of {who} under {plan}", words, now.done, now.total, dwell)
            if state is not None and state.may_stop:
                st.button("Finish now", type="primary", on_click=_end, args=(log, plan, 0))
        else:
            _all_judged(log, plan)
        _footer(log, plan, len(left))


def _welcome(pairs: int, seconds: float) -> None:
    st.subheader("Which answer is better?", anchor=False)
    st.markdown(f"{pairs} pairs of answers, about {minutes(seconds)}. You can stop and come back: nothing is lost.")
    st.markdown(GUIDELINES)
    st.button("Begin", type="primary", shortcut="Enter", on_click=_begin)


def _begin() -> None:
    st.session_state["review-begun"] = True


def _shut(review: Review) -> None:
    """Say to somebody without a place in this review why there is none."""
    if any(waiver.person == people.reviewer() for waiver in review.waivers):
        st.info("You said that you won't review, and have seen which model wrote what.", icon=":material/lock_open:")
    else:
        st.info(f"The plan asks for {max(1, review.raters)} reviewers, and they have finished: "
                f"{', '.join(review.finished)}.", icon=":material/check:")  # fmt: skip
    st.page_link("studio/browser/results.py", label="Go to the results", icon=":material/insights:")


def _finished(own: ReviewerFigures) -> None:
    st.success(f"Your review is finished: {own.judged} pairs are judged. Thank you.", icon=":material/check:")
    st.markdown(how_it_went(own))
    st.caption("The results open for everybody once the planned reviewers have finished.")
    st.page_link("studio/browser/results.py", label="Go to the results", icon=":material/insights:")


def _all_judged(log: JudgmentLog, plan: str) -> None:
    st.subheader("Every pair is judged", anchor=False)
    st.markdown("After finishing votes can't be changed.")
    with st.container(horizontal=True):
        st.button("Finish", type="primary", on_click=_end, args=(log, plan, 0))
        st.button("Undo the last vote", shortcut="U", on_click=_take_back, args=(log, plan))


def _words(now: Progress) -> str:
    skipped = f" · {now.skipped} skipped, shown again at the end" if now.skipped else ""
    return f"{now.done} of {now.total} judged{skipped} · about {minutes(now.seconds_left)} left"


@parts.reported
def _take_back(log: JudgmentLog, plan: str) -> None:
    log.undo(plan, people.reviewer())


@parts.reported
def _end(log: JudgmentLog, plan: str, remaining: int) -> None:
    log.end(plan, people.reviewer(), remaining)


def _footer(log: JudgmentLog, plan: str, remaining: int) -> None:
    with st.container(horizontal=True):
        with st.popover("Guidelines", icon=":material/menu_book:", type="tertiary"):
            st.markdown(GUIDELINES)
        if remaining:
            with st.popover("End early", icon=":material/stop_circle:", type="tertiary"):
                st.markdown(
                    f"{remaining} pairs are left. Ending can't be undone, and the report says that the review "
                    "ended early. It doesn't take the place of a planned review."
                )
                st.button("End the review now", on_click=_end, args=(log, plan, remaining))


page()
