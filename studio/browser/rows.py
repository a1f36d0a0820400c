"""Rows: every row in one list with facets, folds, signals, a map and the cuts, and beside it one row's whole story."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import streamlit as st

from curation.publish.catalogue import FACETS, Catalogue
from curation.publish.facets import Filters, Shown
from curation.publish.meaning import Meaning
from studio.browser import cuts, drawer, parts, people, plane, plots, table
from studio.listing import ORDERS, SUSPICION, Lines, Order, exactly, facets_of, lines_of, window
from winnow.data.records import content_hash
from winnow.data.stamps import Stamp, stamp
from winnow.models.embedder import Embedder
from winnow.study.workspace import Workspace

LOOKS = ("Table", "Groups", "Signals", "Map", "Cuts")
NEAREST = 200  # rows that a search by meaning shows
ASKED_FROM = 10  # rows; so many decisions at once are asked about first
PREVIEWED = 10


@parts.explained
def page() -> None:
    """Show the rows that fit what is asked."""
    place = parts.workspace()
    catalogue = parts.catalogue(place)
    looks = LOOKS if len(catalogue) else LOOKS[:1]
    with st.container(horizontal=True, vertical_alignment="center"):
        look = st.segmented_control("Look", looks, default="Table", required=True, key="look", bind="query-params",
                                    label_visibility="collapsed")  # fmt: skip
        by_meaning = False
        if look != "Cuts":
            words = st.query_params.get("words", "")
            if words:
                by_meaning = st.toggle("by meaning", key="by-meaning", bind="query-params")
            order = _order(catalogue, by_meaning) if look != "Groups" else "came in"
    if look == "Cuts":
        cuts.show(place)
        return
    _browse(place, look, words, by_meaning, order)


def _order(catalogue: Catalogue, by_meaning: bool) -> Order:
    if by_meaning:
        return "near"
    known: list[Order] = ["came in"]
    if SUSPICION in catalogue.signals:
        known.append("suspect")
    return st.selectbox("Order", known, format_func=ORDERS.__getitem__, key="order", label_visibility="collapsed",
                        width=220)  # fmt: skip


@st.fragment
@parts.explained
def _browse(place: Workspace, look: str, words: str, by_meaning: bool, order: Order) -> None:
    catalogue = parts.catalogue(place)
    near: tuple[int, ...] = _near(place, catalogue, words) if by_meaning else ()
    asked = Filters(chosen=_chosen(catalogue), words="" if by_meaning else words, among=near if by_meaning else None)
    left, right = st.columns([5, 3], gap="small")
    with right:
        if look == "Signals":
            asked = plots.signals(catalogue, asked)
        elif look == "Map":
            asked = plane.show(catalogue, _meaning(place, catalogue), asked)
    how = _List(look, words, by_meaning, order, near)
    with left:
        name, lines = _listed(catalogue, catalogue.shown(asked), asked, how)
    with right:
        _beside(place, catalogue, table.state(name), lines, words)


def _chosen(catalogue: Catalogue) -> dict[str, list[str]]:
    """Read the chosen values of facets from the address, so that a link opens the same rows."""
    found = {name: st.query_params.get_all(name) for name in FACETS}
    return {name: [value for value in values if value in catalogue.facets[name].names]
            for name, values in found.items() if values}  # fmt: skip


@dataclass(frozen=True)
class _List:
    look: str
    words: str
    by_meaning: bool
    order: Order
    near: tuple[int, ...]


def _listed(catalogue: Catalogue, shown: Shown, asked: Filters, how: _List) -> tuple[str, Lines]:
    """Draw facets and list; return the list's name, under which it remembers what was done, and its lines."""
    name = content_hash(str(asked), how.look, how.order)[:12]
    state = table.state(name)
    lines = lines_of(catalogue, shown.places, how.order, how.near, how.look == "Groups", state.unfolded)
    table.show(
        name,
        facets=facets_of(catalogue, shown, asked.chosen),
        chosen=asked.chosen,
        rows=window(catalogue, lines, state.start),
        total=len(lines),
        words=_words(catalogue, shown, lines, how),
    )
    return name, lines


def _beside(place: Workspace, catalogue: Catalogue, state: table.State, lines: Lines, words: str) -> None:
    """Offer what can be done with ticked rows, and tell the story of the one that is read."""
    ticked = [at for at in _ticked(state, lines) if at < len(catalogue)]
    read = state.read if state.read is not None else exactly(catalogue, words)
    if ticked:
        _together(place, catalogue, ticked)
    if read is not None and read < len(catalogue):
        drawer.show(place, catalogue, read)
    elif not ticked:
        st.caption("Click a row to read its story; tick rows to keep, remove or restore them together.")


def _ticked(state: table.State, lines: Lines) -> list[int]:
    return lines.places.tolist() if state.ticked == "all" else state.ticked


def _words(catalogue: Catalogue, shown: Shown, lines: Lines, how: _List) -> str:
    rows, every = int(shown.mask.sum()), len(catalogue)
    told = f"{rows:,} of {every:,} rows" if rows < every else f"{every:,} rows"
    if how.look == "Groups":
        told += f" in {len(lines):,} lines, copies folded"
    if how.by_meaning:
        told += f", the nearest to “{how.words}”"
    elif how.words:
        told += f" with “{how.words}”"
    return told


# Meaning: vectors of all rows at once, the sentence encoder when it has been loaded beside.


@st.cache_resource(max_entries=2, show_spinner="Reading what the rows mean (once)…")
def _meaning_of(root: str, state: Stamp, _place: Workspace, _catalogue: Catalogue) -> Meaning:
    embedder = Embedder(_place.config().models.embedder, _place.embeddings)
    return Meaning.of(_catalogue.view.records, embedder, _place.embeddings)


def _meaning(place: Workspace, catalogue: Catalogue) -> Meaning:
    return _meaning_of(str(place.root), stamp(place.curated.records_file), place, catalogue)


def _near(place: Workspace, catalogue: Catalogue, words: str) -> tuple[int, ...]:
    """Find the nearest rows, the first in the encoder's order once its library is loaded, which isn't waited for."""
    meaning = _meaning(place, catalogue)
    found, _ = meaning.nearest(words, NEAREST)
    if _encoder_is_loaded(meaning).done():
        found = meaning.finer(words, found)
    return tuple(found.tolist())


@st.cache_resource(max_entries=1, show_spinner=False)
def _encoder_is_loaded(_meaning: Meaning) -> Future[Any]:
    return ThreadPoolExecutor(1).submit(_meaning.embedder.embed, ["a word"])


# Many rows at once.


def _together(place: Workspace, catalogue: Catalogue, ticked: list[int]) -> None:
    """Offer what can be done with exactly the rows that were ticked; many are listed and asked about first."""
    removed = [at for at in ticked if catalogue.status(at) == "removed"]
    standing = [at for at in ticked if catalogue.status(at) != "removed"]
    with st.container(border=True):
        st.markdown(f"**{_rows(len(ticked))} ticked**")
        if people.needs_name("a decision says who made it"):
            return
        for at in ticked[:3] if len(ticked) > 1 else ():
            st.markdown(f"- {parts.inert(_question(catalogue, at))}")
        if len(ticked) > 3:
            st.caption(f"and {len(ticked) - 3:,} more")
        with st.container(horizontal=True):
            if removed:
                _button(place, catalogue, removed, "Restore", ":material/undo:")
            if standing:
                _button(place, catalogue, standing, "Keep", ":material/check:")
                _button(place, catalogue, standing, "Remove", ":material/delete:")


def _button(place: Workspace, catalogue: Catalogue, at: list[int], verb: str, icon: str) -> None:
    label = f"{verb} {'this row' if len(at) == 1 else f'these {len(at):,} rows'}"
    known = people.seen(place)
    if len(at) < ASKED_FROM:
        st.button(label, icon=icon, on_click=_decide, args=(place, catalogue, at, verb, known), key=f"many-{verb}")
    elif st.button(f"{label} …", icon=icon, key=f"many-{verb}"):
        _ask(place, catalogue, at, verb, label, known)


@st.dialog("Many rows at once")
def _ask(place: Workspace, catalogue: Catalogue, at: list[int], verb: str, label: str, known: int) -> None:
    does = "would be removed" if verb == "Remove" else "would be kept"
    st.markdown(f"These {len(at):,} rows {does}. It can be taken back on the page Study.")
    for one in at[:PREVIEWED]:
        st.markdown(f"- {parts.inert(_question(catalogue, one))}")
    if len(at) > PREVIEWED:
        st.markdown(f"and {len(at) - PREVIEWED:,} more")
    if st.button(label, type="primary", key="asked"):
        _decide(place, catalogue, at, verb, known)
        st.rerun()


def _decide(place: Workspace, catalogue: Catalogue, at: list[int], verb: str, known: int) -> None:
    ids = catalogue.table["id"].take(at).to_pylist()
    if verb == "Remove":
        people.decide(place, ids, "remove", "removed in the list of rows", known)
    else:
        people.decide(place, ids, "restore", "wrongly removed" if verb == "Restore" else "checked: fine", known)
    table.untick()


def _question(catalogue: Catalogue, at: int) -> str:
    return str(catalogue.table["question"][at])[:120]


def _rows(n: int) -> str:
    return f"{n:,} row{'s' if n != 1 else ''}"


page()
