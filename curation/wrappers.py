"""Learn from a corpus what is put around questions and answers: greetings, politeness, instructions, disclaimers.

A beginning or an end is a wrapper when the corpus has the text without it too, several times over, and the other
field is the same: "Good morning, … Thanks!" changes no answer, "… in children" does. No list of phrases is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from curation.differences import Passage
from curation.lexicon import Lexicon
from curation.wording import Kind, denies, kind

LONGEST_TEXT = 120  # words; wrappers are learned from texts up to it
LONGEST_WRAPPER = 16
SHORTEST = 1  # words of a text that is left
LEAST = 2  # texts that a wrapper must have been seen around
CHANGES_NOTHING = 0.8  # share of them that have the same partner without it


@dataclass(frozen=True)
class Wrappers:
    """Coded beginnings and ends that change no answer."""

    prefixes: frozenset[str]
    suffixes: frozenset[str]

    @classmethod
    def learn(cls, lexicon: Lexicon, texts: Sequence[Passage], partners: Sequence[set[str]]) -> Wrappers:
        """Count, for every text that holds another one whole, whether both have a partner in common.

        `partners` are each text's coded answers, or questions, where the texts are answers.
        """
        place_of = {passage.coded: place for place, passage in enumerate(texts)}
        votes: list[dict[str, dict[int, bool]]] = [defaultdict(dict), defaultdict(dict)]
        for place, passage in enumerate(texts):
            for prefix, inner, suffix in _inner_texts(passage.coded, place_of):
                agrees = _share(partners[place], partners[inner])
                for side, wrapper in enumerate((prefix, suffix)):
                    if wrapper:
                        idle = agrees and not _negates(lexicon, wrapper, passage, side)
                        votes[side][wrapper][inner] = votes[side][wrapper].get(inner, False) or idle
        return cls(*(frozenset(w for w, seen in side.items() if _changes_nothing(lexicon, w, seen)) for side in votes))

    def strip(self, passage: Passage) -> Passage:
        """Take the longest known beginning and end off, while a text is left."""
        coded, start = passage.coded, 0
        if not self.prefixes and not self.suffixes:
            return passage
        for length in range(min(LONGEST_WRAPPER, len(coded) - SHORTEST), 0, -1):
            if coded[:length] in self.prefixes:
                coded, start = coded[length:], length
                break
        for length in range(min(LONGEST_WRAPPER, len(coded) - SHORTEST), 0, -1):
            if coded[-length:] in self.suffixes:
                coded = coded[:-length]
                break
        return passage if coded == passage.coded else replace(passage, coded=coded, skipped=start)


def _inner_texts(coded: str, place_of: dict[str, int]) -> Iterator[tuple[str, int, str]]:
    size = len(coded)
    if size > LONGEST_TEXT:
        return
    for start in range(min(LONGEST_WRAPPER, size - SHORTEST) + 1):
        for end in range(size, max(size - LONGEST_WRAPPER, start + SHORTEST) - 1, -1):
            inner = place_of.get(coded[start:end])
            if inner is not None and (start or end < size):
                yield coded[:start], inner, coded[end:]


def _share(ours: set[str], theirs: set[str]) -> bool:
    return any(one in other or other in one for one in ours for other in theirs)


def _negates(lexicon: Lexicon, wrapper: str, passage: Passage, side: int) -> bool:
    """Tell whether a wrapper denies what it is around, or has a negation that doesn't end within it."""
    words = lexicon.words(wrapper)
    if not any(kind(word) is Kind.NEGATION for word in words):
        return denies(words)
    return denies(words) or (side == 0 and len(wrapper) not in passage.clauses)


def _changes_nothing(lexicon: Lexicon, wrapper: str, seen: dict[int, bool]) -> bool:
    agreeing = sum(seen.values())
    if agreeing < LEAST or agreeing < CHANGES_NOTHING * len(seen):
        return False
    return not any(kind(word) is Kind.NUMBER for word in lexicon.words(wrapper))
