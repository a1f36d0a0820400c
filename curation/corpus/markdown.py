"""The marks of Markdown, which are residue only in a file that is seldom written in it.

>>> marks_of("**Yes.** See [^1]")
{'strong': '**Yes.**', 'footnote': '[^1]'}
"""

from __future__ import annotations

import re

MARKS = {
    "heading": r"^ {0,3}#{1,6} +(?=\S)",
    "quote": r"^(?:> ?)+(?=[A-Za-z\"'(])",
    "table": r"^\|?(?:\s*:?-{3,}:?\s*\|)+",
    "rule": r"^\s*(?:-{3,}|\*(?: ?\*){2,}|_{3,})\s*$",
    "strong": r"\*\*(?=\S)[^*\n]*\S\*\*(?!\w)|^\s*(?:[*+-] )?\*\*(?=\w)|\w[.!?:]?\*\*\s*$",
    "underlined": r"(?<!\w)__(?=[^\W_])[^_\n]* [^_\n]*__(?!\w)|^\s*(?:[*+-] )?__(?=[^\W_]\w* )",
    "struck": r"~~(?=\S)[^~\n]*\S~~",
    "footnote": r"\[\^\w{1,9}\]",
    # of prose, not of code
    "fence": r"^\s*```[ \t]*(?:(?:te?xt|markdown|md|plain(?:text)?|none|rst|wiki)[ \t]*\n"
    r"|\n(?=[A-Z][a-z]+ [a-z]+ [a-z]+ ))",
}
_PATTERNS = {name: re.compile(pattern, re.MULTILINE) for name, pattern in MARKS.items()}
_HINT = re.compile(r"[#*_~>]|---|\[\^|```")


def marks_of(text: str) -> dict[str, str]:
    """Return the kinds of marks in a text, each with the first of them."""
    if not _HINT.search(text):
        return {}
    found = ((name, pattern.search(text)) for name, pattern in _PATTERNS.items())
    return {name: match.group() for name, match in found if match}
