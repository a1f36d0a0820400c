"""The plan in words that need no statistics.

in_one_sentence(PlanConfig(), 40)
# The tuned model counts as better if, on 40 held-out questions that 1 person judges blind, its answer is preferred …
"""

from __future__ import annotations

from evaluation.comparison.power import power_table
from winnow.config import PlanConfig

SHOWN_RATE = "0.7"  # a true win rate that people care about, used as the example


def in_one_sentence(plan: PlanConfig, held_out: int) -> str:
    """Say what will count as better."""
    people = "1 person judges" if plan.raters == 1 else f"{plan.raters} people judge"
    read = min(plan.voted or held_out, held_out) if plan.primary == "win_rate" else held_out
    pairs = f"{read} held-out questions" if held_out else "the held-out questions"
    if plan.primary == "win_rate":
        better = f"on {pairs} that {people} blind, its answer is preferred more often than chance would have it"
    else:
        better = f"on {pairs} its answers score better by {plan.primary} than chance would have it"
    return (
        f"The tuned model counts as better if, {better} (1 in {1 / plan.alpha:.0f} by luck), and it loses no more than "
        f"{100 * plan.margin:.0f} points of what it could do before."
    )


def what_can_be_shown(held_out: int) -> str:
    """Say what so many pairs can show: "With 40 pairs …"."""
    row = power_table([held_out])[0]
    if row.wins_needed is None:
        return f"With {held_out} pairs no difference can be shown: there are too few."
    return (
        f"With {held_out} pairs tuned must win {row.wins_needed}. If it is truly better in {float(SHOWN_RATE):.0%} of "
        f"questions, {row.power[SHOWN_RATE]:.0%} of such studies would find it; the others would say “can't tell”."
    )
