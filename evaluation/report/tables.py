"""Tables of a report for people: metrics, what the model still can, speed and costs, as rows of words and figures.

metric_rows(report)[0]      # {"Metric": "words shared with the reference (F1)", "Base": "0.512", "Tuned": "0.604", …}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.figures import Report, figure, standing
from evaluation.metrics import METRICS
from evaluation.people.reviewers import ReviewerFigures
from evaluation.report.forest import Forest, ForestRow, ticks

GATE_WORDS = {"pass": "within the margin", "fail": "lost too much", "inconclusive": "can't tell"}
Cells = dict[str, object]


def metric_rows(report: Report) -> list[Cells]:
    """Give each metric's two means, the difference with its interval, and how many pairs went which way."""
    return [
        {
            "Metric": METRICS[name].title if name in METRICS else name,
            "Base": _mean(row["base"]),
            "Tuned": _mean(row["tuned"]),
            "Difference [95 % interval]": figure(row["difference"], "+"),
            "Better": row["improved"],
            "Same": row["equal"],
            "Worse": row["regressed"],
            "Not scored": row["unscored"],
            "Follows people": standing(report, name),
        }
        for name, row in report["comparison"]["metrics"].items()
    ]


def _mean(interval: Mapping[str, Any]) -> str:
    return "can't tell" if interval["estimate"] is None else f"{interval['estimate']:.3f}"


def outcome_rows(votes: Mapping[str, Any]) -> list[Cells]:
    """Count the pairs by what people said of them; on which they disagree stands apart from the ties."""
    counts = {
        "tuned better": votes["wins"],
        "base better": votes["losses"],
        "tie": votes["ties"],
        "both bad": votes["both_bad"],
        "reviewers disagree": votes["disagreements"],
    }
    return [{"verdict": name, "pairs": n} for name, n in counts.items()]


def reviewer_rows(reviewers: list[ReviewerFigures]) -> list[Cells]:
    """Give each reviewer's part, and how far each agrees with the own earlier verdict."""
    return [
        {
            "Reviewer": one.name,
            "How far": one.state,
            "Pairs": one.judged,
            "Minutes": f"{one.minutes:.0f}",
            "Seconds a pair": f"{one.seconds_a_pair:.0f}",
            "Same verdict again": figure(one.consistency.as_dict()),
            "Preferred the left side": figure(one.left.as_dict()),
            "References opened": one.references_opened,
            "Flagged": one.flagged,
        }
        for one in reviewers
    ]


def fault_rows(found: Mapping[str, Mapping[str, int]]) -> list[Cells]:
    """Give each reason with the verdicts that named it against base and against tuned."""
    reasons = dict.fromkeys(reason for counts in found.values() for reason in counts)
    sides = {side: found.get(side, {}) for side in ("base", "tuned")}
    return [
        {"What is wrong": reason, **{side: counts.get(reason, 0) for side, counts in sides.items()}}
        for reason in reasons
    ]


def retention_forest(report: Report) -> Forest | None:
    """Lay out by how much general answers changed, right ones and readable ones, of each model that was measured."""
    rows = [
        ForestRow(
            f"{name}.{side}",
            f"{words}, {name}",
            100 * change["difference"]["low"],
            100 * change["difference"]["estimate"],
            100 * change["difference"]["high"],
            GATE_WORDS[change["verdict"]],
            figure(change["difference"], "+"),
        )
        for name, kept in report["retention"].items()
        for side, words in (("right", "general questions answered right"), ("readable", "answers that can be read"))
        if (change := kept["gate"][side])["difference"]["low"] is not None
    ]
    if not rows:
        return None
    margin = -100 * max(kept["gate"]["margin"] for kept in report["retention"].values())
    low, high = min(margin, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    return Forest("points of 100, tuned minus base", ("lost", "gained"), 0, ticks(low, high), rows)


def retention_words(report: Report) -> list[str]:
    """Say of each model whether it lost more than the margin: "tuned: can't tell …"."""
    return [
        f"{name}: {GATE_WORDS[(gate := kept['gate'])['verdict']]}. The plan allows a loss of "
        f"{100 * gate['margin']:.0f} points of 100; {gate['items']} questions were compared, and this margin needs "
        f"about {gate['items_needed']}."
        for name, kept in report["retention"].items()
    ]


def cost_rows(report: Report) -> list[Cells]:
    """Give each system's speed and what 1,000 answers cost, here and of an API."""
    return [
        {
            "System": name,
            "Tokens a second": _number(system.get("tokens_per_second")),
            "Seconds a question (half)": _number(system.get("latency_p50")),
            "Seconds (95 of 100)": _number(system.get("latency_p95")),
            f"1,000 answers here, {system['costs']['currency']}": figure(system["costs"]["own"]),
            f"1,000 answers of an API, {system['costs']['currency']}": figure(system["costs"]["api"]),
        }
        for name, system in report["systems"].items()
    ]


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:g}"
