"""Threshold preview: which rows a new threshold on duplicates would remove, and which pairs lie at the cut.

pairs = scored(read_table(curated.pairs_file), "semantic")
above, below = around(pairs, 0.93)                       # the pairs nearest to the cut, nearest first
removed = removed_at(all_pairs, table, settings, "semantic", 0.93)
removed = moved(all_pairs, table, settings, "semantic", (0.93, removed), 0.92)   # the same as removed_at(…, 0.92)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.pairs.verdict import SAMENESS, Relation
from curation.steps.duplicates import accepted, removed
from winnow.config import DuplicatesConfig

Threshold = Literal["semantic", "lexical"]

# Exact copies leave at any threshold, so they stand in neither list.
RELATIONS: dict[Threshold, tuple[str, ...]] = {
    "semantic": (Relation.PARAPHRASE,),
    "lexical": tuple(sorted(SAMENESS - {Relation.EXACT})),
}


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """Two rows, the score that a threshold cuts, 0 to 1, and their differences in words."""

    one: str
    other: str
    score: float
    differs: str


def scored(pairs: pa.Table, threshold: Threshold) -> pa.Table:
    """Filter the pairs that this threshold decides about, sorted by score, lowest first."""
    relations = pa.array(list(map(str, RELATIONS[threshold])), pa.string())
    mine = pairs.filter(pc.and_(pc.is_in(pairs["verdict"], relations), pc.is_valid(pairs[threshold])))
    return mine.sort_by(threshold)


def around(mine: pa.Table, threshold: Threshold, cut: float, n: int = 5) -> tuple[list[ScoredPair], list[ScoredPair]]:
    """Read the n pairs at or above the cut and the n below it, each list with the nearest to the cut first."""
    place = int(np.searchsorted(scores(mine, threshold), cut, side="left"))
    above = _pairs(mine.slice(place, n), threshold)
    below = _pairs(mine.slice(max(0, place - n), min(n, place)), threshold)
    return above, below[::-1]


def scores(mine: pa.Table, threshold: Threshold) -> NDArray[np.float64]:
    """Return the pairs' scores as an array in their order, rounded, since they were stored in 32 bits."""
    values: NDArray[np.float64] = mine[threshold].to_numpy().astype(np.float64)
    return np.round(values, 6)


def removed_at(
    pairs: pa.Table, table: pa.Table, settings: DuplicatesConfig, threshold: Threshold, cut: float
) -> frozenset[str]:
    """Name the rows that would leave as duplicates with the threshold at `cut`."""
    return removed(pairs, table, settings.model_copy(update={threshold: cut}))


def moved(
    pairs: pa.Table,
    table: pa.Table,
    settings: DuplicatesConfig,
    threshold: Threshold,
    known: tuple[float, frozenset[str]],
    cut: float,
) -> frozenset[str]:
    """Name what `removed_at` would, from the rows that leave at another cut: only groups that changed are settled anew.

    A group is what accepted pairs join; it changes where a pair of it is accepted at one of the two cuts only.
    """
    at, before = known
    lower, higher = (accepted(pairs, settings.model_copy(update={threshold: one})) for one in sorted((at, cut)))
    touched = _joined_with(pairs.filter(lower), pairs.filter(pc.xor(lower, higher)))
    part = pairs.filter(pc.and_(pc.is_in(pairs["id_a"], touched), pc.is_in(pairs["id_b"], touched)))
    return before - frozenset(touched.to_pylist()) | removed_at(part, table, settings, threshold, cut)


def _joined_with(joining: pa.Table, chosen: pa.Table) -> pa.Array:
    """List the rows that pairs join, over any number of steps, with a row of the chosen ones among them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ids = pa.chunked_array([*joining["id_a"].chunks, *joining["id_b"].chunks], pa.string())
    coded = ids.combine_chunks().dictionary_encode()
    one, other = coded.indices.to_numpy().reshape(2, -1)
    names = coded.dictionary
    _, groups = connected_components(coo_array((np.ones(len(one)), (one, other)), shape=(len(names), len(names))))
    wanted = pa.chunked_array([*chosen["id_a"].chunks, *chosen["id_b"].chunks], pa.string())
    is_wanted = pc.is_in(names, wanted.combine_chunks()).to_numpy(zero_copy_only=False)
    return names.filter(pa.array(np.isin(groups, groups[is_wanted])))


def _pairs(part: pa.Table, threshold: Threshold) -> list[ScoredPair]:
    return [ScoredPair(row["id_a"], row["id_b"], row[threshold], _in_words(row["differs"])) for row in part.to_pylist()]


def _in_words(differs: str) -> str:
    kinds = dict.fromkeys(difference["kind"] for difference in json.loads(differs))
    return ", ".join(kinds) or "nothing but spacing and case"
