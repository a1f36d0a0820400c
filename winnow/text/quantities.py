"""Read the quantities of a text: value, unit, and how precisely they are stated.

    [q.text for q in quantities("Sales fell 2.5% to $1,496.5 million (2018: €1.6bn).")]
    # ["2.5%", "$1,496.5 million", "2018", "€1.6bn"]

Reads scales, per cent and basis points, currencies, common measures, accounting parentheses, signs in words,
spelled-out numbers, the digits of any script and both decimal marks. Identifiers (B12, COVID-19, 2D) are no
quantities; beside letters without case, as in 24个月, a number is one.
`quantities_in_words` reads texts that are split into words.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from winnow.text.characters import CASED, latin_digits
from winnow.text.decimal_marks import with_points
from winnow.text.units import CURRENCIES, ONES, SCALE_WORDS, SCALES, TENS, UNITS

PURE_NUMBERS = frozenset(("", "share"))  # dimensions of which 5 % and 0.05 are one value


@dataclass(frozen=True, slots=True)
class Quantity:
    """One stated number: 5 mg has the value 0.005, the unit "mg" of size 0.001 and the dimension "mass".

    `span` says where it begins and ends, in characters of a text or in words. `step` is one unit in the last of the
    `digits` that are shown, in the measure of `value`; without digits the value is exact. `is_down` says that a word
    such as "fell" or "loss" stands beside it, so that "a loss of 5" and "-5" may be the same.
    """

    value: float
    dimension: str = ""
    unit: str = ""
    span: tuple[int, int] = (0, 0)
    size: float = 1.0
    step: float = 0.0
    digits: int = 0
    is_down: bool = False
    text: str = ""

    @property
    def shown(self) -> float:
        """The number before its unit, with its scale: 2,500,000 for "2.5 million", 5 for "5 %"."""
        return self.value / self.size

    def equals(self, other: Quantity) -> bool:
        """True when both have one value, whatever units they were written in: 1.5 g and 1500 mg, 50 % and 0.5."""
        is_one = self.dimension == other.dimension or {self.dimension, other.dimension} <= PURE_NUMBERS
        return is_one and math.isclose(self.value, other.value, rel_tol=1e-12)

    def matches(self, other: Quantity) -> bool:
        """True when both may state the same quantity; a missing unit is forgiven, another unit isn't."""
        if self.dimension and other.dimension and self.dimension != other.dimension:
            return False
        if _agree(self, other, 1.0, 1.0):
            return True
        return not (self.dimension and other.dimension) and _agree(self, other, self.size, other.size)


def _agree(a: Quantity, b: Quantity, per_a: float, per_b: float) -> bool:
    """Compare to half a step of the coarser one, which must show two digits to count as a rounding."""
    first, second = a.value / per_a, b.value / per_b
    fine, coarse = sorted(((a.step / per_a, a.digits), (b.step / per_b, b.digits)))
    is_rounding = coarse[1] > 1 and coarse[0] > fine[0] * (1 + 1e-9)
    tolerance = 1e-9 * max(abs(first), abs(second)) + (coarse[0] / 2 if is_rounding else 0.0)
    is_flipped = (first < 0 < second and b.is_down) or (second < 0 < first and a.is_down)
    return abs(first - second) <= tolerance or (is_flipped and abs(first + second) <= tolerance)


def _choices(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_NUMBER = re.compile(
    rf"""(?<![\d_.{CASED}])
    (?:(?<!\d,)(?P<grouped>\d{{1,3}}(?:,\d{{2,3}})*,\d{{3}}(?:\.\d+)?(?![\d,]*\d))   # 1,234.5 or 12,34,567
    |(?<!\d,)(?P<comma>\d{{1,3}}(?:\.\d{{3}})+,\d+|\d+,\d{{1,2}}(?![\d,]))           # 1.234,5 or 3,5
    |(?P<plain>\d+(?:\.\d+)?|\.\d+))
    (?:\s?[x×]\s?10\s?\^?\s?(?P<power>[-+]?\d+)|[eE](?P<exponent>[-+]?\d+))?
    (?:(?:st|nd|rd|th|s)\b)?""",
    re.VERBOSE,
)
_RUN = re.compile(rf"\d[\d_.,{CASED}]*")
_LEFT = re.compile(
    rf"(?P<open>\()?(?P<sign>(?<![\w)])[-+]|\b(?:minus|negative)\s)?"
    rf"(?P<currency>(?<![{CASED}])(?:{_choices(CURRENCIES)}))?\s?(?P<inner>\()?(?P<after>(?<![\w)])[-+])?$",
    re.IGNORECASE,
)
_WORD_END = f"(?![{CASED}])"
_RIGHT = re.compile(
    rf"(?P<early>\))?(?:[\s-]?(?P<scale>{_choices(SCALES)})(?:{_WORD_END}|(?<=[万萬亿億])))?"
    rf"(?:[\s-]?(?:us\s)?(?P<unit>{_choices(UNITS)}){_WORD_END}(?P<per>/\w+)?)?(?P<late>\))?",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(rf"[{CASED}]-(?=\d)")  # the hyphen of COVID-19
_IN_NAME = re.compile(f"[{CASED}]")  # the letter of 2D
_DOWN = re.compile(
    r"\b(?:decreas|declin|fell|fall|drop|loss|lost|down|lower|reduc|shr[aiu]nk|less|deficit)\w*", re.IGNORECASE
)
_RANGE = re.compile(r"\s?(?:-|to)\s?")
_LIST_NUMBER = re.compile(r"(?m)^\s*\d{1,3}[.)]\s")
# a first letter, then any tail: what isn't a number word ("zone") is given back by the look-up
_SPELLED = re.compile(
    rf"[tonfsezTONFSEZ](?<![A-Za-z].)(?:{_choices({word[1:] for word in (*TENS, *ONES)})})"
    rf"(?:[- ](?:{_choices(list(ONES)[1:10])}))?\b"
)
# "half a dozen" is left alone
_ARTICLE = re.compile(rf"[aA](?<![A-Za-z].)n? (?={_choices(word for word in SCALE_WORDS if word != 'dozen')})")
_CLEAN = str.maketrans({**dict.fromkeys("−–—‑", "-"), "⁄": "/", **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹")})
_THIN_SPACE = re.compile("(?<=\\d)[\u00a0\u202f\u2009](?=\\d{3}(?!\\d))")
_FRACTION = re.compile("(\\d*)\\s?([\u00bc-\u00be\u2150-\u215e])")  # 2½
CONTEXT_CHARS = 40  # characters before a number in which a word such as "fell" counts


def quantities(text: str, mark: str = ".") -> list[Quantity]:
    """Give the text's quantities in order; spans are places in the text with its numbers written in digits.

    `mark` is the decimal mark of its file: with a comma "1.500" is 1500, else 1.5.
    """
    text = with_points(_cleaned(text), mark)
    found = [reading for match in _numbers(text) if (reading := _read(text, match))]
    for place in range(len(found) - 1, 0, -1):
        before, after = found[place - 1], found[place]
        if _RANGE.fullmatch(text[before.quantity.span[1] : after.quantity.span[0]]):
            found[place - 1] = _with_unit_of(after, before)
    return [reading.quantity for reading in found]


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Find numbers from run to run of digits: a search that begins with a look behind would try every character."""
    place = 0
    while run := _RUN.search(text, place):
        number = _NUMBER.match(text, run.start() - text.endswith(".", 0, run.start()))  # .5
        place = number.end() if number else run.end()
        if number:
            yield number


def _cleaned(text: str) -> str:
    if not text.isascii():
        text = _FRACTION.sub(_in_decimals, _THIN_SPACE.sub("", text.translate(_CLEAN)))
        text = latin_digits(unicodedata.normalize("NFKC", text)).translate(_CLEAN)
    return _LIST_NUMBER.sub("\n", _SPELLED.sub(_in_digits, _ARTICLE.sub("1 ", text)))


def _in_decimals(match: re.Match[str]) -> str:
    return f"{int(match[1] or 0) + unicodedata.numeric(match[2]):.6g}"


def _in_digits(match: re.Match[str]) -> str:
    first, mark, second = match.group().lower().replace("-", " ").partition(" ")
    if first in TENS:
        return str(TENS[first] + ONES.get(second, 0))
    if first in ONES:
        return f"{ONES[first]}{mark}{ONES.get(second, '')}"
    return match.group()


class _Reading(NamedTuple):
    quantity: Quantity
    scale: float


class _Measure(NamedTuple):
    """What stands behind a number, and where it ends (-1 when nothing does)."""

    scale: float
    unit: str
    dimension: str
    size: float
    end: int


def _read(text: str, match: re.Match[str]) -> _Reading | None:
    """Read one number with its surroundings; None for an identifier such as B12 or 2D."""
    left = _LEFT.search(text, max(0, match.start() - 12), match.start())
    right = _RIGHT.match(text, match.end())
    assert left is not None  # both can be empty
    assert right is not None
    if _IDENTIFIER.match(text, match.start() - 2) and not left["currency"]:
        return None
    scale, unit, dimension, size, end = _measure(right, CURRENCIES.get((left["currency"] or "").lower(), ""))
    if end < 0 and _IN_NAME.match(text, match.end()):
        return None
    number, step, digits = _parse(match)
    if _is_negative(left, right, match, dimension == "share" or bool(left["currency"])):
        number = -number
    end = max(end, match.end())
    start = left.start() if left["sign"] or left["currency"] or number < 0 else match.start()
    value, step = number * scale * size, step * scale * size
    is_down = _is_down(text, start, end)
    stated = text[start:end].strip()
    return _Reading(Quantity(value, dimension, unit, (start, end), size, step, digits, is_down, stated), scale)


def _is_down(text: str, start: int, end: int) -> bool:
    """Look for "fell" or "loss" in the sentence before a number, or right behind it."""
    before, behind = text[max(0, start - CONTEXT_CHARS) : start].rpartition(". ")[2], text[end : end + 14].lstrip()
    return bool(_DOWN.search(before) or _DOWN.match(behind))


def _measure(right: re.Match[str], currency: str) -> _Measure:
    """Read scale and unit behind a number; the sign of a currency before it is its unit."""
    word, unit = right["scale"] or "", (right["unit"] or "").lower()
    if currency and unit == "mm":  # "$5mm" is finance's million
        return _Measure(1e6, currency, currency, 1.0, right.end("unit"))
    if not currency and not unit and word in ("m", "b"):
        return _Measure(1.0, "m", *UNITS["m"], right.end("scale")) if word == "m" else _Measure(1.0, "", "", 1.0, -1)
    scale = SCALES.get(word.lower(), 1.0)
    end = max(right.end("scale"), right.end("unit"), right.end("per"))
    if currency or not unit:
        return _Measure(scale, currency, currency, 1.0, end)
    if right["per"]:
        rate = unit + right["per"].lower()
        return _Measure(scale, rate, rate, 1.0, end)
    return _Measure(scale, unit, *UNITS[unit], end)


def _parse(match: re.Match[str]) -> tuple[float, float, int]:
    """Give the number, one unit in its last shown digit, and how many digits are shown."""
    if match["comma"]:
        shown = match["comma"].replace(".", "").replace(",", ".")
    else:
        shown = (match["grouped"] or match["plain"]).replace(",", "")
    power = int(match["power"] or match["exponent"] or 0)
    decimals = len(shown.partition(".")[2])
    digits = len(shown.replace(".", "").lstrip("0"))
    return float(f"{shown}e{power}"), float(f"1e{power - decimals}"), digits


def _is_negative(left: re.Match[str], right: re.Match[str], match: re.Match[str], has_unit: bool) -> bool:
    """Read "-5", "minus 5" and an accountant's "(5.2)" or "$(5)"; "(2019)" and "(5 mg)" are only bracketed."""
    signs = (left["sign"] or "").strip().lower(), left["after"]
    if "-" in signs or signs[0] in ("minus", "negative"):
        return True
    is_bracketed = bool((left["open"] or left["inner"]) and (right["early"] or right["late"]))
    return is_bracketed and (has_unit or not (match["plain"] or "").isdigit() or _is_alone(match))


def _is_alone(match: re.Match[str]) -> bool:
    is_year = len(match.group()) == 4
    return match.string.strip() == f"({match.group()})" and not is_year


def _with_unit_of(after: _Reading, before: _Reading) -> _Reading:
    """Let the first end of a range take the unit and scale of the second: "5-6 million"."""
    first, second = before.quantity, after.quantity
    scale = after.scale if before.scale == 1 else 1.0
    taken = first if first.dimension else second
    factor = scale * (1.0 if first.dimension else second.size)
    quantity = replace(
        first,
        value=first.value * factor,
        step=first.step * factor,
        dimension=taken.dimension,
        unit=taken.unit,
        size=taken.size,
    )
    return _Reading(quantity, before.scale * scale)
