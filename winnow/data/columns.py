"""Rows as other tools write them: their column names, a missing value, one reference or several.

    rows = with_columns(rows, {"prediction": "output", "reference": "gold"}, needed=["prediction"])
    texts(rows[0]["reference"])      # ["one", "two"]; None and NaN are no text

Nothing is guessed: a column that isn't there is an error that lists the ones that are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from winnow.errors import InputError

Row = Mapping[str, Any]


def with_columns(rows: Iterable[Row], columns: Mapping[str, str] | None, needed: Sequence[str]) -> list[dict[str, Any]]:
    """Give the rows under Winnow's names; `columns` says which column of theirs holds ours.

    Raises InputError when there is no row, or when no row has a needed column.
    """
    taken = [{**row, **{ours: _cell(row, theirs) for ours, theirs in (columns or {}).items()}} for row in rows]
    if not taken:
        raise InputError("there is no row to score; give a file with at least one line")
    found = sorted({name for row in taken for name in row})
    for name in needed:
        theirs = (columns or {}).get(name, name)
        if not any(row.get(name) is not None for row in taken):
            raise InputError(
                f'no row has a column "{theirs}"; there is {", ".join(found)}; name it with --column {name}=THEIRS'
            )
    return taken


def _cell(row: Row, name: str) -> Any:
    """Give one column, or the list of several: "annotator1,annotator2"."""
    return [row.get(part.strip()) for part in name.split(",")] if "," in name and name not in row else row.get(name)


def clusters(rows: Sequence[Row], column: str | None) -> list[str] | None:
    """Give each row's value of a column, whose equal values are drawn together; a row without one stands alone.

    None where no two rows share a value.
    """
    values = [text(row.get(column)) if column else None for row in rows]
    labels = [f"row {place}" if value is None else f"value {value}" for place, value in enumerate(values)]
    return labels if len(set(labels)) < len(labels) else None


def text(value: Any) -> str | None:
    """Give a cell as text; None, NaN and pandas' missing values are no text."""
    if isinstance(value, str):
        return value
    is_nan = isinstance(value, float) and math.isnan(value)
    return None if value is None or is_nan or type(value).__name__ in ("NAType", "NaTType") else str(value)


def texts(value: Any) -> list[str]:
    """Give a cell that may hold a list as the texts in it."""
    cells = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    return [found for cell in cells if (found := text(cell)) is not None]
