"""Removed rows: what left, why, against which twin; and the way back."""

from __future__ import annotations

import streamlit as st

from curation.publish.browse import Row, place_of
from studio.browser import parts, people, texts
from winnow.study.workspace import Workspace

ROWS_A_PAGE = 100


@parts.explained
def page() -> None:
    """List the removed rows and show one in full."""
    place = parts.workspace()
    found = parts.removed(place)
    wanted = texts.filtered(found, "removed", "No row was removed.")
    if not wanted:
        return
    chosen = _list(wanted, len(found))
    if chosen:
        _restore(place, chosen)
        _detail(place, chosen[0])


def _list(wanted: list[Row], total: int) -> list[Row]:
    pages = -(-len(wanted) // ROWS_A_PAGE)
    number = st.pagination(pages, key="removed-page") if pages > 1 else 1
    shown = wanted[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
    st.caption(
        f"{len(shown):,} shown of {len(wanted):,} that match, {total:,} removed in all. "
        "Tick one to read it, or several to restore."
    )
    return texts.table_of_rows(shown, "removed", "multi-row")


def _restore(place: Workspace, chosen: list[Row]) -> None:
    if people.needs_name("a restored row says who restored it"):
        return
    label = "Restore this row" if len(chosen) == 1 else f"Restore these {len(chosen)} rows"
    st.button(
        label,
        icon=":material/undo:",
        type="primary",
        on_click=people.decide,
        args=(place, [row.id for row in chosen], "restore", "wrongly removed"),
    )


def _detail(place: Workspace, row: Row) -> None:
    with st.container(border=True):
        texts.reasons(row)
        came_in = parts.record(place, row.id)
        twin = next((found for id_ in row.others if (found := parts.record(place, id_))), None)
        if twin is None or came_in is None:
            texts.beside_record(came_in)
            texts.one_text(row.question, "Question")
            texts.one_text(row.answer, "Answer")
        else:
            texts.two_besides(came_in, twin, ("Removed", "Its twin"))
            texts.two_texts(
                row.question,
                twin.question,
                ("Removed: question", f"Its twin: question ({place_of(twin.source, twin.line)})"),
            )
            texts.two_texts(row.answer, twin.answer, ("Removed: answer", "Its twin: answer"))
        texts.evidence(row)


page()
