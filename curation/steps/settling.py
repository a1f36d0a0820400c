"""Settling: of the rows that accepted pairs join, which one stays for which others.

copies = Copies.of(pairs, table, config.duplicates, faults)             # made once, and settled at each move of a cut
settled = copies.settle(copies.accepted(config.duplicates))
[copies.ids[one.row] for one in settled.leaving()]                      # the rows that leave

Rows with the same words are one node, named by its cleanest row. Duplicates don't chain: a node leaves only for a kept
node that it was itself judged equal to, and only if it contradicts none of those that left for that one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.pairs.verdict import CONTRADICTING, SAMENESS, Relation
from winnow.config import DuplicatesConfig

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟")  # of a sentence
NO_FAULTS: Mapping[str, int] = {}
NOBODY: frozenset[int] = frozenset()
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Leaving(NamedTuple):
    """A row that leaves, the row for which it does, and the pair that says so, None for the same words.

    `is_other` says that what leaves is the pair's second side.
    """

    row: int
    kept: int
    pair: int | None
    is_other: bool


@dataclass(frozen=True)
class Copies:
    """The rows that a judged pair names, each a number in the order of their ids, and what ranks them at any cut.

    `policy` and `faults` [rows] number what the policy puts first and count a row's faults; `form` [rows, 3] says how
    many texts end with a mark, negated, how long the question is, and how much the row says, negated. Least is best.
    """

    pairs: pa.Table
    settings: DuplicatesConfig
    ids: pa.Array
    one: Ints
    other: Ints
    is_there: Mask
    policy: Ints
    faults: Ints
    form: Ints

    @classmethod
    def of(
        cls, pairs: pa.Table, table: pa.Table, settings: DuplicatesConfig, faults: Mapping[str, int] = NO_FAULTS
    ) -> Self:
        """Number the rows of the pairs that may say the same or contradict; what the table no longer has isn't there."""
        pairs = pairs.filter(_is_any_of(pairs, {*SAMENESS, Relation.PARAPHRASE, *CONTRADICTING}))
        ids = pc.unique(pa.chunked_array([*pairs["id_a"].chunks, *pairs["id_b"].chunks], pa.string()))
        ids = ids.take(pc.sort_indices(ids))
        rows = table.filter(pc.is_in(table["id"], ids))
        at, number = _places(rows["id"], ids), len(ids)
        is_there, policy, of_row = np.zeros(number, bool), np.zeros(number, np.int64), np.zeros(number, np.int64)
        form = np.zeros((number, 3), np.int64)
        is_there[at], policy[at] = True, _policy(rows, settings)
        of_row[at] = [faults.get(id_, 0) for id_ in rows["id"].to_pylist()]
        form[at] = np.array([*_form(rows)], np.int64).reshape(-1, 3)
        one, other = (_places(pairs[name], ids) for name in ("id_a", "id_b"))
        return cls(pairs, settings, ids, one, other, is_there, policy, of_row, form)

    def accepted(self, settings: DuplicatesConfig) -> Mask:
        """Mask the pairs that are duplicates at the given thresholds."""
        pairs = self.pairs
        lexical = pc.and_(_is_any_of(pairs, SAMENESS), pc.greater_equal(pairs["lexical"], settings.lexical))
        close = pc.fill_null(pc.greater_equal(pairs["semantic"], settings.semantic), False)
        return _mask(pc.or_(lexical, pc.and_(_is_any_of(pairs, (Relation.PARAPHRASE,)), close)))

    def settle(self, accepted: Mask) -> Settled:
        """Say who leaves for whom where these pairs are duplicates.

        The best node comes first and stays; each later one leaves for the most similar node that stays, if it may.
        """
        nodes = _Nodes(self, np.flatnonzero(accepted))
        groups: dict[int, set[int]] = {}  # each kept node with what left for it
        target: dict[int, tuple[int, int]] = {}
        for node in nodes.in_order:
            against = self.against.get(node, NOBODY)
            free = [link for link in nodes.links(node) if link[1] in groups and groups[link[1]].isdisjoint(against)]
            if not free:
                groups[node] = {node}
                continue
            # Of equally similar ones that with more copies: a cut-off copy may equal two rows that contradict each
            # other, and the more frequent one is the likelier original.
            _, twin, pair = max(free, key=lambda link: (link[0], len(groups[link[1]]), link[1]))
            target[node] = twin, pair
            groups[twin].add(node)
        return Settled(self, nodes.members, nodes.face, target)

    def looks(self, rows: Ints, damage: Ints) -> tuple[Ints, ...]:
        """Give the keys, the least important first, that order equally good rows by their texts."""
        return rows, self.form[rows, 2], self.form[rows, 1], self.form[rows, 0], damage[rows]

    def harm_of(self, pairs: Ints) -> tuple[Ints, Ints]:
        """Say of each row the most that these pairs know of its damage, and of words that it lacks."""
        damage, missing = np.zeros((2, len(self.ids)), np.int64)
        for ends, side in ((self.one[pairs], "a"), (self.other[pairs], "b")):
            for most, name in ((damage, "damage"), (missing, "missing")):
                np.maximum.at(most, ends, self.harm[f"{name}_{side}"][pairs])
        return damage, missing

    @cached_property
    def harm(self) -> dict[str, Ints]:
        """The columns of the pairs that count what is damaged or missing on either side."""
        names = ("damage_a", "damage_b", "missing_a", "missing_b")
        return {name: self.pairs[name].to_numpy().astype(np.int64) for name in names}

    @cached_property
    def is_exact(self) -> Mask:
        """Mask the pairs of rows with the same words."""
        return _mask(_is_any_of(self.pairs, (Relation.EXACT,)))

    @cached_property
    def scores(self) -> NDArray[np.float32]:
        """The similarity of each pair: that of meaning for paraphrases, that of wording for the others."""
        is_near = pc.and_(_is_any_of(self.pairs, (Relation.PARAPHRASE,)), self.pairs["semantic"].is_valid())
        return np.asarray(pc.if_else(is_near, self.pairs["semantic"], self.pairs["lexical"]).to_numpy())

    @cached_property
    def against(self) -> dict[int, set[int]]:
        """The rows that each row contradicts."""
        against: dict[int, set[int]] = defaultdict(set)
        for pair in np.flatnonzero(_mask(_is_any_of(self.pairs, CONTRADICTING))).tolist():
            one, other = int(self.one[pair]), int(self.other[pair])
            against[one].add(other)
            against[other].add(one)
        return dict(against)


class _Nodes:
    """The nodes that accepted pairs join: each one's rows, of them its face, which stays, and its links to others."""

    def __init__(self, copies: Copies, pairs: Ints) -> None:
        is_exact = copies.is_exact[pairs]
        one, other = copies.one[pairs], copies.other[pairs]
        damage, missing = copies.harm_of(pairs)
        named = np.unique(np.concatenate([one[is_exact], one[~is_exact], other[~is_exact]]))
        node, row = np.concatenate([named, one[is_exact]]), np.concatenate([named, other[is_exact]])
        node, row = node[copies.is_there[row]], row[copies.is_there[row]]
        best = np.lexsort((*copies.looks(row, damage), copies.faults[row], copies.policy[row], node))
        first = best[np.unique(node[best], return_index=True)[1]]
        self.members: dict[int, list[int]] = defaultdict(list)
        for of_node, member in zip(node.tolist(), row.tolist(), strict=True):
            self.members[of_node].append(member)
        nodes, faces = node[first], row[first]
        self.face: dict[int, int] = dict(zip(nodes.tolist(), faces.tolist(), strict=True))
        links = self._link(copies, pairs[~is_exact])
        worth = (damage, missing) if copies.settings.keep == "cleanest" else (missing, damage)
        order = np.lexsort((*copies.looks(faces, damage), -links[nodes], worth[1][nodes], worth[0][nodes],
                            copies.faults[faces], copies.policy[faces]))  # fmt: skip
        self.in_order: list[int] = nodes[order].tolist()

    def _link(self, copies: Copies, pairs: Ints) -> Ints:
        """Lay out the links of each node side by side; return how many each has."""
        ends = np.concatenate([copies.one[pairs], copies.other[pairs]])
        links = np.bincount(ends, minlength=len(copies.ids))
        by_node = np.argsort(ends, kind="stable")
        at = np.tile(pairs, 2)[by_node]
        self._starts = np.concatenate([[0], np.cumsum(links)]).tolist()
        self._twins = np.concatenate([copies.other[pairs], copies.one[pairs]])[by_node].tolist()
        self._at, self._scores = at.tolist(), copies.scores[at].tolist()
        return links

    def links(self, node: int) -> Iterator[tuple[float, int, int]]:
        """Yield the similarity, the twin and the pair of each of a node's links."""
        part = slice(self._starts[node], self._starts[node + 1])
        return zip(self._scores[part], self._twins[part], self._at[part], strict=True)


@dataclass(frozen=True)
class Settled:
    """Each node's rows, the best of them, its face, and the node and the pair for which it leaves, where it does."""

    copies: Copies
    members: Mapping[int, Sequence[int]]
    face: Mapping[int, int]
    target: Mapping[int, tuple[int, int]]

    def leaving(self) -> Iterator[Leaving]:
        """Yield the rows that leave: of a node that leaves all of them, of the others all but the face."""
        for node, face in self.face.items():
            twin, pair = self.target.get(node, (node, None))
            for row in self.members[node]:
                if pair is not None or row != face:
                    yield Leaving(row, self.face[twin], pair, pair is not None and int(self.copies.other[pair]) == node)


def _places(ids: pa.ChunkedArray, among: pa.Array) -> Ints:
    return np.asarray(pc.index_in(ids, among).to_numpy(), np.int64)


def _is_any_of(pairs: pa.Table, relations: Collection[Relation]) -> pa.ChunkedArray:
    return pc.is_in(pairs["verdict"], pa.array(sorted(map(str, relations)), pa.string()))


def _mask(values: pa.ChunkedArray) -> Mask:
    return np.asarray(values.to_numpy(), bool)


def _policy(rows: pa.Table, settings: DuplicatesConfig) -> list[int]:
    """Number the rows by what the policy (`best_source`, `newest`, `first`) puts first; all alike under the others."""
    wanted: list[Any]
    if settings.keep == "best_source":
        place = {source: number for number, source in enumerate(settings.sources)}
        wanted = [place.get(source, len(place)) for source in rows["source"].to_pylist()]
    elif settings.keep == "newest":
        dates = (json.loads(one).get(settings.date_column, "") for one in rows["metadata"].to_pylist())
        wanted = [_descending(str(date)) for date in dates]
    elif settings.keep == "first":
        wanted = [*zip(rows["source"].to_pylist(), rows["line"].to_pylist(), strict=True)]
    else:
        return [0] * len(rows)
    number = {value: number for number, value in enumerate(sorted(set(wanted)))}
    return [number[value] for value in wanted]


def _descending(text: str) -> tuple[int, ...]:
    """Build a key that sorts texts in reverse, so that the latest ISO date comes first and a missing one last."""
    return (*(-ord(char) for char in text), 1)


def _form(rows: pa.Table) -> Iterator[tuple[int, int, int]]:
    """Count the texts of each row that end with a mark, negated, the question's words, and its characters, negated."""
    for texts in zip(rows["question"].to_pylist(), rows["answer"].to_pylist(), strict=True):
        question, answer = (text.split() for text in texts)
        ended = sum(text.rstrip().endswith(SENTENCE_ENDS) for text in texts)
        yield -ended, len(question), -sum(map(len, question)) - sum(map(len, answer))
