"""The shapes of a metric: one pair of texts gives a Score, and a Metric says how to read it.

    Score(0.5, "4 of 8 words of the reference")
    Score.unscored("the reference is empty")      # None, never 0

A reference may be one text or a list of equally good ones; the best of them counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

DEFINED = "0.1.0"  # the release since which every metric gives the values it gives: a part of each signature
References = str | Sequence[str]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Score:
    """One pair's value with the reason for it; a value of None means that it can't be computed."""

    value: float | None
    explanation: str

    @classmethod
    def unscored(cls, explanation: str) -> Score:
        """Say why there is no value, so that it is left out of the mean and counted."""
        return cls(None, explanation)


@dataclass(frozen=True)
class Metric:
    """A named way to score one pair, with everything a reader needs to compare two figures.

    `score(prediction, references)` scores one pair; `score_many`, where a model runs in batches, scores lists;
    `score_in`, where the file decides how its texts are read, gives `score` for the texts of a file. `title` is its
    name for people.
    """

    name: str
    score: Callable[[str, References], Score]
    settings: str
    scale: tuple[float, float] | None = (0.0, 1.0)
    better: Better = "higher"
    needs_reference: bool = True
    needs_model: bool = False
    score_many: Callable[[Sequence[str], Sequence[References]], list[Score]] | None = None
    score_in: Callable[[Sequence[str]], Callable[[str, References], Score]] | None = None
    title: str = ""

    def in_file(self, texts: Sequence[str]) -> Metric:
        """Give the metric as it reads a file of these texts, where one text alone doesn't say how it is read."""
        return replace(self, score=self.score_in(texts)) if self.score_in else self

    @property
    def signature(self) -> str:
        """Name, version and settings: two figures with the same signature are comparable."""
        return f"{self.name}|winnow:{DEFINED}|{self.settings}"

    def score_pairs(self, predictions: Sequence[str], references: Sequence[References]) -> list[Score]:
        """Score the pairs in order."""
        if self.score_many:
            return self.score_many(predictions, references)
        return [self.score(*pair) for pair in zip(predictions, references, strict=True)]


def best_of(score: Callable[[str, str], Score], prediction: str, references: References) -> Score:
    """Score against each reference and give the best; unscored only when no reference can be scored."""
    if isinstance(references, str):
        return score(prediction, references)
    scores = [score(prediction, reference) for reference in references]
    scored = [one for one in scores if one.value is not None]
    if scored:
        return max(scored, key=_value)
    return scores[0] if scores else Score.unscored("there is no reference")


def _value(score: Score) -> float:
    assert score.value is not None
    return score.value
