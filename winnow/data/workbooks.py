"""Excel workbooks: the sheet that is meant → its rows, each with its line.

for line, values in read_workbook(Path("faq.xlsx"), Reading(sheet="Questions")): ...
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.errors import InputError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """How to read: a text file's encoding, a workbook's sheet, and whether a sheet's header has what is looked for.

    `option` is how a person names a sheet, where one can be named.
    """

    encoding: str = "utf-8"
    sheet: str | None = None
    fits: Callable[[list[str]], bool] = lambda header: True
    option: str = ""


def read_workbook(path: Path, reading: Reading) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield the filled rows of the chosen sheet with their 1-based line; the first line is the header."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, OSError) as error:
        raise InputError(f"{path}: not an Excel workbook ({error}); save it again as .xlsx") from error
    rows = _choose_sheet(path, book.worksheets, reading).iter_rows(values_only=True)
    header = _header(next(rows, ()))
    for number, cells in enumerate(rows, start=2):
        if any(cell is not None for cell in cells):
            yield number, dict(zip(header, cells, strict=False))


def _header(cells: Sequence[Any]) -> list[str]:
    return [str(cell) if cell is not None else f"column {i}" for i, cell in enumerate(cells, start=1)]


def _has_rows(sheet: ReadOnlyWorksheet) -> bool:
    """Tell whether a cell below the header is filled."""
    return any(cell is not None for cells in sheet.iter_rows(min_row=2, values_only=True) for cell in cells)


def _choose_sheet(path: Path, sheets: Sequence[Any], reading: Reading) -> Any:
    """Choose the named sheet, the only one, or the only one with rows under the columns that are looked for.

    Raises InputError that names the sheets and what they hold where that isn't one.
    """
    by_name = {sheet.title: sheet for sheet in sheets}
    if reading.sheet is not None and reading.sheet not in by_name:
        raise InputError(f"{path}: no sheet {reading.sheet!r}; there are {', '.join(map(repr, by_name))}")
    if reading.sheet is not None or len(sheets) == 1:
        return by_name[reading.sheet] if reading.sheet is not None else sheets[0]
    headers = {name: _header(next(sheet.iter_rows(max_row=1, values_only=True), ())) for name, sheet in by_name.items()}
    filled = [name for name, sheet in by_name.items() if _has_rows(sheet)]
    fitting = [name for name in filled if reading.fits(headers[name])]
    if len(fitting) != 1:
        held = "; ".join(f"{n!r} has {', '.join(headers[n]) if n in filled else 'no rows'}" for n in by_name)
        several = f"{len(fitting)} of {len(by_name)} sheets could be meant" if fitting else "no sheet looks like pairs"
        name_it = f"name one with {reading.option}, or " if reading.option else ""
        raise InputError(f"{path}: {several}: {held}; {name_it}save the one that is meant as its own file")
    others = ", ".join(repr(name) for name in by_name if name != fitting[0])
    other = reading.option or "as its own file"
    LOG.warning("%s: read sheet %r and not %s; another one: %s", path, fitting[0], others, other)
    return by_name[fitting[0]]
