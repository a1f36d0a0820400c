"""Threshold preview: which rows a new threshold on duplicates would remove, and which pairs lie at the cut.

pairs = scored(read_table(curated.pairs_file), "semantic")
above, below = around(pairs, 0.93)                       # the pairs nearest to the cut, nearest first
copies = Copies.of(all_pairs, table, settings)
removed = removed_at(copies, "semantic", 0.93)                # a mask of copies.ids
removed = moved(copies, "semantic", (0.93, removed), 0.92)    # the same as removed_at(copies, "semantic", 0.92)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.verdict import SAMENESS, Relation
from curation.steps.copies import Copies, Mask, Scores, scores_of
from curation.steps.settling import settle
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


def scores(mine: pa.Table, threshold: Threshold) -> Scores:
    """Return the pairs' scores as an array in their order."""
    return scores_of(mine[threshold])


def removed_at(copies: Copies, threshold: Threshold, cut: float) -> Mask:
    """Mask the rows that would leave as duplicates with the threshold at `cut`."""
    return settle(copies, copies.accepted(_at(copies, threshold, cut))).gone()


def moved(copies: Copies, threshold: Threshold, known: tuple[float, Mask], cut: float) -> Mask:
    """Mask what `removed_at` would, from the rows that leave at another cut: only groups that changed are settled anew.

    A group is what accepted pairs join; it changes where a pair of it is accepted at one of the two cuts only.
    """
    at, before = known
    then, now = (copies.accepted(_at(copies, threshold, one)) for one in (at, cut))
    touched = _joined_with(copies, then | now, then ^ now)
    return np.where(touched, settle(copies, now & touched[copies.one]).gone(), before)


def _at(copies: Copies, threshold: Threshold, cut: float) -> DuplicatesConfig:
    return copies.settings.model_copy(update={threshold: cut})


def _joined_with(copies: Copies, joining: Mask, chosen: Mask) -> Mask:
    """Mask the rows that pairs join, over any number of steps, with a row of the chosen ones among them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other, rows = copies.one[joining], copies.other[joining], len(copies.ids)
    count, groups = connected_components(coo_array((np.ones(len(one), bool), (one, other)), shape=(rows, rows)))
    is_chosen = np.zeros(count, bool)
    is_chosen[groups[copies.one[chosen]]] = True
    return np.asarray(is_chosen[groups])


def _pairs(part: pa.Table, threshold: Threshold) -> list[ScoredPair]:
    return [ScoredPair(row["id_a"], row["id_b"], row[threshold], _in_words(row["differs"])) for row in part.to_pylist()]


def _in_words(differs: str) -> str:
    kinds = dict.fromkeys(difference["kind"] for difference in json.loads(differs))
    return ", ".join(kinds) or "nothing but spacing and case"
