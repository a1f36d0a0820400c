"""Reviewers one by one: how far each is, how long it took, how far each agrees with the own earlier verdict.

reviewer_figures(review)[0].consistency     # the share of pairs shown twice on which ada said the same
faults(review.counted)["tuned"]             # {"wrong fact": 3, "tone": 1}: verdicts that gave this reason
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.people.marks import REASONS, Mark
from evaluation.people.review import Review
from evaluation.people.vote_log import Judgment, export
from evaluation.people.win_rate import tally, to_votes
from winnow.statistics import Interval


@dataclass(frozen=True, slots=True)
class ReviewerFigures:
    """One person's part in a review; `consistency` is over pairs that were shown twice, `left` over decided ones."""

    name: str
    state: str
    judged: int
    flagged: int
    minutes: float
    seconds_a_pair: float
    references_opened: int
    consistency: Interval
    left: Interval


def reviewer_figures(review: Review) -> list[ReviewerFigures]:
    """Give the figures of each who has begun, whether or not their votes count yet."""
    return [
        figures_of(one.name, one.state, [j for j in review.judgments if j.reviewer == one.name])
        for one in review.reviewers
    ]


def figures_of(name: str, state: str, judgments: list[Judgment]) -> ReviewerFigures:
    """Give the figures of one person from the judgments that stand."""
    cast = [judgment for judgment in judgments if judgment.verdict != "skip"]
    said = tally(to_votes(export(judgments)))
    return ReviewerFigures(
        name,
        state,
        judged=sum(not judgment.repeat for judgment in cast),
        flagged=sum(judgment.verdict == "flag" for judgment in cast),
        minutes=round(sum(judgment.seconds for judgment in judgments) / 60, 1),
        seconds_a_pair=round(statistics.median([judgment.seconds for judgment in cast] or [0.0]), 1),
        references_opened=sum(judgment.reference_open for judgment in cast),
        consistency=said.self_consistency,
        left=said.side_bias,
    )


def faults(judgments: Iterable[Judgment]) -> dict[str, dict[str, int]]:
    """Count for each system the verdicts that gave each reason against it; a pair shown again counts once."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for judgment in judgments:
        for system in judgment.faulted if not judgment.repeat else ():
            found[system].update(judgment.reasons)
    return {
        system: {reason: counts[reason] for reason in REASONS if counts[reason]}
        for system, counts in sorted(found.items())
        if counts
    }


def marked(judgments: Iterable[Judgment]) -> dict[str, list[tuple[str, Mark]]]:
    """Gather the passages that were called wrong, as reviewer and mark, by the pair they stand in."""
    found: defaultdict[str, list[tuple[str, Mark]]] = defaultdict(list)
    for judgment in judgments:
        found[judgment.item] += [(judgment.reviewer, mark) for mark in judgment.marks]
    return {item: marks for item, marks in found.items() if marks}
