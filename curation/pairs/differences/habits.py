"""Learn from the near pairs of a corpus which differences change nothing.

A difference between two questions is idle when questions that differ in just this get the same answer, several
times over and hardly ever another one: "Tell me what X is" and "What is X?". A substitution in answers is idle when
the same two words stand for each other in several pairs that are equal but for such words: words near in meaning
anyway, others only in texts that are reworded elsewhere too (who falsifies a text changes one thing).
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

LEAST = 3  # pairs of questions in which a difference must have been seen
IDLE = 0.75  # share of them that change nothing

REWORDED = 2  # other words that make a text a reworded one, in which related words stand for each other
SUBSTITUTIONS = frozenset((Change.AKIN, Change.WORD))

Key = tuple[str, ...]


class Seen(NamedTuple):
    """What a pair teaches: the places of its questions, what differs in them, what stands for what in its answers."""

    questions: tuple[int, int]
    differences: frozenset[Key]
    swaps: tuple[Key, ...]
    same_answer: bool

    @classmethod
    def of(cls, questions: tuple[int, int], question: Comparison, answer: Comparison, same_answer: bool) -> Seen:
        """Keep of two comparisons what habits are learned from."""
        same_question = question.kinds <= HARMLESS and not answer.kinds & (CONFLICTING - SUBSTITUTIONS)
        swaps = tuple(_swapped_words(answer)) if same_question else ()
        return cls(questions, question_keys(question) | {whole_key(question)}, swaps, same_answer)


@dataclass(frozen=True)
class Habits:
    """Differences that change nothing in this corpus."""

    questions: frozenset[Key] = frozenset()
    answers: frozenset[Key] = frozenset()

    @classmethod
    def learn(cls, pairs: Sequence[Seen] | Packed[Seen]) -> Habits:
        """Count differences over pairs; two questions agree when any of their answers do."""
        agreeing: dict[Key, set[tuple[int, int]]] = defaultdict(set)
        swaps: dict[Key, set[tuple[int, int]]] = defaultdict(set)
        for pair in pairs:
            for key in pair.differences if pair.same_answer else ():
                agreeing[key].add(pair.questions)
            for key in pair.swaps:
                swaps[key].add(pair.questions)
        found: dict[Key, set[tuple[int, int]]] = {key: set() for key, agree in agreeing.items() if len(agree) >= LEAST}
        for pair in pairs:
            for key in pair.differences & found.keys():
                found[key].add(pair.questions)
        idle = (key for key, every in found.items() if len(agreeing[key]) >= IDLE * len(every))
        return cls(frozenset(idle), frozenset(key for key, every in swaps.items() if len(every) >= LEAST))

    def idle_question(self, question: Comparison) -> bool:
        """Tell whether everything that differs between two questions changes nothing."""
        if question.kinds & NEVER_IDLE:
            return False
        return whole_key(question) in self.questions or question_keys(question) <= self.questions

    def idle_answer(self, answer: Comparison) -> bool:
        """Tell whether the words that stand for each other in two answers do so in others too."""
        words = [difference for difference in answer.differences if difference.kind in SUBSTITUTIONS]
        reworded = sum(difference.kind is Change.REWORDED for difference in answer.differences) >= REWORDED
        return all((d.kind is Change.AKIN and reworded) or answer_key(d) in self.answers for d in words)


class AnyHabits(Habits):
    """Whatever stands for another word in an answer may: what is different even so is different by all habits."""

    def idle_answer(self, answer: Comparison) -> bool:
        """Tell that it may."""
        return True


NEVER_IDLE = frozenset(
    (Change.NUMBER, Change.UNIT, Change.NEGATION, Change.OPPOSITE, Change.NAME, Change.UNRELATED, Change.SLIP)
)


def question_keys(question: Comparison) -> frozenset[Key]:
    """Return what differs between two questions beyond noise: words against words, whichever side has them."""
    return frozenset(
        ("|".join(sorted((_telling(d.one), _telling(d.other)))),)
        for d in question.differences
        if d.kind not in HARMLESS
    )


def whole_key(question: Comparison) -> Key:
    """Return all the words that only one of two questions has, wherever they stand: a question put in another form."""
    doubtful = [d for d in question.differences if d.kind not in HARMLESS]
    sides = (" ".join(d.one for d in doubtful), " ".join(d.other for d in doubtful))
    return ("whole", *sorted(" ".join(sorted(_telling(side).split())) for side in sides))


def answer_key(difference: Difference) -> Key:
    """Return the two words of a substitution; any other difference gives none."""
    if difference.kind not in SUBSTITUTIONS:
        return ()
    ours, theirs = (tuple(_telling(side).split()) for side in (difference.one, difference.other))
    return tuple(sorted(ours + theirs)) if len(ours) == len(theirs) == 1 else ()


def _swapped_words(answer: Comparison) -> Iterator[Key]:
    """Yield the substitutions of an answer: unrelated words count only where the text is edited elsewhere too."""
    edits = [difference.kind for difference in answer.differences]
    reworded = Change.REWORDED in edits or edits.count(Change.SMALL) >= REWORDED
    for difference in answer.differences:
        key = answer_key(difference)
        if key and (reworded or difference.kind is Change.AKIN):
            yield key


def _telling(words: str) -> str:
    return " ".join(word for word in words.split() if kind(word) is not Kind.SMALL)
