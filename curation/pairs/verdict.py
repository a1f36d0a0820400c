"""The verdict on a pair of rows, by rules over the differences of their questions and of their answers.

judgement = judge(question, answer, specific=True, habits=Habits())
judgement.relation      # CONFLICT for "Is it safe?" with "Take 5 mg daily." against "Take 50 mg daily."
"""

from __future__ import annotations

from collections.abc import Sequence
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
MAX_SHORT_ANSWER_WORDS = 6  # words of an answer up to which another answer contradicts rather than adds
MIN_TELLING_WORDS = 8  # words from which equal answers are evidence that the questions are equal
MIN_CUT_WORDS = 4  # words of a cut answer from which it's told from a short one
MAX_MISSING_SHARE = 0.3  # share of the longer answer that may be missing in the midst of the shorter one
MIN_CUT_SHARE = 0.15  # share of the longer answer that a cut one has at least
MIN_OTHER_ANSWER_SHARE = 0.5  # share of the longer answer that another shorter one has at least
NOISE = HARMLESS - {Change.CUT, Change.FULLER, Change.WRAPPED, Change.MOVED}
MIN_CONTRADICTION_AGREEMENT = 0.7  # share of the words that agree from which answers are one but for what contradicts
MAX_UNREAD_CONFLICTS = 2  # differences of words that can't be read up to which answers are one: "नहीं" stands twice
MIN_LOST_ACCENTS = 2  # words of a row that lack their accents from which the row lost them: one may be another word
DAMAGE = frozenset((Change.TYPO, Change.SPACING, Change.ACCENT, Change.CUT, Change.WRAPPED, Change.FULLER, Change.SLIP))
DECISIVE = NEVER_IDLE - {Change.SLIP}
SLIPS = frozenset((Change.TYPO, Change.SPACING, Change.SLIP))
CLEAN = SLIPS | {Change.WRAPPED, Change.WRITTEN, Change.ACCENT}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A relation, and the share of agreeing words, 0 to 1, in the field that agrees less."""

    relation: Relation
    lexical: float


def judge(question: Comparison, answer: Comparison, specific: bool = True, habits: Habits = Habits()) -> Judgement:  # noqa: B008
    """Decide whether the questions are equal, then compare the answers, and name the relation.

    `specific` says that few questions have this answer, so that sharing it is evidence for equal questions.
    """
    same_answer = is_same_answer(answer, habits)
    telling = same_answer and specific and min(answer.one, answer.other) >= MIN_TELLING_WORDS
    idle = same_answer and specific and habits.idle_question(question)
    lexical = agreement(answer) if idle else min(agreement(question), agreement(answer))
    if not _is_same_question(question, answer, telling and not _is_part(answer)) and not idle:
        close = telling and answer.kinds <= NOISE | {Change.WRAPPED} and _may_be_paraphrase(question)
        return Judgement(Relation.PARAPHRASE if close else Relation.DIFFERENT, lexical)
    if same_answer and (telling or idle or _is_barely_changed(question, specific)):
        damaged = (question.kinds | answer.kinds) & DAMAGE
        return Judgement(Relation.DAMAGED if damaged else Relation.SAME, lexical)
    return Judgement(_other_answer(answer), lexical)


def judge_around(judgement: Judgement, around: Sequence[Comparison]) -> Judgement:
    """Judge a pair again by what differs between its contexts, system prompts or histories, which say the same.

    The same rows with a typo in one context are damaged. Where one context was cut off other answers prove nothing: the
    relation is different.
    """
    kinds = frozenset[Change]().union(*(found.kinds for found in around))
    relation, lexical = judgement.relation, min(judgement.lexical, *map(agreement, around))
    if relation is Relation.SAME and kinds & DAMAGE:
        relation = Relation.DAMAGED
    if relation not in SAMENESS | {Relation.PARAPHRASE} and Change.CUT in kinds:
        relation = Relation.DIFFERENT
    return Judgement(relation, lexical)


def told_by_accents(question: Comparison, answer: Comparison) -> tuple[Comparison, Comparison]:
    """Take the accents that one row lacks for lost if it lacks two and has none; a single one makes another word.

    "Que es un deposito?" is "¿Qué es un depósito?", and "El ano" isn't "El año". Returns both comparisons, with UNREAD
    for accents that tell words apart.
    """
    lost = [d for comparison in (question, answer) for d in comparison.differences if d.kind is Change.ACCENT]
    if not lost or (len({d.damaged for d in lost}) == 1 and len({(d.one, d.other) for d in lost}) >= MIN_LOST_ACCENTS):
        return question, answer
    return _accents_unread(question), _accents_unread(answer)


def _accents_unread(comparison: Comparison) -> Comparison:
    if Change.ACCENT not in comparison.kinds:
        return comparison
    differences = tuple(
        d._replace(kind=Change.UNREAD, damaged=0) if d.kind is Change.ACCENT else d for d in comparison.differences
    )
    kinds = comparison.kinds - {Change.ACCENT} | {Change.UNREAD}
    matched = comparison.matched - len(differences)
    return replace(comparison, differences=differences, kinds=kinds, matched=matched)


def may_be_same(question: Comparison) -> bool:
    """Tell whether two questions could be equal: they don't differ in a number, unit, name or negation."""
    return not question.kinds & DECISIVE


def is_settled(question: Comparison, answer: Comparison) -> bool:
    """Tell whether a pair is `different` under any habits, so that it can be dropped before they are learned."""
    return not _is_same_question(question, answer, telling=False) and not is_same_answer(answer, AnyHabits())


def is_same_answer(answer: Comparison, habits: Habits) -> bool:
    """Tell whether two answers are equal but for harmless differences, idle substitutions, typos or a cut end."""
    doubts = answer.kinds - HARMLESS - {Change.REWORDED, Change.ADDED, Change.QUESTION}
    if doubts & SUBSTITUTIONS and habits.idle_answer(answer):
        doubts -= SUBSTITUTIONS
    if not doubts <= {Change.SLIP}:
        return False
    least = min(answer.one, answer.other)
    if least < MIN_TELLING_WORDS and Change.CUT in answer.kinds:
        return answer.kinds <= SLIPS | {Change.CUT} and least >= MIN_CUT_WORDS
    if least < MIN_TELLING_WORDS:
        return answer.kinds <= CLEAN | {Change.SMALL} and _is_barely_changed(answer)
    kinds = [d.kind for d in answer.differences]
    if kinds == [Change.REWORDED]:  # who falsifies a text changes one word of it; opposites are related words too
        return False
    return (kinds.count(Change.SLIP) <= 1 or slips_are_typos(answer)) and not _says_less(answer)


def agreement(comparison: Comparison) -> float:
    """Divide the matched words by the matched and the contradicting ones; harmless differences don't count.

    "Take 5 mg daily." against "Take 50 mg daily." is 3 / (3 + 1) = 0.75.
    """
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
    """Tell whether only typos differ; where `specific`, wrappers and one more word may differ too."""
    rest = [d for d in comparison.differences if d.kind not in (CLEAN if specific else SLIPS)]
    return sum(max(len(d.one.split()), len(d.other.split())) for d in rest) <= int(specific)


def slips_are_typos(*fields: Comparison) -> bool:
    """Tell whether one-letter changes between real words count as typos: there are at least as many certain typos."""
    kinds = [d.kind for comparison in fields for d in comparison.differences]
    return kinds.count(Change.SLIP) <= kinds.count(Change.TYPO)


def _says_less(answer: Comparison) -> bool:
    """Tell whether the shorter answer lacks over 30 % of the longer one, or was cut down to less than 15 % of it."""
    longer = max(answer.one, answer.other)
    if Change.CUT in answer.kinds:
        return (
            not answer.kinds <= NOISE | {Change.CUT, Change.WRAPPED}
            or min(answer.one, answer.other) < MIN_CUT_SHARE * longer
        )
    less = sum(len((d.one or d.other).split()) for d in answer.differences if d.kind is Change.FULLER)
    return less > MAX_MISSING_SHARE * longer


def _is_part(answer: Comparison) -> bool:
    """Tell whether the shorter answer has less than half the words of the longer one."""
    return min(answer.one, answer.other) < MIN_OTHER_ANSWER_SHARE * max(answer.one, answer.other)


def _other_answer(answer: Comparison) -> Relation:
    """Name the relation of unequal answers to one question: CONFLICT or SECOND.

    Long answers conflict if 70 % of their words agree and the rest excludes each other. Short answers, up to 6 words,
    conflict unless one only adds to the other. Yes against no always conflicts.
    """
    if Change.POLARITY in answer.kinds:
        return Relation.CONFLICT
    if max(answer.one, answer.other) <= MAX_SHORT_ANSWER_WORDS:
        return Relation.SECOND if answer.kinds <= HARMLESS | {Change.ADDED} else Relation.CONFLICT
    agrees = min(answer.agreement, agreement(_without_denials(answer))) >= MIN_CONTRADICTION_AGREEMENT
    return Relation.CONFLICT if agrees and _contradicts(answer) else Relation.SECOND


def _contradicts(answer: Comparison) -> bool:
    """Tell whether answers differ in a number, name or negation, or in one word alone: more words are a rewording."""
    against = [d for d in answer.differences if d.kind in CONFLICTING]
    kinds = {d.kind for d in against}
    most = MAX_UNREAD_CONFLICTS if kinds == {Change.UNREAD} else 1
    return not kinds <= SUBSTITUTIONS | {Change.UNREAD} or 1 <= len({(d.one, d.other) for d in against}) <= most


def _without_denials(answer: Comparison) -> Comparison:
    """Drop added negations from the differences: words that deny a text don't make it less similar."""
    rest = (d for d in answer.differences if d.kind is not Change.NEGATION or (d.one and d.other))
    return replace(answer, differences=tuple(rest))
