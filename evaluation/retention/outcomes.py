"""Outcomes of general items under base and tuned, their figures by set, and the gate of paired non-inferiority.

outcomes = run_items(model, items, base, tuned, advance)
summarise(outcomes, margin=0.05).gate.result        # "pass", "fail" or "inconclusive"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.answering.answers import Answerer, Question
from evaluation.retention.checks import run_check
from evaluation.retention.forgetting import Change, forgetting
from evaluation.retention.items import LETTERS, Item
from winnow.errors import GateFailed, Inconclusive
from winnow.models.local import LocalModel
from winnow.models.prompt import BARE, PromptForm
from winnow.progress import Advance
from winnow.statistics import (
    Interval,
    mean,
    noninferiority,
    paired_difference,
    paired_proportions,
    pairs_for_margin,
    wilson,
)
from winnow.statistics.means import GateResult

ONE_SIDED_ALPHA = 0.025  # the level of a gate that reads a 95 % interval
TYPICAL_CHANGED_SHARE = 0.2  # share of items that change sides in a short tuning, before it is known


@dataclass(frozen=True)
class Outcome:
    """One item through both models: answers, whether right (None: unparseable or nothing to check), likelihoods."""

    item: Item
    base: str
    tuned: str
    base_right: bool | None
    tuned_right: bool | None
    base_loss: float | None = None  # nats a token of the base's own answer, under the base
    tuned_loss: float | None = None  # the same answer under the tuned model
    divergence: float | None = None  # mean KL(base ‖ tuned) at its tokens, nats

    def as_dict(self) -> dict[str, object]:
        """Give the row that is written."""
        item = self.item
        return {
            "id": item.id,
            "set": item.kind,
            "prompt": item.prompt,
            "base": {"answer": self.base, "right": self.base_right, "loss": self.base_loss},
            "tuned": {"answer": self.tuned, "right": self.tuned_right, "loss": self.tuned_loss},
            "divergence": self.divergence,
        }


@dataclass(frozen=True, slots=True)
class SetFigures:
    """The checked items of one set: right answers among those that could be read under both, the unreadable apart."""

    n: int
    base: Interval
    tuned: Interval
    difference: Interval
    unreadable_base: int
    unreadable_tuned: int
    change: Change

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            "n": self.n,
            "base": self.base.as_dict(),
            "tuned": self.tuned.as_dict(),
            "difference": self.difference.as_dict(),
            "unparseable": {"base": self.unreadable_base, "tuned": self.unreadable_tuned},
            **self.change.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class Gate:
    """How right and how readable answers changed, held against the margin; `items_needed` would tell."""

    margin: float
    right: Interval
    readable: Interval
    items: int
    items_needed: int

    @property
    def results(self) -> dict[str, GateResult]:
        """The result of each of the two differences."""
        sides = {"right": self.right, "readable": self.readable}
        return {name: noninferiority(difference, self.margin) for name, difference in sides.items()}

    @property
    def result(self) -> GateResult:
        """The worse result of the two."""
        return worst([*self.results.values()])

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form; a result is called verdict there."""
        results = self.results
        return {
            "verdict": self.result,
            "margin": self.margin,
            "right": {"verdict": results["right"], "difference": self.right.as_dict()},
            "readable": {"verdict": results["readable"], "difference": self.readable.as_dict()},
            "items": self.items,
            "items_needed": self.items_needed,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Gate:
        """Read the JSON form."""
        right, readable = (Interval.from_dict(fields[name]["difference"]) for name in ("right", "readable"))
        return cls(fields["margin"], right, readable, fields["items"], fields["items_needed"])


@dataclass(frozen=True, slots=True)
class Retention:
    """Each set's figures, those of all items together, the gate, and how alien the base's own answers became.

    `own_answers` holds the mean nats a token of those answers (`base_loss`, `tuned_loss`, `difference`) and the
    `divergence`; it is empty where no item was answered in words.
    """

    items: int
    sets: Mapping[str, SetFigures]
    all: SetFigures
    gate: Gate
    own_answers: Mapping[str, Interval]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        own = {name: interval.as_dict() for name, interval in self.own_answers.items()}
        return {
            "items": self.items,
            "sets": {kind: figures.as_dict() for kind, figures in self.sets.items()},
            "all": self.all.as_dict(),
            "gate": self.gate.as_dict(),
            **({"own_answers": own} if own else {}),
        }


def run_items(
    model: LocalModel, items: Sequence[Item], base: Answerer, tuned: Answerer, advance: Advance
) -> list[Outcome]:
    """Put every item through the model with its adapter off and on."""
    written = [item for item in items if not item.choices]
    questions = [Question(item.id, item.prompt) for item in written]
    with model.without_adapter():
        before = [answer.text for answer in base.answer(questions, advance)]
    after = [answer.text for answer in tuned.answer(questions, advance)]
    likelihoods = _likelihoods(model, base.prompt, written, before)
    outcomes = {
        item.id: Outcome(item, was, now, _right(item, was), _right(item, now), *likelihoods.get(item.id, ()))
        for item, was, now in zip(written, before, after, strict=True)
    }
    chosen = [item for item in items if item.choices]
    with model.without_adapter():
        picks = choose(model, chosen, base.prompt, advance)
    for item, was, now in zip(chosen, picks, choose(model, chosen, tuned.prompt, advance), strict=True):
        outcomes[item.id] = Outcome(item, LETTERS[was], LETTERS[now], was == item.right, now == item.right)
    return [outcomes[item.id] for item in items]


def choose(
    model: LocalModel, items: Sequence[Item], prompt: PromptForm = BARE, advance: Advance = lambda steps: None
) -> list[int]:
    """Pick for each multiple-choice item the letter the model finds likeliest after its prompt."""
    pairs = [
        (prompt.text(model.tokenizer, Question(item.id, item.prompt)), letter)
        for item in items
        for letter, _ in zip(LETTERS, item.choices, strict=False)
    ]
    scores = iter(model.log_likelihood(pairs))
    picks = []
    for item in items:
        own = [next(scores).total for _ in item.choices]
        picks.append(own.index(max(own)))
        advance(1)
    return picks


def _right(item: Item, answer: str) -> bool | None:
    return None if item.check is None else run_check(item.check, answer)


def _likelihoods(
    model: LocalModel, prompt: PromptForm, items: Sequence[Item], answers: Sequence[str]
) -> dict[str, tuple[float, ...]]:
    """Score the base's own answers under base and tuned; empty answers have no tokens to score."""
    spoken = [(item, answer) for item, answer in zip(items, answers, strict=True) if answer]
    pairs = [(prompt.text(model.tokenizer, Question(item.id, item.prompt)), answer) for item, answer in spoken]
    with model.without_adapter():
        base = model.log_likelihood(pairs)
    tuned = model.log_likelihood(pairs)
    divergences = model.divergence_from_base(pairs)
    return {
        item.id: (-was.mean, -now.mean, sum(kl) / len(kl))
        for (item, _), was, now, kl in zip(spoken, base, tuned, divergences, strict=True)
        if kl
    }


def summarise(outcomes: Sequence[Outcome], margin: float, seed: int = 0) -> Retention:
    """Give each set's figures, those of all items together, and the gate at the margin."""
    kinds = list(dict.fromkeys(outcome.item.kind for outcome in outcomes))
    checked = [outcome for outcome in outcomes if outcome.item.is_checked]
    return Retention(
        len(outcomes),
        {kind: _figures([o for o in checked if o.item.kind == kind], seed) for kind in kinds},
        _figures(checked, seed),
        gate(checked, margin),
        _own_answers([outcome for outcome in outcomes if outcome.divergence is not None]),
    )


def _figures(outcomes: Sequence[Outcome], seed: int) -> SetFigures:
    both = [o for o in outcomes if o.base_right is not None and o.tuned_right is not None]
    base, tuned = [bool(o.base_right) for o in both], [bool(o.tuned_right) for o in both]
    return SetFigures(
        len(outcomes),
        wilson(sum(base), len(both)),
        wilson(sum(tuned), len(both)),
        paired_proportions(base, tuned),
        sum(o.base_right is None for o in outcomes),
        sum(o.tuned_right is None for o in outcomes),
        forgetting(base, tuned, [len(o.item.choices) for o in both], seed),
    )


def _own_answers(outcomes: Sequence[Outcome]) -> dict[str, Interval]:
    """Say how alien the base's own answers became: nats a token, whose exponential is the perplexity."""
    if not outcomes:
        return {}
    base = [o.base_loss for o in outcomes if o.base_loss is not None]
    tuned = [o.tuned_loss for o in outcomes if o.tuned_loss is not None]
    divergences = [o.divergence for o in outcomes if o.divergence is not None]
    return {
        "base_loss": mean(base),
        "tuned_loss": mean(tuned),
        "difference": paired_difference(base, tuned),
        "divergence": mean(divergences),
    }


def gate(outcomes: Sequence[Outcome], margin: float) -> Gate:
    """Judge by paired non-inferiority: right answers, and answers that can be read at all, both within the margin.

    The second guards the first: a model that stops answering in a readable form would otherwise only leave the
    count. "pass" needs both; one "fail" fails; a difference that isn't significant proves nothing.
    """
    both = [o for o in outcomes if o.base_right is not None and o.tuned_right is not None]
    right = paired_proportions([bool(o.base_right) for o in both], [bool(o.tuned_right) for o in both])
    readable = paired_proportions(
        [o.base_right is not None for o in outcomes], [o.tuned_right is not None for o in outcomes]
    )
    changed = sum(o.base_right != o.tuned_right for o in both) / max(len(both), 1)
    return Gate(margin, right, readable, len(both), items_needed(margin, changed or TYPICAL_CHANGED_SHARE))


def worst(results: Sequence[GateResult]) -> GateResult:
    """Give "fail" where one fails, else "inconclusive" where one is, else "pass"."""
    return "fail" if "fail" in results else "inconclusive" if "inconclusive" in results else "pass"


def items_needed(margin: float, changed: float = TYPICAL_CHANGED_SHARE) -> int:
    """Give the checked items that the margin needs for 80 % power when nothing is lost and `changed` of them differ."""
    return pairs_for_margin(margin, changed, alpha=ONE_SIDED_ALPHA)


def enforce(found: Gate) -> None:
    """Raise GateFailed (exit 4) or Inconclusive (exit 5) where the gate doesn't pass."""
    side = next(name for name, result in found.results.items() if result == found.result)
    changed = {"right": found.right, "readable": found.readable}[side]
    if not changed.is_known:
        raise Inconclusive(f"retention: no item could be compared; give at least {found.items_needed}")
    told = f"{side} answers changed by {changed.estimate:+.3f} ({changed.low:+.3f} to {changed.high:+.3f})"
    if found.result == "fail":
        raise GateFailed(f"retention: {told}, more than the margin {found.margin:g}; raise preservation.share")
    if found.result == "inconclusive":
        raise Inconclusive(
            f"retention: {told}, the margin is {found.margin:g}; n = {found.items}, "
            f"this margin needs about {found.items_needed} items"
        )
