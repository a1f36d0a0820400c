"""The beginning of a study from a file: what was read as what, ten rows to look at, and the folder that is made.

preview = preview_of("faq.csv")
preview.told, preview.rows[0]       # 'question is "Frage", answer is "Antwort"; not read: Nr', {"question": …}
begin(Path("studies"), "Fees 2026", "faq.csv", content)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.ingest import ingest
from winnow.config import Config, IngestConfig, render
from winnow.data.files import whole_file, write_text
from winnow.data.records import to_records
from winnow.errors import InputError
from winnow.study.workspace import CONFIG_NAME, Workspace

ROWS_SHOWN = 10
ROWS_A_SECOND = 160  # judged on two cores, from 30,000 rows in 3 min 14 s


@dataclass(frozen=True)
class Preview:
    """How a file would be read: each source's columns in words, the rows' number, the first of them, how many can't."""

    told: Sequence[str]
    total: int
    rows: Sequence[dict[str, str]]
    unreadable: int

    @property
    def minutes(self) -> int:
        """About how long judging them takes."""
        return max(1, round(self.total / ROWS_A_SECOND / 60))


def preview_of(file: Path) -> Preview:
    """Read a file as curation would; raises InputError in words where it can't tell the question from the answer."""
    records, rejected, layouts = ingest([str(file)], IngestConfig())
    first = to_records(records.slice(0, ROWS_SHOWN))
    rows = [{"question": r.question, "answer": r.answer} | ({"context": r.context} if r.context else {}) for r in first]
    return Preview([layout.in_words() for layout in layouts], len(records), rows, len(rejected))


def begin(folder: Path, name: str, file_name: str, content: bytes) -> Workspace:
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
    config = Config(ingest=IngestConfig(sources=(source,)))
    write_text(target / CONFIG_NAME, f"# The settings of “{name.strip()}”.\n{render(config)}\n")
    return Workspace(target.resolve())


def studies_in(folder: Path) -> list[Path]:
    """List the studies in a folder, the newest first."""
    found = [path.parent for path in folder.glob(f"*/{CONFIG_NAME}")]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
