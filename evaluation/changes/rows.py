"""Training rows of two studies: which were added, removed or edited, each with the reason that a ledger gives.

changed_rows(before, after)     # two sides, each its training rows and where its other rows ended
# [ChangedRow("3f2a…", "removed", "Is there a fee?", "Yes, £5.", "", "duplicates", "left out by duplicates: …")]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from winnow.data.ledger import Decision
from winnow.data.outputs import around
from winnow.data.records import Record, canonical_json

Change = Literal["added", "removed", "edited"]

ABSENT = "didn't come in"
OTHER_SOURCE = "came in otherwise"


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that one study was trained on and the other wasn't, or with other words; `before` and `after` are answers.

    `cause` is who decided (a step, a person's verb, a part of the split) or how it came in, `reason` the whole of it.
    """

    id: str
    change: Change
    question: str
    before: str
    after: str
    cause: str
    reason: str

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class TrainedOn:
    """A study's training rows, and of all others where they ended: another part of the split, or removed and why.

    `edits` are the decisions that gave a row other words, in their order; `came_in` the ids that curation read.
    """

    train: Sequence[Record]
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    removed: Mapping[str, Decision] = field(default_factory=dict)
    edits: Mapping[str, Sequence[Decision]] = field(default_factory=dict)
    came_in: frozenset[str] = frozenset()

    def why_absent(self, id_: str) -> tuple[str, str]:
        """Say why a row isn't trained on here, as cause and reason."""
        if decision := self.removed.get(id_):
            return decision.step, f"left out by {_told(decision)}"
        if part := self.elsewhere.get(id_):
            return part, f"it stands in {part}"
        return ("the split", "kept, but in no part of the split") if id_ in self.came_in else (ABSENT, ABSENT)


def changed_rows(before: TrainedOn, after: TrainedOn) -> list[ChangedRow]:
    """Compare training rows by id, then those left over by what they ask: an answer rewritten at its source is an edit.

    Edited rows stand first, then removed ones, then added ones, each in the order of their study.
    """
    old, new = ({row.id: row for row in side.train} for side in (before, after))
    same = [(old[id_], row) for id_, row in new.items() if id_ in old]
    gone = [row for id_, row in old.items() if id_ not in new]
    come = [row for id_, row in new.items() if id_ not in old]
    rewritten = _asking_the_same(gone, come)
    matched = {row.id for pair in rewritten for row in pair}
    edited = [_edited(one, two, before, after) for one, two in same if _content(one) != _content(two)]
    return [
        *edited,
        *(_row("edited", one, two, (OTHER_SOURCE, "another answer came in")) for one, two in rewritten),
        *(_row("removed", row, None, after.why_absent(row.id)) for row in gone if row.id not in matched),
        *(_row("added", None, row, before.why_absent(row.id)) for row in come if row.id not in matched),
    ]


def _asking_the_same(gone: Sequence[Record], come: Sequence[Record]) -> list[tuple[Record, Record]]:
    waiting: defaultdict[str, list[Record]] = defaultdict(list)
    for row in reversed(gone):
        waiting[_asked(row)].append(row)
    return [(waiting[_asked(row)].pop(), row) for row in come if waiting.get(_asked(row))]


def _edited(one: Record, two: Record, before: TrainedOn, after: TrainedOn) -> ChangedRow:
    """Explain other words under the same id by the decision that gave them, or by the one that no longer counts."""
    now, then = after.edits.get(one.id), before.edits.get(one.id)
    if now:
        return _row("edited", one, two, (now[-1].step, _told(now[-1])))
    if then:
        return _row("edited", one, two, (then[-1].step, f"no longer {_told(then[-1])}"))
    return _row("edited", one, two, (OTHER_SOURCE, "other words came in"))


def _row(change: Change, one: Record | None, two: Record | None, why: tuple[str, str]) -> ChangedRow:
    shown = two or one
    assert shown is not None, "a change has a row on one side at least"
    return ChangedRow(
        shown.id, change, shown.question, one.answer if one else "", two.answer if two else "", why[0], why[1]
    )


def _told(decision: Decision) -> str:
    person = f", {decision.by}" if decision.by not in ("", decision.step) else ""
    return f"{decision.step}: {decision.reason}{person}"


def _asked(row: Record) -> str:
    return canonical_json([row.question, {**around(row), "references": None}])


def _content(row: Record) -> str:
    return canonical_json([row.question, row.answer, around(row)])
