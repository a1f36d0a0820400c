"""Learn from a corpus what people put around questions: greetings, politeness, instructions to answer.

A beginning or an end is a wrapper when the corpus has the question without it too, several times over, and the
answer is the same: "Good morning, … Thanks!" changes no answer, "… in children" does. No list of phrases is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from curation.differences import Passage
from curation.lexicon import Lexicon
from curation.wording import Kind, kind

LONGEST_QUESTION = 120  # words; questions beyond it are compared with their wrappers
LONGEST_WRAPPER = 16
SHORTEST_QUESTION = 2
LEAST = 2  # questions that a wrapper must have been seen around
CHANGES_NOTHING = 0.8  # share of them that have the same answer without it


@dataclass(frozen=True)
class Wrappers:
    """Coded beginnings and ends that change no answer."""

    prefixes: frozenset[str]
    suffixes: frozenset[str]

    @classmethod
    def learn(
        cls, lexicon: Lexicon, questions: Sequence[Passage], answers: Sequence[Passage], rows: npt.NDArray[np.int64]
    ) -> Wrappers:
        """Count, for every question that holds another one whole, whether both have an answer in common."""
        place_of = {passage.coded: place for place, passage in enumerate(questions)}
        answers_of: dict[int, set[str]] = defaultdict(set)
        for question, answer in rows.tolist():
            if len(answers_of[question]) < 5:
                answers_of[question].add(answers[answer].coded)
        votes: list[dict[str, dict[int, bool]]] = [defaultdict(dict), defaultdict(dict)]
        for place, passage in enumerate(questions):
            for prefix, inner, suffix in _inner_questions(passage.coded, place_of):
                agrees = _share_answer(answers_of[place], answers_of[inner])
                for side, wrapper in enumerate((prefix, suffix)):
                    if wrapper:
                        votes[side][wrapper][inner] = votes[side][wrapper].get(inner, False) or agrees
        return cls(*(frozenset(w for w, seen in side.items() if _changes_nothing(lexicon, w, seen)) for side in votes))

    def strip(self, passage: Passage) -> Passage:
        """Take the longest known beginning and end off, while a question is left."""
        coded, start = passage.coded, 0
        if not self.prefixes and not self.suffixes:
            return passage
        for length in range(min(LONGEST_WRAPPER, len(coded) - SHORTEST_QUESTION), 0, -1):
            if coded[:length] in self.prefixes:
                coded, start = coded[length:], length
                break
        for length in range(min(LONGEST_WRAPPER, len(coded) - SHORTEST_QUESTION), 0, -1):
            if coded[-length:] in self.suffixes:
                coded = coded[:-length]
                break
        return passage if coded == passage.coded else replace(passage, coded=coded, skipped=start)


def _inner_questions(coded: str, place_of: dict[str, int]) -> Iterator[tuple[str, int, str]]:
    size = len(coded)
    if size > LONGEST_QUESTION:
        return
    for start in range(min(LONGEST_WRAPPER, size - SHORTEST_QUESTION) + 1):
        for end in range(size, max(size - LONGEST_WRAPPER, start + SHORTEST_QUESTION) - 1, -1):
            inner = place_of.get(coded[start:end])
            if inner is not None and (start or end < size):
                yield coded[:start], inner, coded[end:]


def _share_answer(ours: set[str], theirs: set[str]) -> bool:
    return any(one in other or other in one for one in ours for other in theirs)


def _changes_nothing(lexicon: Lexicon, wrapper: str, seen: dict[int, bool]) -> bool:
    agreeing = sum(seen.values())
    if agreeing < LEAST or agreeing < CHANGES_NOTHING * len(seen):
        return False
    return not any(kind(word) in (Kind.NUMBER, Kind.UNIT) for word in lexicon.words(wrapper))
