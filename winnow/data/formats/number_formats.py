"""Number formats of spreadsheets: a cell's value and its format code → the text that the cell shows.

>>> shown(0.045, "0.0%"), shown(1234, "000000"), shown(-1234.5, '#,##0.00" €"')
('4.5%', '001234', '-1,234.50 €')
>>> shown(datetime.date(2021, 4, 1), "dd mmm yyyy")
'01 Apr 2021'

A code has up to four sections, for positive, negative, zero and text (ECMA-376, 18.8.31). A workbook doesn't say in
which country it is read: dates whose form is left to the reader are written as 2021-04-01, numbers with a decimal
point. What a code says beyond this module (fractions, exponents, names of months in other languages) gives None.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

SECTION = re.compile(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])+|(?<=;)(?=;|$)', re.DOTALL)
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-(?P<locale>[^\]]*))?\]|\[(?P<elapsed>h+|m+|s+)\]'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<half>AM/PM|A/P)|_.|\*.|(?P<general>General)|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+)"
    r"|(?P<text>@)|(?P<number>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<exponent>E[+-])|(?P<literal>.)",
    re.DOTALL | re.IGNORECASE,
)
CONDITION = re.compile(r"(<=|>=|<>|=|<|>)(-?[\d.]+)")
COMPARED = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__,
    "<>": float.__ne__,
}  # fmt: skip
LEFT_TO_THE_READER = {"mm-dd-yy": "yyyy-mm-dd", "m/d/yy h:mm": "yyyy-mm-dd hh:mm", "m/d/yy": "yyyy-mm-dd"}
LEFT_TO_THE_READER_LOCALES = {"F800": "yyyy-mm-dd", "F400": "hh:mm:ss"}
ENGLISH = {"", "409", "809", "C09", "1009", "1409", "1809", "F800", "F400"}  # locales by number, of mmm and ddd
MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
GENERAL_DIGITS = 15  # significant digits that a spreadsheet keeps
MOST_DIGITS = 400  # of a number written out

Moment = datetime.datetime | datetime.date | datetime.time | datetime.timedelta


def shown(value: float | str | Moment, code: str) -> str | None:
    """Write a value as its cell shows it; None where the code says what isn't known here."""
    code = LEFT_TO_THE_READER.get(code, code)
    sections = [found[0] for found in SECTION.finditer(code)] or ["General"]
    if isinstance(value, str):
        return _text(value, sections)
    if isinstance(value, Moment):
        return _moment(value, _tokens(sections[0]))
    section, is_signed = _section(sections, float(value))
    number = abs(value) if is_signed else value
    return _number(number, _tokens(section))


def general(value: float) -> str:
    """Write a number as a cell without a format does: as many digits as spreadsheets keep."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 10**GENERAL_DIGITS):
        return str(int(value))
    return repr(float(f"{value:.{GENERAL_DIGITS}g}"))


def _tokens(section: str) -> list[re.Match[str]]:
    return list(TOKEN.finditer(section))


def _section(sections: Sequence[str], value: float) -> tuple[str, bool]:
    """Choose the section of a number, and say whether that shows the sign by itself."""
    conditions = [CONDITION.fullmatch(found["bracket"] or "") for s in sections[:2] for found in _tokens(s)]
    if any(conditions):
        for section in sections[:2]:
            found = next((m for t in _tokens(section) if (m := CONDITION.fullmatch(t["bracket"] or ""))), None)
            if found is None or COMPARED[found[1]](value, float(found[2])):
                return section, False
        return sections[min(2, len(sections) - 1)], False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    return (sections[2], False) if value == 0 and len(sections) > 2 else (sections[0], False)


def _text(value: str, sections: Sequence[str]) -> str | None:
    """Write a text by the fourth section, or by one that has a place for it."""
    section = sections[3] if len(sections) > 3 else next((s for s in sections if "@" in s), "@")
    parts = [value if found["text"] else _literal(found) for found in _tokens(section)]
    is_plain = all(part is not None for part in parts) and value in parts
    return "".join(part or "" for part in parts) if is_plain else value


def _literal(found: re.Match[str]) -> str | None:
    """Give what a token writes whatever the value is; None for one that depends on it."""
    if found.lastgroup in ("general", "date", "text", "number", "exponent", "elapsed", "half"):
        return None
    if found["bracket"] is not None:
        return ""  # a colour or a condition
    if found["currency"] is not None:
        return found["currency"]
    for group in ("quoted", "escaped", "literal"):
        if found[group] is not None:
            return found[group]
    return " " if found[0].startswith("_") else ""  # a space as wide as a character, or a fill


def _number(value: float, tokens: Sequence[re.Match[str]]) -> str | None:
    if any(found.lastgroup in ("date", "elapsed", "half", "exponent", "text") for found in tokens):
        return None
    places = [number for number, found in enumerate(tokens) if found["number"] or found["general"]]
    literals = [_literal(found) or "" for found in tokens]
    if not places:
        return "".join(literals).strip()
    if len(places) > 1 and ("/" in literals or any("." in tokens[place][0] for place in places)):
        return None  # a fraction, or decimals with text between them
    if tokens[places[0]]["general"]:
        written = general(value)
    else:
        percents = sum(found["literal"] == "%" for found in tokens)
        written = _digits(value, "".join(tokens[place][0] for place in places), percents)
    sign, written = ("-", written[1:]) if written.startswith("-") else ("", written)
    for place in reversed(places[1:]):  # digits with text between them, as in a telephone number
        width = len(tokens[place][0])
        literals[place], written = written[-width:], written[:-width]
    literals[places[0]] = written
    return (sign + "".join(literals)).strip()


def _digits(value: float, pattern: str, percents: int) -> str:
    """Write a number by the digits of its format: 0 is always a digit, # one where there is any."""
    whole, _, fraction = pattern.partition(".")
    scale = len(whole) - len(whole.rstrip(","))  # each comma at the end divides by 1,000
    grouped = "," in whole.rstrip(",")
    whole = whole.replace(",", "")
    with localcontext() as context:
        context.prec = MOST_DIGITS
        exact = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
        number = (exact * 100**percents / 1000**scale).quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    sign = "-" if number < 0 else ""
    digits, _, decimals = f"{abs(number):f}".partition(".")
    digits = digits.lstrip("0").rjust(whole.count("0"), "0")
    if grouped:
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
    kept = len(fraction.rstrip("#?"))
    decimals = decimals[:kept] + decimals[kept:].rstrip("0")
    point = "." if decimals or ("." in pattern and kept) else ""
    return f"{sign}{digits}{point}{decimals}" if digits or decimals else f"{sign}0"


def _moment(value: Moment, tokens: Sequence[re.Match[str]]) -> str | None:
    locales = {(found["locale"] or "").upper().lstrip("0") for found in tokens if found["currency"] is not None}
    if given := next((LEFT_TO_THE_READER_LOCALES[name] for name in locales & LEFT_TO_THE_READER_LOCALES.keys()), None):
        tokens, locales = _tokens(given), set()
    if any(found["general"] for found in tokens) or not any(found["date"] or found["elapsed"] for found in tokens):
        return None
    has_names = any(len(found["date"] or "") > 2 and found["date"][0] in "mMdD" for found in tokens)
    if has_names and not locales <= ENGLISH:
        return None
    return _written(value, tokens)


def _written(value: Moment, tokens: Sequence[re.Match[str]]) -> str | None:
    seconds, day = _seconds_and_day(value)
    by_halves = any(found["half"] for found in tokens)
    parts: list[str] = []
    for place, found in enumerate(tokens):
        if found["elapsed"]:
            size = {"h": 3600, "m": 60, "s": 1}[found["elapsed"][0].lower()]
            part: str | None = str(int(seconds // size)).rjust(len(found["elapsed"]), "0")
        elif found["half"]:
            half = "PM" if seconds % 86_400 >= 43_200 else "AM"
            part = half if len(found["half"]) > 3 else half[0]
        elif found["date"]:
            part = _date_part(found["date"].lower(), _is_minute(tokens, place), seconds, day, by_halves)
        elif found["number"]:  # a fraction of the second
            part = f"{seconds % 1:.{len(found['number']) - 1}f}"[1:] if found["number"].startswith(".") else None
        else:
            part = _literal(found)
        if part is None:
            return None
        parts.append(part)
    return "".join(parts).strip()


def _seconds_and_day(value: Moment) -> tuple[float, datetime.date | None]:
    if isinstance(value, datetime.timedelta):
        return value.total_seconds(), None
    seconds = 0.0
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    day = value.date() if isinstance(value, datetime.datetime) else value if isinstance(value, datetime.date) else None
    return seconds, day


def _is_minute(tokens: Sequence[re.Match[str]], place: int) -> bool:
    """Tell minutes from months: an m behind hours or before seconds."""
    others = [(found["date"] or found["elapsed"] or "")[:1].lower() for found in tokens]
    before = next((other for other in reversed(others[:place]) if other), "")
    after = next((other for other in others[place + 1 :] if other), "")
    return before == "h" or after == "s"


def _date_part(token: str, is_minute: bool, seconds: float, day: datetime.date | None, by_halves: bool) -> str | None:
    width = len(token)
    if token[0] == "h":
        hour = int(seconds // 3600) % 24
        return str((hour % 12 or 12) if by_halves else hour).rjust(min(width, 2), "0")
    if token[0] == "s":
        return str(int(seconds) % 60).rjust(min(width, 2), "0")
    if token[0] == "m" and is_minute:
        return str(int(seconds // 60) % 60).rjust(min(width, 2), "0")
    if day is None:
        return None
    if token[0] == "y":
        return f"{day.year % 100:02}" if width <= 2 else f"{day.year:04}"
    if width <= 2:
        return str(day.month if token[0] == "m" else day.day).rjust(width, "0")
    name = MONTHS[day.month - 1] if token[0] == "m" else DAYS[day.weekday()]
    return name[:3] if width == 3 else name[:1] if width == 5 else name
