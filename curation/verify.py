"""Decide what two rows are to each other, from what differs in their questions and in their answers.

verdict = judge(question_comparison, answer_comparison)
verdict.name       # same, damaged, conflict, second, different …
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from curation.differences import CONFLICTING, HARMLESS, Change, Comparison


class Verdict(StrEnum):
    """What two rows are to each other."""

    EXACT = "exact"  # the same words in the same order
    SAME = "same"
    DAMAGED = "damaged"  # the same, but one is cut off, mistyped, marked up or wrapped
    PARAPHRASE = "paraphrase"  # the same answer; the questions mean the same if their embeddings say so
    CONFLICT = "conflict"  # the same question, answers that can't both hold
    SECOND = "second answer"  # the same question, answers that can both hold
    DIFFERENT = "different"


SAMENESS = frozenset((Verdict.EXACT, Verdict.SAME, Verdict.DAMAGED))
SHORT = 6  # words of an answer up to which another answer contradicts rather than adds
TELLING = 8  # words from which equal answers are evidence that the questions are equal
DAMAGE = frozenset((Change.TYPO, Change.SPACING, Change.CUT, Change.WRAPPED, Change.FULLER, Change.SLIP))

DECISIVE = frozenset((Change.NUMBER, Change.UNIT, Change.NEGATION, Change.OPPOSITE, Change.NAME, Change.UNRELATED))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the share of words that agree, 0 to 1, in the worse of both fields."""

    verdict: Verdict
    lexical: float


def judge(question: Comparison, answer: Comparison) -> Judgement:
    """Apply the rules: first whether the questions are one, then what the answers are to each other."""
    lexical = min(_similarity(question), _similarity(answer))
    if not _same_question(question, answer):
        return Judgement(_other_question(question, answer), lexical)
    if _same_answer(answer):
        damaged = (question.kinds | answer.kinds) & DAMAGE
        return Judgement(Verdict.DAMAGED if damaged else Verdict.SAME, lexical)
    return Judgement(_other_answer(answer), lexical)


def may_be_same(question: Comparison) -> bool:
    """Tell whether answers matter: questions that differ in a number, a name, a negation are different anyway."""
    return not question.kinds & DECISIVE


def _similarity(comparison: Comparison) -> float:
    """Share of the shorter text that agrees, less what stands in its way without being explained."""
    doubtful = sum(len(d.one.split()) + len(d.other.split()) for d in comparison.differences if d.kind not in HARMLESS)
    least = min(comparison.one, comparison.other)
    return min(1.0, comparison.matched / max(1, least + doubtful / 2))


def _same_question(question: Comparison, answer: Comparison) -> bool:
    doubts = question.kinds - HARMLESS
    if not doubts:
        return True
    return doubts <= {Change.SLIP, Change.REWORDED} and _same_answer(answer) and _tells(answer)


def _tells(answer: Comparison) -> bool:
    return min(answer.one, answer.other) >= TELLING


def _other_question(question: Comparison, answer: Comparison) -> Verdict:
    if not may_be_same(question) or not _tells(answer) or not _same_answer(answer):
        return Verdict.DIFFERENT
    return Verdict.PARAPHRASE


def _same_answer(answer: Comparison) -> bool:
    doubts = answer.kinds - HARMLESS - {Change.REWORDED, Change.ADDED, Change.QUESTION}
    if doubts <= {Change.SLIP}:
        slips = sum(d.kind is Change.SLIP for d in answer.differences)
        typos = sum(d.kind is Change.TYPO for d in answer.differences)
        few = slips <= 1 + typos and (not slips or _tells(answer))
        return few and (_tells(answer) or answer.kinds <= HARMLESS - {Change.CUT, Change.FULLER, Change.WRAPPED})
    return False


def _other_answer(answer: Comparison) -> Verdict:
    if Change.UNRELATED in answer.kinds or answer.agreement < 0.5:
        both_short = max(answer.one, answer.other) <= SHORT
        return Verdict.CONFLICT if both_short else Verdict.SECOND
    return Verdict.CONFLICT if answer.kinds & CONFLICTING else Verdict.SECOND
