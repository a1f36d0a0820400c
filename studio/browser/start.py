"""Start: drop a file, see how it is read, name the study, and let its rows be judged."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import streamlit as st

from studio.beginning import Preview, begin, preview_of, studies_in
from studio.browser import parts, people
from studio.jobs import start


@parts.explained
def page() -> None:
    """Take the first file, or open a study that is there."""
    folder = parts.served_folder()
    st.markdown("#### Drop a file of questions and answers: CSV, Excel, JSON, Parquet, or a zip of them.")
    dropped = st.file_uploader("File of questions and answers", label_visibility="collapsed")
    if dropped is not None:
        preview = _preview(dropped.name, dropped.getvalue())
        _shown(preview)
        _named(folder, dropped.name, dropped.getvalue(), preview)
    if there := studies_in(folder):
        st.subheader("Studies in this folder", anchor=False)
        for path in there:
            st.button(path.name, icon=":material/folder_open:", on_click=_open, args=(path,), key=f"open-{path.name}")


@st.cache_data(max_entries=4, show_spinner="Reading the file…")
def _preview(name: str, content: bytes) -> Preview:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(name).name
        file.write_bytes(content)
        return preview_of(file)


def _shown(preview: Preview) -> None:
    for told in preview.told:
        st.markdown(f"**{preview.total:,} rows.** {parts.inert(told[:1].upper() + told[1:])}.")
    if preview.unreadable:
        st.warning(f"{preview.unreadable:,} rows can't be read; each will stand among the removed, with its reason.")
    st.dataframe(list(preview.rows), hide_index=True)
    st.markdown("The first rows. If a column was read as the wrong thing, rename it in the file and drop it again.")


def _named(folder: Path, file: str, content: bytes, preview: Preview) -> None:
    if people.needs_name("a run is kept under it"):
        return
    with st.form("begin", border=False):
        name = st.text_input("Name of the study", Path(file).stem, max_chars=60)
        if st.form_submit_button(f"Judge the rows (about {preview.minutes} min)", type="primary"):
            made = begin(folder, name, file, content)
            start(made, "curate", ["winnow", "curate"], people.reviewer())
            _open(made.root)
            st.rerun()


def _open(folder: Path) -> None:
    """Let this studio serve the study from now on."""
    os.environ["WINNOW_WORKSPACE"] = str(folder.resolve())


page()
