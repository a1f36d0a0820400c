"""Flag rows that ask the same and can't both be right, as groups for people; none is ever removed.

decisions = decide(pairs, table, config.contradictions)
"""

from __future__ import annotations

import json
from collections import defaultdict

import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs import turned
from curation.verify import Verdict
from winnow.config import ContradictionsConfig
from winnow.ledger import Decision


def decide(pairs: pa.Table, table: pa.Table, settings: ContradictionsConfig) -> list[Decision]:
    """Return one `flag` for each row that contradicts another one, in the order of ids.

    The evidence names the `group` (the row and all that it contradicts), the nearest twin and what differs.
    """
    if not settings.enabled:
        return []
    conflicts = pairs.filter(pc.is_in(pairs["verdict"], pa.array([str(Verdict.CONFLICT), str(Verdict.SWAPPED)])))
    against: dict[str, list[tuple[float, str, str]]] = defaultdict(list)
    columns = (conflicts.column(name).to_pylist() for name in ("id_a", "id_b", "lexical", "differs"))
    for id_a, id_b, lexical, differs in zip(*columns, strict=True):
        against[id_a].append((lexical, id_b, differs))
        against[id_b].append((lexical, id_a, turned(differs)))
    return [_flag(id_, found) for id_, found in sorted(against.items())]


def _flag(id_: str, found: list[tuple[float, str, str]]) -> Decision:
    score, twin, text = max(found)
    differs = json.loads(text)
    evidence = {"group": sorted({id_, *(other for _, other, _ in found)}), "twin": twin, "score": round(score, 3)}
    evidence["differs"] = differs
    what = next((d["kind"] for d in differs if d["field"] == "answer"), "answer")
    return Decision(
        id_, "contradictions", "flag", f"the same question has another answer; what differs: {what}", evidence
    )
