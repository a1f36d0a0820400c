"""Cases that wait for a person: rows that contradict each other, settled together, and doubtful rows one by one.

case = cases(flagged_rows(view, suspicion_of(curated)))[0]
[choice.name for choice in choices(case)]           # ["row 1", "row 2", "all", "none"]
ledger.append(*decisions(case, "row 2", by="ada"))  # the second is right: it is kept, the other one removed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from curation.publish.browse import Row, rows_of
from winnow.data.ledger import Decision, View
from winnow.data.records import content_hash
from winnow.errors import InputError

STEP = "studio"
RIGHTLY_REMOVED = "Was this row rightly removed?"


@dataclass(frozen=True, slots=True)
class Case:
    """What one person decides at once: a row, or the rows of which only some can be right."""

    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        """Name the case on a page: other rows, texts or reasons make another case."""
        return content_hash(*(part for row in self.rows for part in (row.id, row.question, row.answer, row.reason)))[
            :16
        ]

    @property
    def is_removed(self) -> bool:
        """Tell whether this is a removed row of the audit: were the steps right?"""
        return self.rows[0].decisions[0].action == "remove"

    @property
    def kind(self) -> str:
        """Say in words what is asked."""
        if len(self.rows) > 1:
            return "These can't all be right"
        if self.is_removed:
            return RIGHTLY_REMOVED
        is_of_reviewer = any(decision.step == "review" for decision in self.rows[0].decisions)
        return "A reviewer says that this is wrong" if is_of_reviewer else "Is this row fit to learn from?"

    @property
    def reasons(self) -> list[str]:
        """Why the rows are here, each reason once."""
        return list(dict.fromkeys(decision.reason for row in self.rows for decision in row.decisions))


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to settle a case: its name, its words, and the places of the rows that it keeps."""

    name: str
    label: str
    keeps: tuple[int, ...]


def cases(waiting: Sequence[Row]) -> list[Case]:
    """Gather the waiting rows into cases, in their order; rows that a decision puts into one group are one case."""
    group = {row.id: row.id for row in waiting}

    def first(id_: str) -> str:
        while group[id_] != id_:
            id_ = group[id_]
        return id_

    for row in waiting:
        for other in _contradicted(row):
            if other in group:
                ends = sorted((first(row.id), first(other)))
                group[ends[1]] = ends[0]
    together: dict[str, list[Row]] = {}
    for row in waiting:
        together.setdefault(first(row.id), []).append(row)
    return [Case(tuple(rows)) for rows in together.values()]


def audit_cases(
    view: View, removed: Mapping[str, Decision], people: Sequence[Decision], size: int, seed: int, who: str
) -> list[Case]:
    """Lay out the seeded sample of what steps `removed` about which a person hasn't said whether that was right."""
    from curation.labelling.audit import STEP as AUDIT
    from curation.labelling.audit import draw

    answered = {d.id for d in people if d.step == AUDIT and d.by == who}
    drawn = [decision for decision in draw(removed, size, seed) if decision.id not in answered]
    own = {decision.id: [decision] for decision in drawn}
    places = pc.index_in(pa.array([*own], pa.string()), value_set=view.records["id"].combine_chunks())
    return [Case((row,)) for row in rows_of(view.records.take(places), own)]


def _contradicted(row: Row) -> Iterable[str]:
    for decision in row.decisions:
        members = decision.evidence.get("group")
        yield from members if isinstance(members, list) else ()


def choices(case: Case) -> list[Choice]:
    """List the ways to settle a case: of one row keep or remove; of several this one, all, or none."""
    if len(case.rows) == 1:
        if case.is_removed:
            return [Choice("right", "Rightly removed", ()), Choice("wrong", "Wrongly: restore it", (0,))]
        return [Choice("keep", "Keep as it is", (0,)), Choice("remove", "Remove", ())]
    every = tuple(range(len(case.rows)))
    these = [Choice(f"row {place + 1}", "This one is right", (place,)) for place in every]
    both = "Both hold" if len(every) == 2 else "All hold"
    return [*these, Choice("all", both, every), Choice("none", "Neither" if len(every) == 2 else "None", ())]


def decisions(case: Case, name: str, by: str) -> list[Decision]:
    """Turn a choice into a decision about each row of the case; raises InputError for a choice that there isn't."""
    choice = next((choice for choice in choices(case) if choice.name == name), None)
    if choice is None:
        raise InputError(f"{name!r} is no way to settle this case; it has {', '.join(c.name for c in choices(case))}")
    if case.is_removed:
        return _audited(case.rows[0], name == "right", by)
    group = {"settled": [row.id for row in case.rows]} if len(case.rows) > 1 else {}
    return [
        Decision(row.id, STEP, "restore", "checked: fine", dict(group), by=by)
        if place in choice.keeps
        else Decision(row.id, STEP, "remove", f"checked: {row.reason}", _proof(row) | group, by=by)
        for place, row in enumerate(case.rows)
    ]


def _audited(row: Row, is_right: bool, by: str) -> list[Decision]:
    from curation.labelling.audit import answer

    said = answer(row.decisions[0], is_right, by)
    return [said] if is_right else [said, Decision(row.id, STEP, "restore", "wrongly removed", by=by)]


def _proof(row: Row) -> dict[str, object]:
    """Keep what the row was compared with, so that a person's removal can be judged like a step's."""
    return {"twin": row.others[0]} if row.others else {}
