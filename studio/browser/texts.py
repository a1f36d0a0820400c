"""How the studio shows texts that nobody vouches for: escaped, side by side, with what differs marked."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import streamlit as st

from curation.publish.browse import Row, facts, proof
from studio.browser import people
from studio.showing import differing, plain
from winnow.data.records import Record, canonical_json
from winnow.data.surroundings import TITLES, as_texts
from winnow.study.workspace import Workspace
from winnow.text.diff import inert_markdown

MAX_OPEN_CHARACTERS = 400  # of a context that stands open; a longer one scrolls in a box
LONG_TEXT_PIXELS = 180  # height of that box: some seven lines
TEXTS_STYLE = """<style>
.texts { display: grid; gap: 0 1.5rem; line-height: 1.5; }
.texts h6 { margin: 0 0 .3rem; padding: 0; font-size: .85rem; font-weight: 600; opacity: .75; }
.texts div { white-space: pre-wrap; overflow-wrap: anywhere; }
.texts.prominent div { font-size: 1.15rem; font-weight: 600; max-width: 80ch; }
.texts .empty { font-style: italic; opacity: .6; }
.texts .control { border: 1px solid currentColor; border-radius: .2rem; font-size: .75em; padding: 0 .15rem; }
.texts mark { background: color-mix(in srgb, #E69F00 28%, transparent); color: inherit;
  text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 2px; }
</style>"""


def two_texts(left: str, right: str, titles: tuple[str, str], differences: bool = True) -> None:
    """Show two texts side by side as they are, escaped; `differences` marks the words that aren't in both."""
    two_marked(differing(left, right) if differences else (plain(left), plain(right)), titles)


def two_marked(bodies: Sequence[str], titles: tuple[str, str]) -> None:
    """Show two texts side by side that were made inert already, with what is marked in them."""
    cells = "".join(f"<h6>{html.escape(title)}</h6>" for title in titles)
    cells += "".join(f"<div>{body}</div>" for body in bodies)
    st.html(f"{TEXTS_STYLE}<div class='texts' style='grid-template-columns: 1fr 1fr'>{cells}</div>")


def one_text(text: str, title: str = "", prominent: bool = False) -> None:
    """Show a text as it is, escaped."""
    head = f"<h6>{html.escape(title)}</h6>" if title else ""
    st.html(f"{TEXTS_STYLE}<div class='texts{' prominent' if prominent else ''}'>{head}<div>{plain(text)}</div></div>")


def beside(around: Mapping[str, str]) -> None:
    """Show what stands beside a question, each text under its title; a long one in a box of its own that scrolls."""
    for name, text in around.items():
        if len(text) > MAX_OPEN_CHARACTERS:
            with st.container(height=LONG_TEXT_PIXELS, border=True):
                one_text(text, TITLES[name])
        else:
            one_text(text, TITLES[name])


def beside_record(record: Record | None) -> None:
    """Show what stands beside a record's question."""
    if record is not None:
        beside(as_texts(record.context, record.system, record.history))


def two_besides(left: Record, right: Record, names: tuple[str, str]) -> None:
    """Show what stands beside two records' questions, side by side with what differs marked, where one has any."""
    sides = [as_texts(record.context, record.system, record.history) for record in (left, right)]
    for name in [name for name in TITLES if name in sides[0] or name in sides[1]]:
        one, other = (side.get(name, "") for side in sides)
        is_long = max(len(one), len(other)) > MAX_OPEN_CHARACTERS
        with st.container(height=LONG_TEXT_PIXELS, border=True) if is_long else nullcontext():
            two_texts(one, other, (f"{names[0]}: {TITLES[name].lower()}", f"{names[1]}: {TITLES[name].lower()}"))


def reasons(row: Row) -> None:
    """Show who decided about a row, why, and on what evidence."""
    for decision in row.decisions:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(decision.step, color="gray")
            st.text(decision.reason)
            st.caption(inert_markdown(proof(decision)))


def repairs(came_in: Record | None, row: Row) -> None:
    """Show what was repaired or corrected in a row, before and now."""
    if came_in is None:
        return
    for name in ("question", "answer"):
        before, now = getattr(came_in, name), getattr(row, name)
        if before != now:
            two_texts(before, now, (f"The {name} as it came in", "As it reads now"))


def evidence(row: Row) -> None:
    """Show what the decisions about a row rest on, and where the row came from."""
    origin = {"row": row.id, "from": row.place, "decided by": ", ".join(d.by for d in row.decisions)}
    table = [{"what": name, "value": _plain(value)} for name, value in (facts(row) | origin).items()]
    with st.expander("All the evidence", icon=":material/fact_check:"):
        st.dataframe(table, hide_index=True, column_config={"value": st.column_config.TextColumn(width="large")})


def _plain(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else value if isinstance(value, str) else canonical_json(value)


def text_colour() -> str:
    """Give the theme's text colour, for marks in charts that Streamlit doesn't colour itself."""
    return "#E4E8EC" if st.context.theme.type == "dark" else "#0A0E13"


def table_height(rows: int) -> int:
    """Give a table the height of its rows in pixels, up to five of them and a half that says there are more."""
    return 38 + round(35 * min(5.5, rows))


def correction(place: Workspace, row: Row, known: int, title: str = "Correct the text") -> None:
    """Let a row's texts be corrected; a correction keeps the row and settles it. `known` is the ledger's last entry."""
    with st.expander(title, icon=":material/edit:"), st.form(f"correct-{row.id}", border=False):
        question = st.text_area("Question", row.question, key=f"question-{row.id}", height=90)
        answer = st.text_area("Answer", row.answer, key=f"answer-{row.id}", height=150)
        if not st.form_submit_button("Save the correction", icon=":material/save:", key=f"save-{row.id}"):
            return
        now = {"question": question, "answer": answer}
        changed = {name: text for name, text in now.items() if text != getattr(row, name)}
        if not changed:
            st.info("Nothing was changed in the two boxes.", icon=":material/edit_off:")
            return
        people.correct(place, row.id, changed, known)
        st.rerun()
