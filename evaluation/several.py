"""More than two systems over the same questions: each one's strength by the wins of one metric, question by question.

    strengths({"base": rows, "tuned": rows, "prompted": rows}, METRICS["token_f1"])["systems"]
    compare_several(systems, ["token_f1"])      # and each against the first, as `compare_answers` does

Strengths are logits around the mean of these systems: one ahead by 1 wins 73 % of the questions, a tie as half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from evaluation.compare import compare_answers, comparison_text, rows_by_id
from evaluation.metrics import Metric, chosen, score_each
from evaluation.metrics.table import MetricChoice
from evaluation.report_text import figure
from winnow.data.columns import Row, clusters, texts
from winnow.errors import InputError
from winnow.statistics import Interval, bradley_terry

MEANING = "logits around the mean of these systems; ahead by 1 is winning 73 % of the questions, ties as half"

Systems = Mapping[str, Sequence[Row]]


def compare_several(
    systems: Systems, metrics: MetricChoice = None, *, cluster: str | None = None, seed: int = 0
) -> dict[str, Any]:
    """Compare every system with the first, and all with each other by the first metric that has a better direction."""
    first, *others = systems
    wanted = chosen(metrics, has_references=any(texts(row.get("reference")) for row in systems[first]))
    names = [metric.name for metric in wanted]
    against = {
        name: compare_answers(systems[first], systems[name], (), names, cluster=cluster, seed=seed) for name in others
    }
    directed = next((metric for metric in wanted if metric.better != "neither"), None)
    if directed is None:
        raise InputError(f"{', '.join(names)}: neither more nor less is better, so no system can win; name a --metric")
    return {"first": first, "against_first": against, "strengths": strengths(systems, directed, cluster, seed)}


def strengths(systems: Systems, metric: Metric, cluster: str | None = None, seed: int = 0) -> dict[str, Any]:
    """Give each system's strength, strongest first, over the questions that all have answered.

    Questions of one `cluster` are drawn together; one that a system left unscored is no battle of that system.
    """
    by_id = {name: rows_by_id(rows, None, name) for name, rows in systems.items()}
    first = next(iter(by_id.values()))
    ids = [item for item in first if all(item in rows for rows in by_id.values())]
    near = clusters([first[item] for item in ids], cluster) or ids
    scores = {name: score_each([rows[item] for item in ids], metric) for name, rows in by_id.items()}
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
    return {
        "metric": metric.name,
        "signature": metric.signature,
        "questions": len(ids),
        "systems": {name: interval.as_dict() for name, interval in ranked},
    }


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def several_text(found: Mapping[str, Any]) -> str:
    """Lay the comparison out for a terminal."""
    lines = []
    for name, compared in found["against_first"].items():
        told = comparison_text(compared).replace("tuned - base", f"{name} - {found['first']}")
        lines.append(f"{name} against {found['first']}: {told}")
    return "\n".join([*lines, strengths_text(found["strengths"])])


def strengths_text(found: Mapping[str, Any]) -> str:
    """Lay the strengths out for a terminal."""
    lines = [f"strengths by {found['metric']} over {found['questions']} questions ({MEANING})"]
    return "\n".join([*lines, *(f"  {name:<20} {figure(row, '+')}" for name, row in found["systems"].items())])
