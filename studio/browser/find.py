"""The search in the header: from every page to the rows that have the words, an id or a file:line."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

TEMPLATES = Path(__file__).parents[1] / "templates"
HTML = """<form class="find" role="search" onsubmit="return false">
<input type="search" aria-label="Find rows by words, id or file:line" placeholder="Find rows ( / )" maxlength="200">
</form>"""
CSS = """.find input { font: inherit; font-size: .9rem; width: 100%; box-sizing: border-box; padding: .45rem .7rem;
  color: inherit; background: var(--st-background-color); border: 1px solid var(--st-border-color);
  border-radius: .5rem; }
.find input:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
.find input::placeholder { color: inherit; opacity: .75; }"""
ROWS = "studio/browser/rows.py"
_find = st.components.v2.component(
    "winnow-find",
    html=HTML,
    css=CSS,
    js=(TEMPLATES / "find.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show() -> None:
    """Draw the box; what is sought stands in the address of the page Rows."""
    sought = _find(data={"words": st.query_params.get("words", "")}, key="find", on_go_change=lambda: None).go
    if sought is not None:
        words = str(sought.get("words", "")).strip()
        st.switch_page(ROWS, query_params={"words": words} if words else {})
