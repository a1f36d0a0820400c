"""Repairs that people confirm, or take back, many at once: what steps changed in rows, by the kind of the repair.

for kind in repairs_to_confirm(view, steps, people):
    kind.name, len(kind.rows)                           # "mojibake", 10
    ledger.append(*confirmed(kind, by="ada"))           # or: put_back(kind, by="ada")
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from curation.publish.browse import place_of
from winnow.data.ledger import Decision, View
from winnow.data.records import to_records

STEP, CONFIRMED = "studio", "repair confirmed"
FIELDS = ("question", "answer")  # whose texts stand on a page side by side


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text of a row before and after a repair."""

    id: str
    field: str
    before: str
    after: str
    place: str


@dataclass(frozen=True, slots=True)
class KindOfRepair:
    """The rows that were repaired in one way."""

    name: str
    rows: tuple[Repaired, ...]

    @property
    def ids(self) -> list[str]:
        """The rows, each once."""
        return list(dict.fromkeys(row.id for row in self.rows))


def repairs_to_confirm(view: View, steps: Iterable[Decision], people: Iterable[Decision]) -> list[KindOfRepair]:
    """Gather the repairs of kept rows about which nothing else is to be decided, and nobody has said anything yet."""
    settled = {decision.id for decision in people if decision.action in ("restore", "correct", "remove")}
    settled |= {decision.id for decision in people if decision.reason == CONFIRMED} | view.removed.keys()
    last = {(d.id, d.field): d for d in steps if d.action == "repair" and d.field in FIELDS and d.text is not None}
    wanted = [d for d in last.values() if d.id not in settled and d.id not in view.flags]
    records = view.records
    ids = pa.array(sorted({d.id for d in wanted}), pa.string())
    came_in = {record.id: record for record in to_records(records.filter(pc.is_in(records["id"], ids)))}
    kinds: dict[str, list[Repaired]] = {}
    for d in wanted:
        if (record := came_in.get(d.id)) is not None:
            name = ", ".join(sorted(d.evidence.get("kinds", ()))) or d.reason
            before = str(getattr(record, d.field))
            row = Repaired(d.id, d.field, before, d.text or "", place_of(record.source, record.line))
            kinds.setdefault(name.replace("_", " "), []).append(row)
    return [KindOfRepair(name, tuple(rows)) for name, rows in sorted(kinds.items(), key=lambda item: -len(item[1]))]


def confirmed(kind: KindOfRepair, by: str) -> list[Decision]:
    """Say of every row that its repair is right; the row stands as it did."""
    evidence = {"repair": kind.name}
    return [Decision(id_, STEP, "label", CONFIRMED, dict(evidence), by=by) for id_ in kind.ids]


def put_back(rows: Sequence[Repaired], by: str) -> list[Decision]:
    """Give rows the texts back that came in."""
    return [
        Decision(row.id, STEP, "correct", "put back as it came in", field=row.field, text=row.before, by=by)
        for row in rows
    ]
