"""Rows: every row with how it stands and why, the way back for removed ones, and the cuts between the two."""

from __future__ import annotations

import streamlit as st

from curation.publish.browse import Row, others_of
from studio.browser import cuts, parts, people, texts
from winnow.data.ledger import View
from winnow.study.workspace import Workspace

ROWS_A_PAGE = 100
ASKED_FROM = 10  # rows; so many decisions at once are asked about first
PREVIEWED = 10


@parts.explained
def page() -> None:
    """List the rows of one standing, and show one in full."""
    place = parts.workspace()
    view = parts.view(place)
    lists = {
        "Removed": parts.removed(place),
        "To decide": parts.flagged(place),
        "Settled": parts.settled(place),
    }
    every = [row for found in lists.values() for row in found]
    names = {"All": len(every), **{name: len(found) for name, found in lists.items()}}
    shown = st.segmented_control(
        "Rows",
        [*names, "Cuts"],
        default="Removed",
        required=True,
        format_func=lambda name: f"{name} {names[name]:,}" if name in names else name,
        key="standing",
        bind="query-params",
        label_visibility="collapsed",
    )
    if shown == "Cuts":
        cuts.show(place)
        return
    _list(place, view, lists.get(shown, every), shown)


def _list(place: Workspace, view: View, found: list[Row], name: str) -> None:
    wanted = texts.filtered(found, "rows", "There is no such row.")
    if not wanted:
        return
    pages = -(-len(wanted) // ROWS_A_PAGE)
    number = st.pagination(pages, key=f"page-{name}") if pages > 1 else 1
    shown = wanted[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
    count = f"{len(shown):,} shown of {len(wanted):,} that match"
    st.markdown(f"{count}. Click a row to read it; tick rows to restore them.")
    ticked, read = texts.table_of_rows(shown, f"rows-{name}", lambda row: _standing(view, row))
    back = [row for row in ticked if row.id in view.removed]
    if back:
        _restore(place, back)
    if read:
        _detail(place, view, read)


def _standing(view: View, row: Row) -> str:
    return "removed" if row.id in view.removed else "to decide" if row.decisions else "kept"


def _restore(place: Workspace, ticked: list[Row]) -> None:
    """Offer to restore exactly what was ticked; many at once are listed and asked about first."""
    if people.needs_name("a restored row says who restored it"):
        return
    label = "Restore this row" if len(ticked) == 1 else f"Restore these {len(ticked)} rows"
    known = people.seen(place)
    if len(ticked) >= ASKED_FROM:
        if st.button(f"{label} …", icon=":material/undo:", type="primary"):
            _ask(place, ticked, label, known)
        return
    for row in ticked[1:]:
        st.markdown(f"- {parts.inert(row.question[:120])} · {parts.inert(row.reason)}")
    st.button(label, icon=":material/undo:", type="primary", on_click=_bring_back, args=(place, ticked, known))


@st.dialog("Restore many rows")
def _ask(place: Workspace, ticked: list[Row], label: str, known: int) -> None:
    st.markdown(f"These {len(ticked)} rows would be kept again. Each can be taken back on the page Study.")
    for row in ticked[:PREVIEWED]:
        st.markdown(f"- {parts.inert(row.question[:120])} · {parts.inert(row.reason)}")
    if len(ticked) > PREVIEWED:
        st.markdown(f"and {len(ticked) - PREVIEWED} more")
    if st.button(label, type="primary"):
        _bring_back(place, ticked, known)
        st.rerun()


def _bring_back(place: Workspace, ticked: list[Row], known: int) -> None:
    people.decide(place, [row.id for row in ticked], "restore", "wrongly removed", known)


def _detail(place: Workspace, view: View, row: Row) -> None:
    with st.container(border=True):
        texts.reasons(row)
        came_in = parts.record(place, row.id)
        others = others_of(row, view)
        if not others:
            texts.beside_record(came_in)
            texts.one_text(row.question, "Question")
            texts.one_text(row.answer, "Answer")
        for other in others[:4]:
            here = f"{row.place}, {_standing(view, row)}"
            if came_in is not None:
                texts.two_besides(came_in, other.record, (here, other.title))
            texts.two_texts(row.question, other.record.question, (f"{here}: question", f"{other.title}: question"))
            texts.two_texts(row.answer, other.record.answer, ("Answer", "Answer"))
        texts.repairs(came_in, row)
        texts.evidence(row)


page()
