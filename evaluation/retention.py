"""Whether the tuned model still can what the base could: the same general items through both, item by item.

winnow retain        # ends with exit code 0, 4 (lost too much) or 5 (can't tell)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.answers import Answerer
from evaluation.checks import run_check
from evaluation.forgetting import forgetting
from evaluation.general_items import LETTERS, Item
from winnow.chat import format_prompt
from winnow.errors import GateFailed, Inconclusive
from winnow.local_model import LocalModel
from winnow.progress import Advance
from winnow.statistics import mean, noninferiority, paired_difference, paired_proportions, pairs_for_margin, wilson
from winnow.statistics.means import Verdict

ONE_SIDED = 0.025  # the level of a gate that reads a 95 % interval
TYPICAL_CHANGE = 0.2  # share of items that change sides in a short tuning, before it is known


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

    def as_dict(self) -> dict[str, Any]:
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


def run_items(
    model: LocalModel, items: Sequence[Item], base: Answerer, tuned: Answerer, advance: Advance
) -> list[Outcome]:
    """Put every item through the model with its adapter off and on."""
    written = [item for item in items if not item.choices]
    rows = [{"id": item.id, "question": item.prompt, "answer": ""} for item in written]
    with model.without_adapter():
        before = [answer.text for answer in base.answer(rows, advance)]
    after = [answer.text for answer in tuned.answer(rows, advance)]
    likelihoods = _likelihoods(model, written, before)
    outcomes = {
        item.id: Outcome(item, was, now, _right(item, was), _right(item, now), *likelihoods.get(item.id, ()))
        for item, was, now in zip(written, before, after, strict=True)
    }
    chosen = [item for item in items if item.choices]
    with model.without_adapter():
        picks = choose(model, chosen, advance)
    for item, was, now in zip(chosen, picks, choose(model, chosen, advance), strict=True):
        outcomes[item.id] = Outcome(item, LETTERS[was], LETTERS[now], was == item.right, now == item.right)
    return [outcomes[item.id] for item in items]


def choose(model: LocalModel, items: Sequence[Item], advance: Advance = lambda steps: None) -> list[int]:
    """Pick for each multiple-choice item the letter the model finds likeliest."""
    pairs = [
        (format_prompt(model.tokenizer, item.prompt), letter)
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


def _likelihoods(model: LocalModel, items: Sequence[Item], answers: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Score the base's own answers under base and tuned; empty answers have no tokens to score."""
    spoken = [(item, answer) for item, answer in zip(items, answers, strict=True) if answer]
    pairs = [(format_prompt(model.tokenizer, item.prompt), answer) for item, answer in spoken]
    with model.without_adapter():
        base = model.log_likelihood(pairs)
    tuned = model.log_likelihood(pairs)
    divergences = model.divergence_from_base(pairs)
    return {
        item.id: (-was.mean, -now.mean, sum(kl) / len(kl))
        for (item, _), was, now, kl in zip(spoken, base, tuned, divergences, strict=True)
        if kl
    }


def summarise(outcomes: Sequence[Outcome], margin: float, seed: int = 0) -> dict[str, Any]:
    """Give each set's figures, those of all items together, and the gate at the margin."""
    kinds = list(dict.fromkeys(outcome.item.kind for outcome in outcomes))
    checked = [outcome for outcome in outcomes if outcome.item.is_checked]
    summary: dict[str, Any] = {
        "items": len(outcomes),
        "sets": {kind: _figures([o for o in checked if o.item.kind == kind], seed) for kind in kinds},
        "all": _figures(checked, seed),
        "gate": gate(checked, margin),
    }
    spoken = [outcome for outcome in outcomes if outcome.divergence is not None]
    if spoken:
        summary["own_answers"] = _own_answers(spoken)
    return summary


def _figures(outcomes: Sequence[Outcome], seed: int) -> dict[str, Any]:
    """Count right answers among those that could be read under both; the unreadable are counted apart."""
    both = [o for o in outcomes if o.base_right is not None and o.tuned_right is not None]
    base, tuned = [bool(o.base_right) for o in both], [bool(o.tuned_right) for o in both]
    return {
        "n": len(outcomes),
        "base": wilson(sum(base), len(both)).as_dict(),
        "tuned": wilson(sum(tuned), len(both)).as_dict(),
        "difference": paired_proportions(base, tuned).as_dict(),
        "unparseable": {
            "base": sum(o.base_right is None for o in outcomes),
            "tuned": sum(o.tuned_right is None for o in outcomes),
        },
        **forgetting(base, tuned, [len(o.item.choices) for o in both], seed).as_dict(),
    }


def _own_answers(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Say how alien the base's own answers became: nats a token, whose exponential is the perplexity."""
    base = [o.base_loss for o in outcomes if o.base_loss is not None]
    tuned = [o.tuned_loss for o in outcomes if o.tuned_loss is not None]
    divergences = [o.divergence for o in outcomes if o.divergence is not None]
    return {
        "base_loss": mean(base).as_dict(),
        "tuned_loss": mean(tuned).as_dict(),
        "difference": paired_difference(base, tuned).as_dict(),
        "divergence": mean(divergences).as_dict(),
    }


def gate(outcomes: Sequence[Outcome], margin: float) -> dict[str, Any]:
    """Judge by paired non-inferiority: right answers, and answers that can be read at all, both within the margin.

    The second guards the first: a model that stops answering in a readable form would otherwise only leave the
    count. "pass" needs both; one "fail" fails; a difference that isn't significant proves nothing.
    """
    both = [o for o in outcomes if o.base_right is not None and o.tuned_right is not None]
    right = paired_proportions([bool(o.base_right) for o in both], [bool(o.tuned_right) for o in both])
    readable = paired_proportions(
        [o.base_right is not None for o in outcomes], [o.tuned_right is not None for o in outcomes]
    )
    verdicts = {"right": noninferiority(right, margin), "readable": noninferiority(readable, margin)}
    changed = sum(o.base_right != o.tuned_right for o in both) / max(len(both), 1)
    return {
        "verdict": worst(list(verdicts.values())),
        "margin": margin,
        "right": {"verdict": verdicts["right"], "difference": right.as_dict()},
        "readable": {"verdict": verdicts["readable"], "difference": readable.as_dict()},
        "items": len(both),
        "items_needed": items_needed(margin, changed or TYPICAL_CHANGE),
    }


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Give "pass" only where all pass; one "fail" fails."""
    return "fail" if "fail" in verdicts else "inconclusive" if "inconclusive" in verdicts else "pass"


def items_needed(margin: float, changed: float = TYPICAL_CHANGE) -> int:
    """Give the checked items that the margin needs for 80 % power when nothing is lost and `changed` of them differ."""
    return pairs_for_margin(margin, changed, alpha=ONE_SIDED)


def enforce(summary: dict[str, Any]) -> None:
    """Raise GateFailed (exit 4) or Inconclusive (exit 5) where the gate doesn't pass."""
    gate_ = summary["gate"]
    side = next((name for name in ("right", "readable") if gate_[name]["verdict"] == gate_["verdict"]), "right")
    found = gate_[side]["difference"]
    if found["low"] is None:
        raise Inconclusive(f"retention: no item could be compared; give at least {gate_['items_needed']}")
    told = f"{side} answers changed by {found['estimate']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"
    if gate_["verdict"] == "fail":
        raise GateFailed(f"retention: {told}, more than the margin {gate_['margin']:g}; raise preservation.share")
    if gate_["verdict"] == "inconclusive":
        raise Inconclusive(
            f"retention: {told}, the margin is {gate_['margin']:g}; n = {gate_['items']}, "
            f"this margin needs about {gate_['items_needed']} items"
        )
