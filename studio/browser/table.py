"""The list of rows: facets with counts and a table of which only the part on the screen is ever sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from curation.publish.catalogue import FACETS

TEMPLATES = Path(__file__).parents[1] / "templates"
KEY = "rows-table"
HTML = """<section class="rows-list" aria-label="Rows">
<nav class="facets" aria-label="Facets"></nav>
<div class="sheet">
<p class="told" role="status" aria-live="polite"></p>
<div class="head" aria-hidden="true"></div>
<div class="body" role="grid" tabindex="0" aria-label="Rows; arrows move, Enter reads, Space ticks">
<div class="all"></div></div>
</div>
</section>"""
_table = st.components.v2.component(
    "winnow-rows",
    html=HTML,
    css=(TEMPLATES / "rows.css").read_text(encoding="utf-8"),
    js=(TEMPLATES / "rows.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class State:
    """What a person did in a list: how far it is scrolled, which rows are ticked, which one is read, and unfolded."""

    start: int = 0
    ticked: list[int] | Literal["all"] = field(default_factory=list)
    read: int | None = None
    unfolded: tuple[int, ...] = ()


def state(name: str) -> State:
    """Give what was done in the list of this name; another list starts with nothing ticked, at its top."""
    found = st.session_state.get(KEY) or {}
    here, read = found.get("here") or {}, found.get("read") or {}
    is_read = read.get("place") if read.get("list") == name else None
    if here.get("round") != _round(name):
        return State(read=is_read)
    return State(int(here["start"]), here["ticked"], is_read, tuple(here["unfolded"]))


def untick() -> None:
    """Begin the list anew with nothing ticked, as after a decision about the ticked rows."""
    st.session_state["rows-round"] = st.session_state.get("rows-round", 0) + 1


def _round(name: str) -> str:
    return f"{name}-{st.session_state.get('rows-round', 0)}"


def show(
    name: str,
    facets: Sequence[Mapping[str, Any]],
    chosen: Mapping[str, Sequence[str]],
    rows: Sequence[Mapping[str, Any]],
    total: int,
    words: str,
) -> None:
    """Draw facets and rows; what is pressed there is in `state` on the next run."""
    here = state(name)
    data = {
        "list": name,
        "round": _round(name),
        "facets": facets,
        "chosen": chosen,
        "rows": rows,
        "start": here.start,
        "total": total,
        "words": words,
        "read": here.read,
    }
    _table(
        data=data,
        key=KEY,
        default={"here": {}, "read": {}, "chosen": {}},
        on_here_change=lambda: None,
        on_read_change=lambda: None,
        on_chosen_change=_choose,
    )


def _choose() -> None:
    """Keep the chosen values in the address."""
    wanted = (st.session_state.get(KEY) or {}).get("chosen") or {}
    for name in FACETS:
        if values := wanted.get(name):
            st.query_params[name] = values
        elif name in st.query_params:
            del st.query_params[name]
