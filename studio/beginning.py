"""The beginning of a study from a file: what was read as what, ten rows to look at, and the folder that is made.

preview = preview_of("faq.csv")
preview.told, preview.rows[0]       # 'question is "Frage", answer is "Antwort"; not read: Nr', {"question": …}
begin(Path("studies"), "Fees 2026", "faq.csv", content)
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from curation.ingest import ingest
from curation.ingest.read import ROWS_LOOKED_AT
from curation.ingest.unfold import unfolding
from winnow.config import Config, IngestConfig, render
from winnow.data.files import whole_file, write_text
from winnow.data.readers import RawRow, read_rows
from winnow.data.records import to_records
from winnow.errors import InputError
from winnow.study.workspace import CONFIG_NAME, Workspace

ROWS_SHOWN = 10
ROWS_A_SECOND = 160  # judged on two cores, from 30,000 rows in 3 min 14 s


@dataclass(frozen=True)
class Columns:
    """The columns that a person names as question and as answer; None leaves it to the names in use."""

    question: str | None = None
    answer: str | None = None

    def settings(self, *sources: str) -> IngestConfig:
        """Give the settings that read these files so."""
        return IngestConfig(sources=sources, question_column=self.question, answer_column=self.answer)


BY_NAME = Columns()


@dataclass(frozen=True)
class Preview:
    """How a file would be read: each source's columns in words, the rows' number, the first of them, how many can't.

    `notes` say what else a person should know, such as sheets that weren't read.
    """

    told: Sequence[str]
    total: int
    rows: Sequence[dict[str, str]]
    unreadable: int
    notes: Sequence[str] = ()

    @property
    def minutes(self) -> int:
        """About how long judging them takes."""
        return max(1, round(self.total / ROWS_A_SECOND / 60))


def columns_in(file: Path) -> list[str]:
    """Name the columns of a file's first rows; raises InputError in words where it isn't a file of rows."""
    rows = [row.values for row in islice(read_rows(str(file)), ROWS_LOOKED_AT) if isinstance(row, RawRow)]
    unfold = unfolding(rows)
    return list(dict.fromkeys(name for row in rows for name in unfold(row)))


def preview_of(file: Path, columns: Columns = BY_NAME) -> Preview:
    """Read a file as curation would; raises ColumnUnclear where it can't tell the question from the answer."""
    with _heard() as notes:
        records, rejected, layouts = ingest([str(file)], columns.settings())
    unreadable = pa.array([decision.id for decision in rejected], pa.string())
    first = to_records(records.filter(pc.invert(pc.is_in(records["id"], unreadable))).slice(0, ROWS_SHOWN))
    rows = [{"question": r.question, "answer": r.answer} | ({"context": r.context} if r.context else {}) for r in first]
    told = [layout.in_words() for layout in layouts]
    return Preview(told, len(records), rows, len(rejected), [note.replace(f"{file}: ", "") for note in notes])


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Hear what the readers of files warn of, which a terminal shows."""
    heard: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    readers = logging.getLogger("winnow.data")
    readers.addHandler(handler)
    try:
        yield heard
    finally:
        readers.removeHandler(handler)


def begin(folder: Path, name: str, file_name: str, content: bytes, columns: Columns = BY_NAME) -> Workspace:
    """Make the study's folder below `folder`, with the file in it and settings that name it."""
    plain = re.sub(r"[^\w.-]+", "-", name.strip()).strip("-.")
    if not plain:
        raise InputError(f"“{name}” can't be the name of a study; use letters or digits")
    target = folder / plain
    if target.exists():
        raise InputError(f"{target}: is there already; choose another name")
    source = Path(file_name).name
    with whole_file(target / source) as temporary:
        temporary.write_bytes(content)
    config = Config(ingest=columns.settings(source))
    write_text(target / CONFIG_NAME, f"# The settings of “{name.strip()}”.\n{render(config)}\n")
    return Workspace(target.resolve())


def studies_in(folder: Path) -> list[Path]:
    """List the studies in a folder, the newest first."""
    found = [path.parent for path in folder.glob(f"*/{CONFIG_NAME}")]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
