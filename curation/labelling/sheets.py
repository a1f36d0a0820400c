"""Labelling in CSV or Excel, for people who don't use Argilla; what they filled in may be of any format.

write_sheet(Path("to-label.xlsx"), task.sheet, cells)
for line in read_sheet(Path("labelled.xlsx"), task.sheet): line.place, line.id, line.values
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from winnow.data.columns import find_columns
from winnow.data.files import whole_file
from winnow.data.readers import UnreadRow, column_names, read_rows
from winnow.errors import InputError

_CELL_LIMIT = 32_767  # characters that an Excel cell holds
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # characters that an Excel file can't hold


@dataclass(frozen=True, slots=True)
class FilledLine:
    """What one line of a filled sheet says, by column in the sheet's own names; `problem` where it can't be read."""

    place: str
    id: str
    values: Mapping[str, object]
    problem: str = ""


def write_sheet(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Write lines of text, none of which acts as a formula; return their number.

    Raises InputError for a file name that ends neither in .csv nor in .xlsx.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError(f"{path}: a sheet ends in .csv or .xlsx; name it so")
    with whole_file(path) as temporary:
        if path.suffix.lower() == ".csv":
            with temporary.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerows([columns, *([_guarded(cell) for cell in row] for row in rows)])
        else:
            _write_excel(temporary, [columns, *rows])
    return len(rows)


def read_sheet(path: Path, columns: Sequence[str]) -> Iterator[FilledLine]:
    """Yield the lines that have a verdict, of a file of any format; the verdict in lower case, `reasons` as a list.

    Raises InputError when the id or verdict column is missing.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file; write one with: winnow label export {path}")
    rows = list(read_rows(str(path)))
    found = find_columns(column_names(rows), columns, source=str(path))
    for role in ("id", "verdict"):
        found.require(role, "keep the columns of the exported sheet")
    for row in rows:
        if isinstance(row, UnreadRow):
            yield FilledLine(row.place, "", {}, row.problem)
        elif (cells := found.cells(row.values)) and _text(cells["verdict"]).strip():
            yield FilledLine(row.place, _text(cells["id"]), _filled(cells))


def _filled(cells: Mapping[str, object]) -> dict[str, object]:
    texts = {name: _text(cell) for name, cell in cells.items() if name != "reasons"}
    return {**texts, "verdict": texts["verdict"].strip().lower(), "reasons": _listed(cells.get("reasons"))}


def require_usable(path: Path, usable: int, faults: Sequence[str]) -> None:
    """Raise InputError where a sheet says nothing: no line has a verdict, or none of them can be used."""
    if usable:
        return
    if faults:
        raise InputError(f"{path}: none of {len(faults)} lines with a verdict can be used; the first: {faults[0]}")
    raise InputError(f"{path}: no line has a verdict yet; fill in the column verdict")


def _listed(cell: object) -> list[str]:
    parts = cell if isinstance(cell, list) else re.split(r"[;,\n]", _text(cell))
    return [text for part in parts if (text := _text(part).strip())]


def _guarded(cell: str) -> str:
    """Keep a spreadsheet from running a cell of somebody's data as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _text(cell: object) -> str:
    """Give a cell as text, without the mark that kept it from being a formula."""
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
