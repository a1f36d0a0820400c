"""Wrappers, learned from the corpus: beginnings and ends of a text that don't change what its other field says.

A beginning or end is a wrapper if at least two texts of the corpus occur without it as well and 80 % of those have the
same partner (the answer of a question, the question of an answer) with it and without. "Good morning, …" is one, since
the answer stays the same; "… in children" isn't. No list of phrases is used. Where the words can't be read, only whole
sentences around questions are wrappers: around an answer they may deny it.
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

MIN_TEXTS_A_PROCESS = 5_000  # texts from which reading them is worth more than one process
MAX_TEXT_WORDS = 120  # of a text that wrappers are learned from
MAX_WRAPPER_WORDS = 24
MIN_INNER_WORDS = 1  # words of a text that is left
MIN_TEXTS_A_WRAPPER = 2  # texts that a wrapper must have been seen around
MIN_SHARED_PARTNERS = 0.8  # share of them that have the same partner without it
# From this length on an end of a question needs no comma before it, and an answer's wrapper may have digits.
MIN_LONG_WRAPPER_WORDS = 4
MIN_TEXTS_WITH_DIGITS = {False: 6, True: 3}  # that a wrapper with digits was seen around, short (False) or long (True)
MIN_SHARED_PARTNERS_WITH_DIGITS = 0.9  # share of them that have the same partner without it


@dataclass(frozen=True)
class Wrappers:
    """The coded prefixes and suffixes that are stripped; those in `apart` only where they are a clause of their own."""

    prefixes: frozenset[str]
    suffixes: frozenset[str]
    apart: frozenset[str]

    @classmethod
    def learn(
        cls, lexicon: Lexicon, texts: Passages | Sequence[Passage], partners: Sequence[set[str]], asked: bool = False
    ) -> Wrappers:
        """Count, for every text that contains another one, whether both have a partner in common.

        `partners` are each question's coded answers, or each answer's questions; a text without partners is skipped.
        `asked` says that the texts are questions, whose meaning a separate clause can't negate.
        """
        held = _Texts.of(lexicon, texts, partners, asked)
        telling = [place for place in range(len(texts)) if partners[place]]
        cast = spread(lambda part: [held.votes(place) for place in part], telling, MIN_TEXTS_A_PROCESS)
        seen: tuple[dict[str, dict[int, bool]], ...] = (defaultdict(dict), defaultdict(dict))
        for side, wrapper, inner, agrees in chain.from_iterable(cast):
            seen[side][wrapper][inner] = seen[side][wrapper].get(inner, False) or agrees
        prefixes, suffixes = (
            frozenset(wrapper for wrapper, agrees in side.items() if _changes_nothing(agrees, lexicon.words(wrapper)))
            for side in seen
        )
        apart = [w for side in (0, 1) for w in (prefixes, suffixes)[side]
                 if _stands_apart(lexicon.words(w), side, asked) or not lexicon.reads(w)]  # fmt: skip
        return cls(prefixes, suffixes, frozenset(apart))

    def strip(self, passage: Passage) -> Passage:
        """Strip the longest known prefix and suffix; at least one word is left."""
        coded, before, after = passage.coded, "", ""
        if not self.prefixes and not self.suffixes:
            return passage
        for length in range(min(MAX_WRAPPER_WORDS, len(coded) - MIN_INNER_WORDS), 0, -1):
            if coded[:length] in self.prefixes and self._stands(coded[:length], length, passage):
                before, coded = coded[:length], coded[length:]
                break
        for length in range(min(MAX_WRAPPER_WORDS, len(coded) - MIN_INNER_WORDS), 0, -1):
            if coded[-length:] in self.suffixes and self._stands(coded[-length:], -length, passage):
                coded, after = coded[:-length], coded[-length:]
                break
        return replace(passage, coded=coded, before=before, after=after) if before or after else passage

    def _stands(self, wrapper: str, place: int, passage: Passage) -> bool:
        return wrapper not in self.apart or passage.is_clause(0, place % len(passage.coded))


class _Vote(NamedTuple):
    """One text's evidence for a wrapper: the text inside it, and whether both have a partner in common."""

    side: int
    wrapper: str
    inner: int
    agrees: bool


@dataclass(frozen=True)
class _Texts:
    """An index of whole texts, in which the texts contained in a longer one are looked up.

    The first two and last two words of all texts are a filter: most parts of a text match neither.
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
        """Return the evidence of one text: a vote for each prefix and suffix around a text it contains."""
        ours, found = self.partners[place], []
        for prefix, inner, suffix in self._inner_texts(self.coded[place]):
            theirs = self.partners[inner]
            for side, wrapper in enumerate((prefix, suffix)) if theirs else ():
                if wrapper and _may_be_idle(self.lexicon, wrapper, self.texts[place], side, self.asked):
                    found.append(_Vote(side, wrapper, inner, _share(ours, theirs)))
        return found

    def _inner_texts(self, coded: str) -> Iterator[tuple[str, int, str]]:
        """Yield (prefix, place of the contained text, suffix) for every other text that this one contains."""
        size = len(coded)
        if size > MAX_TEXT_WORDS:
            return
        ends = [end for end in range(size, max(size - MAX_WRAPPER_WORDS, MIN_INNER_WORDS) - 1, -1)
                if coded[max(0, end - 2) : end] in self.last or coded[end - 1 : end] in self.last]  # fmt: skip
        for start in range(min(MAX_WRAPPER_WORDS, size - MIN_INNER_WORDS) + 1):
            if coded[start : start + 2] not in self.first and coded[start : start + 1] not in self.first:
                continue
            for end in ends:
                inner = self.place_of.get(coded[start:end]) if end >= start + MIN_INNER_WORDS else None
                if inner is not None and (start or end < size):
                    yield coded[:start], inner, coded[end:]


def _share(ours: set[str], theirs: set[str]) -> bool:
    return any(one in other or other in one for one in ours for other in theirs)


def _reaches(words: Sequence[str], side: int) -> bool:
    """Tell whether a wrapper may change the text beside it: it has a number, or it is a prefix with a negation."""
    telling = (Kind.NUMBER,) if side else (Kind.NUMBER, Kind.NEGATION)
    return denies(words) or any(kind(word) in telling for word in words)


def _has_digits(words: Sequence[str]) -> bool:
    return any(word[0].isdigit() for word in words)


def _stands_apart(words: Sequence[str], side: int, asked: bool) -> bool:
    """Tell whether a wrapper may be stripped only as a clause; a question's long end often has no comma before it."""
    is_end = asked and side == 1 and len(words) >= MIN_LONG_WRAPPER_WORDS and not _has_digits(words)
    return _reaches(words, side) and not is_end


def _may_be_idle(lexicon: Lexicon, wrapper: str, passage: Passage, side: int, asked: bool) -> bool:
    """Tell whether a wrapper can be neutral where it stands: it isn't bound to the words beside it."""
    words = lexicon.words(wrapper)
    if not lexicon.reads(passage.coded):  # "لا" may be one word before many answers, and is no greeting
        return asked and passage.is_sentence(0, len(passage.coded) - len(wrapper) if side else len(wrapper))
    if not asked and (takes_back(words) or (_has_digits(words) and len(words) < MIN_LONG_WRAPPER_WORDS)):
        return False
    if not _reaches(words, side):
        return True
    bounded = passage.is_clause(0, len(passage.coded) - len(wrapper) if side else len(wrapper))
    if not bounded and _stands_apart(words, side, asked):
        return False
    return asked or not denies(words) or _is_phrase(words, wrapper, passage, side)


def _is_phrase(words: Sequence[str], wrapper: str, passage: Passage, side: int) -> bool:
    """Tell whether a negation only denies the next word of its sentence, as in "No worries.", not "No, mate."."""
    if len(words) < 2 or words[0] not in NEGATIONS or kind(words[1]) is not Kind.CONTENT or denies(words[1:]):
        return False
    start = len(passage.coded) - len(wrapper) if side else 0
    return passage.sentences[-side] == wrapper and not passage.is_clause(start, 1)


def _changes_nothing(seen: dict[int, bool], words: Sequence[str]) -> bool:
    least, share = (
        (MIN_TEXTS_WITH_DIGITS[len(words) >= MIN_LONG_WRAPPER_WORDS], MIN_SHARED_PARTNERS_WITH_DIGITS)
        if _has_digits(words)
        else (MIN_TEXTS_A_WRAPPER, MIN_SHARED_PARTNERS)
    )
    agreeing = sum(seen.values())
    return agreeing >= least and agreeing >= share * len(seen)
