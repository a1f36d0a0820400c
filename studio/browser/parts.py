"""What every page begins with: the header, the study's data as read once, and a word where something is missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import pyarrow.compute as pc
import streamlit as st

from curation.publish.browse import Row, flagged_rows, removed_rows, with_flags_of_people
from evaluation.answering.answers import to_answers
from evaluation.comparison.pairs import Paired, pair_answers
from evaluation.people.queue import SYSTEMS
from studio.standing import review_flags
from winnow.data.files import read_jsonl
from winnow.data.ledger import View
from winnow.data.records import Record, to_records
from winnow.errors import WinnowError
from winnow.study import plan
from winnow.study.plan import Plan
from winnow.study.workspace import Curated, Workspace

Given = ParamSpec("Given")
Stamp = tuple[tuple[str, int, int, int], ...]

# Drawn here because Streamlit fetches its own page icons from another host.
ICON = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<path d='M1 2h14L10 8v5l-4 2V8z' fill='%230B5FA5'/></svg>"
)


def workspace() -> Workspace:
    """Find the workspace that WINNOW_WORKSPACE names, or the current folder's; the page stops where there is none."""
    try:
        return Workspace.find(Path(os.environ.get("WINNOW_WORKSPACE") or "."))
    except WinnowError as error:
        st.error(str(error))
        st.stop()


def header(who: Callable[[], None]) -> None:
    """Show which study and plan this is, and at the right who sits here."""
    place = workspace()
    left, right = st.columns([4, 1], vertical_alignment="center")
    frozen = frozen_plan(place)
    state = f"plan `{frozen.hash[:8]}`{' (amended)' if frozen.amended else ''}" if frozen else "no plan frozen yet"
    left.caption(f"`{place.root.name}` · {state}")
    with right:
        who()


def missing(what: str, command: str) -> NoReturn:
    """Say in one line what isn't there yet and the command that makes it; the page ends here."""
    st.info(f"{what} Make it with: `{command}`", icon=":material/hourglass_empty:")
    st.stop()


def explained(page: Callable[Given, None]) -> Callable[Given, None]:
    """Let a page, or a part of one, end with an error's one line instead of a traceback."""

    @wraps(page)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        tell()
        try:
            page(*args, **kwargs)
        except WinnowError as error:
            st.error(str(error))

    return run


def reported(press: Callable[Given, str | None]) -> Callable[Given, None]:
    """Let what a button does be told on the next run of the page: the word it returns, or its error's one line."""

    @wraps(press)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            st.session_state["done"] = press(*args, **kwargs)
        except WinnowError as error:
            st.session_state["failed"] = str(error)

    return run


def tell() -> None:
    """Show what the last press did, or why it failed; a callback itself can't, inside a fragment."""
    if done := st.session_state.pop("done", None):
        st.toast(done, icon=":material/check:")
    if failed := st.session_state.pop("failed", None):
        st.error(failed)


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
    """Read the rows that wait for a person, reviewers' flags first; the page stops where nothing was curated."""
    waiting = _flagged(place.curated.root, _curated_stamp(place))
    frozen = frozen_plan(place)
    flags = review_flags(place, frozen.hash) if frozen else []
    return with_flags_of_people(waiting, view(place), flags) if flags else waiting


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


def paired(place: Workspace, frozen: Plan) -> Paired:
    """Read the held-out answers of base and tuned; the page stops where one is missing or of another plan."""
    found = {name: rows(place.answers / f"{name}.jsonl") for name in SYSTEMS}
    if lacking := [name for name, answered in found.items() if not answered]:
        missing(f"There are no held-out answers yet ({' and '.join(lacking)}).", "winnow answer")
    for name, answered in found.items():
        if answered[0].get("plan", frozen.hash) != frozen.hash:
            missing(f"{name}.jsonl was answered under another plan than {frozen.hash[:8]}.", "winnow answer")
    together = pair_answers(*(to_answers(answered, name) for name, answered in found.items()))
    if together.lone_text:
        st.caption(f"Answers without counterpart aren't shown: {together.lone_text}")
    return together
