"""Cells: numbers that know how they were written, and the text of a cell as its file shows it.

>>> cell_text(written_float("7.40")), written_float("7.40") + 1, cell_text(True)
('7.40', 8.4, 'true')
"""

from __future__ import annotations

import math
from decimal import Decimal

SAFE_DIGITS = 15  # significant digits that every float gives back as they were written
MAX_INT_DIGITS = 4_000  # Python refuses to read integers of more than 4,300


class Written(float):
    """A float whose `str` is the text that it was read from: "7.40", "1e3"; JSON is written with its value."""

    _text: str

    def __new__(cls, text: str) -> Written:
        """Read the number and keep its text."""
        number = super().__new__(cls, text)
        number._text = text
        return number

    def __str__(self) -> str:
        return self._text


def written_float(text: str) -> Written | str:
    """Read a number with its text; the text alone where a float would lose digits of it."""
    number = Written(text)
    if len(text) <= SAFE_DIGITS + 1 and not math.isinf(number):
        return number
    return number if math.isfinite(number) and Decimal(text) == Decimal(repr(number)) else text


def written_int(text: str) -> int | Written | str:
    """Read an integer; the text alone where Python refuses one of that length."""
    if text == "-0":
        return Written(text)
    return int(text) if len(text) <= MAX_INT_DIGITS else text


def cell_text(value: object) -> str:
    """Give a cell as its file shows it: true and false in JSON's words, numbers as written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def json_value(value: object) -> object:
    """Give a table's value as JSON has it: NaN and infinities as words, bytes that are text as that text."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {str(name): json_value(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(inner) for inner in value]
    return value
