"""What a signal sees of a row, and what it answers.

>>> row = Row("What is an ISA?", "A tax-free account. It has a yearly limit.")
>>> row.sentences
['A tax-free account.', 'It has a yearly limit.']
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from winnow.text.plain_text import words
from winnow.text.words import SENTENCE_END, UNSPACED, WORD, straight, word_set

BRIEF = 40  # words of a brief answer
IN_CONTEXT = " (in the context)"  # after what was found there
STEM = 6  # letters by which two forms are the same word


class Finding(NamedTuple):
    """A signal's value for one row, and the piece of text that shows it."""

    value: float
    matched: str = ""


NOTHING = Finding(0.0)
NOT_APPLICABLE = Finding(float("nan"))


@dataclass
class Row:
    """One pair, with the views on it that several signals share, each worked out once.

    `context` is what the question is about and `history` the earlier turns, as text; "" where there is none.
    """

    question: str
    answer: str
    context: str = ""
    history: str = ""

    @property
    def asked(self) -> str:
        """What the answer follows: earlier turns, context and question."""
        return "\n\n".join(part for part in (self.history, self.context, self.question) if part)

    @property
    def is_extract(self) -> bool:
        """Whether the answer stands word for word in the context."""
        said = words_of(self.answer)
        return bool(said) and f" {' '.join(said)} " in f" {' '.join(words_of(self.context))} "

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
    def length(self) -> float:
        """How many words the answer has; two signs of a script without spaces count as one."""
        return len(self.words) if self.is_spaced else len(UNSPACED.findall(self.answer)) / 2

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


@lru_cache(256)  # rows on one passage mostly follow each other
def words_of(text: str) -> tuple[str, ...]:
    """Split a text into words as they are compared: without markup, case and accents."""
    return tuple(words(text))


FIRST_PERSON = word_set("i i'm i'd i'll i've me my")
ADDRESSING = word_set("you your yours yourself we our ours us please thank thanks kind regards sincerely welcome i my")
