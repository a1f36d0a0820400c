"""Base beside tuned: the one place where two systems' answers to the same question are joined.

    paired = pair_answers(to_answers(base_rows, "base"), to_answers(tuned_rows, "tuned"))
    paired.pairs[0].base.text, paired.pairs[0].tuned.text
    paired.lone_text        # "only in base: 2 (q0, q1)", empty where both answered every question

Every comparison, page, judge and export pairs here. An answer without counterpart is in no pair and is always named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.answering.answers import Answer
from evaluation.figures import lone_text
from winnow.data.surroundings import as_texts
from winnow.errors import InputError
from winnow.study.held_out import units_of


@dataclass(frozen=True, slots=True)
class AnswerPair:
    """One question, what the base says and what the tuned model says."""

    base: Answer
    tuned: Answer

    @property
    def id(self) -> str:
        """The question's id, the same on both sides."""
        return self.base.id

    @property
    def question(self) -> str:
        """The question, which one of two files of another tool may lack."""
        return self.base.question or self.tuned.question

    @property
    def references(self) -> tuple[str, ...]:
        """The references, which one of two files of another tool may lack."""
        return self.base.references or self.tuned.references

    @property
    def reference(self) -> str:
        """The references as one text for a reader."""
        return self.base.reference or self.tuned.reference

    @property
    def beside(self) -> dict[str, object]:
        """What was read beside the question, as JSON, where there is something; one of two files may lack it."""
        return {**self.tuned.beside, **self.base.beside}

    @property
    def around(self) -> dict[str, str]:
        """What was read beside the question, as texts for a reader."""
        return as_texts(
            self.base.context or self.tuned.context,
            self.base.system_prompt or self.tuned.system_prompt,
            self.base.history or self.tuned.history,
        )

    @property
    def topic(self) -> str | int | None:
        """The number of the question's topic, or its own word for it; None where it has none."""
        return self.base.topic

    @property
    def topic_name(self) -> str | None:
        """The name of the question's topic, None where it has none."""
        return self.base.topic_name

    @property
    def group(self) -> str | None:
        """The question's group of like questions; None stands alone."""
        return self.base.group

    @property
    def sides(self) -> dict[str, Answer]:
        """Both answers by the name of their side."""
        return {"base": self.base, "tuned": self.tuned}

    @property
    def words_longer(self) -> int:
        """By how many words the tuned answer is longer than the base's."""
        return len(self.tuned.text.split()) - len(self.base.text.split())

    @property
    def characters_longer(self) -> int:
        """By how many characters the tuned answer is longer than the base's, white space around them aside."""
        return len(self.tuned.text.strip()) - len(self.base.text.strip())

    @property
    def is_same_text(self) -> bool:
        """Tell whether both said the same, letter by letter."""
        return self.base.prediction == self.tuned.prediction

    def scored_row(self, side: str) -> dict[str, object]:
        """Give a side's row as metrics read it, with the references, which one of two files may lack."""
        return {**self.sides[side].as_dict(), "reference": [*self.references]}

    def as_judged_row(self) -> dict[str, object]:
        """Give the JSON row that `meta` and judges read: the base is a, the tuned model b."""
        row = self.base.as_dict()
        return {
            "id": self.id,
            "question": self.question,
            **self.beside,
            "reference": row["reference"],
            "prediction_a": self.base.prediction,
            "prediction_b": self.tuned.prediction,
        }


@dataclass(frozen=True, slots=True)
class Paired:
    """Two systems' answers joined by id, in the base's order, and the ids that only one of them answered."""

    pairs: tuple[AnswerPair, ...]
    only_base: tuple[str, ...] = ()
    only_tuned: tuple[str, ...] = ()

    @property
    def only_in(self) -> dict[str, list[str]]:
        """Give the ids without counterpart by the side that has them."""
        return {"base": [*self.only_base], "tuned": [*self.only_tuned]}

    @property
    def groups(self) -> dict[str, str]:
        """Give each pair's group of like questions, its own where it stands alone."""
        return units_of(self.pairs)

    @property
    def lone_text(self) -> str:
        """Name the ids without counterpart, a line a side."""
        return lone_text(self.only_in)


def pair_answers(base: Sequence[Answer], tuned: Sequence[Answer]) -> Paired:
    """Join two systems' answers by id.

    Raises InputError where no id is common, and for an id whose question or reference isn't the same in both.
    """
    before, after = ({answer.id: answer for answer in answers} for answers in (base, tuned))
    pairs = tuple(AnswerPair(answer, after[name]) for name, answer in before.items() if name in after)
    if not pairs:
        raise InputError("base and tuned have no id in common; answer the same questions with both")
    for pair in pairs:
        _check_same_question(pair)
    return Paired(
        pairs, tuple(name for name in before if name not in after), tuple(name for name in after if name not in before)
    )


def _check_same_question(pair: AnswerPair) -> None:
    facts = {
        "question": (pair.base.question, pair.tuned.question),
        "reference": (pair.base.references, pair.tuned.references),
    }
    for name, (one, other) in facts.items():
        if one and other and one != other:
            raise InputError(f'id "{pair.id}": the {name} differs between base and tuned; they must be the same')
