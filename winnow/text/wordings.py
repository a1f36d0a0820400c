"""Wordings that are looked for only where a text has letters of theirs: hundreds cost little more than one.

wordings = Wordings([Wording.of("soon|shortly", r"\\bvery (?:soon|shortly)\\b")])
[match.group() for _, match in wordings.find("It opens very soon.")]      # ["very soon"]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ahocorasick_rs import AhoCorasick


@dataclass(frozen=True, eq=False, slots=True)
class Wording:
    """What to look for, and letters of which a text must have some: a regular expression takes longer to say no."""

    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, hints: str, pattern: str | re.Pattern[str]) -> Wording:
        """Make one of hints with strokes between them."""
        return cls(tuple(hints.split("|")), re.compile(pattern))


class Hinted(Protocol):
    """Whatever is looked for only where a text has one of its hints: a wording, or a phrase made of a template."""

    @property
    def hints(self) -> tuple[str, ...]:
        """Letters of which a text must have some."""
        ...

    @property
    def pattern(self) -> re.Pattern[str]:
        """What to look for."""
        ...


class Wordings:
    """Wordings in order; one walk along a text finds all hints in it (Aho and Corasick, 1975)."""

    def __init__(self, wordings: Iterable[Hinted]) -> None:
        self._wordings = tuple(wordings)
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, wording in enumerate(self._wordings):
            for hint in wording.hints:
                numbers[hint].append(number)
        self._hints = AhoCorasick(list(numbers))
        self._numbers = list(numbers.values())  # of each hint

    def __iter__(self) -> Iterator[Hinted]:
        return iter(self._wordings)

    def find(self, text: str) -> Iterator[tuple[Hinted, re.Match[str]]]:
        """Yield the first match of each wording."""
        hinted = self._hints.find_matches_as_indexes(text, overlapping=True)
        for number in sorted({number for hint, _, _ in hinted for number in self._numbers[hint]}):
            if match := self._wordings[number].pattern.search(text):
                yield self._wordings[number], match

    def find_within(self, text: str, starts: Sequence[int]) -> Iterator[tuple[Hinted, re.Match[str]]]:
        """Yield all matches of each wording in the pieces of a text that have a hint of it.

        The pieces begin at `starts`, 0 the first of them, and end one character within the next.
        """
        ends = [*starts[1:], len(text)]
        pieces: set[tuple[int, int]] = set()
        for hint, start, end in self._hints.find_matches_as_indexes(text, overlapping=True):
            piece = bisect_right(starts, start) - 1
            if end <= ends[piece] + 1:
                pieces.update((number, piece) for number in self._numbers[hint])
        for number, piece in sorted(pieces):
            wording = self._wordings[number]
            for match in wording.pattern.finditer(text, starts[piece], ends[piece] + 1):
                yield wording, match
