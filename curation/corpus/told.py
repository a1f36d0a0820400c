"""A row and the lexicon of its language: its words, and which of them belong to a closed class.

pack = pack_of("de", ())
told = Told(Row("Was kostet ein Visum?", "Dazu kann ich nichts sagen."), pack)
told.said                                           # ["dazu", "kann", "ich", "nichts", "sagen"]
told.takes_up(told.said)                            # False: no word of what was asked
pack.first("refusal", told.row.lower).group()       # "kann ich nichts sagen"

Text without spaces is cut into the words that the lexicon knows, longest first, and single signs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import filterfalse, pairwise

from curation.corpus.rows import STEM, Row
from winnow.text.lexicon import Lexicon, packaged_lexicon
from winnow.text.phrases import compile_phrase
from winnow.text.wordings import Wordings
from winnow.text.words import WORD, straight

NO_TOPIC = ("function", "asks", "talk", "pointers", "generic", "page", "idle")  # classes that no question is about
ELIDED = re.compile(r"[^\W_]+")  # a word of a language that joins words by apostrophes and hyphens
NAMELESS = ("function", "asks", "talk", "generic", "page", "verbs")  # classes that name no matter
SHORTEST_TOPIC = 3  # letters of a word that a text can be about


class WordClass:
    """A closed class: words, and beginnings and ends of words ("beantwort*", "*hilfe")."""

    def __init__(self, words: Collection[str]) -> None:
        self._whole = frozenset(word for word in words if "*" not in word)
        self._begin = tuple(word[:-1] for word in words if word.endswith("*"))
        self._end = tuple(word[1:] for word in words if word.startswith("*"))

    def __contains__(self, word: str) -> bool:
        return word in self._whole or word.startswith(self._begin) or word.endswith(self._end)


class Pack:
    """A lexicon made ready to read rows with."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.language, self.is_spaced = lexicon.language, lexicon.is_spaced
        self.has_capital_nouns = lexicon.has_capital_nouns
        self._lexicon = lexicon
        self._classes: dict[tuple[str, ...], frozenset[str] | WordClass] = {}
        self._phrases = {
            kind: Wordings(compile_phrase(one.text, lexicon.classes, lexicon.is_spaced) for one in templates)
            for kind, templates in lexicon.phrases.items()
            if templates
        }
        self.is_plain = lexicon.is_spaced and not lexicon.is_elided  # its words are those that a row has anyway
        self._word = ELIDED if lexicon.is_elided else WORD if lexicon.is_spaced else _longest_first(lexicon)

    def knows(self, kind: str) -> bool:
        """Whether there are phrases of a kind."""
        return kind in self._phrases

    def words_of(self, *names: str) -> frozenset[str] | WordClass:
        """Return the words of some classes as one, empty where the lexicon has none of these names."""
        if names not in self._classes:
            words = frozenset(word for name in names for word in self._lexicon.classes.get(name, ()))
            self._classes[names] = WordClass(words) if any("*" in word for word in words) else words
        return self._classes[names]

    def any_of(self, words: Iterable[str], *names: str) -> bool:
        """Whether some word belongs to one of the classes."""
        return any(map(self.words_of(*names).__contains__, words))

    def of(self, words: Sequence[str], *names: str) -> list[str]:
        """List the words that belong to one of the classes."""
        return list(filter(self.words_of(*names).__contains__, words))

    def other_than(self, words: Sequence[str], *names: str) -> list[str]:
        """List the words that belong to none of the classes."""
        return list(filterfalse(self.words_of(*names).__contains__, words))

    def first(self, kind: str, text: str) -> re.Match[str] | None:
        """Return the first match of a kind's phrases in a text in lower case."""
        return next(self.find(kind, text), None)

    def find(self, kind: str, text: str) -> Iterator[re.Match[str]]:
        """Yield the first match of each phrase of a kind."""
        if kind in self._phrases:
            yield from (match for _, match in self._phrases[kind].find(text))

    def find_all(self, kind: str, text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
        """Yield all matches of a kind's phrases in the pieces of a text that begin at `starts`."""
        if kind in self._phrases:
            yield from (match for _, match in self._phrases[kind].find_within(text, starts))

    def tokens(self, text: str) -> list[str]:
        """Split a text in lower case into words."""
        return self._word.findall(text)


@dataclass
class Told:
    """A row and the pack of its language."""

    row: Row
    pack: Pack

    @cached_property
    def said(self) -> list[str]:
        """The answer's words."""
        return self.row.words if self.pack.is_plain else self.pack.tokens(self.row.lower)

    @cached_property
    def asked(self) -> list[str]:
        """The question's words."""
        return self.row.question_words if self.pack.is_plain else self.pack.tokens(self.row.question_lower)

    @cached_property
    def topic(self) -> frozenset[str]:
        """What the question is about: the stems of its words beside those of grammar, of asking and of talk."""
        return self.stems(self.asked)

    def stems(self, words: Sequence[str]) -> frozenset[str]:
        """Give the stems of the words that a text can be about; without spaces, each two signs that stand together."""
        if self.pack.is_spaced:
            own = self.pack.other_than(words, *NO_TOPIC)
            return frozenset(word[:STEM] for word in own if len(word) >= SHORTEST_TOPIC)
        grammar = self.pack.words_of(*NO_TOPIC)
        plain = [" " if word in grammar else word for word in words]
        return frozenset(a + b for a, b in pairwise(plain) if a != " " and b != " ")

    @property
    def names_something(self) -> bool:
        """Whether some word of the question is about a matter: not so in "What does the table show?"."""
        return bool(self.pack.other_than(self.asked, *NAMELESS))

    def asks_for(self, *kinds: str) -> bool:
        """Whether the question asks for a text of its own: a letter (`form`), a story (`tale`), talk (`talk`)."""
        return any(self.pack.first(kind, self.row.question_lower) for kind in kinds)

    def takes_up(self, words: Sequence[str]) -> bool:
        """Whether words have one that the question is about."""
        return not self.topic.isdisjoint(self.stems(words))


@lru_cache(32)
def _pack(lexicon: Lexicon) -> Pack:
    return Pack(lexicon)


def pack_of(language: str, lexicons: Sequence[Lexicon]) -> Pack | None:
    """Return the pack of a language: from one of the lexicons that were given, else from Winnow's own, if any."""
    given = next((lexicon for lexicon in lexicons if lexicon.language == language), None)
    lexicon = given or packaged_lexicon(language)
    return None if lexicon is None else _pack(lexicon)


def in_english(row: Row) -> Told:
    """Join a row with Winnow's own pack of English."""
    pack = pack_of("en", ())
    assert pack is not None, "it comes with Winnow"
    return Told(row, pack)


def in_pack(row: Row, language: str, lexicons: Sequence[Lexicon]) -> Told | None:
    """Join a row with the pack of its language; None where there is none."""
    pack = pack_of(language, lexicons)
    return None if pack is None else Told(row, pack)


def _longest_first(lexicon: Lexicon) -> re.Pattern[str]:
    """Write the pattern that finds the known words of a text without spaces, Latin words, numbers and single signs."""
    words = {straight(word).strip("*") for words in lexicon.classes.values() for word in words}
    known = sorted((re.escape(word) for word in words if len(word) > 1), key=lambda word: (-len(word), word))
    return re.compile("|".join([*known, r"[a-z]+(?:'[a-z]+)?", r"\d+(?:[.,]\d+)*", r"[^\W_]"]))
