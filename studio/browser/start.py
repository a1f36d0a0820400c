"""Start: drop a file, see how it is read, name the study, and let its rows be judged."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from curation.ingest.layout import ColumnUnclear
from studio.beginning import Columns, Preview, begin, columns_in, preview_of, studies_in
from studio.browser import parts, people
from studio.jobs import start
from winnow.data.records import content_hash
from winnow.errors import InputError

BY_NAME = "found by its name"


@parts.explained
def page() -> None:
    """Take the first file, or open a study that is there."""
    folder = parts.served_folder()
    st.markdown("#### Drop a file of questions and answers: CSV, Excel, JSON, Parquet, or a zip of them.")
    dropped = st.file_uploader("File of questions and answers", label_visibility="collapsed")
    if dropped is not None:
        _dropped(folder, dropped.name, dropped.getvalue())
    if there := studies_in(folder):
        st.subheader("Studies in this folder", anchor=False)
        for path in there:
            st.button(path.name, icon=":material/folder_open:", on_click=_open, args=(path,), key=f"open-{path.name}")


def _dropped(folder: Path, name: str, content: bytes) -> None:
    """Show how the file is read, by the columns that a person may choose, and let its study begin."""
    try:
        names = _columns(name, content)
        columns = _chosen(name, names)
        preview = _preview(name, content, columns)
    except ColumnUnclear as unclear:
        st.warning(f"{parts.inert(name)}: {parts.inert(unclear.problem)}. Choose above which is which.",
                   icon=":material/help:")  # fmt: skip
        return
    _shown(preview)
    _named(folder, name, content, preview, columns)


def _chosen(file: str, names: list[str]) -> Columns:
    """Let the columns of question and answer be chosen, where they aren't found by their names."""
    of_file = content_hash(file, *names)[:12]
    one, other = st.columns(2)
    question, answer = (
        place.selectbox(
            f"Column of the {role}", names, index=None, placeholder="found by its name", key=f"{role}-{of_file}"
        )
        for place, role in ((one, "question"), (other, "answer"))
    )
    return Columns(question, answer)


@st.cache_data(max_entries=4, show_spinner=False)
def _columns(name: str, content: bytes) -> list[str]:
    with _on_disk(name, content) as file:
        return columns_in(file)


@st.cache_data(max_entries=4, show_spinner="Reading the file…")
def _preview(name: str, content: bytes, columns: Columns) -> Preview:
    with _on_disk(name, content) as file:
        return preview_of(file, columns)


@contextmanager
def _on_disk(name: str, content: bytes) -> Iterator[Path]:
    """Put a dropped file where it can be read; an error names the file and not the place."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(name).name
        file.write_bytes(content)
        try:
            yield file
        except ColumnUnclear:
            raise
        except InputError as error:
            raise InputError(str(error).replace(f"{folder}/", "")) from error


def _shown(preview: Preview) -> None:
    for told in preview.told:
        st.markdown(f"**{preview.total:,} rows.** {parts.inert(told[:1].upper() + told[1:])}.")
    for note in preview.notes:
        st.info(parts.inert(note[:1].upper() + note[1:]), icon=":material/info:")
    if preview.unreadable:
        st.warning(f"{preview.unreadable:,} rows can't be read; each will stand among the removed, with its reason.")
    st.dataframe(list(preview.rows), hide_index=True)
    st.markdown(
        "The first rows. If a column was read as the wrong thing, choose above which holds question and answer."
    )


def _named(folder: Path, file: str, content: bytes, preview: Preview, columns: Columns) -> None:
    if people.needs_name("a run is kept under it"):
        return
    with st.form("begin", border=False):
        name = st.text_input("Name of the study", Path(file).stem, max_chars=60)
        if st.form_submit_button(f"Judge the rows (about {preview.minutes} min)", type="primary"):
            made = begin(folder, name, file, content, columns)
            start(made, "curate", ["winnow", "curate"], people.reviewer())
            _open(made.root)
            st.rerun()


def _open(folder: Path) -> None:
    """Let this studio serve the study from now on."""
    os.environ["WINNOW_WORKSPACE"] = str(folder.resolve())


page()
