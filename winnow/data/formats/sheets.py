"""Sheets of a workbook: their cells, and what openpyxl's reader of large files drops: formulas, merged cells, order.

for sheet in open_book(Stored.on_disk(Path("faq.xlsx"))):
    for line, cells, formulas in sheet.rows(): ...
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import IO, Any
from zipfile import ZipFile

from winnow.data.formats.stored import Stored
from winnow.errors import InputError

BLOCK_BYTES = 1 << 20  # of a sheet's XML that are searched at once
CELL_TYPES = {"n", "s", "str", "inlineStr", "b", "e", "d"}  # ECMA-376, 18.18.11; openpyxl drops what has another
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')

Cells = Sequence[Any]  # of openpyxl


@dataclass
class SheetText:
    """What is seen in a sheet's XML: whether it has formulas, its merged cells, and how many cells are written."""

    has_formulas: bool = False
    merged: list[str] = field(default_factory=list)
    cells: int = 0

    def add(self, xml: bytes) -> None:
        """Look at a piece of XML that ends before a tag."""
        self.has_formulas = self.has_formulas or _FORMULA.search(xml) is not None
        self.merged += [found[1].decode() for found in _MERGED.finditer(xml)]
        self.cells += len(_CELL.findall(xml))


@dataclass
class Sheet:
    """A sheet's values, and its formulas where it has any."""

    source: str
    values: Any
    formulas: Any | None
    text: SheetText

    @property
    def title(self) -> str:
        """The name on its tab."""
        return str(self.values.title)

    @property
    def is_hidden(self) -> bool:
        """Whether Excel doesn't show its tab."""
        return str(self.values.sheet_state) != "visible"

    def rows(self) -> Iterator[tuple[int, Cells, Cells]]:
        """Yield each line's number, its cells, and its formulas' cells.

        Raises InputError naming the line where a cell is of no known type, and the sheet where cells stand in a place
        that has another: openpyxl passes over both.
        """
        from openpyxl.cell.read_only import EMPTY_CELL

        for sheet in (self.values, self.formulas):
            if sheet is not None:
                sheet.reset_dimensions()  # some writers state dimensions that leave rows out
        formulas = self.formulas.iter_rows() if self.formulas is not None else iter(())
        left = self.text.cells
        for line, (cells, written) in enumerate(zip_longest(self.values.iter_rows(), formulas, fillvalue=()), start=1):
            there = [cell for cell in cells if cell is not EMPTY_CELL]
            left -= len(there)
            if unknown := [cell.data_type for cell in there if cell.data_type not in CELL_TYPES]:
                raise InputError(
                    f"{self.source}:{line}: a cell of no known type {unknown[0]!r}; save it again as .xlsx"
                )
            yield line, cells, written
        if left > 0:
            raise InputError(f"{self.source}: {left} cells of sheet {self.title!r} are in others' place; save it again")

    def merged_from(self) -> Mapping[int, Sequence[tuple[int, int]]]:
        """Give the cells that are merged with one above: their line → their column, and the line of that one."""
        from openpyxl.utils.cell import range_boundaries

        merged: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for area in self.text.merged:
            column, top, _, bottom = range_boundaries(area)
            for line in range(top + 1, bottom + 1):
                merged[line].append((column - 1, top))
        return merged


def open_book(stored: Stored) -> list[Sheet]:
    """Open the sheets of cells, in the order of their tabs."""
    from openpyxl import load_workbook

    with stored.seekable() as data:
        texts = _look_through(data)
    values = load_workbook(stored.seekable(), read_only=True, data_only=True)
    if not values.worksheets:
        raise InputError(f"{stored.name}: no sheet of cells in it; save it again as .xlsx")
    has_formulas = any(text.has_formulas for text in texts.values())
    formulas = load_workbook(stored.seekable(), read_only=True) if has_formulas else None
    return [
        Sheet(stored.name, sheet, formulas and formulas[sheet.title], texts.get(sheet._worksheet_path, SheetText()))
        for sheet in values.worksheets
    ]


def _look_through(data: IO[bytes]) -> Mapping[str, SheetText]:
    """Look through the XML of each sheet, by its path in the archive."""
    texts: dict[str, SheetText] = defaultdict(SheetText)
    with ZipFile(data) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            with archive.open(name) as xml:
                rest = b""
                while block := xml.read(BLOCK_BYTES):
                    whole, tag, rest = (rest + block).rpartition(b"<")
                    texts[name].add(whole)
                    rest = tag + rest
                texts[name].add(rest)
    return texts
