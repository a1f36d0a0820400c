"""A model compared with itself, as base and tuned are: every difference that is called is a false one.

found = compare_again(base, again, ["token_f1"])
found.called        # [] as a rule: the metrics in which a difference was seen where there is none
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.answering.answers import Answer
from evaluation.comparison.compare import Comparison, compare_answers, comparison_text
from evaluation.comparison.pairs import pair_answers


@dataclass(frozen=True, slots=True)
class Again:
    """A comparison of two sets of answers of one model; `is_greedy` answers can't differ."""

    comparison: Comparison
    is_greedy: bool

    @property
    def same_text(self) -> int:
        """How many answers are the same text."""
        return sum(pair.is_same_text for pair in self.comparison.paired.pairs)

    @property
    def called(self) -> list[str]:
        """The metrics that call a difference; at a level of 5 % one in twenty does."""
        return [name for name, row in self.comparison.metrics.items() if row.is_difference]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form: that of a comparison, and what is said of it here."""
        said = {"same_text": self.same_text, "called": self.called, "is_greedy": self.is_greedy}
        return {**self.comparison.as_dict(), **said}


def compare_again(
    base: Sequence[Answer], again: Sequence[Answer], metrics: Sequence[str], *, is_greedy: bool = False, seed: int = 0
) -> Again:
    """Compare two sets of answers of one model by the metrics."""
    return Again(compare_answers(pair_answers(base, again), metrics=list(metrics), seed=seed), is_greedy)


def again_text(found: Mapping[str, Any]) -> str:
    """Write the JSON form for a terminal: the differences, the answers of the same text, the metrics that call one."""
    lines = [comparison_text(found).replace("tuned - base", "again - base")]
    lines.append(f"{found['same_text']} of {found['pairs']} answers are the same text")
    if found["is_greedy"]:
        lines.append(
            "greedy answers don't vary; only a plan with answers.temperature above 0 shows how much sampling does"
        )
    called = ", ".join(found["called"]) or "none, as it should be"
    return "\n".join([*lines, f"called a difference: {called}"])
