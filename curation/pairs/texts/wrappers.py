"""Learn from a corpus what is put around questions and answers: greetings, politeness, instructions, disclaimers.

A beginning or an end is a wrapper when the corpus has the text without it too, several times over, and the other
field is the same: "Good morning, … Thanks!" changes no answer, "… in children" does. No list of phrases is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from curation.pairs.texts.lexicon import Lexicon
from curation.pairs.texts.passages import Passage, Passages
from winnow.parallel.engine import spread
from winnow.text.word_classes import NEGATIONS, Kind, denies, kind, takes_back

TEXTS_A_PROCESS = 5_000  # texts from which reading them is worth more than one process
LONGEST_TEXT = 120  # words; wrappers are learned from texts up to it
LONGEST_WRAPPER = 24
SHORTEST = 1  # words of a text that is left
LEAST = 2  # texts that a wrapper must have been seen around
CHANGES_NOTHING = 0.8  # share of them that have the same partner without it
LONG = (
    4  # words from which an end of a question may be idle without a mark before it, or an answer's wrapper have digits
)
WITH_DIGITS = {False: 6, True: 3}  # texts that one of less than LONG words, or of more, with digits was seen around
SAME_PARTNER = 0.9  # share of them that have the same partner without it


@dataclass(frozen=True)
class Wrappers:
    """Coded beginnings and ends that change no answer; those `apart` only as a clause of their own."""

    prefixes: frozenset[str]
    suffixes: frozenset[str]
    apart: frozenset[str]

    @classmethod
    def learn(
        cls, lexicon: Lexicon, texts: Passages | Sequence[Passage], partners: Sequence[set[str]], asked: bool = False
    ) -> Wrappers:
        """Count, for every text that holds another one whole, whether both have a partner in common.

        `partners` are each text's coded answers, or questions where the texts are answers; a text without any says
        nothing. `asked`: the texts are questions, which a clause of its own can't deny.
        """
        held = _Texts.of(lexicon, texts, partners, asked)
        telling = [place for place in range(len(texts)) if partners[place]]
        cast = spread(lambda part: [held.votes(place) for place in part], telling, TEXTS_A_PROCESS)
        seen: tuple[dict[str, dict[int, bool]], ...] = (defaultdict(dict), defaultdict(dict))
        for side, wrapper, inner, agrees in chain.from_iterable(cast):
            seen[side][wrapper][inner] = seen[side][wrapper].get(inner, False) or agrees
        prefixes, suffixes = (
            frozenset(wrapper for wrapper, agrees in side.items() if _changes_nothing(agrees, lexicon.words(wrapper)))
            for side in seen
        )
        apart = [w for side in (0, 1) for w in (prefixes, suffixes)[side]
                 if _stands_apart(lexicon.words(w), side, asked)]  # fmt: skip
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


class _Vote(NamedTuple):
    """One text's word on a wrapper: the text within it, and whether both have a partner in common."""

    side: int
    wrapper: str
    inner: int
    agrees: bool


@dataclass(frozen=True)
class _Texts:
    """Texts that hold others whole, and so vote on what stands around those.

    It knows the first two words of all texts, and the last two: most parts of a text begin or end like none.
    """

    lexicon: Lexicon
    texts: Passages | Sequence[Passage]
    partners: Sequence[set[str]]
    asked: bool
    coded: Sequence[str]
    place_of: dict[str, int]
    first: frozenset[str]
    last: frozenset[str]

    @classmethod
    def of(
        cls, lexicon: Lexicon, texts: Passages | Sequence[Passage], partners: Sequence[set[str]], asked: bool
    ) -> _Texts:
        coded = [passage.coded for passage in texts]
        place_of = {text: place for place, text in enumerate(coded)}
        first, last = frozenset(text[:2] for text in coded), frozenset(text[-2:] for text in coded)
        return cls(lexicon, texts, partners, asked, coded, place_of, first, last)

    def votes(self, place: int) -> list[_Vote]:
        """Return the votes of one text."""
        ours, found = self.partners[place], []
        for prefix, inner, suffix in self._inner_texts(self.coded[place]):
            theirs = self.partners[inner]
            for side, wrapper in enumerate((prefix, suffix)) if theirs else ():
                if wrapper and _may_be_idle(self.lexicon, wrapper, self.texts[place], side, self.asked):
                    found.append(_Vote(side, wrapper, inner, _share(ours, theirs)))
        return found

    def _inner_texts(self, coded: str) -> Iterator[tuple[str, int, str]]:
        """Yield the texts that a text holds whole, each with what stands before it and behind it."""
        size = len(coded)
        if size > LONGEST_TEXT:
            return
        ends = [end for end in range(size, max(size - LONGEST_WRAPPER, SHORTEST) - 1, -1)
                if coded[max(0, end - 2) : end] in self.last or coded[end - 1 : end] in self.last]  # fmt: skip
        for start in range(min(LONGEST_WRAPPER, size - SHORTEST) + 1):
            if coded[start : start + 2] not in self.first and coded[start : start + 1] not in self.first:
                continue
            for end in ends:
                inner = self.place_of.get(coded[start:end]) if end >= start + SHORTEST else None
                if inner is not None and (start or end < size):
                    yield coded[:start], inner, coded[end:]


def _share(ours: set[str], theirs: set[str]) -> bool:
    return any(one in other or other in one for one in ours for other in theirs)


def _reaches(words: Sequence[str], side: int) -> bool:
    """Tell whether a wrapper has words that may change what they stand next to: numbers, negations before it."""
    telling = (Kind.NUMBER,) if side else (Kind.NUMBER, Kind.NEGATION)
    return denies(words) or any(kind(word) in telling for word in words)


def _has_digits(words: Sequence[str]) -> bool:
    return any(word[0].isdigit() for word in words)


def _stands_apart(words: Sequence[str], side: int, asked: bool) -> bool:
    """Tell whether a wrapper is one only as a clause of its own; the end of a question often has no mark before it."""
    is_end = asked and side == 1 and len(words) >= LONG and not _has_digits(words)
    return _reaches(words, side) and not is_end


def _may_be_idle(lexicon: Lexicon, wrapper: str, passage: Passage, side: int, asked: bool) -> bool:
    """Tell whether what a wrapper means may end within it."""
    words = lexicon.words(wrapper)
    if not asked and (takes_back(words) or (_has_digits(words) and len(words) < LONG)):
        return False
    if not _reaches(words, side):
        return True
    bounded = passage.is_clause(0, len(passage.coded) - len(wrapper) if side else len(wrapper))
    if not bounded and _stands_apart(words, side, asked):
        return False
    return asked or not denies(words) or _is_phrase(words, wrapper, passage, side)


def _is_phrase(words: Sequence[str], wrapper: str, passage: Passage, side: int) -> bool:
    """Tell whether a negation denies its own sentence's next word and no more: "No worries.", but not "No, mate."."""
    if len(words) < 2 or words[0] not in NEGATIONS or kind(words[1]) is not Kind.CONTENT or denies(words[1:]):
        return False
    start = len(passage.coded) - len(wrapper) if side else 0
    return passage.sentences[-side] == wrapper and not passage.is_clause(start, 1)


def _changes_nothing(seen: dict[int, bool], words: Sequence[str]) -> bool:
    least, share = (WITH_DIGITS[len(words) >= LONG], SAME_PARTNER) if _has_digits(words) else (LEAST, CHANGES_NOTHING)
    agreeing = sum(seen.values())
    return agreeing >= least and agreeing >= share * len(seen)
