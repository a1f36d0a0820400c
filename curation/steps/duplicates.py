"""Deduplication: of the rows that say the same the best one stays, the others are removed.

decisions = decide(pairs, table, config.duplicates, faults)     # pure, and quick enough to move a threshold by hand

Of a clean row and its copy with somebody's phone number the clean one stays, although the copy has more words: fewer
faults come before completeness. What only the removed row had stands in its evidence, for a person to take over.

Duplicates don't chain: a row is removed only for a kept row that it was itself judged equal to, and only if it
contradicts none of the rows removed for that one. Of two contradicting rows each one stays, or a copy of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.table import turned
from curation.pairs.verdict import Relation
from curation.steps.copies import NO_FAULTS, Copies
from curation.steps.only_here import only_here
from curation.steps.settling import settle
from winnow.config import DuplicatesConfig
from winnow.data.ledger import Decision

NO_THOUGHTS: Mapping[str, str] = {}


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
    copies = Copies.of(pairs, table, settings, faults)
    leaving = [*settle(copies, copies.accepted(settings)).leaving()]
    ids: list[str] = copies.ids.to_pylist()
    texts = _texts(table, {ids[row] for one in leaving for row in (one.row, one.kept)}, thoughts)
    links = _links(copies, [one.pair for one in leaving if one.pair is not None])
    removals = [_removal(texts, ids[one.row], ids[one.kept], links.get(one.pair), one.is_other) for one in leaving]
    return sorted([*removals, *_groups(removals, settings)], key=lambda decision: decision.id)


def _groups(removals: Sequence[Decision], settings: DuplicatesConfig) -> Iterator[Decision]:
    copies = Counter(decision.evidence["twin"] for decision in removals)
    for kept, count in copies.items():
        reason = f"stays for {count} cop{'ies' if count > 1 else 'y'} of it"
        yield Decision(kept, "duplicates", "group", reason, {"copies": count, "policy": settings.keep})


def _texts(table: pa.Table, ids: Iterable[str], thoughts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Collect the question, the answer and the thinking of some rows."""
    rows = table.filter(pc.is_in(table["id"], pa.array([*ids], pa.string())))
    columns = (rows[name].to_pylist() for name in ("id", "question", "answer"))
    return {id_: (*texts, thoughts.get(id_, "")) for id_, *texts in zip(*columns, strict=True)}


class _Link(NamedTuple):
    score: float
    relation: str
    differs: str


def _links(copies: Copies, pairs: Sequence[int]) -> dict[int | None, _Link]:
    """Read what was judged of some pairs; None, the pair of rows with the same words, isn't among them."""
    some = copies.pairs.select(["verdict", "differs"]).take(pa.array(pairs, pa.int64()))
    columns = (copies.scores[pairs].tolist(), some["verdict"].to_pylist(), some["differs"].to_pylist())
    return {pair: _Link(*link) for pair, *link in zip(pairs, *columns, strict=True)}


def _removal(texts: Mapping[str, tuple[str, ...]], id_: str, kept: str, link: _Link | None, is_other: bool) -> Decision:
    lost = [piece for own, other in zip(texts[id_], texts[kept], strict=True) for piece in only_here(own, other)]
    rest: dict[str, object] = {"only_here": lost} if lost else {}
    if link is None:
        evidence = {"twin": kept, "score": 1.0, "verdict": str(Relation.EXACT), "differs": [], **rest}
        reason = "the same words as its twin" + (", with others around them" if lost else "")
        return Decision(id_, "duplicates", "remove", reason, evidence)
    found = json.loads(turned(link.differs) if is_other else link.differs)
    evidence = {"twin": kept, "score": round(link.score, 3), "verdict": link.relation, "differs": found, **rest}
    kinds = dict.fromkeys(difference["kind"] for difference in found)
    return Decision(
        id_, "duplicates", "remove", f"says the same as its twin; what differs: {', '.join(kinds)}", evidence
    )
