"""Read amounts, dates and times out of words, so that 14 days and two weeks are known to be one.

>>> [found.value for found in amounts("in two weeks or 14 days".split())]
[('day', 14.0), ('day', 14.0)]

A value is its dimension with a number in the dimension's unit; a date is ('date', year, month, day) with 0 for what
isn't said, a time of day ('clock', minutes). Days aren't turned into months, nor bytes into anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from curation.wording import NUMBER_WORDS

Value = tuple[str | float, ...]


class Amount(NamedTuple):
    """The words from `start` to before `end` with what they say."""

    start: int
    end: int
    value: Value


_Reading = tuple[Value, int] | None  # a value and where its words end

_TENS = {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0}
_NUMBERS = {word: float(number) for word, number in NUMBER_WORDS.items()} | _TENS
_SCALES = {"dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_UNITS_OF = {
    "": {"percent": 0.01},
    "day": {"second": 1 / 86_400, "minute min": 1 / 1_440, "hour h": 1 / 24, "day": 1.0, "week": 7.0},
    "month": {"month": 1.0, "year": 12.0, "decade": 120.0, "century": 1_200.0, "centurie": 1_200.0},
    "metre": {
        "mm millimeter millimetre": 1e-3, "cm centimeter centimetre": 1e-2, "m meter metre": 1.0,
        "km kilometer kilometre": 1e3, "inch inche": 0.0254, "foot feet": 0.3048, "yard": 0.9144, "mile": 1_609.344,
    },
    "gram": {
        "mcg microgram": 1e-6, "mg milligram": 1e-3, "g gram": 1.0, "kg kilogram": 1e3, "ounce": 28.349523125,
        "pound": 453.59237,
    },
    "litre": {"ml milliliter millilitre": 1e-3, "l liter litre": 1.0},
    "dollar": {"$ dollar": 1.0, "cent": 0.01},
    "euro": {"€ euro": 1.0},
    "sterling": {"£": 1.0},
    "yen": {"¥ yen": 1.0},
}  # fmt: skip
_UNITS = {
    word: (dimension, size)
    for dimension, units in _UNITS_OF.items()
    for words, size in units.items()
    for word in words.split()
}
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = {form: number for number, word in enumerate(_MONTHS, start=1) for form in (word, word[:3])} | {"sept": 9}
_ORDINAL_ENDINGS = ("st", "nd", "rd", "th")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_JOINED = frozenset(("a", "an", "and", "half", "of", "/", "am", "pm", *_ORDINAL_ENDINGS))


@lru_cache(maxsize=1_000_000)
def speaks_of_amounts(word: str) -> bool:
    """Tell whether a word can be part of an amount."""
    return (
        word in _JOINED or word in _NUMBERS or word in _MONTH or word[:1].isdigit() or bool(_scale(word) or _unit(word))
    )


def amounts(words: Sequence[str]) -> list[Amount]:
    """Return what the words say of amounts, dates and times, in order; numbers without a unit have the dimension ''."""
    found, at = [], 0
    while at < len(words):
        readers = _READERS if speaks_of_amounts(words[at]) else ()
        reading = next(filter(None, (read(words, at) for read in readers)), None)
        if reading:
            found.append(Amount(at, reading[1], reading[0]))
        at = reading[1] if reading else at + 1
    return found


def equal(one: Value, other: Value) -> bool:
    """Tell whether two values are the same, whatever units they were written in."""
    if one[0] != other[0] or len(one) != len(other):
        return False
    return all(math.isclose(float(a), float(b), rel_tol=1e-12) for a, b in zip(one[1:], other[1:], strict=True))


def _date(words: Sequence[str], at: int) -> _Reading:
    if dotted := _DOTTED_DATE.fullmatch(words[at]):
        return _day_first(dotted[1], dotted[2], dotted[3], at + 1)
    if [*words[at + 1 : at + 4 : 2]] == ["/", "/"] and len(words) > at + 4:
        return _day_first(words[at], words[at + 2], words[at + 4], at + 5)
    if _year(words, at) and (month := _integer(words, at + 1, 12)) and (day := _integer(words, at + 2, 31)):
        return ("date", _year(words, at), month, day), at + 3
    return _spelled_date(words, at)


def _spelled_date(words: Sequence[str], at: int) -> _Reading:
    """Read 24 December 2024, December 24th, 24th of Dec; a month needs a day or a year."""
    if month := _month(words, at):
        day = _integer(words, at + 1, 31)
        end = _skip(words, at + 2, _ORDINAL_ENDINGS) if day else at + 1
    else:
        day = _integer(words, at, 31)
        end = _skip(words, _skip(words, at + 1, _ORDINAL_ENDINGS), ("of",))
        month, end = _month(words, end), end + 1
    year = _year(words, end)
    return (("date", year, month, day), end + bool(year)) if month and (day or year) else None


def _day_first(day: str, month: str, year: str, end: int) -> _Reading:
    """Read a date in figures; where either of its first two may be the month nobody knows."""
    if not all(part.isdigit() for part in (day, month, year)):
        return None
    first, second = sorted((int(day), int(month)))
    if not 0 < first <= 12 or not (12 < second <= 31 or first == second):
        return None
    return ("date", int(year), first, second), end


def _clock(words: Sequence[str], at: int) -> _Reading:
    hour, minutes, end = words[at], 0, at + 1
    if not re.fullmatch(r"1?\d|2[0-4]", hour):
        return None
    if re.fullmatch(r"[0-5]\d", _word(words, end)):
        minutes, end = int(words[end]), end + 1
    if (half := _word(words, end)) in ("am", "pm"):
        return ("clock", (int(hour) % 12 + 12 * (half == "pm")) * 60.0 + minutes), end + 1
    if end == at + 1 or minutes % 15 or _unit(half):  # 15 00, but not 5 10 days
        return None
    return ("clock", int(hour) * 60.0 + minutes), end


def _amount(words: Sequence[str], at: int) -> _Reading:
    """Read a number with its unit before or behind it, and parts of smaller units that follow."""
    sign = _UNITS.get(words[at]) if words[at] in "$€£¥" else None
    number = _number(words, at + bool(sign))
    if number is None:
        return None
    value, end = number
    if sign:
        return (sign[0], value * sign[1]), end
    behind = _skip(words, end, ("a", "an"))  # half an hour
    dimension, size = _unit(_word(words, behind)) or ("", 0.0)
    if not size:
        return None if words[at] in ("a", "an") and end == at + 1 else (("", value), end)
    value, end = value * size, behind + 1
    if [*words[end : end + 3]] == ["and", "a", "half"]:
        return (dimension, value + size / 2), end + 3
    rest = _amount(words, _skip(words, end, ("and",))) if number[0].is_integer() and end < len(words) - 1 else None
    if rest and rest[0][0] == dimension and float(rest[0][1]) < size:
        value, end = value + float(rest[0][1]), rest[1]
    return (dimension, value), end


def _number(words: Sequence[str], at: int) -> tuple[float, int] | None:
    word, end = _word(words, at), at + 1
    if _DIGITS.fullmatch(word):
        value = float(word)
    elif word in _NUMBERS:
        value = _NUMBERS[word]
        ones = _NUMBERS.get(_word(words, end), 0.0)
        if value >= 20 and 0 < ones < 10:
            value, end = value + ones, end + 1
    elif word == "half":
        return 0.5, end
    elif word in ("a", "an") and (_scale(_word(words, end)) or _unit(_word(words, end))):
        value = 1.0
    else:
        return None
    return _scaled(words, value, end)


def _scaled(words: Sequence[str], value: float, end: int) -> tuple[float, int]:
    """Multiply by the scales that follow, and add what is below them: three thousand and fifty."""
    while scale := _scale(_word(words, end)):
        value, end = value * scale, end + 1
        behind = _skip(words, end, ("and",))
        below = _number(words, behind) if _word(words, behind) in _NUMBERS else None
        if below and below[0] < scale:
            value, end = value + below[0], below[1]
    return value, end


def _scale(word: str) -> float | None:
    return _SCALES.get(word) or _SCALES.get(word.removesuffix("s"))


def _unit(word: str) -> tuple[str, float] | None:
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s"))


def _word(words: Sequence[str], at: int) -> str:
    """Return a word, an empty one behind the last."""
    return words[at] if at < len(words) else ""


def _skip(words: Sequence[str], at: int, among: Sequence[str]) -> int:
    return at + (_word(words, at) in among)


def _month(words: Sequence[str], at: int) -> int:
    return _MONTH.get(_word(words, at), 0)


def _year(words: Sequence[str], at: int) -> int:
    return int(words[at]) if re.fullmatch(r"[12]\d{3}", _word(words, at)) else 0


def _integer(words: Sequence[str], at: int, most: int) -> int:
    """Return the number at a place where it's between 1 and `most`, else 0."""
    number = int(words[at]) if re.fullmatch(r"\d{1,2}", _word(words, at)) else 0
    return number if number <= most else 0


_READERS: tuple[Callable[[Sequence[str], int], _Reading], ...] = (_date, _clock, _amount)
