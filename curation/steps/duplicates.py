"""Deduplication: of the rows that say the same the best one stays, the others are removed.

decisions = decide(pairs, table, config.duplicates, faults)     # pure, and quick enough to move a threshold by hand

Of a clean row and its copy with somebody's phone number the clean one stays, although the copy has more words: fewer
faults come before completeness. What only the removed row had stands in its evidence, for a person to take over.

Duplicates don't chain: a row is removed only for a kept row that it was itself judged equal to, and only if it
contradicts none of the rows removed for that one. Of two contradicting rows each one stays, or a copy of it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.table import turned
from curation.pairs.verdict import CONTRADICTING, SAMENESS, Relation
from curation.steps.only_here import only_here
from winnow.config import DuplicatesConfig
from winnow.data.ledger import Decision

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟")  # of a sentence
# what the policy says, how many faults the row has, and how good it is
_Rank = tuple[tuple[Any, ...], int, tuple[Any, ...]]
NO_FAULTS: Mapping[str, int] = {}
NO_THOUGHTS: Mapping[str, str] = {}


class _Link(NamedTuple):
    """An accepted pair as seen from one of its nodes; `turn` says that `differs` has the sides the other way round."""

    score: float
    twin: str
    relation: str
    differs: str
    turn: bool


class _Nodes:
    """The graph of accepted pairs; rows with the same words are one node, named by the id of their cleanest row."""

    def __init__(self, accepted: pa.Table) -> None:
        self.members: dict[str, list[str]] = defaultdict(list)
        self.links: dict[str, list[_Link]] = defaultdict(list)
        self.damage: dict[str, int] = defaultdict(int)
        self.missing: dict[str, int] = defaultdict(int)
        for row in zip(*(accepted.column(name).to_pylist() for name in accepted.column_names), strict=True):
            self._add(*row)

    def _add(
        self, id_a: str, id_b: str, relation: str, lexical: float, semantic: float | None, damage_a: int, damage_b: int,
        missing_a: int, missing_b: int, differs: str,
    ) -> None:  # fmt: skip
        for id_, damage, missing in ((id_a, damage_a, missing_a), (id_b, damage_b, missing_b)):
            self.damage[id_] = max(self.damage[id_], damage)
            self.missing[id_] = max(self.missing[id_], missing)
        if relation == Relation.EXACT:
            self.members[id_a].append(id_b)
            return
        score = semantic if relation == Relation.PARAPHRASE and semantic is not None else lexical
        self.links[id_a].append(_Link(score, id_b, relation, differs, False))
        self.links[id_b].append(_Link(score, id_a, relation, differs, True))

    def order(self, node: str, rank: _Rank, settings: DuplicatesConfig) -> tuple[Any, ...]:
        """Build the sort key by which nodes are kept: the policy, fewer faults, then complete and undamaged ones.

        Of equally good nodes the one with more duplicates comes first.
        """
        worth = (self.missing[node], self.damage[node])
        worth = worth[::-1] if settings.keep == "cleanest" else worth
        return (*rank[:2], worth, -len(self.links[node]), rank[2])

    def __iter__(self) -> Iterator[str]:
        yield from sorted({*self.members, *self.links})


def decide(
    pairs: pa.Table,
    table: pa.Table,
    settings: DuplicatesConfig,
    faults: Mapping[str, int] = NO_FAULTS,
    thoughts: Mapping[str, str] = NO_THOUGHTS,
) -> list[Decision]:
    """Return a `remove` for each row of a group but the best, and a `group` for that one, sorted by id.

    `faults` counts each row's own: what its signals flag, and whether it was repaired. The evidence of a removal names
    the twin that stays, the score, what differs and what only the removed row has; copies may differ also by the
    `thoughts` that a repair took out. Pairs of rows that the table no longer has are skipped.
    """
    settled = _settle(pairs, table, settings, faults)
    texts = _texts(settled.rows, thoughts)
    removals = [
        _removal(texts, id_, settled.row_for(node), settled.target.get(node)) for id_, node in settled.leaving()
    ]
    return sorted([*removals, *_groups(removals, settings)], key=lambda decision: decision.id)


def removed(
    pairs: pa.Table, table: pa.Table, settings: DuplicatesConfig, faults: Mapping[str, int] = NO_FAULTS
) -> frozenset[str]:
    """Name the rows that `decide` would remove, without saying what differs: quick enough for each move of a cut."""
    return frozenset(id_ for id_, _ in _settle(pairs, table, settings, faults).leaving())


@dataclass(frozen=True)
class _Settled:
    """Each node's rows, the best of them, its face, and the link to the node for which it leaves, where it does."""

    rows: pa.Table
    present: Mapping[str, Sequence[str]]
    face: Mapping[str, str]
    target: Mapping[str, _Link]

    def leaving(self) -> Iterator[tuple[str, str]]:
        """Yield each row that leaves, with its node."""
        for node, ids in self.present.items():
            yield from ((id_, node) for id_ in ids if node in self.target or id_ != self.face[node])

    def row_for(self, node: str) -> str:
        """Give the row for which a node's rows leave."""
        return self.face[self.target[node].twin if node in self.target else node]


def _settle(pairs: pa.Table, table: pa.Table, settings: DuplicatesConfig, faults: Mapping[str, int]) -> _Settled:
    nodes = _Nodes(pairs.filter(accepted(pairs, settings)))
    against = _conflicts(pairs)
    rows = _in_groups(nodes, table)
    ranks = _ranks(nodes, rows, settings, faults)
    present = {node: [id_ for id_ in (node, *nodes.members[node]) if id_ in ranks] for node in nodes}
    face = {node: min(ids, key=ranks.__getitem__) for node, ids in present.items() if ids}
    target: dict[str, _Link] = {}
    groups: dict[str, set[str]] = {}  # each kept node with what left for it
    for node in sorted(face, key=lambda node: nodes.order(node, ranks[face[node]], settings)):
        link = _nearest([link for link in nodes.links[node] if link.twin in groups], node, groups, against)
        if link is None:
            groups[node] = {node}
        else:
            target[node] = link
            groups[link.twin].add(node)
    return _Settled(rows, present, face, target)


def _groups(removals: Sequence[Decision], settings: DuplicatesConfig) -> Iterator[Decision]:
    copies = Counter(decision.evidence["twin"] for decision in removals)
    for kept, count in copies.items():
        reason = f"stays for {count} cop{'ies' if count > 1 else 'y'} of it"
        yield Decision(kept, "duplicates", "group", reason, {"copies": count, "policy": settings.keep})


def _nearest(
    links: Sequence[_Link], node: str, groups: dict[str, set[str]], against: dict[str, set[str]]
) -> _Link | None:
    """Return the most similar kept row whose group the node doesn't contradict; None if there is none.

    Of equally similar rows the one with more copies is returned: a cut-off copy may equal two rows that contradict each
    other, and the more frequent one is the likelier original.
    """
    free = [link for link in links if not groups[link.twin] & against[node]]
    return max(free, key=lambda link: (link.score, len(groups[link.twin]), link.twin), default=None)


def _conflicts(pairs: pa.Table) -> dict[str, set[str]]:
    against: dict[str, set[str]] = defaultdict(set)
    conflicts = pairs.filter(pc.is_in(pairs["verdict"], pa.array([str(relation) for relation in CONTRADICTING])))
    for one, other in zip(conflicts["id_a"].to_pylist(), conflicts["id_b"].to_pylist(), strict=True):
        against[one].add(other)
        against[other].add(one)
    return against


def accepted(pairs: pa.Table, settings: DuplicatesConfig) -> pa.ChunkedArray:
    """Mask the pairs that are duplicates at the given thresholds."""
    same = pc.is_in(pairs["verdict"], pa.array([str(relation) for relation in SAMENESS]))
    lexical = pc.and_(same, pc.greater_equal(pairs["lexical"], settings.lexical))
    close = pc.fill_null(pc.greater_equal(pairs["semantic"], settings.semantic), False)
    return pc.or_(lexical, pc.and_(pc.equal(pairs["verdict"], str(Relation.PARAPHRASE)), close))


def _in_groups(nodes: _Nodes, table: pa.Table) -> pa.Table:
    ids = [id_ for node in nodes for id_ in (node, *nodes.members[node])]
    return table.filter(pc.is_in(table["id"], pa.array(ids, pa.string())))


def _texts(rows: pa.Table, thoughts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Collect the question, the answer and the thinking of each row."""
    columns = (rows[name].to_pylist() for name in ("id", "question", "answer"))
    return {id_: (*texts, thoughts.get(id_, "")) for id_, *texts in zip(*columns, strict=True)}


def _ranks(nodes: _Nodes, rows: pa.Table, settings: DuplicatesConfig, faults: Mapping[str, int]) -> dict[str, _Rank]:
    """Rank each row that has a copy; of a group the row of the lowest rank stays.

    The policy (`best_source`, `newest`, `first`) comes first, then fewer faults. Then come less damage, texts that end
    with a mark, a shorter question and more characters. The order of rows decides only under the policy `first`.
    """
    names = ("id", "source", "line", "metadata", "question", "answer")
    place = {source: number for number, source in enumerate(settings.sources)}
    ranks: dict[str, _Rank] = {}
    for id_, source, line, metadata, *texts in zip(*(rows.column(name).to_pylist() for name in names), strict=True):
        first: tuple[Any, ...] = ()
        if settings.keep == "best_source":
            first = (place.get(source, len(place)),)
        elif settings.keep == "newest":
            first = (_descending(str(json.loads(metadata).get(settings.date_column, ""))),)
        elif settings.keep == "first":
            first = (source, line)
        question, answer = (text.split() for text in texts)
        ended = sum(text.rstrip().endswith(SENTENCE_ENDS) for text in texts)
        marks = sum(map(len, question)) + sum(map(len, answer))
        ranks[id_] = first, faults.get(id_, 0), (nodes.damage[id_], -ended, len(question), -marks, id_)
    return ranks


def _descending(text: str) -> tuple[int, ...]:
    """Build a key that sorts texts in reverse, so that the latest ISO date comes first and a missing one last."""
    return (*(-ord(char) for char in text), 1)


def _removal(texts: Mapping[str, tuple[str, ...]], id_: str, kept: str, link: _Link | None) -> Decision:
    lost = [piece for own, other in zip(texts[id_], texts[kept], strict=True) for piece in only_here(own, other)]
    rest: dict[str, object] = {"only_here": lost} if lost else {}
    if link is None:
        evidence = {"twin": kept, "score": 1.0, "verdict": str(Relation.EXACT), "differs": [], **rest}
        reason = "the same words as its twin" + (", with others around them" if lost else "")
        return Decision(id_, "duplicates", "remove", reason, evidence)
    found = json.loads(turned(link.differs) if link.turn else link.differs)
    evidence = {"twin": kept, "score": round(link.score, 3), "verdict": link.relation, "differs": found, **rest}
    kinds = dict.fromkeys(difference["kind"] for difference in found)
    return Decision(
        id_, "duplicates", "remove", f"says the same as its twin; what differs: {', '.join(kinds)}", evidence
    )
