"""The signal `empty`, and whether a text has anything that a reader can see.

>>> is_seen("#"), is_seen(" \\n\\u200b\\u3164")
(True, False)
"""

from __future__ import annotations

import unicodedata

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOTHING, Finding, Row

BLANK = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})  # categories: spaces, controls, formats, halves of a character
# which other categories hold although nothing is drawn: joiners, fillers of Hangul, variation selectors, empty Braille
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)


def is_seen(text: str) -> bool:
    """Whether a character of the text is drawn; one that this version of Unicode doesn't know is taken as drawn."""
    return any(
        character not in FILLERS and (character.isalnum() or unicodedata.category(character) not in BLANK)
        for character in text
    )


def has_words(text: str) -> bool:
    """Whether a text has a letter, a digit, or a sign that no keyboard has, such as "→" or an emoji."""
    return any(c.isalnum() or (not c.isascii() and unicodedata.category(c)[0] == "S") for c in text)


def empty(row: Row, corpus: Corpus) -> Finding:
    """1 where the question or the answer has no character that can be seen; "#" and "-" can, and may be the answer."""
    for name, text in (("answer", row.answer), ("question", row.question)):
        if not is_seen(text):
            return Finding(1.0, name)
    return NOTHING
