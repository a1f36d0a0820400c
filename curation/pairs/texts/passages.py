"""A text as coded words, with the wrappers that were taken off it and the places where its clauses end.

passage = Passage(lexicon.encode("Hello! Is it safe?"), "Hello! Is it safe?")
one, other = whole(one, other)          # with a wrapper back on that the other text has in a changed form
passages = Passages([one, other])       # a corpus of them, as bytes
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from winnow.text.plain_text import Layout, layout

RESEMBLES = 0.5  # share of a wrapper's words that another text has in its place, from which it has the wrapper changed
SLACK = 2  # words by which the changed form may be longer
FIELDS = 4  # of a passage
MADE = 5_000  # passages that are remembered: pairs to be compared come in order
LAYOUTS = 20_000  # texts whose layout is remembered: at a million rows not all of them


@lru_cache(LAYOUTS)
def _layout_of(raw: str) -> Layout:
    return layout(raw)


@dataclass(frozen=True, slots=True)
class Passage:
    """A coded text with what it was coded from; words `before` and `after` it were a wrapper's."""

    coded: str
    raw: str = ""
    before: str = ""
    after: str = ""

    @property
    def _layout(self) -> Layout:
        return _layout_of(self.raw)

    @property
    def sentences(self) -> list[str]:
        """Return the coded sentences, in order."""
        found = {place - len(self.before) for place in self._layout.sentences} | {0, len(self.coded)}
        ends = sorted(place for place in found if 0 <= place <= len(self.coded))
        return [self.coded[start:end] for start, end in pairwise(ends)]

    def is_clause(self, start: int, length: int) -> bool:
        """Tell whether words are one or more whole clauses."""
        return self._bounds(self._layout.clauses, start) and self._bounds(self._layout.clauses, start + length)

    def is_sentence(self, start: int, length: int) -> bool:
        """Tell whether words are one or more whole sentences."""
        return self._bounds(self._layout.sentences, start) and self._bounds(self._layout.sentences, start + length)

    def is_list_number(self, place: int) -> bool:
        """Tell whether a word numbers an item of a list."""
        return place + len(self.before) in self._layout.list_numbers

    def _bounds(self, ends: set[int], place: int) -> bool:
        return place in (0, len(self.coded)) or place + len(self.before) in ends


class Passages:
    """The passages of a corpus as bytes; one is made when it is asked for.

    They take less memory than as objects; and a forked process that looks at an object copies the page it lies on, at
    bytes it only reads.
    """

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])
        self._made: dict[int, Passage] = {}
        for passage in passages:
            self.append(passage)

    def append(self, passage: Passage) -> None:
        """Put a passage at the end."""
        for text in (passage.coded, passage.raw, passage.before, passage.after):
            self._bytes += text.encode("utf-8", "surrogatepass")
            self._ends.append(len(self._bytes))

    def __len__(self) -> int:
        return len(self._ends) // FIELDS

    def __getitem__(self, place: int) -> Passage:
        found = self._made.get(place)
        if found is None:
            if place >= len(self):
                raise IndexError(place)
            if len(self._made) >= MADE:
                self._made.clear()
            found = self._made[place] = Passage(*(self._text(FIELDS * place + number) for number in range(FIELDS)))
        return found

    def __iter__(self) -> Iterator[Passage]:
        return map(self.__getitem__, range(len(self)))

    def coded(self, place: int) -> str:
        """Return the coded text of one passage."""
        return self._text(FIELDS * place)

    def _text(self, number: int) -> str:
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")


def whole(one: Passage, other: Passage) -> tuple[Passage, Passage]:
    """Put wrappers back on both texts where one has it in a changed form: there it's a part of what is said."""
    if one.after != other.after and (_ends_alike(one, other) or _ends_alike(other, one)):
        one, other = (replace(text, coded=text.coded + text.after, after="") for text in (one, other))
    if one.before != other.before and (_begins_alike(one, other) or _begins_alike(other, one)):
        one, other = (replace(text, coded=text.before + text.coded, before="") for text in (one, other))
    return one, other


def _ends_alike(one: Passage, other: Passage) -> bool:
    return bool(one.after) and _resembles(one.after, other.coded[-len(one.after) - SLACK :])


def _begins_alike(one: Passage, other: Passage) -> bool:
    return bool(one.before) and _resembles(one.before, other.coded[: len(one.before) + SLACK])


def _resembles(wrapper: str, words: str) -> bool:
    return LCSseq.similarity(wrapper, words) >= RESEMBLES * len(wrapper)
