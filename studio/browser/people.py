"""Who sits at the screen, and what that person decides about rows."""

from __future__ import annotations

import math
import time
from threading import Lock
from urllib.parse import unquote

import streamlit as st

from studio.browser import parts
from studio.identity import name_in, signed
from studio.standing import published_are_current
from winnow.data.ledger import Action, Decision
from winnow.errors import InputError
from winnow.study.workspace import Workspace

PUBLISHED_AT_ONCE = 20_000  # rows; with more, kept.jsonl is written anew on request: it takes seconds
_publishing = Lock()


REMEMBERED = "winnow-name"  # the cookie; an address that is passed on must not carry who passed it
REMEMBER = """export default ({ data }) => {
  document.cookie = `${data.cookie}=${encodeURIComponent(data.name)}; path=/; SameSite=Strict; max-age=${
    data.name ? 31536000 : 0}`;
}"""
_remember = st.components.v2.component("winnow-remember", js=REMEMBER)


def reviewer() -> str:
    """Give the name that was typed into the header, in small letters, so that Ada finds ada's votes; empty without."""
    return " ".join(str(st.session_state.get("reviewer") or "").split()).casefold()


def who() -> None:
    """Ask for the name under which decisions and votes are kept; the browser remembers it, the address never has it.

    Where a login is configured (`[auth]` in Streamlit's secrets) nobody types a name: the provider says who it is.
    """
    if st.secrets.load_if_toml_exists() and "auth" in st.secrets:
        _who_logged_in()
        return
    state = st.session_state
    if "reviewer" not in state:
        study = parts.find_workspace()
        state["reviewer"] = name_in(study.root, unquote(st.context.cookies.get(REMEMBERED, ""))) if study else ""
    with st.popover(state["reviewer"] or "Say who you are", icon=":material/person:"), st.form("who", border=False):
        st.text_input("Your name", state["reviewer"], max_chars=40, key="typed-name")
        st.caption("Kept with each of your decisions and votes. This browser remembers it.")
        st.form_submit_button("This is me", type="primary", on_click=_take_name)
    if study := parts.find_workspace():
        _remember(data={"cookie": REMEMBERED, "name": signed(study.root, state["reviewer"])}, key="remember", height=1)


def _take_name() -> None:
    st.session_state["reviewer"] = " ".join(str(st.session_state["typed-name"]).split())


def _who_logged_in() -> None:
    if not st.user.is_logged_in:
        st.session_state["reviewer"] = ""
        st.button("Log in", icon=":material/login:", on_click=st.login)
        return
    told = (st.user.get(claim) for claim in ("email", "preferred_username", "name", "sub"))
    st.session_state["reviewer"] = next(str(one) for one in told if one)
    with st.popover(st.session_state["reviewer"], icon=":material/person:"):
        st.button("Log out", icon=":material/logout:", on_click=st.logout)


def needs_name(purpose: str) -> bool:
    """Say that a name is missing, and whether it is."""
    if reviewer():
        return False
    st.info(f"Say who you are, at the top right: {purpose}.", icon=":material/person:")
    return True


@parts.reported
def decide(place: Workspace, ids: list[str], action: Action, reason: str, seen: int) -> str | None:
    """Write one decision of the named person about each row, once however long a key is held.

    `seen` is the last entry of the ledger that the page knew of: who is overtaken by somebody else is told.
    """
    if is_held():
        return None
    _append(place, [Decision(id_, "studio", action, reason, by=reviewer()) for id_ in ids], seen)
    return f"{len(ids)} {'kept' if action == 'restore' else 'removed'}"


@parts.reported
def correct(place: Workspace, id_: str, texts: dict[str, str], seen: int) -> str:
    """Write the named person's new text of each changed field; none may be empty."""
    if not all(text.strip() for text in texts.values()):
        raise InputError("Nothing was saved: a question or an answer can't be empty; remove the row instead")
    corrections = [
        Decision(id_, "studio", "correct", "corrected by hand", field=name, text=text, by=reviewer())
        for name, text in texts.items()
    ]
    _append(place, corrections, seen)
    return "Correction saved"


def seen(place: Workspace) -> int:
    """Give the number of the last entry of the ledger, as this page knows it."""
    return len(place.curated.ledger.history())


def is_held() -> bool:
    """Tell whether this press follows the last one so closely that it is the repeat of a key held down."""
    now = time.monotonic()
    before: float = st.session_state.get("pressed-at", -math.inf)
    st.session_state["pressed-at"] = now
    return now - before < parts.workspace().config().review.dwell_seconds


def _append(place: Workspace, decisions: list[Decision], seen: int) -> None:
    place.curated.ledger.append(*decisions, seen=seen)
    publish_if_small(place)


def publish_if_small(place: Workspace) -> None:
    """Write kept.jsonl and its neighbours anew where that takes no time that a person would notice.

    A person who goes to another page meanwhile waits there for the end, and doesn't see it half written.
    """
    with _publishing:
        if parts.view(place).records.num_rows <= PUBLISHED_AT_ONCE and not published_are_current(place):
            _publish(place)


@parts.reported
def publish_anew(place: Workspace) -> str:
    """Write kept.jsonl and its neighbours as the rows stand now."""
    _publish(place)
    return "kept.jsonl is written anew"


def _publish(place: Workspace) -> None:
    from curation.stage import refresh  # the whole of curation: a second that only this needs

    refresh(place.curated)
