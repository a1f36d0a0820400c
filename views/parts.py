"""What several pages show: the header, two texts side by side, a missing stage; and what they read, cached."""

from __future__ import annotations

import html
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import pyarrow.compute as pc
import streamlit as st

from curation.browse import Row, facts, flagged_rows, removed_rows
from evaluation.review import SYSTEMS, Showing, queue
from evaluation.study import published_are_current
from winnow import plan
from winnow.errors import WinnowError
from winnow.files import read_jsonl
from winnow.highlight import marked, word_differences
from winnow.ledger import Action, Decision, View
from winnow.plan import Plan
from winnow.records import Record, canonical_json, to_records
from winnow.workspace import Curated, Workspace

Stamp = tuple[tuple[str, int, int, int], ...]

# Drawn here because Streamlit fetches its own page icons from another host.
ICON = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<path d='M1 2h14L10 8v5l-4 2V8z' fill='%230B5FA5'/></svg>"
)
PUBLISHED_AT_ONCE = 20_000  # rows; with more, kept.jsonl is written anew on request: it takes seconds
TEXTS_STYLE = """<style>
.texts { display: grid; gap: 0 1.5rem; line-height: 1.5; }
.texts h6 { margin: 0 0 .3rem; padding: 0; font-size: .85rem; font-weight: 600; opacity: .75; }
.texts div { white-space: pre-wrap; overflow-wrap: anywhere; }
.texts.prominent div { font-size: 1.15rem; font-weight: 600; max-width: 80ch; }
.texts .empty { font-style: italic; opacity: .6; }
.texts mark { background: color-mix(in srgb, #E69F00 28%, transparent); color: inherit;
  text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 2px; }
</style>"""


def workspace() -> Workspace:
    """Find the workspace that WINNOW_WORKSPACE names, or the current folder's; the page stops where there is none."""
    try:
        return Workspace.find(Path(os.environ.get("WINNOW_WORKSPACE") or "."))
    except WinnowError as error:
        st.error(str(error))
        st.stop()


def header() -> None:
    """Show which study and plan this is, and ask for the name under which decisions and votes are kept."""
    place = workspace()
    left, right = st.columns([4, 1], vertical_alignment="center")
    frozen = frozen_plan(place)
    state = f"plan `{frozen.hash[:8]}`{' (amended)' if frozen.amended else ''}" if frozen else "no plan frozen yet"
    left.caption(f"`{place.root.name}` · {state}")
    right.text_input(
        "Your name",
        key="reviewer",
        bind="query-params",
        max_chars=40,
        placeholder="Your name",
        label_visibility="collapsed",
        icon=":material/person:",
    )


def reviewer() -> str:
    """Give the name that was typed into the header; empty where none was."""
    return str(st.session_state.get("reviewer") or "").strip()


def needs_name(purpose: str) -> bool:
    """Say that a name is missing, and whether it is."""
    if reviewer():
        return False
    st.info(f"Type your name at the top right: {purpose}.", icon=":material/person:")
    return True


def missing(what: str, command: str) -> None:
    """Say in one line what isn't there yet and the command that makes it; the page ends here."""
    st.info(f"{what} Make it with:", icon=":material/hourglass_empty:")
    st.code(command, language=None, width="content")
    st.stop()


def explained(page: Callable[[], None]) -> Callable[[], None]:
    """Let a page end with an error's one line instead of a traceback."""

    @wraps(page)
    def run() -> None:
        try:
            page()
        except WinnowError as error:
            st.error(str(error))

    return run


def frozen_plan(place: Workspace) -> Plan | None:
    """Read the plan; None where none is frozen or it was edited (the overview says which)."""
    try:
        return plan.read(place.plan_file)
    except WinnowError:
        return None


def view(place: Workspace) -> View:
    """Read how each row stands now; the page stops where nothing was curated."""
    return _view(place.curated.root, _curated_stamp(place))


def removed(place: Workspace) -> list[Row]:
    """Read the removed rows; the page stops where nothing was curated."""
    return _removed(place.curated.root, _curated_stamp(place))


def flagged(place: Workspace) -> list[Row]:
    """Read the rows that wait for a person; the page stops where nothing was curated."""
    return _flagged(place.curated.root, _curated_stamp(place))


def _curated_stamp(place: Workspace) -> Stamp:
    curated = place.curated
    if not curated.records_file.exists():
        missing("Nothing was curated yet.", "winnow curate FILE")
    return stamp(curated.records_file, *sorted(curated.ledger.folder.glob("*")))


@st.cache_resource(max_entries=2, show_spinner="Reading the ledger…")
def _view(root: Path, state: Stamp) -> View:
    return Curated(root).view()


@st.cache_resource(max_entries=2, show_spinner=False)
def _removed(root: Path, state: Stamp) -> list[Row]:
    return removed_rows(_view(root, state))


@st.cache_resource(max_entries=2, show_spinner=False)
def _flagged(root: Path, state: Stamp) -> list[Row]:
    return flagged_rows(_view(root, state))


def rows(path: Path) -> list[dict[str, Any]]:
    """Read a JSONL file, once for each version of it; no rows where there is none. Don't change what it returns."""
    return _rows(path, stamp(path)) if path.exists() else []


@st.cache_resource(max_entries=12, show_spinner=False)
def _rows(path: Path, state: Stamp) -> list[dict[str, Any]]:
    return read_jsonl(path)


def stamp(*files: Path) -> Stamp:
    """Identify this version of files: they are replaced whole, so time, size and inode change with the content."""
    states = [(path, path.stat()) for path in files if path.exists()]
    return tuple((str(path), s.st_mtime_ns, s.st_size, s.st_ino) for path, s in states)


def record(place: Workspace, id_: str) -> Record | None:
    """Find one record, as it came in, by its id."""
    records = view(place).records
    found = to_records(records.filter(pc.equal(records["id"], id_)))
    return found[0] if found else None


def table_height(rows: int) -> int:
    """Give a table the height of its rows in pixels, up to six of them."""
    return 38 + 35 * min(6, rows)


def table_of_rows(shown: list[Row], key: str, mode: Literal["single-row", "multi-row"]) -> list[Row]:
    """List rows with their reasons, the first one chosen until another is; return those chosen."""
    table = [
        {"Reason": row.reason, "Question": row.question, "Answer": row.answer, "Step": ", ".join(sorted(row.steps))}
        for row in shown
    ]
    state = st.dataframe(
        table,
        height=table_height(len(table)),
        hide_index=True,
        on_select="rerun",
        selection_mode=mode,
        selection_default={"selection": {"rows": [0]}},
        key=f"{key}-{shown[0].id}-{len(shown)}",  # another list starts with its own first row
        column_config={name: st.column_config.TextColumn(width="large") for name in ("Reason", "Question", "Answer")},
    )
    return [shown[place] for place in state["selection"]["rows"] if place < len(shown)]


def decide(place: Workspace, ids: list[str], action: Action, reason: str) -> None:
    """Write one decision of the named person about each row."""
    _append(place, [Decision(id_, "studio", action, reason, by=reviewer()) for id_ in ids])
    st.toast(f"{len(ids)} {'kept' if action == 'restore' else 'removed'}", icon=":material/check:")


def correct(place: Workspace, id_: str, texts: dict[str, str]) -> None:
    """Write the named person's new text of each changed field."""
    _append(
        place,
        [
            Decision(id_, "studio", "correct", "corrected by hand", field=name, text=text, by=reviewer())
            for name, text in texts.items()
        ],
    )
    st.toast("Correction saved", icon=":material/check:")


def _append(place: Workspace, decisions: list[Decision]) -> None:
    place.curated.ledger.append(*decisions)
    if view(place).records.num_rows <= PUBLISHED_AT_ONCE and not published_are_current(place):
        publish_anew(place)


def publish_anew(place: Workspace) -> None:
    """Write kept.jsonl and its neighbours as the rows stand now."""
    from curation.pipeline import refresh  # the whole of curation: a second that only this needs

    refresh(place.curated)


def systems(place: Workspace) -> dict[str, list[dict[str, Any]]]:
    """Read the held-out answers of base and tuned; the page stops where one is missing."""
    found = {name: rows(place.answers / f"{name}.jsonl") for name in SYSTEMS}
    if lacking := [name for name, answered in found.items() if not answered]:
        missing(f"There are no held-out answers yet ({' and '.join(lacking)}).", "winnow answer")
    return found


def showings(place: Workspace, frozen: Plan, ids: list[str]) -> list[Showing]:
    """Give the whole queue of the reviewer who is named in the header."""
    return queue(frozen.hash, reviewer(), ids, place.config().plan.repeats)


def two_texts(left: str, right: str, titles: tuple[str, str], differences: bool = True) -> None:
    """Show two texts side by side as they are, escaped; `differences` marks the words that aren't in both."""
    sides = word_differences(left, right) if differences else None
    bodies = [marked(side) for side in sides] if sides else [html.escape(left), html.escape(right)]
    cells = "".join(f"<h6>{html.escape(title)}</h6>" for title in titles)
    cells += "".join(f"<div>{body}</div>" if body.strip() else "<div class='empty'>(empty)</div>" for body in bodies)
    st.html(f"{TEXTS_STYLE}<div class='texts' style='grid-template-columns: 1fr 1fr'>{cells}</div>")


def one_text(text: str, title: str = "", prominent: bool = False) -> None:
    """Show a text as it is, escaped."""
    head = f"<h6>{html.escape(title)}</h6>" if title else ""
    body = f"<div>{html.escape(text)}</div>" if text.strip() else "<div class='empty'>(empty)</div>"
    st.html(f"{TEXTS_STYLE}<div class='texts{' prominent' if prominent else ''}'>{head}{body}</div>")


def reasons(row: Row) -> None:
    """Show who decided about a row and why."""
    for decision in row.decisions:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(decision.step, color="gray")
            st.text(decision.reason)


def evidence(row: Row) -> None:
    """Show what the decisions about a row rest on, and where the row came from."""
    origin = {"row": row.id, "from": row.place, "decided by": ", ".join(d.by for d in row.decisions)}
    table = [{"what": name, "value": _plain(value)} for name, value in (facts(row) | origin).items()]
    with st.expander("Evidence", icon=":material/fact_check:"):
        st.dataframe(table, hide_index=True, column_config={"value": st.column_config.TextColumn(width="large")})


def _plain(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else value if isinstance(value, str) else canonical_json(value)


def text_colour() -> str:
    """Give the theme's text colour, for marks in charts that Streamlit doesn't colour itself."""
    return "#E4E8EC" if st.context.theme.type == "dark" else "#1C2430"
