"""Kinds of difference between two near texts, ordered from a typo to an unrelated text.

>>> Change.TYPO.rank < Change.NUMBER.rank < Change.UNRELATED.rank
True
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Change(StrEnum):
    """A kind of difference; the ones listed first leave the meaning as it is, the last ones exclude each other."""

    TYPO = "typo"
    SPACING = "words joined or split"
    ACCENT = "accents lost"  # from a whole text: in one that has others they make another word
    SMALL = "small words"
    FORM = "word form"
    WRITTEN = "the same amount"
    MOVED = "words moved"
    WRAPPED = "words around the text"
    CUT = "cut off"
    FULLER = "more said"
    SLIP = "one letter"  # a typo only where other evidence says so: both are words, or neither is
    REWORDED = "another word for it"
    UNREAD = "words of a language that isn't read"  # they may be a number, a name or a negation
    AKIN = "a related word"  # another word for it where the whole text is reworded, else another word
    ADDED = "words added"
    QUESTION = "question word"
    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    OPPOSITE = "opposite"
    NAME = "name"
    WORD = "other word"
    POLARITY = "yes against no"
    UNRELATED = "other text"

    @property
    def rank(self) -> int:
        """Return the place in the list above: 0 for a typo, the highest for an unrelated text."""
        return list(Change).index(self)


HARMLESS = frozenset(
    (
        *(Change.TYPO, Change.SPACING, Change.ACCENT, Change.SMALL, Change.FORM, Change.WRITTEN, Change.MOVED),
        *(Change.WRAPPED, Change.CUT, Change.FULLER),
    )
)
CONFLICTING = frozenset(
    (
        *(Change.NUMBER, Change.UNIT, Change.NEGATION, Change.OPPOSITE, Change.NAME, Change.WORD, Change.AKIN),
        Change.UNREAD,
    )
)


class Difference(NamedTuple):  # millions of them are packed, which takes a tuple a third of the time
    """The words of one text that stand against words of the other; either may be empty.

    `damaged` says which side lost or mistyped something: -1 for `one`, 1 for `other`, 0 for neither.
    """

    kind: Change
    one: str
    other: str
    damaged: int = 0
