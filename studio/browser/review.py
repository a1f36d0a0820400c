"""Blind review: two answers side by side, four verdicts by key; who wrote which is shown only after the end."""

from __future__ import annotations

import time

import streamlit as st

from evaluation.comparison.pairs import AnswerPair
from evaluation.people.queue import Showing, accepts, pending, progress, queue
from evaluation.people.review import Review, review_of
from evaluation.people.vote_log import Judgment, JudgmentLog, SideVerdict
from studio.browser import parts, people, texts
from winnow.study.workspace import Workspace
from winnow.text.diff import inert_markdown

GUIDELINES = """
- Judge **what the answer says** before how it says it: is it right, complete, and would you let a customer read it?
- **Tie** when neither is better. **Both bad** when you would send neither.
- The reference is one good answer, not the only one. Open it when you aren't sure; that you did is kept with the vote.
- A longer answer isn't a better one.
- **Flag** a question or reference that is itself wrong: it goes to the people who mend the data.
- Every vote is saved at once. **Undo** goes back as often as you like, until you finish.
"""
VERDICTS: tuple[tuple[SideVerdict, str, str], ...] = (
    ("left", "Left is better", "1"),
    ("right", "Right is better", "2"),
    ("tie", "Tie", "3"),
    ("both_bad", "Both bad", "4"),
)


@parts.explained
def page() -> None:
    """Show the next pair of the named reviewer."""
    place = parts.workspace()
    frozen = parts.frozen_plan(place)
    if frozen is None:
        parts.missing("No plan is frozen yet, and votes belong to a plan.", "winnow plan freeze")
    pairs = {pair.id: pair for pair in parts.paired(place, frozen).pairs}
    if people.needs_name("votes are kept under it, and it decides the order of the pairs"):
        return
    review = review_of(frozen, JudgmentLog(place.judgments_file))
    if not review.admits(people.reviewer()):
        _shut(review)
        return
    shown = queue(frozen.hash, people.reviewer(), pairs, place.config().plan.repeats)
    _review(place, frozen.hash, shown, pairs)


@st.fragment
@parts.explained
def _review(place: Workspace, plan: str, shown: list[Showing], pairs: dict[str, AnswerPair]) -> None:
    log = JudgmentLog(place.judgments_file)
    who = people.reviewer()
    judgments = log.judgments(plan, who)
    left = pending(shown, judgments)
    if log.ends(plan, who):
        _finished(len(judgments))
    elif not judgments and "review-begun" not in st.session_state:
        _welcome(len(shown), progress(shown, judgments).seconds_left)
    else:
        _begin()  # who comes back in the middle isn't welcomed again, not even after undoing everything
        _progress_bar(shown, judgments)
        if left:
            _card(place, plan, left[0], pairs[left[0].item])
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
    st.page_link("studio/browser/explore.py", label="Go to the results", icon=":material/travel_explore:")


def _finished(judged: int) -> None:
    st.success(f"Your review is finished: {judged} judgments are saved. Thank you.", icon=":material/check:")
    st.caption("The results open for everybody once the planned reviewers have finished.")
    st.page_link("studio/browser/explore.py", label="Go to the results", icon=":material/travel_explore:")


def _all_judged(log: JudgmentLog, plan: str) -> None:
    st.subheader("Every pair is judged", anchor=False)
    st.markdown("After finishing votes can't be changed.")
    with st.container(horizontal=True):
        st.button("Finish", type="primary", on_click=_end, args=(log, plan, 0))
        st.button("Undo the last vote", shortcut="U", on_click=_take_back, args=(log, plan))


def _progress_bar(shown: list[Showing], judgments: list[Judgment]) -> None:
    now = progress(shown, judgments)
    skipped = f" · {now.skipped} skipped, shown again at the end" if now.skipped else ""
    text = f"**{now.done} of {now.total}** judged{skipped} · about {minutes(now.seconds_left)} left"
    st.progress(now.done / max(1, now.total), text=text)


def minutes(seconds: float) -> str:
    """Write a time in the words a person plans with."""
    return f"{max(1, round(seconds / 60))} min"


def _card(place: Workspace, plan: str, showing: Showing, pair: AnswerPair) -> None:
    state = st.session_state
    if state.get("showing") != showing:
        now = time.monotonic()
        state.update({"showing": showing, "appeared": now, "quiet-since": now, "reference-open": False})
        state["reference-was-open"] = False
    texts.beside(pair.around)  # above both answers, so that neither side has more of it
    texts.one_text(pair.question, "Question", prominent=True)
    with st.container(height=340, border=True):  # one container, so that both sides scroll together
        if state["reference-open"]:
            texts.one_text(pair.reference, "Reference answer")
            st.divider()
        _answers(pair.sides[showing.left].text, pair.sides[showing.right].text)
    for column, (verdict, label, shortcut) in zip(st.columns(4), VERDICTS, strict=True):
        column.button(label, shortcut=shortcut, width="stretch", on_click=_vote, args=(place, plan, showing, verdict))
    note, actions = st.columns([2, 1])
    key = _note_key(plan, showing)
    note.text_input("Note", key=key, placeholder="Note (optional)", label_visibility="collapsed", max_chars=2000)
    with actions.container(horizontal=True, horizontal_alignment="right"):
        wrong = "The question or its reference is wrong"
        st.button("Skip", shortcut="S", on_click=_vote, args=(place, plan, showing, "skip"))
        st.button("Flag", shortcut="F", on_click=_vote, args=(place, plan, showing, "flag"), help=wrong)
        st.button("Undo", shortcut="U", on_click=_undo, args=(place, plan))


def _answers(left: str, right: str) -> None:
    if st.session_state.get("markdown"):
        for column, title, text in zip(st.columns(2), ("Left", "Right"), (left, right), strict=True):
            column.caption(f"**{title}**")
            column.markdown(inert_markdown(text) or "*(empty)*")
    else:
        texts.two_texts(left, right, ("Left", "Right"), bool(st.session_state.get("differences")))


def _note_key(plan: str, showing: Showing) -> str:
    return f"note-{showing.key(plan, people.reviewer())}"


@parts.reported
def _vote(place: Workspace, plan: str, showing: Showing, verdict: SideVerdict) -> None:
    if not _is_meant(place, showing):
        return
    state = st.session_state
    JudgmentLog(place.judgments_file).cast(
        Judgment(
            plan,
            people.reviewer(),
            showing.item,
            verdict,
            showing.left,
            showing.right,
            showing.repeat,
            note=state.get(_note_key(plan, showing)) or "",
            reference_open=state["reference-was-open"],
            seconds=round(time.monotonic() - state["appeared"], 1),
        )
    )


def _undo(place: Workspace, plan: str) -> None:
    if _is_meant(place, st.session_state["showing"]):
        _take_back(JudgmentLog(place.judgments_file), plan)


@parts.reported
def _take_back(log: JudgmentLog, plan: str) -> None:
    log.undo(plan, people.reviewer())


@parts.reported
def _end(log: JudgmentLog, plan: str, remaining: int) -> None:
    log.end(plan, people.reviewer(), remaining)


def _is_meant(place: Workspace, showing: Showing) -> bool:
    """Refuse stale pairs and held keys; each press starts the dwell time anew, so that no key can be held through."""
    state, now = st.session_state, time.monotonic()
    quiet = now - state["quiet-since"]
    state["quiet-since"] = now
    return accepts(state["showing"], showing, quiet, place.config().review.dwell_seconds)


def _toggle(name: str) -> None:
    st.session_state[name] = not st.session_state.get(name)
    if name == "reference-open":
        st.session_state["reference-was-open"] = True


def _footer(log: JudgmentLog, plan: str, remaining: int) -> None:
    ways, looks = st.columns([1, 1])
    with ways.container(horizontal=True):
        with st.popover("Guidelines", icon=":material/menu_book:", type="tertiary"):
            st.markdown(GUIDELINES)
        if remaining:
            with st.popover("End early", icon=":material/stop_circle:", type="tertiary"):
                st.markdown(
                    f"{remaining} pairs are left. Ending can't be undone, and the report says that the review "
                    "ended early. It doesn't take the place of a planned review."
                )
                st.button("End the review now", on_click=_end, args=(log, plan, remaining))
    if remaining:
        with looks.container(horizontal=True, horizontal_alignment="right"):
            st.button("Reference", shortcut="A", type="tertiary", on_click=_toggle, args=("reference-open",))
            st.button("Differences", shortcut="D", type="tertiary", on_click=_toggle, args=("differences",))
            st.button("Markdown", shortcut="M", type="tertiary", on_click=_toggle, args=("markdown",))


page()
