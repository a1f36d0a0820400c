"""Read the quantities of a text: value, unit, and how precisely they are stated.

    [q.text for q in quantities("Sales fell 2.5% to $1,496.5 million (2018: €1.6bn).")]
    # ["2.5%", "$1,496.5 million", "2018", "€1.6bn"]

Reads scales, per cent and basis points, currencies, common measures, accounting parentheses, signs in words,
spelled-out numbers and both decimal marks. Identifiers (B12, COVID-19, 2D) are no quantities.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from evaluation.metrics.units import CURRENCIES, ONES, SCALES, TENS, UNITS


@dataclass(frozen=True, slots=True)
class Quantity:
    """One stated number: `shown` includes the scale ("2.5 million" is 2.5e6), `value` also the unit ("5 %" is 0.05).

    `step` is one unit in the last shown digit, in the measure of `shown`. `is_down` says that a word such as "fell"
    or "loss" stands beside it, so that "a loss of 5" and "-5" may be the same.
    """

    text: str
    shown: float
    step: float
    digits: int
    kind: str = ""
    size: float = 1.0
    scale: float = 1.0
    is_down: bool = False

    @property
    def value(self) -> float:
        """The quantity in the base unit of its kind: a share for per cent, metres, grams."""
        return self.shown * self.size

    def matches(self, other: Quantity) -> bool:
        """True when both may state the same quantity; a missing unit is forgiven, another unit isn't."""
        if self.kind and other.kind and self.kind != other.kind:
            return False
        if _agree(self, other, self.size, other.size):
            return True
        return not (self.kind and other.kind) and _agree(self, other, 1.0, 1.0)


def _agree(a: Quantity, b: Quantity, size_a: float, size_b: float) -> bool:
    """Compare to half a step of the coarser one, which must show two digits to count as a rounding."""
    first, second = a.shown * size_a, b.shown * size_b
    fine, coarse = sorted(((a.step * size_a, a.digits), (b.step * size_b, b.digits)))
    is_rounding = coarse[1] > 1 and coarse[0] > fine[0] * (1 + 1e-9)
    tolerance = 1e-9 * max(abs(first), abs(second)) + (coarse[0] / 2 if is_rounding else 0.0)
    is_flipped = (first < 0 < second and b.is_down) or (second < 0 < first and a.is_down)
    return abs(first - second) <= tolerance or (is_flipped and abs(first + second) <= tolerance)


def _choices(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_NUMBER = re.compile(
    r"""(?<![\w.])
    (?:(?<!\d,)(?P<grouped>\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?(?![\d,]*\d))   # 1,234.5 or 12,34,567
    |(?<!\d,)(?P<comma>\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2}(?![\d,]))           # 1.234,5 or 3,5
    |(?P<plain>\d+(?:\.\d+)?|\.\d+))
    (?:\s?[x×]\s?10\s?\^?\s?(?P<power>[-+]?\d+)|[eE](?P<exponent>[-+]?\d+))?
    (?:(?:st|nd|rd|th|s)\b)?""",
    re.VERBOSE,
)
_RUN = re.compile(r"\d[\w.,]*")
_LEFT = re.compile(
    rf"(?P<open>\()?(?P<sign>(?<![\w)])[-+]|\b(?:minus|negative)\s)?"
    rf"(?P<currency>(?<![^\W\d_])(?:{_choices(CURRENCIES)}))?\s?(?P<inner>\()?(?P<after>(?<![\w)])[-+])?$",
    re.IGNORECASE,
)
_WORD_END = r"(?![^\W\d_])"
_RIGHT = re.compile(
    rf"(?P<early>\))?(?:[\s-]?(?P<scale>{_choices(SCALES)})(?:{_WORD_END}|(?<=[万萬亿億])))?"
    rf"(?:[\s-]?(?:us\s)?(?P<unit>{_choices(UNITS)}){_WORD_END}(?P<per>/\w+)?)?(?P<late>\))?",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"[^\W\d_]-(?=\d)")  # the hyphen of COVID-19
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
_ARTICLE = re.compile(r"[aA](?<![A-Za-z].)n? (?=hundred|thousand|million|billion|trillion)")
_CLEAN = str.maketrans({**dict.fromkeys("−–—‑", "-"), "⁄": "/", **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹")})
_THIN_SPACE = re.compile("(?<=\\d)[\u00a0\u202f\u2009](?=\\d{3}(?!\\d))")
_FRACTION = re.compile("(\\d*)\\s?([\u00bc-\u00be\u2150-\u215e])")  # 2½
CONTEXT = 40  # characters before a number in which a word such as "fell" counts


def quantities(text: str) -> list[Quantity]:
    """Give the text's quantities in order."""
    text = _cleaned(text)
    spans = [span for match in _numbers(text) if (span := _read(text, match))]
    for place in range(len(spans) - 1, 0, -1):
        (before, start, end), (after, next_start, _) = spans[place - 1], spans[place]
        if _RANGE.fullmatch(text[end:next_start]):
            spans[place - 1] = (_with_unit_of(after, before), start, end)
    return [quantity for quantity, _, _ in spans]


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
        text = unicodedata.normalize("NFKC", text).translate(_CLEAN)
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


def _read(text: str, match: re.Match[str]) -> tuple[Quantity, int, int] | None:
    """Read one number with its surroundings, and where it stands; None for an identifier such as B12 or 2D."""
    left = _LEFT.search(text, max(0, match.start() - 12), match.start())
    right = _RIGHT.match(text, match.end())
    assert left is not None  # both can be empty
    assert right is not None
    if _IDENTIFIER.match(text, match.start() - 2) and not left["currency"]:
        return None
    scale, kind, size, end = _unit(right, CURRENCIES.get((left["currency"] or "").lower(), ""))
    if end < 0 and text[match.end() : match.end() + 1].isalpha():
        return None
    number, step, digits = _parse(match)
    if _is_negative(left, right, match, kind == "share" or bool(left["currency"])):
        number = -number
    end = max(end, match.end())
    start = left.start() if left["sign"] or left["currency"] or number < 0 else match.start()
    is_down = bool(_DOWN.search(text[max(0, start - CONTEXT) : start].rpartition(". ")[2]))
    is_down = is_down or bool(_DOWN.match(text[end : end + 14].lstrip()))
    quantity = Quantity(text[start:end].strip(), number * scale, step * scale, digits, kind, size, scale, is_down)
    return quantity, start, end


def _unit(right: re.Match[str], currency: str) -> tuple[float, str, float, int]:
    """Give scale, kind, size and where they end (-1 when nothing is stated behind the number)."""
    word, unit = right["scale"] or "", (right["unit"] or "").lower()
    if currency and unit == "mm":  # "$5mm" is finance's million
        return 1e6, currency, 1.0, right.end("unit")
    if not currency and not unit and word in ("m", "b"):
        return (1.0, *UNITS["m"], right.end("scale")) if word == "m" else (1.0, "", 1.0, -1)
    scale = SCALES.get(word.lower(), 1.0)
    end = max(right.end("scale"), right.end("unit"), right.end("per"))
    if currency or not unit:
        return scale, currency, 1.0, end
    if right["per"]:
        return scale, unit + right["per"].lower(), 1.0, end
    return (scale, *UNITS[unit], end)


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


def _with_unit_of(after: Quantity, before: Quantity) -> Quantity:
    """Let the first end of a range take the unit and scale of the second: "5-6 million"."""
    scale = after.scale if before.scale == 1 else 1.0
    kind, size = (before.kind, before.size) if before.kind else (after.kind, after.size)
    return replace(
        before,
        shown=before.shown * scale,
        step=before.step * scale,
        scale=before.scale * scale,
        kind=kind,
        size=size,
    )
