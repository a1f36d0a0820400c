"""A self-written dialogue, and the faults that show in its text alone: cut off, repeated, a template's token.

>>> question_fault("Write a list of", finished=False, special=[], repetition=0.25).reason
'unfinished'
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from curation.corpus.rows import Row
from curation.signals.packs.wordings import english_refusal
from winnow.data.records import Message
from winnow.text.plain_text import words

Origin = Literal["self", "prompt"]

# The tokens of other families' templates: a model may have read them as plain text.
TEMPLATE_TOKEN = re.compile(r"<\|[^<>|\s][^<>|]{0,30}\|>|</?s>|<(?:start|end)_of_turn>|\[/?INST\]|<</?SYS>>|</?think>")
ROLE_HEADER = re.compile(
    r"^[ \t*#]*(?:user|assistant|system|model|human|ai|bot)[ \t*]*(?::(?!//)|$)", re.IGNORECASE | re.MULTILINE
)
WORDS_AN_NGRAM = 4
MIN_NGRAMS = 8  # below, one natural repeat would weigh too much
MIN_QUESTION_WORDS = 3


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A question and the base model's answer; `tokens` counts the answer and its end token, which the loss covers."""

    number: int
    question: str
    answer: str
    question_finished: bool
    answer_finished: bool
    tokens: int
    origin: Origin = "self"
    history: tuple[Message, ...] = ()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Dialogue:
        """Read the JSON form."""
        return cls(**{**values, "history": tuple(values["history"])})

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return asdict(self)

    @property
    def questions(self) -> list[str]:
        """The user's earlier questions and the last one, in order."""
        return [turn["content"] for turn in self.history if turn["role"] == "user"] + [self.question]


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason for which a dialogue is rejected, such as "unfinished", with its evidence."""

    reason: str
    evidence: Mapping[str, object] = field(default_factory=dict)


def dialogue_fault(dialogue: Dialogue, special: Sequence[str], repetition: float) -> Fault | None:
    """Return the first fault of a dialogue; only the answer is checked where the question is a user's own prompt."""
    found = None
    if dialogue.origin == "self":
        found = question_fault(dialogue.question, dialogue.question_finished, special, repetition)
    return found or answer_fault(dialogue.answer, dialogue.answer_finished, special, repetition)


def question_fault(question: str, finished: bool, special: Sequence[str], repetition: float) -> Fault | None:
    """Return the first fault of a self-written question; None for a good one."""
    if not question.strip():
        return Fault("empty", {"field": "question"})
    if not finished:
        return Fault("unfinished", {"field": "question"})
    if len(words(question)) < MIN_QUESTION_WORDS:
        return Fault("few_words", {"field": "question", "words": len(words(question))})
    if question.rstrip().endswith((":", "：")):
        return Fault("ends_with_colon", {"field": "question"})
    return _shared_fault(question, "question", special, repetition)


def answer_fault(answer: str, finished: bool, special: Sequence[str], repetition: float) -> Fault | None:
    """Return the first fault of an answer; None for a good one."""
    if not answer.strip():
        return Fault("empty", {"field": "answer"})
    if not finished:
        return Fault("unfinished", {"field": "answer"})
    return _shared_fault(answer, "answer", special, repetition)


def _shared_fault(text: str, name: str, special: Sequence[str], repetition: float) -> Fault | None:
    if leak := role_leak(text, special):
        return Fault("role_leak", {"field": name, "matched": leak})
    share = repeated_share(text)
    if share > repetition:
        return Fault("repeated", {"field": name, "value": round(share, 3), "limit": repetition})
    return None


def role_leak(text: str, special: Sequence[str]) -> str:
    """Return the first template token or role header in a text, such as "<|im_end|>" or "User:"; "" for none."""
    for token in special:
        if token in text:
            return token
    found = TEMPLATE_TOKEN.search(text) or ROLE_HEADER.search(text)
    return found.group().strip() if found else ""


def repeated_share(text: str) -> float:
    """Return the share of a text's word 4-grams that repeat an earlier one; 0 for a text with fewer than 8 of them."""
    found = words(text)
    grams = [tuple(found[place : place + WORDS_AN_NGRAM]) for place in range(len(found) - WORDS_AN_NGRAM + 1)]
    return 1 - len(set(grams)) / len(grams) if len(grams) >= MIN_NGRAMS else 0.0


def is_refusal(dialogue: Dialogue) -> bool:
    """Tell whether the answer refuses, even if it answers afterwards."""
    return english_refusal(Row(dialogue.question, dialogue.answer)).value > 0


def same_words(question: str) -> str:
    """Normalise a question to its words: "What is an ISA?" and "what is an isa" give the same text."""
    return " ".join(words(question))
