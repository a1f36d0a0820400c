"""Contradictions: rows with one question and answers that exclude each other are flagged for people, never removed.

decisions = decide(pairs, table, config.contradictions)
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.table import turned
from curation.pairs.verdict import CONTRADICTING, SAMENESS, Relation
from winnow.config import ContradictionsConfig
from winnow.data.ledger import Decision


@dataclass(frozen=True, slots=True)
class _Against:
    """A contradicting row with its similarity; the most similar one sorts last."""

    score: float
    id: str
    relation: str
    differs: str


class _Standing:
    """Maps a row of a pair to a row still in the table: itself, or its first copy if it was removed."""

    def __init__(self, pairs: pa.Table, table: pa.Table) -> None:
        self._present = set(table["id"].to_pylist())
        self._copies: dict[str, list[str]] = defaultdict(list)
        copies = _of(pairs, (*SAMENESS, Relation.PARAPHRASE))
        for one, other in zip(copies["id_a"].to_pylist(), copies["id_b"].to_pylist(), strict=True):
            self._copies[one].append(other)
            self._copies[other].append(one)

    def of(self, id_: str) -> list[str]:
        if id_ in self._present:
            return [id_]
        return [copy for copy in sorted(self._copies[id_]) if copy in self._present][:1]


def decide(pairs: pa.Table, table: pa.Table, settings: ContradictionsConfig) -> list[Decision]:
    """Return one `flag` for each row that contradicts another one, sorted by id.

    The evidence names the `group` (the row and all that it contradicts), the most similar of them as `twin`, and what
    differs. A copy takes the place of a row that the table no longer has.
    """
    if not settings.enabled:
        return []
    standing = _Standing(pairs, table)
    against: dict[str, dict[str, _Against]] = defaultdict(dict)
    conflicts = _of(pairs, CONTRADICTING)
    columns = (conflicts.column(name).to_pylist() for name in ("id_a", "id_b", "lexical", "verdict", "differs"))
    for id_a, id_b, lexical, relation, differs in zip(*columns, strict=True):
        for one in standing.of(id_a):
            for other in standing.of(id_b):
                if one != other:
                    against[one][other] = _Against(lexical, other, relation, differs)
                    against[other][one] = _Against(lexical, one, relation, turned(differs))
    return [_flag(id_, list(found.values())) for id_, found in sorted(against.items())]


def _of(pairs: pa.Table, relations: Iterable[Relation]) -> pa.Table:
    return pairs.filter(pc.is_in(pairs["verdict"], pa.array([str(relation) for relation in relations])))


def _flag(id_: str, found: list[_Against]) -> Decision:
    nearest = max(found, key=lambda against: (against.score, against.id))
    differs = json.loads(nearest.differs)
    evidence: dict[str, object] = {
        "group": sorted([id_, *(against.id for against in found)]),
        "twin": nearest.id,
        "score": round(nearest.score, 3),
        "verdict": nearest.relation,
        "differs": differs,
    }
    what = next((d["kind"] for d in differs if d["field"] == "answer"), "the answer")
    reason = f"the same question has an answer that can't hold too; what differs: {what}"
    if nearest.relation == Relation.SWAPPED:
        reason = "the same question has two unlike answers, of which one belongs to another question"
    return Decision(id_, "contradictions", "flag", reason, evidence)
