"""To decide: what waits for a person, one card at a time, by keyboard."""

from __future__ import annotations

import streamlit as st

from curation.publish.browse import Row
from curation.publish.cases import Case, cases
from studio.browser import card, parts, people, texts
from studio.desk import DecisionDesk
from winnow.study.workspace import Workspace


@parts.explained
def page() -> None:
    """Show the next case that waits for the named person."""
    place = parts.workspace()
    waiting = cases(parts.flagged(place))
    if not waiting and not people.reviewer():
        st.success("Nothing waits for a decision.", icon=":material/check:")
        return
    if people.needs_name("a decision says who made it"):
        return
    kinds = list(dict.fromkeys(case.kind for case in waiting))
    counts = {kind: sum(case.kind == kind for case in waiting) for kind in kinds}
    wanted = None
    if len(kinds) > 1:
        wanted = st.pills(
            "Only", kinds, format_func=lambda kind: f"{kind} {counts[kind]:,}", key="kind", label_visibility="collapsed"
        )
    _cards(place, [case for case in waiting if wanted in (None, case.kind)])


def _cards(place: Workspace, waiting: list[Case]) -> None:
    state, ledger = st.session_state, place.curated.ledger
    who = people.reviewer()
    began = state.setdefault("decide-began", len(waiting))
    state["decide-began"] = total = max(began, len(waiting))
    later = state.setdefault("later", [])
    desk = DecisionDesk(ledger, parts.view(place), waiting, who, people.seen(place), later)
    words = f"{len(waiting):,} to decide" if waiting else "Nothing waits for a decision."
    card.show(desk, f"decisions of {who}", words, total - len(waiting), total, 0.3)
    people.publish_if_small(place)
    if not waiting:
        return
    first = desk.left()[0]
    _correct(place, first)
    for row in first.rows:
        texts.repairs(parts.record(place, row.id), row)
        texts.evidence(row)


def _correct(place: Workspace, case: Case) -> None:
    """Let the texts of the case's rows be corrected; a correction keeps the row and settles it."""
    known = people.seen(place)
    with st.expander("Correct the text", icon=":material/edit:"):
        for row in case.rows:
            with st.form(f"correct-{row.id}", border=len(case.rows) > 1):
                left, right = st.columns([2, 3])
                left.text_area("Question", row.question, key=f"question-{row.id}", height=130)
                right.text_area("Answer", row.answer, key=f"answer-{row.id}", height=130)
                where = f" of {row.place}" if len(case.rows) > 1 else ""
                st.form_submit_button(  # a callback: a run that another one breaks off would lose the press
                    f"Save the correction{where}", icon=":material/save:", on_click=_save, args=(place, row, known)
                )


def _save(place: Workspace, row: Row, known: int) -> None:
    typed = {name: st.session_state[f"{name}-{row.id}"] for name in ("question", "answer")}
    changed = {name: text for name, text in typed.items() if text != getattr(row, name)}
    if changed:
        people.correct(place, row.id, changed, known)
    else:
        st.session_state["done"] = "Nothing was changed in the two boxes"


page()
