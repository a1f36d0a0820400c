"""Learn from a corpus what is put around questions and answers: greetings, politeness, instructions, disclaimers.

A beginning or an end is a wrapper when the corpus has the text without it too, several times over, and the other
field is the same: "Good morning, … Thanks!" changes no answer, "… in children" does. No list of phrases is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from curation.lexicon import Lexicon
from curation.passages import Passage
from curation.wording import NEGATIONS, Kind, denies, kind

LONGEST_TEXT = 120  # words; wrappers are learned from texts up to it
LONGEST_WRAPPER = 16
SHORTEST = 1  # words of a text that is left
LEAST = 2  # texts that a wrapper must have been seen around
CHANGES_NOTHING = 0.8  # share of them that have the same partner without it


@dataclass(frozen=True)
class Wrappers:
    """Coded beginnings and ends that change no answer; those `apart` only as a clause of their own."""

    prefixes: frozenset[str]
    suffixes: frozenset[str]
    apart: frozenset[str]

    @classmethod
    def learn(
        cls, lexicon: Lexicon, texts: Iterable[Passage], partners: Sequence[set[str]], asked: bool = False
    ) -> Wrappers:
        """Count, for every text that holds another one whole, whether both have a partner in common.

        `partners` are each text's coded answers, or questions where the texts are answers; a text without any says
        nothing. `asked`: the texts are questions, which a clause of its own can't deny.
        """
        place_of = {passage.coded: place for place, passage in enumerate(texts)}
        votes: list[dict[str, dict[int, bool]]] = [defaultdict(dict), defaultdict(dict)]
        for place, passage in enumerate(texts):
            for prefix, inner, suffix in _inner_texts(passage.coded, place_of):
                if not partners[place] or not partners[inner]:
                    continue
                agrees = _share(partners[place], partners[inner])
                for side, wrapper in enumerate((prefix, suffix)):
                    if wrapper and _may_be_idle(lexicon, wrapper, passage, side, asked):
                        votes[side][wrapper][inner] = votes[side][wrapper].get(inner, False) or agrees
        prefixes, suffixes = (
            frozenset(wrapper for wrapper, seen in side.items() if _changes_nothing(seen)) for side in votes
        )
        apart = [w for side in (0, 1) for w in (prefixes, suffixes)[side] if _reaches(lexicon.words(w), side)]
        return cls(prefixes, suffixes, frozenset(apart))

    def strip(self, passage: Passage) -> Passage:
        """Take the longest known beginning and end off, while a text is left."""
        coded, before, after = passage.coded, "", ""
        if not self.prefixes and not self.suffixes:
            return passage
        for length in range(min(LONGEST_WRAPPER, len(coded) - SHORTEST), 0, -1):
            if coded[:length] in self.prefixes and self._stands(coded[:length], length, passage):
                before, coded = coded[:length], coded[length:]
                break
        for length in range(min(LONGEST_WRAPPER, len(coded) - SHORTEST), 0, -1):
            if coded[-length:] in self.suffixes and self._stands(coded[-length:], -length, passage):
                coded, after = coded[:-length], coded[-length:]
                break
        return replace(passage, coded=coded, before=before, after=after) if before or after else passage

    def _stands(self, wrapper: str, place: int, passage: Passage) -> bool:
        return wrapper not in self.apart or passage.is_clause(0, place % len(passage.coded))


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


def _reaches(words: Sequence[str], side: int) -> bool:
    """Tell whether a wrapper has words that may change what they stand next to: numbers, negations before it."""
    telling = (Kind.NUMBER,) if side else (Kind.NUMBER, Kind.NEGATION)
    return denies(words) or any(kind(word) in telling for word in words)


def _may_be_idle(lexicon: Lexicon, wrapper: str, passage: Passage, side: int, asked: bool) -> bool:
    """Tell whether what a wrapper means ends within it; a number in digits says something for itself."""
    words = lexicon.words(wrapper)
    if not _reaches(words, side):
        return True
    if not passage.is_clause(0, len(passage.coded) - len(wrapper) if side else len(wrapper)):
        return False
    if any(word[0].isdigit() for word in words):
        return False
    return asked or not denies(words) or _is_phrase(words, wrapper, passage, side)


def _is_phrase(words: Sequence[str], wrapper: str, passage: Passage, side: int) -> bool:
    """Tell whether a negation denies its own sentence's next word and no more: "No worries.", but not "No, mate."."""
    if len(words) < 2 or words[0] not in NEGATIONS or kind(words[1]) is not Kind.CONTENT or denies(words[1:]):
        return False
    start = len(passage.coded) - len(wrapper) if side else 0
    return passage.sentences[-side] == wrapper and not passage.is_clause(start, 1)


def _changes_nothing(seen: dict[int, bool]) -> bool:
    agreeing = sum(seen.values())
    return agreeing >= LEAST and agreeing >= CHANGES_NOTHING * len(seen)
