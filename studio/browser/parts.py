"""What every page begins with: the header, the study's data as read once, and a word where something is missing."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from curation.publish.browse import Row, flagged_rows, with_flags_of_people
from curation.publish.catalogue import Beside, Catalogue, catalogue_of
from curation.suspicion.flagged import suspicion_of
from evaluation.answering.answers import to_answers
from evaluation.comparison.pairs import Paired, pair_answers
from evaluation.people.queue import SYSTEMS
from studio.showing import spelled
from studio.standing import HELD_OUT, SPLITS, count_rows, parts_of_rows, review_flags
from winnow.data.files import read_jsonl, read_table
from winnow.data.ledger import Decision, View, settle
from winnow.data.records import Record, content_hash, to_records
from winnow.data.stamps import Stamp, stamp
from winnow.errors import WinnowError
from winnow.study import plan
from winnow.study.plan import Plan
from winnow.study.workspace import Curated, Workspace
from winnow.text.diff import inert_markdown
from winnow.text.topics import Topics

LOG = logging.getLogger(__name__)
Given = ParamSpec("Given")

OWN = "own"  # in the address of the link that reviewers get, who have one thing to do: /review?own
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
    return inert_markdown(spelled(text)).replace("*", "\\*").replace("_", "\\_").replace("`", "\\`")


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
    """Say in one line what isn't there yet, the command that makes it and the page with its button; the page ends."""
    st.info(f"{what} Make it with: `{command}`", icon=":material/hourglass_empty:")
    if OWN not in st.query_params:
        st.page_link("studio/browser/study.py", label="Go to Study: its button makes what comes next",
                     icon=":material/route:")  # fmt: skip
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
    return _view(place.curated.root, curated_stamp(place))


def flagged(place: Workspace) -> list[Row]:
    """Read the rows that wait for a person, reviewers' flags first; the page stops where nothing was curated."""
    found, flags = _flagged(place.curated.root, curated_stamp(place)), flags_of_reviewers(place)
    return with_flags_of_people(found, view(place), flags) if flags else found


def waiting(place: Workspace) -> int:
    """Count the rows that wait for a person; the page stops where nothing was curated."""
    now = view(place)
    return len(now.flags.keys() | {flag.id for flag in flags_of_reviewers(place) if flag.id not in now.removed})


def flags_of_reviewers(place: Workspace) -> list[Decision]:
    """List what reviewers flagged and nobody has decided about since; none where the plan can't be read."""
    try:
        frozen = frozen_plan(place)
    except WinnowError:  # the rows can be settled all the same; other pages say what is wrong with the plan
        frozen = None
    return review_flags(place, frozen.hash) if frozen else []


def catalogue(place: Workspace) -> Catalogue:
    """Lay out every row with its facets; the page stops where nothing was curated."""
    curated, flags = place.curated, flags_of_reviewers(place)
    beside = stamp(curated.topics_file, curated.signals_file, *(place.split / f"{name}.jsonl" for name in SPLITS))
    name = content_hash(*(f"{flag.id} {flag.at}" for flag in flags))
    return _catalogue(place.root, curated_stamp(place), beside, name, flags)


@st.cache_resource(max_entries=2, show_spinner="Reading the rows…")
def _catalogue(root: Path, state: Stamp, beside: Stamp, flags: str, _flags: list[Decision]) -> Catalogue:
    place = Workspace(root)
    curated = place.curated
    known = Beside(
        topics=_topics(curated.topics_file, beside),
        parts=parts_of_split(place),
        people=curated.ledger.people_decisions(),
        flags=_flags,
        signals=_signals(curated.signals_file, beside),
    )
    return catalogue_of(_view(curated.root, state), known)


@st.cache_resource(max_entries=2, show_spinner=False)
def _topics(path: Path, state: Stamp) -> Topics | None:
    return Topics.read(path) if path.exists() else None


@st.cache_resource(max_entries=2, show_spinner=False)
def _signals(path: Path, state: Stamp) -> pa.Table | None:
    return read_table(path) if path.exists() else None


@st.cache_resource(max_entries=2, show_spinner=False)
def _parts(root: Path, state: Stamp) -> dict[str, str]:
    return parts_of_rows(Workspace(root))


def steps(place: Workspace) -> list[Decision]:
    """Read what the steps decided."""
    return _steps(place.curated.root, stamp(*sorted(place.curated.ledger.folder.glob("*.parquet"))))


def planned(place: Workspace) -> set[str]:
    """Name the rows that the frozen plan holds; none where there is no plan, or it can't be read."""
    if not place.plan_file.exists():
        return set()
    return {id_ for id_, part in parts_of_split(place).items() if part == HELD_OUT}


def parts_of_split(place: Workspace) -> dict[str, str]:
    """Map each row to its part of the split."""
    return _parts(place.root, stamp(*(place.split / f"{name}.jsonl" for name in SPLITS)))


def curated_stamp(place: Workspace) -> Stamp:
    """Say in which state the rows, their measurements and all decisions on them are; ends a page that has no rows."""
    curated = place.curated
    if not curated.records_file.exists():
        missing("Nothing was curated yet.", "winnow curate FILE")
    return stamp(curated.records_file, curated.signals_file, *sorted(curated.ledger.folder.glob("*")))


@st.cache_resource(max_entries=2, show_spinner="Reading the ledger…")
def _view(root: Path, state: Stamp) -> View:
    curated = Curated(root)
    steps = _steps(root, stamp(*sorted(curated.ledger.folder.glob("*.parquet"))))
    return settle(_records(root, stamp(curated.records_file)), steps, curated.ledger.people_decisions())


@st.cache_resource(max_entries=2, show_spinner=False)
def _records(root: Path, state: Stamp) -> pa.Table:
    return Curated(root).records()


@st.cache_resource(max_entries=2, show_spinner=False)
def _steps(root: Path, state: Stamp) -> list[Decision]:
    """What steps decided changes when they run again, and a person's press shouldn't wait for it to be read."""
    return Curated(root).ledger.step_decisions()


@st.cache_resource(max_entries=2, show_spinner=False)
def _flagged(root: Path, state: Stamp) -> list[Row]:
    curated = Curated(root)
    return flagged_rows(_view(root, state), _suspicions(root, stamp(curated.signals_file)))


@st.cache_resource(max_entries=2, show_spinner=False)
def _suspicions(root: Path, state: Stamp) -> dict[str, float]:
    return suspicion_of(Curated(root))


def rows(path: Path) -> list[dict[str, Any]]:
    """Read a JSONL file, once for each version of it; no rows where there is none. Don't change what it returns."""
    return _rows(path, stamp(path)) if path.exists() else []


@st.cache_resource(max_entries=12, show_spinner=False)
def _rows(path: Path, state: Stamp) -> list[dict[str, Any]]:
    return read_jsonl(path)


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
    return _paired(place.root, stamp(*(place.answers / f"{name}.jsonl" for name in SYSTEMS)))


@st.cache_resource(max_entries=2, show_spinner=False)
def _paired(root: Path, state: Stamp) -> Paired:
    place = Workspace(root)
    return pair_answers(*(to_answers(rows(place.answers / f"{name}.jsonl"), name) for name in SYSTEMS))


def unanswered(place: Workspace, paired: Paired) -> int:
    """Count the held-out questions that base and tuned haven't both answered."""
    return max(0, count_rows(place.split / "held_out.jsonl") - len(paired.pairs))
