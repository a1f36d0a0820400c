"""Rows as readers give them: the values by column and the line, or a line that can't be read and why.

RawRow("faq.jsonl", 1, {"question": "What is an ISA?", …}).place      # "faq.jsonl:1"
UnreadRow("faq.jsonl", 2, "not JSON: …", '{"question": "Is th')       # nothing is lost: its text stays
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class RawRow(NamedTuple):
    """One row as it stands in its source: the values by column, and the 1-based line where it begins."""

    source: str
    line: int
    values: Mapping[str, object]

    @property
    def place(self) -> str:
        """File and line, as errors name them: "faq.jsonl:3"."""
        return f"{self.source}:{self.line}"


class UnreadRow(NamedTuple):
    """A line that holds no row: why not, and its text."""

    source: str
    line: int
    problem: str
    raw: str

    @property
    def place(self) -> str:
        """File and line, as errors name them."""
        return f"{self.source}:{self.line}"


AnyRow = RawRow | UnreadRow


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line holds no row, and its text."""

    why: str
    raw: str


Numbered = Iterator[tuple[int, Mapping[str, object] | Problem]]  # what the reader of a format yields


@dataclass(frozen=True)
class Reading:
    """How to read: a text file's encoding, the part of a file that is meant, and which columns are looked for.

    `sheet` names a workbook's sheet, `part` a sheet or a list of a JSON file as in `FILE#PART`. `fits` tells whether
    columns have what is looked for, where that is known. `option` is how a person names a sheet.
    """

    encoding: str = "utf-8"
    sheet: str | None = None
    fits: Callable[[list[str]], bool] | None = None
    option: str = ""
    part: str | None = None

    def likes(self, names: Iterable[str]) -> bool:
        """Tell whether columns have what is looked for; any do where nothing is."""
        return self.fits is None or self.fits(list(names))


def twice(names: Sequence[str]) -> list[str]:
    """List the names that stand more than once, each with its places: `"answer" (columns 2 and 3)`."""
    places: dict[str, list[str]] = {}
    for number, name in enumerate(names, start=1):
        places.setdefault(name, []).append(str(number))
    return [f'"{name}" (columns {" and ".join(at)})' for name, at in places.items() if len(at) > 1]


def column_names(rows: Iterable[AnyRow]) -> list[str]:
    """List the columns that some row has, in order of appearance."""
    return list(dict.fromkeys(name for row in rows if isinstance(row, RawRow) for name in row.values))
