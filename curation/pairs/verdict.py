"""Decide what two rows are to each other, from what differs in their questions and in their answers.

judgement = judge(question, answer, specific=True, habits=Habits())
judgement.relation      # same, damaged, paraphrase, conflict, second answer or different
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from curation.pairs.differences.changes import CONFLICTING, HARMLESS, Change
from curation.pairs.differences.compare import Comparison
from curation.pairs.differences.habits import NEVER_IDLE, SUBSTITUTIONS, AnyHabits, Habits


class Relation(StrEnum):
    """What two rows are to each other."""

    EXACT = "exact"  # the same words in the same order
    SAME = "same"
    DAMAGED = "damaged"  # the same, but one is cut off, mistyped, marked up or wrapped
    PARAPHRASE = "paraphrase"  # the same answer; the questions mean the same if their embeddings say so
    CONFLICT = "conflict"  # the same question, answers that can't both hold
    SWAPPED = "another question's answer"  # the same question, but one answer belongs to another one
    SECOND = "second answer"  # the same question, answers that can both hold
    DIFFERENT = "different"


SAMENESS = frozenset((Relation.EXACT, Relation.SAME, Relation.DAMAGED))
CONTRADICTING = (Relation.CONFLICT, Relation.SWAPPED)
SHORT = 6  # words of an answer up to which another answer contradicts rather than adds
TELLING = 8  # words from which equal answers are evidence that the questions are equal
BEGINNING = 4  # words of a cut answer from which it's told from a short one
LESS_SAID = 0.3  # share of the longer answer that may be missing in the midst of the shorter one
CUT_TO = 0.15  # share of the longer answer that a cut one has at least
PART = 0.5  # share of the longer answer that another shorter one has at least
NOISE = HARMLESS - {Change.CUT, Change.FULLER, Change.WRAPPED, Change.MOVED}
NEARLY_ONE = 0.7  # share of the words that agree from which answers are one but for what contradicts
DAMAGE = frozenset((Change.TYPO, Change.SPACING, Change.CUT, Change.WRAPPED, Change.FULLER, Change.SLIP))
DECISIVE = NEVER_IDLE - {Change.SLIP}
SLIPS = frozenset((Change.TYPO, Change.SPACING, Change.SLIP))
CLEAN = SLIPS | {Change.WRAPPED, Change.WRITTEN}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A relation with the share of words that agree, 0 to 1, in the worse of both fields."""

    relation: Relation
    lexical: float


def judge(question: Comparison, answer: Comparison, specific: bool = True, habits: Habits = Habits()) -> Judgement:  # noqa: B008
    """Apply the rules: first whether the questions are one, then what the answers are to each other.

    `specific`: the answer belongs to few questions, so that having it in common says something.
    """
    same_answer = is_same_answer(answer, habits)
    telling = same_answer and specific and min(answer.one, answer.other) >= TELLING
    idle = same_answer and specific and habits.idle_question(question)
    lexical = agreement(answer) if idle else min(agreement(question), agreement(answer))
    if not _is_same_question(question, answer, telling and not _is_part(answer)) and not idle:
        close = telling and answer.kinds <= NOISE | {Change.WRAPPED} and _may_be_paraphrase(question)
        return Judgement(Relation.PARAPHRASE if close else Relation.DIFFERENT, lexical)
    if same_answer and (telling or idle or _is_barely_changed(question, specific)):
        damaged = (question.kinds | answer.kinds) & DAMAGE
        return Judgement(Relation.DAMAGED if damaged else Relation.SAME, lexical)
    return Judgement(_other_answer(answer), lexical)


def may_be_same(question: Comparison) -> bool:
    """Tell whether answers matter: questions that differ in a number, a name, a negation are different anyway."""
    return not question.kinds & DECISIVE


def is_settled(question: Comparison, answer: Comparison) -> bool:
    """Tell whether two rows are different whatever habits the corpus has."""
    return not _is_same_question(question, answer, telling=False) and not is_same_answer(answer, AnyHabits())


def is_same_answer(answer: Comparison, habits: Habits) -> bool:
    """Tell whether one answer says what the other says, or a damaged or cut form of it."""
    doubts = answer.kinds - HARMLESS - {Change.REWORDED, Change.ADDED, Change.QUESTION}
    if doubts & SUBSTITUTIONS and habits.idle_answer(answer):
        doubts -= SUBSTITUTIONS
    if not doubts <= {Change.SLIP}:
        return False
    least = min(answer.one, answer.other)
    if least < TELLING and Change.CUT in answer.kinds:
        return answer.kinds <= SLIPS | {Change.CUT} and least >= BEGINNING
    if least < TELLING:
        return answer.kinds <= CLEAN | {Change.SMALL} and _is_barely_changed(answer)
    kinds = [d.kind for d in answer.differences]
    if kinds == [Change.REWORDED]:  # who falsifies a text changes one word of it; opposites are related words too
        return False
    return (kinds.count(Change.SLIP) <= 1 or slips_are_typos(answer)) and not _says_less(answer)


def agreement(comparison: Comparison) -> float:
    """Share of the words that agree among those that matter: noise and what only one text has don't."""
    doubtful = (d for d in comparison.differences if d.kind not in HARMLESS | {Change.SLIP})
    against = sum(len(d.one.split()) + len(d.other.split()) for d in doubtful) / 2
    return comparison.matched / max(1.0, comparison.matched + against)


def _is_same_question(question: Comparison, answer: Comparison, telling: bool) -> bool:
    doubts = question.kinds - HARMLESS
    if doubts == {Change.SLIP} and slips_are_typos(question, answer):
        return True
    return not doubts or (telling and doubts <= {Change.SLIP, Change.REWORDED})


def _may_be_paraphrase(question: Comparison) -> bool:
    return may_be_same(question) and not question.kinds & SUBSTITUTIONS


def _is_barely_changed(comparison: Comparison, specific: bool = True) -> bool:
    """Tell whether nothing but slips differs, or wrappers and one small word too where the other field is specific."""
    rest = [d for d in comparison.differences if d.kind not in (CLEAN if specific else SLIPS)]
    return sum(max(len(d.one.split()), len(d.other.split())) for d in rest) <= int(specific)


def slips_are_typos(*fields: Comparison) -> bool:
    """Take one letter that makes another word for a typo where the texts have certain ones, at least as many."""
    kinds = [d.kind for comparison in fields for d in comparison.differences]
    return kinds.count(Change.SLIP) <= kinds.count(Change.TYPO)


def _says_less(answer: Comparison) -> bool:
    """Tell whether the shorter answer lacks so much that it may be another one, and isn't just cut off."""
    longer = max(answer.one, answer.other)
    if Change.CUT in answer.kinds:
        return (
            not answer.kinds <= NOISE | {Change.CUT, Change.WRAPPED} or min(answer.one, answer.other) < CUT_TO * longer
        )
    less = sum(len((d.one or d.other).split()) for d in answer.differences if d.kind is Change.FULLER)
    return less > LESS_SAID * longer


def _is_part(answer: Comparison) -> bool:
    """Tell whether one answer is a part of the other."""
    return min(answer.one, answer.other) < PART * max(answer.one, answer.other)


def _other_answer(answer: Comparison) -> Relation:
    """Answers contradict when little differs and that can't both hold; where much differs both may hold.

    Short ones contradict unless one says what the other one says, and more.
    """
    if Change.POLARITY in answer.kinds:
        return Relation.CONFLICT
    if max(answer.one, answer.other) <= SHORT:
        return Relation.SECOND if answer.kinds <= HARMLESS | {Change.ADDED} else Relation.CONFLICT
    one = answer.agreement >= NEARLY_ONE and agreement(_without_denials(answer)) >= NEARLY_ONE
    return Relation.CONFLICT if one and _contradicts(answer) else Relation.SECOND


def _contradicts(answer: Comparison) -> bool:
    """Tell whether nearly equal answers differ in what can't both hold; several other words just tell it anew."""
    against = [d for d in answer.differences if d.kind in CONFLICTING]
    certain = any(d.kind not in SUBSTITUTIONS for d in against)
    return certain or len({(d.one, d.other) for d in against}) == 1


def _without_denials(answer: Comparison) -> Comparison:
    """Leave out added negations: a denial may be longer than what it denies."""
    rest = (d for d in answer.differences if d.kind is not Change.NEGATION or (d.one and d.other))
    return replace(answer, differences=tuple(rest))
