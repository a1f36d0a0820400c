"""More than two systems over the same questions: each one's strength by the wins of one metric, question by question.

    strengths({"base": answers, "tuned": answers, "prompted": answers}, METRICS["token_f1"]).systems
    compare_several(systems, ["token_f1"])      # and each against the first, as `compare_answers` does

Strengths are logits around the mean of these systems: one ahead by 1 wins 73 % of the questions, a tie as half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from evaluation.answering.answers import Answer
from evaluation.comparison.compare import Comparison, compare_answers, comparison_text
from evaluation.comparison.pairs import pair_answers
from evaluation.figures import figure
from evaluation.metrics import Metric, chosen, score_each
from evaluation.metrics.table import MetricChoice
from winnow.data.columns import group_labels
from winnow.errors import InputError
from winnow.statistics import Interval, bradley_terry

MEANING = "logits around the mean of these systems; ahead by 1 is winning 73 % of the questions, ties as half"

Systems = Mapping[str, Sequence[Answer]]


@dataclass(frozen=True, slots=True)
class Strengths:
    """Each system's strength by one metric, strongest first, over so many questions."""

    metric: str
    signature: str
    questions: int
    systems: dict[str, Interval]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        systems = {name: interval.as_dict() for name, interval in self.systems.items()}
        return {"metric": self.metric, "signature": self.signature, "questions": self.questions, "systems": systems}


@dataclass(frozen=True, slots=True)
class Several:
    """Every further system against the first, and all systems' strengths."""

    first: str
    against_first: dict[str, Comparison]
    strengths: Strengths

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        against = {name: found.as_dict() for name, found in self.against_first.items()}
        return {"first": self.first, "against_first": against, "strengths": self.strengths.as_dict()}


def compare_several(systems: Systems, metrics: MetricChoice = None, *, seed: int = 0) -> Several:
    """Compare every system with the first, and all with each other by the first metric that has a better direction."""
    first, *others = systems
    wanted = chosen(metrics, has_references=any(answer.references for answer in systems[first]))
    names = [metric.name for metric in wanted]
    against = {
        name: compare_answers(pair_answers(systems[first], systems[name]), (), names, seed=seed) for name in others
    }
    directed = next((metric for metric in wanted if metric.better != "neither"), None)
    if directed is None:
        raise InputError(f"{', '.join(names)}: neither more nor less is better, so no system can win; name a --metric")
    return Several(first, against, strengths(systems, directed, seed))


def strengths(systems: Systems, metric: Metric, seed: int = 0) -> Strengths:
    """Give each system's strength, strongest first, over the questions that all have answered.

    Questions of one group are drawn together; one that a system left unscored is no battle of that system.
    """
    by_id = {name: {answer.id: answer for answer in answers} for name, answers in systems.items()}
    first = next(iter(by_id.values()))
    ids = [item for item in first if all(item in rows for rows in by_id.values())]
    near = group_labels([first[item].group for item in ids]) or ids
    scores = {name: score_each([rows[item].as_dict() for item in ids], metric) for name, rows in by_id.items()}
    sign = -1 if metric.better == "lower" else 1
    battles = [
        ((one, other, (1 + _sign(sign * (a.value - b.value))) / 2), label)
        for one, other in combinations(scores, 2)
        for a, b, label in zip(scores[one], scores[other], near, strict=True)
        if a.value is not None and b.value is not None
    ]
    found = dict.fromkeys(systems, Interval.unknown(0, "no question was scored"))
    found |= bradley_terry([battle for battle, _ in battles], [label for _, label in battles], seed=seed)
    ranked = sorted(found.items(), key=lambda item: -item[1].estimate)
    return Strengths(metric.name, metric.signature, len(ids), dict(ranked))


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def several_text(found: Mapping[str, Any]) -> str:
    """Lay the JSON form of the comparison out for a terminal."""
    lines = []
    for name, compared in found["against_first"].items():
        told = comparison_text(compared).replace("tuned - base", f"{name} - {found['first']}")
        lines.append(f"{name} against {found['first']}: {told}")
    return "\n".join([*lines, strengths_text(found["strengths"])])


def strengths_text(found: Mapping[str, Any]) -> str:
    """Lay the JSON form of strengths out for a terminal."""
    lines = [f"strengths by {found['metric']} over {found['questions']} questions ({MEANING})"]
    return "\n".join([*lines, *(f"  {name:<20} {figure(row, '+')}" for name, row in found["systems"].items())])
