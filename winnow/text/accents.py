"""Accents and vowel points: the marks that a text may be written without, and what is left of a word then.

>>> bare("año"), bare("peut-être"), bare("đồng"), bare("كَتَبَ"), bare("мой")
('ano', 'peut-etre', 'dong', 'كتب', 'мой')

Keyboards, capitals and old software lose them from a whole text, which then says the same; in a text that has them they
tell words apart: año and ano, schön and schon, نعم and نعِم. A vowel sign of Devanagari is no accent, nor is the breve
of й: nobody writes without.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# on Latin and Greek letters any combining mark; of Cyrillic the stress and ё; points of Hebrew; harakat and hamza
_MARKS = re.compile(
    "(?<=[A-Za-z\u0131\u0370-\u03ff\u1f00-\u1fff\u0300-\u036f])[\u0300-\u036f]+|\u0301|(?<=\u0435)\u0308"
    "|[\u0591-\u05c7\u064b-\u0655\u0670]"
)
_STROKES = str.maketrans("đłøħı", "dlohi")  # that Unicode doesn't take for marks


def bare(text: str) -> str:
    """Write a text in lower case without its accents and vowel points."""
    return text if text.isascii() else _bare(text)


@lru_cache(maxsize=100_000)
def _bare(text: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text.translate(_STROKES))))
