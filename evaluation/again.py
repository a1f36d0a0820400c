"""The base against itself, through the road that base and tuned go: what is said when nothing changed.

found = compare_again(base_rows, again_rows, config)
found["called"]         # metrics in which a difference was seen where there is none
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.compare import compare_answers, comparison_text
from winnow.config import Config
from winnow.data.columns import Row


def compare_again(base: Sequence[Row], again: Sequence[Row], config: Config) -> dict[str, Any]:
    """Compare two sets of answers of one model; at a level of 5 % one metric in twenty calls a difference."""
    found = compare_answers(base, again, (), list(config.metrics.names), cluster="group", seed=config.seed)
    other = {row["id"]: row["prediction"] for row in again}
    return {
        **found,
        "same_text": sum(other.get(row["id"]) == row["prediction"] for row in base),
        "called": [name for name, row in found["metrics"].items() if row["is_difference"]],
        "is_greedy": config.answers.temperature == 0,
    }


def again_text(found: Mapping[str, Any]) -> str:
    """Say what was seen in a comparison in which there is nothing to see."""
    lines = [comparison_text(found).replace("tuned - base", "again - base")]
    lines.append(f"{found['same_text']} of {found['pairs']} answers are the same text")
    if found["is_greedy"]:
        lines.append(
            "greedy answers don't vary; only a plan with answers.temperature above 0 shows how much sampling does"
        )
    called = ", ".join(found["called"]) or "none, as it should be"
    return "\n".join([*lines, f"called a difference: {called}"])
