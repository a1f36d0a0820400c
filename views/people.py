"""Who sits at the screen, and what that person decides about rows."""

from __future__ import annotations

import math
import time

import streamlit as st

from evaluation.study import published_are_current
from views import parts
from winnow.ledger import Action, Decision
from winnow.workspace import Workspace

PUBLISHED_AT_ONCE = 20_000  # rows; with more, kept.jsonl is written anew on request: it takes seconds


def reviewer() -> str:
    """Give the name that was typed into the header; empty where none was."""
    return str(st.session_state.get("reviewer") or "").strip()


def needs_name(purpose: str) -> bool:
    """Say that a name is missing, and whether it is."""
    if reviewer():
        return False
    st.info(f"Type your name at the top right: {purpose}.", icon=":material/person:")
    return True


@parts.explained
def decide(place: Workspace, ids: list[str], action: Action, reason: str) -> None:
    """Write one decision of the named person about each row, once however long a key is held."""
    if is_held():
        return
    _append(place, [Decision(id_, "studio", action, reason, by=reviewer()) for id_ in ids])
    st.toast(f"{len(ids)} {'kept' if action == 'restore' else 'removed'}", icon=":material/check:")


@parts.explained
def correct(place: Workspace, id_: str, texts: dict[str, str]) -> None:
    """Write the named person's new text of each changed field."""
    corrections = [
        Decision(id_, "studio", "correct", "corrected by hand", field=name, text=text, by=reviewer())
        for name, text in texts.items()
    ]
    _append(place, corrections)
    st.toast("Correction saved", icon=":material/check:")


def is_held() -> bool:
    """Tell whether this press follows the last one so closely that it is the repeat of a key held down."""
    now = time.monotonic()
    before = st.session_state.get("pressed-at", -math.inf)
    st.session_state["pressed-at"] = now
    return now - before < parts.workspace().config().review.dwell_seconds


def _append(place: Workspace, decisions: list[Decision]) -> None:
    place.curated.ledger.append(*decisions)
    if parts.view(place).records.num_rows <= PUBLISHED_AT_ONCE and not published_are_current(place):
        publish_anew(place)


@parts.explained
def publish_anew(place: Workspace) -> None:
    """Write kept.jsonl and its neighbours as the rows stand now."""
    from curation.pipeline import refresh  # the whole of curation: a second that only this needs

    refresh(place.curated)
