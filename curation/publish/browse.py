"""Browsing decisions: the removed and the flagged rows, with why.

for row in removed_rows(view):
    print(row.question, row.decision.reason, row.twin)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePath

import pyarrow as pa
import pyarrow.compute as pc

from curation.suspicion.flagged import contradicted, most_suspect_first
from winnow.data.ledger import Decision, View
from winnow.data.records import Record, to_records
from winnow.data.surroundings import around_of

COLUMNS = ("id", "question", "answer", "source", "line", "context", "system", "history", "references")


@dataclass(frozen=True, slots=True)
class Row:
    """One record, with the decisions for which people are shown it: its removal, or its flags.

    `around` holds its context, system prompt, earlier turns and references as texts, where there are any.
    """

    id: str
    question: str
    answer: str
    place: str
    decisions: tuple[Decision, ...]
    around: Mapping[str, str] = field(default_factory=dict)

    @property
    def steps(self) -> set[str]:
        """Names of the steps that decided about the row."""
        return {decision.step for decision in self.decisions}

    @property
    def reason(self) -> str:
        """Why, in words."""
        return "; ".join(decision.reason for decision in self.decisions)

    @property
    def others(self) -> list[str]:
        """Ids of the rows that the decisions compare this one with: its twin, or its group."""
        found: list[str] = []
        for decision in self.decisions:
            evidence = decision.evidence
            group = evidence.get("group")
            named = [evidence.get("twin"), *(group if isinstance(group, list) else [])]
            found += [id_ for id_ in named if isinstance(id_, str) and id_ != self.id]
        return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Other:
    """A row that another one is compared with, as it reads now, and whether it is kept: `removal` is None then."""

    record: Record
    removal: Decision | None

    @property
    def title(self) -> str:
        """Name its place and how it stands: "faq.jsonl:3, kept"; "faq.jsonl:9, removed by ada"."""
        how = f"removed by {self.removal.by or self.removal.step}" if self.removal else "kept"
        return f"{place_of(self.record.source, self.record.line)}, {how}"


def others_of(row: Row, view: View) -> list[Other]:
    """Find the rows that a row is compared with, with the texts that stand now: repaired and corrected."""
    few = _these(view, row.others)
    found = {record.id: record for record in to_records(pa.concat_tables([few.kept_table, few.removed_table]))}
    return [Other(found[id_], view.removed.get(id_)) for id_ in row.others if id_ in found]


def _these(view: View, ids: Iterable[str]) -> View:
    """Give the view of some records alone, from which few texts are replaced where few are asked for."""
    return replace(view, records=view.records.filter(pc.is_in(view.records["id"], pa.array(list(ids), pa.string()))))


def removed_rows(view: View) -> list[Row]:
    """List the rows that left, in the order in which they came in."""
    return rows_of(view.removed_table, {id_: [decision] for id_, decision in view.removed.items()})


def flagged_rows(view: View, suspicions: Mapping[str, float]) -> list[Row]:
    """List the kept rows that wait for a person, the likeliest to be bad first, with their texts as repaired."""
    return rows_of(flagged_table(view, suspicions), view.flags)


def flagged_table(view: View, suspicions: Mapping[str, float]) -> pa.Table:
    """Take the flagged of the kept rows, in the order of suspicion; equals stand as they came in."""
    waiting = _these(view, view.flags).kept_table
    places = {id_: place for place, id_ in enumerate(waiting["id"].to_pylist())}
    ids = most_suspect_first([*places], suspicions, contradicted(view.flags))
    return waiting.take(pa.array([places[id_] for id_ in ids], pa.int64()))


def with_flags_of_people(waiting: Sequence[Row], view: View, flags: Iterable[Decision]) -> list[Row]:
    """Add the kept rows that reviewers flagged, or their flags to rows that wait already, reviewers' flags first."""
    of_people: dict[str, list[Decision]] = {}
    for flag in flags:
        if flag.id not in view.removed:
            of_people.setdefault(flag.id, []).append(flag)
    waits = {row.id: list(row.decisions) for row in waiting}
    kept = _these(view, of_people).kept_table
    named = rows_of(kept, {id_: [*found, *waits.get(id_, ())] for id_, found in of_people.items()})
    return [*named, *(row for row in waiting if row.id not in of_people)]


def rows_of(table: pa.Table, decisions: Mapping[str, Sequence[Decision]]) -> list[Row]:
    """Read rows of a records table, each with its decisions."""
    columns = (table[name].to_pylist() for name in COLUMNS)
    return [
        Row(id_, question, answer, place_of(source, line), tuple(decisions.get(id_, ())), around_of(*beside))
        for id_, question, answer, source, line, *beside in zip(*columns, strict=True)
    ]


def place_of(source: str, line: int) -> str:
    """Name a row's file, without its folders, and line."""
    return f"{_name_of(source)}:{line}"


@lru_cache
def _name_of(source: str) -> str:
    return PurePath(source).name


def proof(decision: Decision) -> str:
    """Summarise a decision's evidence in a line: what was matched, the value and its limit, the similarity."""
    evidence = decision.evidence
    parts = [f"found “{evidence['matched']}”"] if evidence.get("matched") else []
    if "value" in evidence and "limit" in evidence:
        parts.append(f"value {evidence['value']:.4g}, limit {evidence['limit']:.4g}")
    if "score" in evidence:
        parts.append(f"likeness {evidence['score']:.3g}")
    return " · ".join(parts)


def facts(row: Row) -> dict[str, object]:
    """Merge the evidence of a row's decisions, without `twin` and `group`, which are shown as texts."""
    found: dict[str, object] = {}
    for decision in row.decisions:
        found |= {name: value for name, value in decision.evidence.items() if name not in ("twin", "group")}
    return found
