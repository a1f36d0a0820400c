"""Excel workbooks: the sheet that is meant → its rows with each cell as it is shown, and with its line.

for line, values in read_workbook(Stored.on_disk(Path("faq.xlsx")), Reading(part="Questions")): ...

A number whose cell has no format stays a number; percentages, money, dates, times and leading zeros are texts, as a
person sees them. What cells are merged into one holds in each of their rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from winnow.data.formats.number_formats import Moment, general, shown
from winnow.data.formats.sheets import Cells, Sheet, open_book
from winnow.data.formats.stored import Stored
from winnow.data.rows import Numbered, Problem, Reading, twice
from winnow.errors import InputError

LOG = logging.getLogger(__name__)

HEADER_LINES = 20  # lines among which the header is looked for
OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # of .xls, and of .xlsx with a password


def read_workbook(stored: Stored, reading: Reading) -> Numbered:
    """Yield the filled rows of the sheets that are meant, with their 1-based line; the first filled line is the header.

    Of several sheets each row has its sheet's name under `sheet`.

    Raises InputError where the file is no workbook, where its sheets don't say which is meant, and where two columns
    have one name.
    """
    line = 0
    try:
        chosen = _choose_sheets(stored.name, open_book(stored), reading)
        for sheet in chosen:
            for line, row in _Rows(stored.name, sheet, reading).read():
                yield line, row if len(chosen) == 1 or isinstance(row, Problem) else _named(row, sheet.title)
    except InputError:
        raise
    except Exception as error:  # openpyxl raises many kinds where a file is damaged, down to the XML parser's
        raise _no_workbook(stored, line, error) from error


def _no_workbook(stored: Stored, line: int, error: Exception) -> InputError:
    why = (str(error).splitlines() or [type(error).__name__])[0]
    if line:
        return InputError(f"{stored.name}:{line + 1}: the workbook is damaged here ({why}); save it again as .xlsx")
    with stored.seekable() as data:
        if data.read(len(OLE_MAGIC)) == OLE_MAGIC:
            return InputError(
                f"{stored.name}: an old .xls under this name, or locked with a password; save it as .xlsx without one"
            )
    return InputError(f"{stored.name}: not an Excel workbook ({why}); save it again as .xlsx")


@dataclass
class _Rows:
    """The rows of one sheet."""

    name: str
    sheet: Sheet
    reading: Reading
    _unknown: set[str] = field(default_factory=set)  # formats that were warned of

    def read(self) -> Numbered:
        """Yield rows below the header."""
        merged = self.sheet.merged_from()
        tops = {top for above in merged.values() for _, top in above}
        held: dict[int, list[object]] = {}  # lines whose cells are repeated below
        header_line, names = _header(self.sheet, self.reading)
        self._check(header_line, names)
        for line, cells, formulas in self.sheet.rows():
            values = [self._shown(cell) for cell in cells]
            if line in tops:
                held[line] = values
            if line <= header_line or not any(value is not None for value in [*values, *_written(formulas)]):
                continue
            lost = [cell for cell, formula in zip_longest(cells, formulas) if _is_not_computed(cell, formula)]
            if lost:
                yield line, _not_computed(lost, formulas)
            else:
                yield line, _row(names, _filled(values, merged.get(line, ()), held))

    def _check(self, line: int, names: Sequence[str]) -> None:
        if doubled := twice([name or f"column {number}" for number, name in enumerate(names, start=1)]):
            raise InputError(
                f"{self.name}:{line}: sheet {self.sheet.title!r}: two columns are named {' and '.join(doubled)}; "
                "rename one"
            )
        if line > 1 and (texts := [text for number, text in _texts(self.sheet, line - 1) if number < line]):
            LOG.warning("%s: the header is line %d; above it stands: %s", self.name, line, " / ".join(texts))

    def _shown(self, cell: Any) -> object:
        """Give a cell as it is shown."""
        value = cell.value
        if value is None or cell.data_type == "e":
            return value
        if isinstance(value, bool):
            return str(value).upper()
        code = cell.number_format or "General"
        if isinstance(value, str):
            return value if code in ("General", "@") else shown(value, code)
        if isinstance(value, (int, float)) and code in ("General", "@"):
            return _plain(value)
        written = shown(value, code) if isinstance(value, (int, float, Moment)) else None
        if written is None and code not in self._unknown and code != "General":
            self._unknown.add(code)
            LOG.warning("%s: the format %s isn't known here; its cells are read by their values", self.name, code)
        return (_plain(value) if isinstance(value, (int, float)) else str(value)) if written is None else written


def _plain(value: float) -> float:
    """Give a number with the digits that a spreadsheet shows: 0.3 for 0.30000000000000004."""
    return value if isinstance(value, int) else float(general(value))


def _filled(
    values: list[object], above: Sequence[tuple[int, int]], held: Mapping[int, Sequence[object]]
) -> list[object]:
    """Give cells that are merged with one above the value of that one."""
    for column, top in above:
        values += [None] * (column + 1 - len(values))
        if values[column] is None and column < len(held.get(top, ())):
            values[column] = held[top][column]
    return values


def _row(names: Sequence[str], values: Sequence[object]) -> Mapping[str, object]:
    """Give cells by the names of their columns; one without a name is called by its place where it holds something."""
    row: dict[str, object] = {}
    for number, (name, value) in enumerate(zip_longest(names, values), start=1):
        if name or value is not None:
            row[name or f"column {number}"] = value
    return row


def _written(formulas: Cells) -> list[object]:
    return [cell.value for cell in formulas]


def _is_not_computed(cell: Any, formula: Any) -> bool:
    """Tell a formula without a stored value; an empty text that it gave is stored as one."""
    return formula is not None and formula.data_type == "f" and cell.value is None and cell.data_type == "n"


def _not_computed(lost: Cells, formulas: Cells) -> Problem:
    where = ", ".join(cell.coordinate for cell in lost)
    return Problem(
        f"the formula in {where} was never computed; open the workbook in Excel and save it",
        "\t".join("" if value is None else str(value) for value in _written(formulas)),
    )


def _texts(sheet: Sheet, last: int) -> Iterator[tuple[int, str]]:
    """Yield the filled lines up to one with their cells as one text."""
    for line, cells, _ in sheet.rows():
        if line > last:
            return
        if filled := [str(cell.value) for cell in cells if cell.value is not None]:
            yield line, " | ".join(filled)


def _header(sheet: Sheet, reading: Reading) -> tuple[int, list[str]]:
    """Find the header: the first filled line, or the first one with the columns that are looked for; empty without."""
    first: tuple[int, list[str]] = (0, [])
    for line, cells, _ in sheet.rows():
        names = ["" if cell.value is None else str(cell.value) for cell in cells]
        while names and not names[-1]:
            names.pop()
        if any(names) and not first[0]:
            first = line, names
        if reading.fits is not None and any(names) and reading.fits([name for name in names if name]):
            return line, names
        if (line >= HEADER_LINES and first[0]) or (first[0] and reading.fits is None):
            break
    return first


def _has_rows(sheet: Sheet, header_line: int) -> bool:
    """Tell whether a cell below the header is filled."""
    below = (cells for line, cells, _ in sheet.rows() if line > header_line > 0)
    return any(cell.value is not None for cells in below for cell in cells)


def _named(row: Mapping[str, object], sheet: str) -> Mapping[str, object]:
    return {("sheet (of the file)" if "sheet" in row else "sheet"): sheet, **row}


def _choose_sheets(name: str, book: Sequence[Sheet], reading: Reading) -> list[Sheet]:
    """Choose the named sheet, the only one, or all with rows under the columns that are looked for, and say which.

    Of those the hidden ones count only where no other fits. Raises InputError that names the sheets and what they
    hold where none does, or where several do and the reader wants one table.
    """
    sheets = {sheet.title: sheet for sheet in book}
    wanted = reading.part or reading.sheet
    if wanted is not None:
        if wanted not in sheets:
            raise InputError(f"{name}: no sheet {wanted!r}; there are {', '.join(map(repr, sheets))}")
        return [sheets[wanted]]
    if len(sheets) == 1:
        return [book[0]]
    headers = {title: _header(sheet, reading) for title, sheet in sheets.items()}
    filled = [title for title, sheet in sheets.items() if _has_rows(sheet, headers[title][0])]
    fitting = [title for title in filled if reading.likes(headers[title][1])]
    fitting = [title for title in fitting if not sheets[title].is_hidden] or fitting
    if not fitting or (not reading.option and len(fitting) > 1):
        names = {title: ", ".join(filter(None, header)) for title, (_, header) in headers.items()}
        held = "; ".join(f"{title!r} has {names[title] if title in filled else 'no rows'}" for title in sheets)
        several = f"{len(fitting)} of {len(sheets)} sheets could be meant" if fitting else "no sheet looks like pairs"
        name_it = f"name one with {reading.option}, or " if reading.option else ""
        raise InputError(f"{name}: {several}: {held}; {name_it}save the one that is meant as its own file")
    others = [
        f"{title!r}{' (hidden)' if sheet.is_hidden else ''}" for title, sheet in sheets.items() if title not in fitting
    ]
    read = " and ".join(map(repr, fitting)) + (", named under `sheet`" if len(fitting) > 1 else "")
    one = f"{'another one' if len(fitting) == 1 else 'one alone'}: {reading.option or f'{name}#SHEET'}"
    LOG.warning("%s: read sheet %s%s; %s", name, read, f" and not {', '.join(others)}" if others else "", one)
    return [sheets[title] for title in fitting]
