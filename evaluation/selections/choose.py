"""Rows of each selection: all, what curation left, and so many of them by our selection, at random, by length, by IFD.

rows = choose(selection("random:800"), pool, seed=1)
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.steps import selection as subset
from evaluation.selections.arms import Selection
from winnow.config import SelectionConfig
from winnow.data.records import Record
from winnow.errors import InputError
from winnow.text.topics import Topics


@dataclass(frozen=True)
class Pool:
    """What selections choose from: every row as it came in, what curation left of them, and rows of a person's.

    `difficulty` is IFD by id under the base, only asked for where an arm needs it: the loss of an answer with its
    question, by that of the answer alone (arXiv 2308.12032). `vectors` are float32 [cleaned, dim], unit rows of the
    questions; `tokens` are those of each raw row's answer, by id.
    """

    raw: Sequence[Record]
    cleaned: Sequence[Record]
    gold: Sequence[Record]
    settings: SelectionConfig
    topics: Topics
    vectors: NDArray[np.float32]
    tokens: Mapping[str, int]
    difficulty: Mapping[str, float]


def choose(wanted: Selection, pool: Pool, seed: int) -> list[Record]:
    """Give the rows of a selection; `random` alone depends on the seed.

    Raises InputError where there are fewer rows than asked for.
    """
    kind, count = wanted.kind, wanted.rows
    if kind in ("raw", "cleaned", "gold"):
        return list({"raw": pool.raw, "cleaned": pool.cleaned, "gold": pool.gold}[kind])
    assert count is not None, "a selection that isn't all of its kind has a number of rows"
    rows = list(pool.cleaned if kind == "curated" else pool.raw)
    if count > len(rows):
        raise InputError(f"{wanted.name}: there are {len(rows)} such rows; choose that many or fewer")
    if kind == "random":
        return random.Random(seed).sample(rows, count)
    if kind == "curated":
        return _curated(rows, pool, count)
    if kind == "longest":
        return sorted(rows, key=lambda row: (-pool.tokens[row.id], row.id))[:count]
    return hardest(rows, pool.difficulty, count)


def _curated(rows: Sequence[Record], pool: Pool, count: int) -> list[Record]:
    """Choose as the step of curation does, by the study's settings, so many of the rows that it left."""
    settings = pool.settings.model_copy(update={"rows": count})
    picks = subset.select([row.id for row in rows], pool.vectors, {}, pool.topics, settings, seed=0)
    chosen = {pick.id for pick in picks}
    return [row for row in rows if row.id in chosen]


def hardest(rows: Sequence[Any], difficulty: Mapping[str, float], count: int) -> list[Any]:
    """Take the rows of the highest IFD below 1, as its paper does; from 1 the question doesn't help at all.

    Where fewer have one, those at 1 and above follow from the lowest on, then those that have none.
    """

    def place(row: Any) -> tuple[bool, bool, float, str]:
        ifd = difficulty.get(row.id)
        if ifd is None:
            return True, True, 0.0, row.id
        return False, ifd >= 1, ifd if ifd >= 1 else -ifd, row.id

    return sorted(rows, key=place)[:count]
