"""What a signal sees of a row, and what it answers.

>>> row = Row("What is an ISA?", "A tax-free account. It has a yearly limit.")
>>> row.sentences
['A tax-free account.', 'It has a yearly limit.']
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from winnow.text.words import UNSPACED, WORD

SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[^\W\d_a-z]|\d|-)|(?<=[。！？])|\n+")
BRIEF = 40  # words of a brief answer
STEM = 6  # letters by which two forms are the same word


class Finding(NamedTuple):
    """A signal's value for one row, and the piece of text that shows it."""

    value: float
    matched: str = ""


NOTHING = Finding(0.0)
NOT_APPLICABLE = Finding(float("nan"))


@dataclass
class Row:
    """One pair, with the views on it that several signals share, each worked out once."""

    question: str
    answer: str

    @cached_property
    def lower(self) -> str:
        """The answer in lower case, with straight apostrophes."""
        return straight(self.answer)

    @cached_property
    def words(self) -> list[str]:
        """The answer's words in lower case."""
        return WORD.findall(self.lower)

    @cached_property
    def question_lower(self) -> str:
        """The question in lower case, with straight apostrophes."""
        return straight(self.question)

    @cached_property
    def question_words(self) -> list[str]:
        """The question's words in lower case."""
        return WORD.findall(self.question_lower)

    @cached_property
    def sentences(self) -> list[str]:
        """The answer's sentences and lines."""
        return [piece for piece in (s.strip() for s in SENTENCE_END.split(self.answer)) if piece]

    @property
    def is_brief(self) -> bool:
        """Whether the answer is short enough to say nothing but a phrase."""
        return len(self.words) <= BRIEF

    @property
    def speaks_to_reader(self) -> bool:
        """Whether the answer has a word of who speaks to whom; a text on a matter speaks of it."""
        return not ADDRESSING.isdisjoint(self.words)

    @cached_property
    def is_spaced(self) -> bool:
        """Whether the answer is in a script that puts spaces between words."""
        return UNSPACED.search(self.answer) is None


def straight(text: str) -> str:
    """Give a text in lower case, with straight apostrophes."""
    return text.lower().replace("’", "'")


def excerpt(text: str, start: int = 0, end: int | None = None, limit: int = 120) -> str:
    """Cut the matched stretch out of a text, shortened to `limit` characters."""
    piece = text[start:end].strip()
    return piece if len(piece) <= limit else piece[: limit - 1] + "…"


def any_of(*alternatives: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern that matches any of the alternatives."""
    return re.compile("|".join(alternatives), flags)


def word_set(text: str) -> frozenset[str]:
    """Split an inventory of words."""
    return frozenset(text.split())


FIRST_PERSON = word_set("i i'm i'd i'll i've me my")
ADDRESSING = word_set("you your yours yourself we our ours us please thank thanks kind regards sincerely welcome i my")
# the words of grammar, which no text is about
FUNCTION_WORDS = word_set("""
    a an the and or but of to in on at by for from with as is are was were be been it its this that these those you
    your we our us i me my they their he she not no do does did can could will would should may might must has have
    had if then so than there here any all some what which who how when where why about into out up only also just
    very if one get go got make made take see know let need want during after before between while over under again
    once each every other than more most many much such own same too now
""")
