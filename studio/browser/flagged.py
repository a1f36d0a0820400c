"""Flagged rows: kept for now, each with its reasons; a person keeps, removes or corrects them."""

from __future__ import annotations

import streamlit as st

from curation.publish.browse import Row, place_of
from studio.browser import parts, people, texts
from winnow.data.records import Record
from winnow.study.workspace import Workspace

ROWS_SHOWN = 200


@parts.explained
def page() -> None:
    """List the flagged rows and settle one."""
    place = parts.workspace()
    found = parts.flagged(place)
    wanted = texts.filtered(found, "flagged", "No row waits for a decision.")
    if not wanted:
        return
    st.caption(
        f"{len(wanted):,} of {len(found):,} flagged rows. They count as kept until a person decides; "
        "a decision takes the row off this list and outlasts every later run."
    )
    for row in texts.table_of_rows(wanted[:ROWS_SHOWN], "flagged", "single-row"):
        _detail(place, row)


def _detail(place: Workspace, row: Row) -> None:
    with st.container(border=True):
        texts.reasons(row)
        came_in = parts.record(place, row.id)
        others = [found for id_ in row.others[:4] if (found := parts.record(place, id_))]
        if not others:
            texts.beside_record(came_in)
        _repairs(came_in, row)
        for other in others:
            titles = ("This row", f"Compared with {place_of(other.source, other.line)}")
            if came_in is not None:
                texts.two_besides(came_in, other, titles)
            texts.two_texts(f"{row.question}\n\n{row.answer}", f"{other.question}\n\n{other.answer}", titles)
        buttons = st.container(horizontal=True)
        left, right = st.columns([2, 3])
        question = left.text_area("Question", row.question, key=f"question-{row.id}", height=130)
        answer = right.text_area("Answer", row.answer, key=f"answer-{row.id}", height=130)
        with buttons:
            if not people.needs_name("a decision says who made it"):
                _buttons(place, row, {"question": question, "answer": answer})
        texts.evidence(row)


def _repairs(came_in: Record | None, row: Row) -> None:
    if came_in is None:
        return
    for name in ("question", "answer"):
        before, now = getattr(came_in, name), getattr(row, name)
        if before != now:
            texts.two_texts(before, now, (f"The {name} as it came in", "As it reads now"))


def _buttons(place: Workspace, row: Row, texts: dict[str, str]) -> None:
    before = {"question": row.question, "answer": row.answer}
    changed = {name: text for name, text in texts.items() if text != before[name]}
    st.button(
        "Keep as it is",
        icon=":material/check:",
        shortcut="K",
        disabled=bool(changed),
        on_click=people.decide,
        args=(place, [row.id], "restore", "checked: fine"),
    )
    st.button(
        "Remove",
        icon=":material/delete:",
        shortcut="X",
        disabled=bool(changed),
        on_click=people.decide,
        args=(place, [row.id], "remove", "checked: " + row.reason),
    )
    st.button(
        "Save the correction",
        icon=":material/edit:",
        shortcut="Ctrl+Enter",
        type="primary",
        disabled=not changed or not all(text.strip() for text in texts.values()),
        help="Change the question or the answer above",
        on_click=people.correct,
        args=(place, row.id, changed),
    )


page()
