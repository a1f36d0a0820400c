"""Settling: of the rows that accepted pairs join, which one stays for which others.

settled = settle(copies, copies.accepted(config.duplicates))
[copies.ids[one.row] for one in settled.leaving()]                      # the rows that leave

Rows with the same words are one node, named by its cleanest row. Duplicates don't chain: a node leaves only for a kept
node that it was itself judged equal to, and only if it contradicts none of those that left for that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from curation.steps.copies import Copies, Ints, Mask

NOBODY = -1


class Leaving(NamedTuple):
    """A row that leaves, the row for which it does, and the pair that says so, None for the same words.

    `is_other` says that what leaves is the pair's second side.
    """

    row: int
    kept: int
    pair: int | None
    is_other: bool


@dataclass(frozen=True)
class Settled:
    """The rows that accepted pairs join, beside the node of each; of each row that is a node, who stays for it.

    `face` is the best row of a node, NOBODY where none of its rows is there any more; `twin` the node for which it
    leaves, itself where it stays, and `pair` what says so, NOBODY where it stays.
    """

    copies: Copies
    nodes: Ints
    rows: Ints
    face: Ints
    twin: Ints
    pair: Ints

    def leaving(self) -> Iterator[Leaving]:
        """Yield the rows that leave, each with what it leaves for."""
        nodes = self.nodes[self._leaves]
        pairs = self.pair[nodes]
        is_other = (pairs != NOBODY) & (self.copies.other[pairs] == nodes)
        columns = self.rows[self._leaves], self.face[self.twin[nodes]], pairs, is_other
        for row, kept, pair, other in zip(*(column.tolist() for column in columns), strict=True):
            yield Leaving(row, kept, None if pair == NOBODY else pair, other)

    def gone(self) -> Mask:
        """Mask the rows that leave."""
        gone = np.zeros(len(self.face), bool)
        gone[self.rows[self._leaves]] = True
        return gone

    @property
    def _leaves(self) -> Mask:
        """Of a node that leaves all rows leave, of the others all but the face."""
        return np.asarray((self.pair[self.nodes] != NOBODY) | (self.rows != self.face[self.nodes]))


def settle(copies: Copies, accepted: Mask) -> Settled:
    """Say who leaves for whom where these pairs are duplicates.

    The best node comes first and stays; each later one leaves for the most similar node that stays, if it may.
    """
    pairs = np.flatnonzero(accepted)
    links = pairs[~copies.is_exact[pairs]]
    damage, missing = copies.harm_of(pairs)
    nodes, rows = _members(copies, pairs, links)
    face = _faces(copies, nodes, rows, damage)
    return Settled(copies, nodes, rows, face, *_leave(copies, _best_first(copies, face, links, damage, missing), links))


def _members(copies: Copies, pairs: Ints, links: Ints) -> tuple[Ints, Ints]:
    """List each node with its rows that are still there: itself, and those with the same words."""
    exact = pairs[copies.is_exact[pairs]]
    named = np.unique(np.concatenate([copies.one[exact], copies.one[links], copies.other[links]]))
    nodes, rows = np.concatenate([named, copies.one[exact]]), np.concatenate([named, copies.other[exact]])
    by_node = np.argsort(nodes, kind="stable")
    by_node = by_node[copies.is_there[rows[by_node]]]
    return nodes[by_node], rows[by_node]


def _faces(copies: Copies, nodes: Ints, rows: Ints, damage: Ints) -> Ints:
    """Find the best row of each node: by the policy, fewer faults, less damage, and its texts."""
    best = np.lexsort((*copies.looks(rows, damage), copies.faults[rows], copies.policy[rows], nodes))
    named, first = np.unique(nodes[best], return_index=True)
    face = np.full(len(copies.ids), NOBODY)
    face[named] = rows[best[first]]
    return face


def _best_first(copies: Copies, face: Ints, links: Ints, damage: Ints, missing: Ints) -> Ints:
    """Order the nodes: by the policy, fewer faults, then whole and undamaged ones, then those with more links."""
    nodes = np.flatnonzero(face != NOBODY)
    faces, size = face[nodes], len(face)
    many = np.bincount(copies.one[links], minlength=size) + np.bincount(copies.other[links], minlength=size)
    worth = (missing, damage) if copies.settings.keep == "cleanest" else (damage, missing)  # the weightier one last
    keys = (*copies.looks(faces, damage), -many[nodes], *(harm[nodes] for harm in worth))
    return nodes[np.lexsort((*keys, copies.faults[faces], copies.policy[faces]))]


def _leave(copies: Copies, order: Ints, links: Ints) -> tuple[Ints, Ints]:
    """Go through the nodes in order; give the node for which each leaves, itself where it stays, and the pair.

    Plain numbers alone are kept: thousands of new objects at a move would let Python look through all that are alive.
    """
    linked, before, links = _to_earlier(copies, order, links)
    earlier, scores = before.tolist(), copies.scores[links].tolist()
    twin, pair, many = [*range(len(copies.ids))], [NOBODY] * len(copies.ids), [1] * len(copies.ids)

    def likeness(link: int) -> tuple[float, int, int]:
        # Of equally similar ones that with more copies: a cut-off copy may equal two rows that contradict each other,
        # and the more frequent one is the likelier original.
        return scores[link], many[earlier[link]], earlier[link]

    for node, start, end in linked:
        barred = {twin[foe] for foe in copies.against.get(node, ())}
        kept = (link for link in range(start, end) if twin[earlier[link]] == earlier[link])
        if free := [link for link in kept if earlier[link] not in barred]:
            found = max(free, key=likeness)
            twin[node], pair[node] = earlier[found], links[found]
            many[earlier[found]] += 1
    return np.array(twin, np.int64), np.array(pair, np.int64)


def _to_earlier(copies: Copies, order: Ints, links: Ints) -> tuple[Iterator[tuple[int, int, int]], Ints, Ints]:
    """Lay out each node's links to earlier ones side by side: who has some, from where to where; to whom; which.

    Links of nodes that aren't there any more are left out.
    """
    place = np.full(len(copies.ids), NOBODY)
    place[order] = np.arange(len(order))
    ends = np.sort(place[[copies.one[links], copies.other[links]]], axis=0)
    side_by_side = np.lexsort((links, ends[1]))
    side_by_side = side_by_side[ends[0, side_by_side] != NOBODY]
    earlier, later = ends[:, side_by_side]
    nodes, starts = np.unique(later, return_index=True)
    spans = pairwise([*starts.tolist(), len(later)])
    linked = ((node, *span) for node, span in zip(order[nodes].tolist(), spans, strict=True))
    return linked, order[earlier], links[side_by_side]
