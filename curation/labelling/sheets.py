"""Labelling in CSV or Excel, for people who don't use Argilla.

write_sheet(Path("to-label.xlsx"), tasks)
for line, values in read_sheet(Path("labelled.xlsx")): ...
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from curation.labelling.labels import RATINGS
from curation.labelling.tasks import Task
from winnow.errors import InputError
from winnow.files import whole_file

_SHOWN = ("id", "question", "answer", "other_answers", "why_chosen")
_ASKED = ("verdict", "corrected_answer", *RATINGS, "reasons", "comment")
COLUMNS = (*_SHOWN, *_ASKED)
_CELL_LIMIT = 32_767  # characters that an Excel cell holds
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # characters that an Excel file can't hold


def write_sheet(path: Path, tasks: Iterable[Task]) -> int:
    """Write one line a task, the questions' columns empty but for the answer to correct; return the number."""
    return write_rows(path, COLUMNS, [_row(task) for task in tasks])


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Write lines of text, none of which acts as a formula; return their number.

    Raises InputError for a file name that ends neither in .csv nor in .xlsx.
    """
    kind = _kind(path)
    with whole_file(path) as temporary:
        if kind == ".csv":
            with temporary.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerows([columns, *([_guarded(cell) for cell in row] for row in rows)])
        else:
            _write_excel(temporary, [columns, *rows])
    return len(rows)


def read_sheet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line's number and cells by column, lines without a verdict left out.

    `reasons` come as a list. Raises InputError when the id or verdict column is missing.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; write one with: winnow label export {path}")
    kind = _kind(path)
    rows = _csv_rows(path) if kind == ".csv" else _excel_rows(path)
    head = [str(cell or "").strip().lower() for cell in next(rows, [])]
    if missing := [name for name in ("id", "verdict") if name not in head]:
        raise InputError(f'{path}:1: no column "{missing[0]}"; keep the columns of the exported sheet')
    for number, row in enumerate(rows, start=2):
        cells = {name: _unguarded(cell) for name, cell in zip(head, row, strict=False)}
        if not cells["verdict"].strip():
            continue
        reasons = [reason.strip() for reason in re.split(r"[;,\n]", cells.get("reasons", ""))]
        yield number, {**cells, "verdict": cells["verdict"].strip().lower(), "reasons": [r for r in reasons if r]}


def _kind(path: Path) -> str:
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError(f"{path}: a sheet ends in .csv or .xlsx; name it so")
    return path.suffix.lower()


def _row(task: Task) -> list[str]:
    others, why = "\n\n".join(task.other_answers), "\n".join(task.reasons)
    return [task.id, task.question, task.answer, others, why, "", task.answer, *("" for _ in _ASKED[2:])]


def _guarded(cell: str) -> str:
    """Keep a spreadsheet from running a cell of somebody's data as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguarded(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _write_excel(path: Path, rows: Sequence[Sequence[str]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            if len(text) > _CELL_LIMIT:
                raise InputError(f"{row[0]}: {len(text):,} characters don't fit an Excel cell; export .csv instead")
            cell = sheet.cell(number, column)
            cell.value = _ILLEGAL.sub("\ufffd", text)
            cell.data_type = "s"  # text, or a value that begins with = would be a formula
    book.save(path)


def _csv_rows(path: Path) -> Iterator[list[Any]]:
    csv.field_size_limit(2**31 - 1)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.reader(file, delimiter=_delimiter(file.readline(), file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not a CSV file in UTF-8 ({error}); save it as CSV UTF-8 or .xlsx") from error


def _delimiter(head: str, file: Any) -> str:
    """Tell commas from the semicolons that Excel writes in many countries."""
    file.seek(0)
    return ";" if head.count(";") > head.count(",") else ","


def _excel_rows(path: Path) -> Iterator[list[Any]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # a zip that isn't one, a missing part: openpyxl has no common error
        raise InputError(f"{path}: not an Excel file ({error}); save it as .xlsx or .csv") from error
    yield from ([*row] for row in book.worksheets[0].iter_rows(values_only=True))
    book.close()
