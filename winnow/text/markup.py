"""The elements of HTML by what they do to the text between them, as alternatives of a regular expression.

>>> LINES.split("|")[:3], "kbd" in ELEMENTS.split("|"), "kbd" in SURE_ELEMENTS.split("|")
(['article', 'blockquote', 'br'], True, False)
"""

from __future__ import annotations

_HIDDEN = "head script style"  # whose text a reader doesn't see
_LINES = "article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr ol p pre section table tbody thead tr ul"
_OTHERS = """
    a abbr address aside b big body button center cite code del details em fieldset figcaption figure font footer
    form header html i iframe img input ins label legend li link main meta nav nobr option q s select small span strike
    strong sub summary sup td textarea tfoot th title tt u var wbr
"""
# whose names are also written in angle brackets for what is to be filled in or pressed: "copy <source> to …"
_LIKE_SLOTS = "audio caption col kbd mark picture samp source svg video"


def _alternatives(*names: str) -> str:
    return "|".join(sorted({name for group in names for name in group.split()}))


HIDDEN = _alternatives(_HIDDEN)
LINES = _alternatives(_LINES)  # each begins and ends a line
SURE_ELEMENTS = _alternatives(_HIDDEN, _LINES, _OTHERS)  # in angle brackets they are nothing but tags
ELEMENTS = _alternatives(_HIDDEN, _LINES, _OTHERS, _LIKE_SLOTS)
