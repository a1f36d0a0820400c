"""Delimited tables: CSV and TSV → numbered rows, where no quote swallows a row and no cell is lost.

for line, row in read_csv(Stored.on_disk(Path("faq.csv")), Reading()): ...   # 2, {"question": "What is an ISA?", …}

Python's csv reads in its strict mode. A row that it refuses, or whose cells don't fit the header, is read again by a
pattern that says what a row is, once with quotes doubled and once with quotes behind a backslash; a row over several
lines must always fit it, since a quote that isn't closed ends at the opening one of a later row.
"""

from __future__ import annotations

import csv
import io
import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from winnow.data.formats.stored import Stored
from winnow.data.formats.text import BLOCK_LINES, EVERY_END, text_lines
from winnow.data.rows import Numbered, Problem, Reading, twice
from winnow.errors import InputError

LOG = logging.getLogger(__name__)

DELIMITERS = ",;\t|"  # of a .csv; of two that fit alike the first
ROWS_LOOKED_AT = 50  # lines below the header whose cells show what they are cut with
MAX_CELL_CHARS = min(sys.maxsize, 2**31 - 1)
DOUBLED = r'[^"]*+(?:""[^"]*+)*+'  # what stands between quotes where quotes of the text are doubled
ESCAPED = r'[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+'  # and where they stand behind a backslash
_EXCEL_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Cut:
    """How a table is cut: by which character, and whether a space stands behind it."""

    delimiter: str
    is_spaced: bool = False

    @cached_property
    def doubled(self) -> re.Pattern[str]:
        """A cell whose quotes are doubled, up to the delimiter or the end of the line."""
        return self._cell(DOUBLED)

    @cached_property
    def escaped(self) -> re.Pattern[str]:
        """A cell whose quotes stand behind a backslash."""
        return self._cell(ESCAPED)

    @cached_property
    def open_cell(self) -> re.Pattern[str]:
        """A cell in quotes that the end of the text leaves open."""
        return re.compile(rf'{self._space}"{ESCAPED}\Z', re.DOTALL)

    @property
    def _space(self) -> str:
        return " *+" if self.is_spaced else ""

    def _cell(self, quoted: str) -> re.Pattern[str]:
        d = re.escape(self.delimiter)
        return re.compile(rf'{self._space}(?:"({quoted})"|([^"{d}\r\n]*+))(?:({d})|\r\n|\r|\n|\Z)', re.DOTALL)

    @cached_property
    def one_row(self) -> re.Pattern[str]:
        """A whole row whose quotes are doubled."""
        cell = rf'{self._space}(?:"{DOUBLED}"|[^"{re.escape(self.delimiter)}\r\n]*+)'
        return re.compile(rf"(?:{cell}{re.escape(self.delimiter)})*+{cell}(?:\r\n|\r|\n|\Z)")

    def share(self, lines: Sequence[str]) -> float:
        """Give the share of the lines that have as many cells as the first."""
        sizes = [len(row) for row in csv.reader(lines, delimiter=self.delimiter) if any(row)]
        return sum(size == sizes[0] for size in sizes) / len(sizes) if sizes else 0.0


class _Cells:
    """The cells of the row with which a text begins, read strictly: where one is open, nothing behind it counts."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self.values: list[str] = []
        self.end = 0  # where the row ends, or where a cell begins that doesn't
        self.is_whole = False
        self.first_over_lines: int | None = None  # where a cell in quotes begins that goes over several lines
        while not self.is_whole and (found := pattern.match(text, self.end)):
            quoted = found[1]
            if quoted is not None and self.first_over_lines is None and ("\n" in quoted or "\r" in quoted):
                self.first_over_lines = found.start()
            self.values.append(found[2] if quoted is None else quoted.replace('""', '"').replace('\\"', '"'))
            self.end = found.end()
            self.is_whole = found[3] is None


def read_csv(stored: Stored, reading: Reading) -> Numbered:
    """Read `.csv` by what its header and rows are cut with: Excel writes semicolons where the comma is for decimals."""
    return _read(stored, reading, DELIMITERS)


def read_tsv(stored: Stored, reading: Reading) -> Numbered:
    """Read `.tsv`, cut by tabs."""
    return _read(stored, reading, "\t")


def _read(stored: Stored, reading: Reading, delimiters: str) -> Numbered:
    csv.field_size_limit(MAX_CELL_CHARS)
    lines = text_lines(stored, reading.encoding, EVERY_END)
    head = list(islice(lines, ROWS_LOOKED_AT))
    named = _EXCEL_SEPARATOR.fullmatch(head[0]) if head else None
    skipped = 1 if named else 0
    cut = Cut(named[1]) if named else _sniff(head, delimiters)
    table = _Table(stored.name, chain(head[skipped:], lines), cut, skipped)
    return table.read()


def _sniff(head: Sequence[str], delimiters: str) -> Cut:
    """Find the delimiter that the header holds and that cuts most of the lines below into as many cells."""
    first = next((number for number, line in enumerate(head) if line.strip(delimiters + " \r\n")), 0)
    lines = head[first:]
    if not lines:
        return Cut(delimiters[0])
    held = [d for d in delimiters if d in re.sub(r'"[^"]*"', "", lines[0])] or [delimiters[0]]
    best = max(held, key=lambda delimiter: Cut(delimiter).share(lines))
    return Cut(best, any(f'{best} "' in line and f'{best}"' not in line for line in lines[:2]))


class _Table:
    """The rows of a table, and the lines of the one that is being read.

    Lines are counted from 0, and the row goes from line `_begin` to the one before `_end`. The last lines are held, so
    that a row's own text is there when it has to be looked at.
    """

    def __init__(self, name: str, lines: Iterator[str], cut: Cut, skipped: int) -> None:
        self._name = name
        self._cut = cut
        self._begin = self._end = skipped
        self._held: list[str] = []
        self._held_from = skipped
        self._doubtful: list[int] = []  # lines
        self._source = lines
        self._lines = chain.from_iterable(self._blocks())

    def read(self) -> Numbered:
        """Yield the rows below the header; raises InputError where a quote leaves open what is a row."""
        header: _Header | None = None
        for cells in self._rows():
            if header is None:
                header = _Header(self._name, self._begin + 1, cells) if any(cell.strip() for cell in cells) else None
            elif header.is_plain and len(cells) == len(header.names) and any(cells):
                yield self._begin + 1, dict(zip(header.names, cells, strict=True))
            elif any(cells):
                row = header.row(cells)
                yield self._begin + 1, self._unfit(header, cells) if row is None else row
        if self._doubtful:
            LOG.warning(
                "%s: %d rows go over lines that could be rows themselves, the first in line %d; see that no quote is "
                "open there", self._name, len(self._doubtful), self._doubtful[0],
            )  # fmt: skip

    def _doubt(self, cells: int) -> None:
        """Note a row over several lines each of which has as many delimiters as a row: its quote may be another's."""
        further = self._held[self._begin + 1 - self._held_from : self._end - self._held_from]
        if cells > 1 and all(line.count(self._cut.delimiter) == cells - 1 for line in further):
            self._doubtful.append(self._begin + 1)

    def _unfit(self, header: _Header, cells: Sequence[str]) -> Mapping[str, object] | Problem:
        """Read a row once more with quotes behind backslashes, where it has such, or say what is wrong with it."""
        text = self._text()
        again = _Cells(self._cut.escaped, text) if '\\"' in text else None
        if again and again.is_whole and again.end == len(text) and (row := header.row(again.values)) is not None:
            return row
        first, last = self._begin + 1, self._end
        over = f" (over lines {first} to {last}: is a quote not closed?)" if last > first else ""
        return Problem(f"{len(cells)} cells where the header has {len(header.names)}{over}", text.rstrip("\r\n"))

    def _rows(self) -> Iterator[list[str]]:
        while True:
            before = self._end
            reader = csv.reader(
                self._lines, delimiter=self._cut.delimiter, skipinitialspace=self._cut.is_spaced, strict=True
            )
            try:
                for cells in reader:
                    self._begin, self._end = self._end, before + reader.line_num
                    if self._end - self._begin > 1:
                        if not self._cut.one_row.fullmatch(self._text()):
                            break
                        self._doubt(len(cells))
                    yield cells
                else:
                    return
            except csv.Error:
                self._begin, self._end = self._end, before + reader.line_num
            yield self._mended()

    def _blocks(self) -> Iterator[list[str]]:
        while block := list(islice(self._source, BLOCK_LINES)):
            self._held = self._held[self._end - self._held_from :] + block
            self._held_from = self._end
            yield block

    def _text(self) -> str:
        return "".join(self._held[self._begin - self._held_from : self._end - self._held_from])

    def _mended(self) -> list[str]:
        """Read the row that isn't one with quotes doubled: one with backslashes, whose lines behind it go back."""
        row = _Cells(self._cut.escaped, text := self._text())
        while not row.is_whole and self._cut.open_cell.match(text, row.end):
            # as many lines again, so that a long row is read a few times only
            more = list(islice(self._lines, self._end - self._begin))
            if not more:
                break
            row = _Cells(self._cut.escaped, text := text + "".join(more))
            self._end += len(more)
        if not row.is_whole or '\\"' not in text[: row.end]:
            raise self._open_quote(text)
        lines, count = _lines(text), len(_lines(text[: row.end]))
        self._held = [*lines, *self._held[self._begin + len(lines) - self._held_from :]]
        self._held_from, self._end = self._begin, self._begin + count
        self._lines = chain(lines[count:], self._lines)
        return row.values

    def _open_quote(self, text: str) -> InputError:
        """Name the line where the first cell begins that goes over lines, else the one that nothing closes."""
        row = _Cells(self._cut.doubled, text)
        opened = row.end if row.first_over_lines is None else row.first_over_lines
        line = self._begin + len(_lines(text[: opened + 1]))
        return InputError(
            f"{self._name}:{line}: a quote opens in this line and isn't closed at the end of a cell; close it, or "
            'double a quote that belongs to the text ("")'
        )


def _lines(text: str) -> list[str]:
    """Cut a text as files are cut into lines, at CR, LF or both."""
    return list(io.StringIO(text, newline=""))


class _Header:
    """The names of the columns; those without one are called by their place, as in "column 3"."""

    def __init__(self, source: str, line: int, cells: Sequence[str]) -> None:
        self.names = [(cell.strip() and cell) or f"column {number}" for number, cell in enumerate(cells, start=1)]
        self._unnamed = {number for number, cell in enumerate(cells) if not cell.strip()}
        self._needed = max(number for number in range(len(cells)) if number not in self._unnamed) + 1
        if doubled := twice(self.names):
            raise InputError(f"{source}:{line}: two columns are named {' and '.join(doubled)}; rename one")

    @property
    def is_plain(self) -> bool:
        """Whether each column has a name."""
        return not self._unnamed

    def row(self, cells: Sequence[str]) -> Mapping[str, object] | None:
        """Give cells by name; None where there are too few, or more than names that hold something.

        Delimiters at the end of the header or of a row are no columns as long as nothing stands behind them.
        """
        size = len(self.names)
        if len(cells) < self._needed or any(cells[size:]):
            return None
        filled = (number not in self._unnamed or cell for number, cell in enumerate(cells))
        named = zip(self.names, cells, filled, strict=False)
        return {name: cell for name, cell, is_filled in named if is_filled}
