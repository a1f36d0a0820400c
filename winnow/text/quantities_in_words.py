"""Read quantities, dates and times out of words, so that 14 days and two weeks are known to be one.

>>> [(found.value, found.unit, found.span) for found in quantities_in_words("in two weeks or 14 days".split())]
[(1209600.0, 'weeks', (1, 3)), (1209600.0, 'days', (4, 6))]

The words are a text's in lower case, numbers without their thousands' marks. A date has the dimension "date" and the
value yyyymmdd with zeros for what isn't said, a time of day "clock" and minutes. Days aren't turned into months.
`quantities` reads texts as they are written, where how precisely a number is stated counts and dates are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from winnow.text.calendar import MONTH_NUMBERS
from winnow.text.quantities import Quantity
from winnow.text.units import CURRENCIES, NAMES_IN_WORDS, NUMBER_WORDS, SCALE_WORDS, UNITS, Unit


class _Reading(NamedTuple):
    """A value, what it is of, and where its words end."""

    value: float
    dimension: str
    unit: str
    end: int


_UNITS = UNITS | NAMES_IN_WORDS | {sign: Unit(dimension, 1.0) for sign, dimension in CURRENCIES.items()}
_ORDINAL_ENDINGS = ("st", "nd", "rd", "th")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_JOINED = frozenset(("a", "an", "and", "half", "of", "/", "am", "pm", *_ORDINAL_ENDINGS))


@lru_cache(maxsize=1_000_000)
def is_of_quantity(word: str) -> bool:
    """Tell whether a word can be part of a quantity, a date or a time."""
    is_named = word in _JOINED or word in NUMBER_WORDS or word in MONTH_NUMBERS
    return is_named or word[:1].isdigit() or bool(_scale(word) or _unit(word))


def quantities_in_words(words: Sequence[str]) -> list[Quantity]:
    """Return what the words say of quantities, dates and times, in order; spans are places among the words."""
    found, at = [], 0
    while at < len(words):
        readers = _READERS if is_of_quantity(words[at]) else ()
        reading = next(filter(None, (read(words, at) for read in readers)), None)
        if reading:
            found.append(Quantity(reading.value, reading.dimension, reading.unit, (at, reading.end)))
        at = reading.end if reading else at + 1
    return found


def _date(words: Sequence[str], at: int) -> _Reading | None:
    if dotted := _DOTTED_DATE.fullmatch(words[at]):
        return _day_first(dotted[1], dotted[2], dotted[3], at + 1)
    if [*words[at + 1 : at + 4 : 2]] == ["/", "/"] and len(words) > at + 4:
        return _day_first(words[at], words[at + 2], words[at + 4], at + 5)
    if (year := _year(words, at)) and (month := _integer(words, at + 1, 12)) and (day := _integer(words, at + 2, 31)):
        return _dated(year, month, day, at + 3)
    return _spelled_date(words, at)


def _spelled_date(words: Sequence[str], at: int) -> _Reading | None:
    """Read 24 December 2024, December 24th, 24th of Dec; a month needs a day or a year."""
    if month := _month(words, at):
        day = _integer(words, at + 1, 31)
        end = _skip(words, at + 2, _ORDINAL_ENDINGS) if day else at + 1
    else:
        day = _integer(words, at, 31)
        end = _skip(words, _skip(words, at + 1, _ORDINAL_ENDINGS), ("of",))
        month, end = _month(words, end), end + 1
    year = _year(words, end)
    return _dated(year, month, day, end + bool(year)) if month and (day or year) else None


def _day_first(day: str, month: str, year: str, end: int) -> _Reading | None:
    """Read a date in figures; where either of its first two may be the month nobody knows."""
    if not all(part.isdecimal() for part in (day, month, year)):
        return None
    first, second = sorted((int(day), int(month)))
    if not 0 < first <= 12 or not (12 < second <= 31 or first == second):
        return None
    return _dated(int(year), first, second, end)


def _dated(year: int, month: int, day: int, end: int) -> _Reading:
    return _Reading(float(f"{year}{month:02}{day:02}"), "date", "", end)


def _clock(words: Sequence[str], at: int) -> _Reading | None:
    hour, minutes, end = words[at], 0, at + 1
    if not re.fullmatch(r"1?\d|2[0-4]", hour):
        return None
    if re.fullmatch(r"[0-5]\d", _word(words, end)):
        minutes, end = int(words[end]), end + 1
    if (half := _word(words, end)) in ("am", "pm"):
        return _Reading((int(hour) % 12 + 12 * (half == "pm")) * 60.0 + minutes, "clock", "", end + 1)
    if end == at + 1 or minutes % 15 or _unit(half):  # 15 00, but not 5 10 days
        return None
    return _Reading(int(hour) * 60.0 + minutes, "clock", "", end)


def _amount(words: Sequence[str], at: int) -> _Reading | None:
    """Read a number with its unit before or behind it, and parts of smaller units that follow."""
    sign = words[at] if words[at] in CURRENCIES else ""
    number = _number(words, at + bool(sign))
    if number is None:
        return None
    value, end = number
    if sign:
        return _Reading(value, CURRENCIES[sign], sign, end)
    behind = _skip(words, end, ("a", "an"))  # half an hour
    unit = _unit(_word(words, behind))
    if unit is None:
        return None if words[at] in ("a", "an") and end == at + 1 else _Reading(value, "", "", end)
    whole = _Reading(value * unit.size, unit.dimension, words[behind], behind + 1)
    if [*words[whole.end : whole.end + 3]] == ["and", "a", "half"]:
        return whole._replace(value=whole.value + unit.size / 2, end=whole.end + 3)
    return _with_smaller_unit(words, whole, unit.size) if value.is_integer() else whole


def _with_smaller_unit(words: Sequence[str], whole: _Reading, size: float) -> _Reading:
    """Add what follows in a smaller unit of the same dimension: 1 hour and 30 minutes."""
    rest = _amount(words, _skip(words, whole.end, ("and",))) if whole.end < len(words) - 1 else None
    if rest is None or rest.dimension != whole.dimension or rest.value >= size:
        return whole
    return whole._replace(value=whole.value + rest.value, end=rest.end)


def _number(words: Sequence[str], at: int) -> tuple[float, int] | None:
    word, end = _word(words, at), at + 1
    if _DIGITS.fullmatch(word):
        value = float(word)
    elif word in NUMBER_WORDS:
        value = float(NUMBER_WORDS[word])
        ones = NUMBER_WORDS.get(_word(words, end), 0)
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
        below = _number(words, behind) if _word(words, behind) in NUMBER_WORDS else None
        if below and below[0] < scale:
            value, end = value + below[0], below[1]
    return value, end


def _scale(word: str) -> float | None:
    return SCALE_WORDS.get(word) or SCALE_WORDS.get(word.removesuffix("s"))


def _unit(word: str) -> Unit | None:
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s"))


def _word(words: Sequence[str], at: int) -> str:
    """Return a word, an empty one behind the last."""
    return words[at] if at < len(words) else ""


def _skip(words: Sequence[str], at: int, among: Sequence[str]) -> int:
    return at + (_word(words, at) in among)


def _month(words: Sequence[str], at: int) -> int:
    return MONTH_NUMBERS.get(_word(words, at), 0)


def _year(words: Sequence[str], at: int) -> int:
    return int(words[at]) if re.fullmatch(r"[12]\d{3}", _word(words, at)) else 0


def _integer(words: Sequence[str], at: int, most: int) -> int:
    """Return the number at a place where it's between 1 and `most`, else 0."""
    number = int(words[at]) if re.fullmatch(r"\d{1,2}", _word(words, at)) else 0
    return number if number <= most else 0


_READERS: tuple[Callable[[Sequence[str], int], _Reading | None], ...] = (_date, _clock, _amount)
