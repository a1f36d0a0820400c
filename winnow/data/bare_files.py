"""Files of other tools, in any format that curation reads, with their columns renamed to Winnow's.

    rows, found = read_rows(Path("arena.csv"), {"human": "winner"})
    # rows hold prediction_a, prediction_b, human; found.columns says which of theirs each was read from

A column that the user names counts before one that is recognised, and what was recognised is always said. Where two
columns could be meant none is taken, and where one is needed the error lists both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from winnow.data.columns import Found, Row, find_columns, texts
from winnow.data.readers import RawRow, Reading, column_names, whole_rows

Names = Mapping[str, str]

ROLES = ("id", "question", "prediction", "prediction_a", "prediction_b", "reference", "human")
MEASURED = {"prediction", "prediction_a", "human"}  # of which a file of rows has one
OPTION = "--column {role}={name}"
REMEDY = "say which with --column {role}=THEIRS"


def read_rows(
    path: Path, columns: Names | None = None, verdicts: Names | None = None, needed: Sequence[str] = ()
) -> tuple[list[Row], Found]:
    """Read a file's rows under Winnow's names, and say which columns stand under another name there.

    `verdicts` maps words of the `human` column to Winnow's. Raises InputError naming file and line for a row that
    can't be read, since figures over the others would be of another set, and where two columns could be a `needed` one.
    """
    wanted = set(needed) or MEASURED

    def fits(names: list[str]) -> bool:
        return not wanted.isdisjoint(find_columns(names, ROLES).columns.keys() | set(columns or {}))

    raw = whole_rows(str(path), Reading(fits=fits), "the figures are over every row")
    found = find_columns(column_names(raw), ROLES, columns, source=str(path), option=OPTION)
    for role in needed:
        if role in found.doubtful:
            found.require(role, REMEDY.format(role=role))
    return [_translated(_renamed(row, found), verdicts or {}) for row in raw], found


def _renamed(row: RawRow, found: Found) -> Row:
    # NaN comes as a word: JSON has no such number, and tables write it out
    cells = {name: None if cell == "NaN" else cell for name, cell in row.values.items()}
    return {**cells, **{role: _joined(role, [cells.get(name) for name in names]) for role, names in _other(found)}}


def _other(found: Found) -> list[tuple[str, tuple[str, ...]]]:
    return [(role, names) for role, names in found.columns.items() if names != (role,)]


def _joined(role: str, cells: list[Any]) -> Any:
    """Give the cell of one column as it is, several people's as a list, a task in two parts as one text."""
    if len(cells) == 1:
        return cells[0]
    return "\n\n".join(part for part in texts(cells) if part.strip()) if role == "question" else cells


def _translated(row: Row, verdicts: Names) -> Row:
    if not verdicts or "human" not in row:
        return row
    return {**row, "human": [verdicts.get(word.strip(), word) for word in texts(row["human"])]}
