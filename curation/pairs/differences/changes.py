"""The kinds of difference between two near texts, and one difference."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Change(StrEnum):
    """A kind of difference, from those that change nothing to those that can't both hold."""

    TYPO = "typo"
    SPACING = "words joined or split"
    SMALL = "small words"
    FORM = "word form"
    WRITTEN = "the same amount"
    MOVED = "words moved"
    WRAPPED = "words around the text"
    CUT = "cut off"
    FULLER = "more said"
    SLIP = "one letter"  # a typo only where other evidence says so: both are words, or neither is
    REWORDED = "another word for it"
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
        """Return how much it changes: what comes later in this list changes more."""
        return list(Change).index(self)


HARMLESS = frozenset(
    (
        *(Change.TYPO, Change.SPACING, Change.SMALL, Change.FORM, Change.WRITTEN, Change.MOVED),
        *(Change.WRAPPED, Change.CUT, Change.FULLER),
    )
)
CONFLICTING = frozenset(
    (Change.NUMBER, Change.UNIT, Change.NEGATION, Change.OPPOSITE, Change.NAME, Change.WORD, Change.AKIN)
)


class Difference(NamedTuple):  # millions of them are packed, which takes a tuple a third of the time
    """Words of one text against words of the other; the side that was damaged is -1 (one), 1 (other) or 0."""

    kind: Change
    one: str
    other: str
    damaged: int = 0
