"""Which changed training rows lie near the questions that are answered worse now, by the similarity of what they ask.

found = near_changes(gained, changed, Encoders(light.embed, embedder.embed))
found.worse[0].nearest[0].row.question      # of the question that lost most
found.suspects[0].row.question              # of the changed row with most loss around it
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.changes.rows import ChangedRow
from evaluation.report.readings import Gain
from winnow.models.word_vectors import Vectors

NEAREST = 3  # changed rows that a question is laid beside
PROPOSED = 30  # changed rows that the cheap encoder proposes for a question
QUESTIONS_A_BLOCK = 64  # whose similarities to all changed rows are held at once

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Encoders:
    """What embeds texts: a `cheap` one that proposes where rows are many, and a `close` one that decides."""

    cheap: Embed
    close: Embed


@dataclass(frozen=True, slots=True)
class Near:
    """A changed row beside a question, and the cosine of the two."""

    row: ChangedRow
    similarity: float


@dataclass(frozen=True, slots=True)
class Worse:
    """A question that is answered worse than before, and the changed rows that ask most nearly the same."""

    gain: Gain
    nearest: tuple[Near, ...]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A changed row with what was lost around it: gains times similarity, over the questions it is near."""

    row: ChangedRow
    effect: float
    questions: int

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {"effect": self.effect, "questions": self.questions, **self.row.as_dict()}


@dataclass(frozen=True, slots=True)
class NearChanges:
    """The questions that lost, the most first; the changed rows with a loss around them, the largest first."""

    worse: tuple[Worse, ...]
    suspects: tuple[Suspect, ...]


def near_changes(gained: Sequence[Gain], changed: Sequence[ChangedRow], encoders: Encoders) -> NearChanges:
    """Lay each question beside the changed rows nearest to it, and sum what was gained and lost around each row.

    A row among questions that gained as much as others lost is no suspect: the sum is what counts. It is a place to
    look, no proof: what stands near needn't be the cause.
    """
    moved = sorted((gain for gain in gained if gain.value), key=lambda gain: (gain.value, gain.pair.id))
    near = _nearest([gain.pair.question for gain in moved], changed, encoders)
    around: defaultdict[str, list[float]] = defaultdict(list)
    for gain, rows in zip(moved, near, strict=True):
        for one in rows:
            around[one.row.id].append(gain.value * one.similarity)
    suspects = [Suspect(row, sum(around[row.id]), len(around[row.id])) for row in changed if row.id in around]
    return NearChanges(
        tuple(Worse(gain, rows) for gain, rows in zip(moved, near, strict=True) if gain.value < 0),
        tuple(sorted((one for one in suspects if one.effect < 0), key=lambda one: (one.effect, one.row.id))),
    )


def _nearest(questions: Sequence[str], changed: Sequence[ChangedRow], encoders: Encoders) -> list[tuple[Near, ...]]:
    if not questions or not changed:
        return [()] * len(questions)
    rows = [row.question for row in changed]
    proposed = _proposed(questions, rows, encoders.cheap)
    places = np.unique(np.concatenate(proposed))
    asked, vectors = encoders.close(questions), encoders.close([rows[at] for at in places])
    found = []
    for question, some in zip(asked, proposed, strict=True):
        cosines = vectors[np.searchsorted(places, some)] @ question
        order = np.argsort(-cosines, kind="stable")[:NEAREST]
        found.append(tuple(Near(changed[some[at]], float(cosines[at])) for at in order if cosines[at] > 0))
    return found


def _proposed(questions: Sequence[str], rows: Sequence[str], cheap: Embed) -> list[NDArray[np.intp]]:
    """Give the places of the rows that the cheap encoder finds near each question; all where they are few."""
    if len(rows) <= PROPOSED:
        return [np.arange(len(rows))] * len(questions)
    asked, vectors, found = cheap(questions), cheap(rows), []
    for start in range(0, len(asked), QUESTIONS_A_BLOCK):
        cosines = asked[start : start + QUESTIONS_A_BLOCK] @ vectors.T
        found += [np.sort(line) for line in np.argpartition(-cosines, PROPOSED, axis=1)[:, :PROPOSED]]
    return found
