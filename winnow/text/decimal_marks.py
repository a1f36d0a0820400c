"""The decimal mark of a file, comma or point, by what its numbers show and by its language.

>>> decimal_mark(["Der Preis beträgt 1.500 Euro, der Zins 3,5 Prozent."]), decimal_mark(["It costs $1,500 at 3.5%."])
(',', '.')
>>> with_points("1.500 Euro und 3,5 %", ",")
'1500 Euro und 3.5 %'

"1.500" alone says nothing, so that one number can't be read by itself: the whole file is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from winnow.text.language import language_of

# 3,5 and 1.234,56, or several groups of thousands; day and month, 24.12., look like a number with points
_WITH_COMMA = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:\.\d{3})*,\d{1,2}|\d{1,3}(?:\.\d{3}){2,})(?![.,]?\d)")
_WITH_POINT = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})*\.\d{1,2}|\d{1,3}(?:,\d{3}){2,})(?![.,]?\d)(?!\.\s*\w)")
_IN_COMMA_FILE = re.compile(r"(?<![\d.,])(?:(\d{1,3}(?:\.\d{3})+)(?:,(\d+))?|(\d+),(\d+))(?![.,]?\d)")
NUMBERS_A_LANGUAGE = 2  # numbers that have to show the other mark before what the language has isn't believed
TEXTS_READ = 200  # texts whose language is asked
CHARS_OF_A_TEXT = 200


def decimal_mark(texts: Iterable[str]) -> str:
    """Decide whether a file's numbers have a decimal comma: most that show it do, its language counting as two."""
    held = list(texts)
    shown = sum(len(_WITH_COMMA.findall(text)) - len(_WITH_POINT.findall(text)) for text in held)
    return "," if shown + NUMBERS_A_LANGUAGE * _by_language(held) > 0 else "."


def _by_language(texts: list[str]) -> int:
    """Return 1 where the texts' language has a decimal comma, -1 for a point, 0 where they don't tell."""
    from babel import Locale, UnknownLocaleError

    code = language_of(" ".join(text[:CHARS_OF_A_TEXT] for text in texts[:TEXTS_READ])).code
    try:
        symbols = Locale.parse(code).number_symbols
    except (UnknownLocaleError, ValueError):
        return 0
    return 1 if symbols.get("latn", {}).get("decimal") == "," else -1


def with_points(text: str, mark: str) -> str:
    """Write the numbers of a text of a file with that decimal mark as English does, without marks of thousands."""
    return _IN_COMMA_FILE.sub(_in_points, text) if mark == "," else text


def _in_points(found: re.Match[str]) -> str:
    whole, decimals = (found[1].replace(".", ""), found[2]) if found[1] else (found[3], found[4])
    return f"{whole}.{decimals}" if decimals else whole
