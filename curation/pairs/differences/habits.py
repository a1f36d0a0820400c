"""Habits: differences that the corpus itself shows to change no answer.

A difference between questions is idle if at least 3 pairs of questions differ in it and in 75 % of those pairs both
questions have the same answer: "Tell me what an ISA is" and "What is an ISA?". A substitution in answers is idle if at
least 3 otherwise equal pairs make it. Words of unlike meaning count only in texts with other rewordings, since a
falsified copy differs in one word alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from curation.pairs.differences.changes import CONFLICTING, HARMLESS, Change, Difference
from curation.pairs.differences.compare import Comparison
from winnow.parallel.packed import Packed
from winnow.text.word_classes import Kind, kind

MIN_PAIRS_A_HABIT = 3  # pairs of questions in which a difference must have been seen
MIN_IDLE_SHARE = 0.75  # share of them that change nothing

MIN_REWORDED_WORDS = 2  # other words that make a text a reworded one, in which related words stand for each other
SUBSTITUTIONS = frozenset((Change.AKIN, Change.WORD))

Key = tuple[str, ...]


class Seen(NamedTuple):
    """The evidence of one compared pair: its two questions, their differences, and the substitutions in its answers."""

    questions: tuple[int, int]
    differences: frozenset[Key]
    swaps: tuple[Key, ...]
    same_answer: bool

    @classmethod
    def of(cls, questions: tuple[int, int], question: Comparison, answer: Comparison, same_answer: bool) -> Seen:
        """Extract the evidence from the comparisons of both fields; substitutions count if the questions are equal."""
        same_question = question.kinds <= HARMLESS and not answer.kinds & (CONFLICTING - SUBSTITUTIONS)
        swaps = tuple(_swapped_words(answer)) if same_question else ()
        return cls(questions, question_keys(question) | {whole_key(question)}, swaps, same_answer)


@dataclass(frozen=True)
class Habits:
    """The idle differences of a corpus, as keys: those of questions and the substitutions of answers."""

    questions: frozenset[Key] = frozenset()
    answers: frozenset[Key] = frozenset()

    @classmethod
    def learn(cls, pairs: Sequence[Seen] | Packed[Seen]) -> Habits:
        """Count, for each difference, the pairs of questions that have it and those of them with the same answer.

        Two questions agree as soon as one pair of their answers does.
        """
        agreeing: dict[Key, set[tuple[int, int]]] = defaultdict(set)
        swaps: dict[Key, set[tuple[int, int]]] = defaultdict(set)
        for pair in pairs:
            for key in pair.differences if pair.same_answer else ():
                agreeing[key].add(pair.questions)
            for key in pair.swaps:
                swaps[key].add(pair.questions)
        found: dict[Key, set[tuple[int, int]]] = {
            key: set() for key, agree in agreeing.items() if len(agree) >= MIN_PAIRS_A_HABIT
        }
        for pair in pairs:
            for key in pair.differences & found.keys():
                found[key].add(pair.questions)
        idle = (key for key, every in found.items() if len(agreeing[key]) >= MIN_IDLE_SHARE * len(every))
        return cls(frozenset(idle), frozenset(key for key, every in swaps.items() if len(every) >= MIN_PAIRS_A_HABIT))

    def idle_question(self, question: Comparison) -> bool:
        """Tell whether all differences of two questions are idle; a number, name or negation never is."""
        if question.kinds & NEVER_IDLE:
            return False
        return whole_key(question) in self.questions or question_keys(question) <= self.questions

    def idle_answer(self, answer: Comparison) -> bool:
        """Tell whether all substitutions of two answers are idle; related words are, if the answer is reworded."""
        words = [difference for difference in answer.differences if difference.kind in SUBSTITUTIONS]
        reworded = sum(difference.kind is Change.REWORDED for difference in answer.differences) >= MIN_REWORDED_WORDS
        return all((d.kind is Change.AKIN and reworded) or answer_key(d) in self.answers for d in words)


class AnyHabits(Habits):
    """Upper bound: accept every substitution; a pair that is rejected even then can be dropped early."""

    def idle_answer(self, answer: Comparison) -> bool:
        """Return True."""
        return True


NEVER_IDLE = frozenset(
    (
        *(Change.NUMBER, Change.UNIT, Change.NEGATION, Change.OPPOSITE, Change.NAME, Change.UNRELATED, Change.SLIP),
        Change.UNREAD,
    )
)


def question_keys(question: Comparison) -> frozenset[Key]:
    """Return one key for each difference that isn't harmless, without sides: ISA/loan and loan/ISA are one key."""
    return frozenset(
        ("|".join(sorted((_telling(d.one), _telling(d.other)))),)
        for d in question.differences
        if d.kind not in HARMLESS
    )


def whole_key(question: Comparison) -> Key:
    """Return one key for all differing words together: the key of a question that was put in another form."""
    doubtful = [d for d in question.differences if d.kind not in HARMLESS]
    sides = (" ".join(d.one for d in doubtful), " ".join(d.other for d in doubtful))
    return ("whole", *sorted(" ".join(sorted(_telling(side).split())) for side in sides))


def answer_key(difference: Difference) -> Key:
    """Return the two words of a substitution in alphabetical order; () for any other difference."""
    if difference.kind not in SUBSTITUTIONS:
        return ()
    ours, theirs = (tuple(_telling(side).split()) for side in (difference.one, difference.other))
    return tuple(sorted(ours + theirs)) if len(ours) == len(theirs) == 1 else ()


def _swapped_words(answer: Comparison) -> Iterator[Key]:
    """Yield the substitutions of an answer; those of unlike words only where the answer has other edits too."""
    edits = [difference.kind for difference in answer.differences]
    reworded = Change.REWORDED in edits or edits.count(Change.SMALL) >= MIN_REWORDED_WORDS
    for difference in answer.differences:
        key = answer_key(difference)
        if key and (reworded or difference.kind is Change.AKIN):
            yield key


def _telling(words: str) -> str:
    return " ".join(word for word in words.split() if kind(word) is not Kind.SMALL)
