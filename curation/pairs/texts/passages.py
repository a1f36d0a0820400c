"""Passages: coded texts with the wrappers that were stripped off them and the places where clauses end.

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

MIN_SHARED_WRAPPER = 0.5  # share of a wrapper's words in the other text's place, from which it is the wrapper changed
WRAPPER_SLACK_WORDS = 2  # words by which the changed form may be longer
FIELDS_A_PASSAGE = 4  # of a passage
MAX_REMEMBERED_PASSAGES = 5_000  # passages that are remembered: pairs to be compared come in order
MAX_REMEMBERED_LAYOUTS = 20_000  # texts whose layout is remembered: at a million rows not all of them


@lru_cache(MAX_REMEMBERED_LAYOUTS)
def _layout_of(raw: str) -> Layout:
    return layout(raw)


@dataclass(frozen=True, slots=True)
class Passage:
    """A coded text and its source; `before` and `after` are the coded wrappers that were stripped off."""

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
        """Tell whether `length` words from `start` on begin and end at the bounds of clauses."""
        return self._bounds(self._layout.clauses, start) and self._bounds(self._layout.clauses, start + length)

    def is_sentence(self, start: int, length: int) -> bool:
        """Tell whether `length` words from `start` on begin and end at the bounds of sentences."""
        return self._bounds(self._layout.sentences, start) and self._bounds(self._layout.sentences, start + length)

    def is_list_number(self, place: int) -> bool:
        """Tell whether the word at a place is the number of a list item, as "1. Log in." has one."""
        return place + len(self.before) in self._layout.list_numbers

    def _bounds(self, ends: set[int], place: int) -> bool:
        return place in (0, len(self.coded)) or place + len(self.before) in ends


class Passages:
    """A sequence of passages stored as bytes; an object is built when one is asked for.

    Bytes take less memory than objects. A forked worker that only reads bytes copies no page; to touch an object is to
    change its reference count, which copies the page.
    """

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])
        self._made: dict[int, Passage] = {}
        for passage in passages:
            self.append(passage)

    def append(self, passage: Passage) -> None:
        """Append a passage."""
        for text in (passage.coded, passage.raw, passage.before, passage.after):
            self._bytes += text.encode("utf-8", "surrogatepass")
            self._ends.append(len(self._bytes))

    def __len__(self) -> int:
        return len(self._ends) // FIELDS_A_PASSAGE

    def __getitem__(self, place: int) -> Passage:
        found = self._made.get(place)
        if found is None:
            if place >= len(self):
                raise IndexError(place)
            if len(self._made) >= MAX_REMEMBERED_PASSAGES:
                self._made.clear()
            found = self._made[place] = Passage(
                *(self._text(FIELDS_A_PASSAGE * place + number) for number in range(FIELDS_A_PASSAGE))
            )
        return found

    def __iter__(self) -> Iterator[Passage]:
        return map(self.__getitem__, range(len(self)))

    def coded(self, place: int) -> str:
        """Return the coded text of the passage at a place, without building the object."""
        return self._text(FIELDS_A_PASSAGE * place)

    def _text(self, number: int) -> str:
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")


def whole(one: Passage, other: Passage) -> tuple[Passage, Passage]:
    """Put a wrapper back on both texts if the other one has at least half of its words in the same place."""
    if one.after != other.after and (_ends_alike(one, other) or _ends_alike(other, one)):
        one, other = (replace(text, coded=text.coded + text.after, after="") for text in (one, other))
    if one.before != other.before and (_begins_alike(one, other) or _begins_alike(other, one)):
        one, other = (replace(text, coded=text.before + text.coded, before="") for text in (one, other))
    return one, other


def _ends_alike(one: Passage, other: Passage) -> bool:
    return bool(one.after) and _resembles(one.after, other.coded[-len(one.after) - WRAPPER_SLACK_WORDS :])


def _begins_alike(one: Passage, other: Passage) -> bool:
    return bool(one.before) and _resembles(one.before, other.coded[: len(one.before) + WRAPPER_SLACK_WORDS])


def _resembles(wrapper: str, words: str) -> bool:
    return LCSseq.similarity(wrapper, words) >= MIN_SHARED_WRAPPER * len(wrapper)
