"""What every page begins with: the header, the study's data as read once, and a word where something is missing."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import pyarrow.compute as pc
import streamlit as st

from curation.publish.browse import Row, flagged_rows, removed_rows, settled_rows, with_flags_of_people
from curation.suspicion.order import suspicion_of
from evaluation.answering.answers import to_answers
from evaluation.comparison.pairs import Paired, pair_answers
from evaluation.people.queue import SYSTEMS
from studio.standing import count_rows, review_flags
from winnow.data.files import read_jsonl
from winnow.data.ledger import View
from winnow.data.records import Record, to_records
from winnow.errors import WinnowError
from winnow.study import plan
from winnow.study.plan import Plan
from winnow.study.workspace import Curated, Workspace
from winnow.text.diff import inert_markdown

LOG = logging.getLogger(__name__)
Given = ParamSpec("Given")
Stamp = tuple[tuple[str, int, int, int], ...]

# Drawn here because Streamlit fetches its own page icons from another host.
ICON = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<path d='M1 2h14L10 8v5l-4 2V8z' fill='%230B5FA5'/></svg>"
)


def find_workspace() -> Workspace | None:
    """Find the workspace that WINNOW_WORKSPACE names, or the current folder's; None where there is none yet."""
    try:
        return Workspace.find(served_folder())
    except WinnowError:
        return None


def served_folder() -> Path:
    """Give the folder that this studio was started for."""
    return Path(os.environ.get("WINNOW_WORKSPACE") or ".")


def workspace() -> Workspace:
    """Give the workspace; the page stops where there is none."""
    found = find_workspace()
    if found is None:
        st.error(f"{served_folder()}: no study here; make one on the start page, or with: winnow init DIR")
        st.stop()
    return found


def inert(text: str) -> str:
    """Escape a text for Streamlit's Markdown."""
    return inert_markdown(text).replace("*", "\\*").replace("_", "\\_").replace("`", "\\`")


def guarded(page: Callable[[], None]) -> None:
    """Run a page; what went wrong there is one line for the person, and a traceback in the server's log alone."""
    try:
        page()
    except WinnowError as error:
        st.error(str(error))
    except Exception as error:
        LOG.exception("a page failed")
        _broken(error)


def _broken(error: Exception) -> None:
    st.error(
        f"This page can't be shown: {type(error).__name__}: {' '.join(str(error).split())[:300]}. A file of the study "
        "may be damaged: bring the stage that wrote it up to date on the page Study, or restore it from a copy.",
        icon=":material/error:",
    )


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
        except Exception as error:
            LOG.exception("a page failed")
            _broken(error)

    return run


def reported(press: Callable[Given, str | None]) -> Callable[Given, None]:
    """Let what a button does be told on the next run of the page: the word it returns, or its error's one line."""

    @wraps(press)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            st.session_state["done"] = press(*args, **kwargs)
        except WinnowError as error:
            st.session_state["failed"] = str(error)
        except Exception as error:
            LOG.exception("a press failed")
            st.session_state["failed"] = f"{type(error).__name__}: {error}"

    return run


def tell() -> None:
    """Show what the last press did, or why it failed; a callback itself can't, inside a fragment."""
    if done := st.session_state.pop("done", None):
        st.toast(done, icon=":material/check:")
    if failed := st.session_state.pop("failed", None):
        st.error(failed)


def frozen_plan(place: Workspace) -> Plan | None:
    """Read the plan; None where none is frozen. Raises PlanChanged where the file was edited by hand."""
    return plan.read(place.plan_file) if place.plan_file.exists() else None


def view(place: Workspace) -> View:
    """Read how each row stands now; the page stops where nothing was curated."""
    return _view(place.curated.root, _curated_stamp(place))


def removed(place: Workspace) -> list[Row]:
    """Read the removed rows; the page stops where nothing was curated."""
    return _removed(place.curated.root, _curated_stamp(place))


def flagged(place: Workspace) -> list[Row]:
    """Read the rows that wait for a person, reviewers' flags first; the page stops where nothing was curated."""
    waiting = _flagged(place.curated.root, _curated_stamp(place))
    try:
        frozen = frozen_plan(place)
    except WinnowError:  # the rows can be settled all the same; other pages say what is wrong with the plan
        frozen = None
    flags = review_flags(place, frozen.hash) if frozen else []
    return with_flags_of_people(waiting, view(place), flags) if flags else waiting


def settled(place: Workspace) -> list[Row]:
    """Read the kept rows about which nothing is to be decided; the page stops where nothing was curated."""
    return _settled(place.curated.root, _curated_stamp(place))


def _curated_stamp(place: Workspace) -> Stamp:
    curated = place.curated
    if not curated.records_file.exists():
        missing("Nothing was curated yet.", "winnow curate FILE")
    return stamp(curated.records_file, curated.signals_file, *sorted(curated.ledger.folder.glob("*")))


@st.cache_resource(max_entries=2, show_spinner="Reading the ledger…")
def _view(root: Path, state: Stamp) -> View:
    return Curated(root).view()


@st.cache_resource(max_entries=2, show_spinner=False)
def _removed(root: Path, state: Stamp) -> list[Row]:
    return removed_rows(_view(root, state))


@st.cache_resource(max_entries=2, show_spinner=False)
def _flagged(root: Path, state: Stamp) -> list[Row]:
    return flagged_rows(_view(root, state), suspicion_of(Curated(root)))


@st.cache_resource(max_entries=2, show_spinner=False)
def _settled(root: Path, state: Stamp) -> list[Row]:
    return settled_rows(_view(root, state))


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
    return together


def unanswered(place: Workspace, paired: Paired) -> int:
    """Count the held-out questions that base and tuned haven't both answered."""
    return max(0, count_rows(place.split / "held_out.jsonl") - len(paired.pairs))
