"""The ledger of decisions: what every step and every person decided about each record.

ledger = Ledger(folder)
ledger.write_step(2, "duplicates", decisions)         # a step rewrites its own decisions
ledger.append(Decision(id, "restore", "restore", "legitimate", by="ada"))     # a person's are never rewritten
ledger.undo([17], by="ada")                           # entry 17 no longer counts, and stays readable
view = ledger.view(records)                           # kept, removed, flagged, texts as they stand now
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock

from winnow.data.files import read_table, write_table
from winnow.data.records import canonical_json, table_of
from winnow.errors import InputError

Action = Literal["remove", "flag", "repair", "group", "correct", "label", "restore", "undo"]

DECISIONS = pa.schema(
    [
        (name, pa.string())
        for name in ("id", "step", "action", "reason", "evidence", "field", "text", "by", "at", "settings")
    ]
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What one step or person decided about one record, and why.

    `text` is the new text of `field` (question, answer, context, or history as JSON) for `repair` and `correct`. `by`
    is empty until the ledger fills it: the step's own name, or the person who decided. `restore` keeps a row whatever
    the steps say and settles its flags; `undo` voids the person's entry whose number its evidence names.
    """

    id: str
    step: str
    action: Action
    reason: str
    evidence: dict[str, Any] = field(default_factory=dict)
    field: str = ""
    text: str | None = None
    by: str = ""
    at: str = ""
    settings: str = ""


def to_decision_table(decisions: Iterable[Decision]) -> pa.Table:
    """Turn decisions into a table of schema DECISIONS."""
    rows = [
        (
            d.id,
            d.step,
            d.action,
            d.reason,
            canonical_json(d.evidence),
            d.field,
            d.text,
            d.by,
            d.at,
            d.settings,
        )
        for d in decisions
    ]
    return table_of(rows, DECISIONS)


def from_decision_table(table: pa.Table) -> list[Decision]:
    """Turn a table of schema DECISIONS into decisions, in order."""
    return [Decision(**{**row, "evidence": json.loads(row["evidence"])}) for row in table.to_pylist()]


class Overtaken(InputError):
    """Somebody else has decided about the same row since the page that was decided from was drawn."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person's decision as it stands in the ledger: its number, counted from 1, and whether it still counts."""

    number: int
    decision: Decision
    counts: bool


class Ledger:
    """Decisions on disk: one Parquet file a step, and one append-only file of what people decided."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people_file = folder / "people.jsonl"

    def write_step(self, order: int, step: str, decisions: Iterable[Decision], settings: str = "") -> None:
        """Replace a step's decisions; `order` is its place in the pipeline, so that views follow it."""
        at = _now()
        signed = (replace(d, step=step, by=step, at=at, settings=settings) for d in decisions)
        path = self.folder / f"{order:02d}-{step}.parquet"
        write_table(path, to_decision_table(signed))
        for stale in self.folder.glob(f"[0-9][0-9]-{step}.parquet"):
            if stale != path:
                stale.unlink()

    def append(self, *decisions: Decision, seen: int | None = None) -> None:
        """Add people's decisions; they are on disk, synced, when this returns, and are never rewritten.

        `seen` is the number of the last entry that the person knew of: where another person has decided about one of
        the rows since, nothing is written and Overtaken says who decided what.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [asdict(replace(d, at=d.at or _now())) for d in decisions]
        if anonymous := [line["id"] for line in lines if not line["by"]]:
            raise ValueError(f"a person's decision needs `by`: {anonymous[0]}")
        with FileLock(self.folder / ".people.lock"), self.people_file.open("a+b") as file:
            _drop_unfinished_line(file)
            if seen is not None:
                self._refuse_overtaken(decisions, seen)
            file.write("".join(canonical_json(line) + "\n" for line in lines).encode("utf-8", "surrogatepass"))
            file.flush()
            os.fsync(file.fileno())

    def step_decisions(self) -> list[Decision]:
        """Read what the steps decided, in the pipeline's order."""
        return [
            d
            for path in sorted(self.folder.glob("[0-9][0-9]-*.parquet"))
            for d in from_decision_table(read_table(path))
        ]

    def undo(self, numbers: Iterable[int], by: str) -> None:
        """Void entries by their numbers, in one append; voiding an undo brings back what it voided."""
        entries = {entry.number: entry.decision for entry in self.history()}
        undone = [(number, entries[number]) for number in numbers]
        self.append(
            *(
                Decision(before.id, before.step, "undo", f"taken back: {before.reason}", {"undoes": number}, by=by)
                for number, before in undone
            )
        )

    def people_decisions(self) -> list[Decision]:
        """Read what people decided and didn't take back, in the order of time.

        A line cut off by a crash was never acknowledged.
        """
        return [entry.decision for entry in self.history() if entry.counts and entry.decision.action != "undo"]

    def history(self) -> list[Entry]:
        """Read all that people ever decided, with what was taken back since."""
        void: set[int] = set()
        decisions = list(enumerate(self._people(), start=1))
        for number, decision in reversed(decisions):
            if decision.action == "undo" and number not in void:
                void.add(decision.evidence.get("undoes", 0))
        return [Entry(number, decision, number not in void) for number, decision in decisions]

    def view(self, records: pa.Table) -> View:
        """Say how each record stands now."""
        return settle(records, self.step_decisions(), self.people_decisions())

    def _refuse_overtaken(self, decisions: Iterable[Decision], seen: int) -> None:
        mine = {decision.id: decision.by for decision in decisions}
        for late in self.history()[seen:]:
            other = late.decision
            if other.id in mine and other.by != mine[other.id]:
                raise Overtaken(
                    f"{other.by} decided about this row meanwhile ({other.action}: {other.reason}), at {other.at}; "
                    "nothing of yours was written: look at the row again"
                )

    def _people(self) -> Iterator[Decision]:
        if not self.people_file.exists():
            return
        lines = self.people_file.read_text(encoding="utf-8", errors="surrogatepass").split("\n")
        for number, line in enumerate(lines[:-1], start=1):
            try:
                yield Decision(**json.loads(line))
            except (json.JSONDecodeError, TypeError) as error:
                raise InputError(
                    f"{self.people_file}:{number}: not a decision ({error}); restore the file from a copy"
                ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _drop_unfinished_line(file: BinaryIO) -> None:
    """Cut what stands after the last newline: a write that a crash broke off before it was acknowledged."""
    end = position = file.seek(0, os.SEEK_END)
    while position > 0:
        start = max(0, position - 65536)
        file.seek(start)
        block = file.read(position - start)
        if (newline := block.rfind(b"\n")) >= 0:
            position = start + newline + 1
            break
        position = start
    if position != end:
        file.truncate(position)


@dataclass(frozen=True)
class View:
    """What the records and the ledger together say now: `kept + removed = input`, flagged rows are among the kept."""

    records: pa.Table
    removed: dict[str, Decision]
    flags: dict[str, list[Decision]]
    texts: dict[tuple[str, str], str]

    @property
    def kept_table(self) -> pa.Table:
        """The records that stay, with their texts as repaired and corrected."""
        table = self.records
        if self.removed:
            table = table.filter(pc.invert(pc.is_in(table["id"], pa.array(list(self.removed)))))
        for name in ("question", "answer", "context", "history"):
            if new := {id_: text for (id_, field_), text in self.texts.items() if field_ == name}:
                table = _replace_texts(table, name, new)
        return table

    @property
    def removed_table(self) -> pa.Table:
        """The records that left, with the texts that came in."""
        return self.records.filter(pc.is_in(self.records["id"], pa.array(list(self.removed), pa.string())))


def _replace_texts(table: pa.Table, name: str, new: dict[str, str]) -> pa.Table:
    position = pc.index_in(table["id"], pa.array(list(new), pa.string()))
    texts = pa.array(list(new.values()), pa.string()).take(
        position.combine_chunks() if isinstance(position, pa.ChunkedArray) else position
    )
    column = pc.if_else(pc.is_valid(position), texts, table[name])
    return table.set_column(table.schema.get_field_index(name), name, column)


def _about(records: pa.Table, people: Sequence[Decision]) -> Iterator[Decision]:
    named = pa.array(list({decision.id for decision in people}), pa.string())
    there = set(named.filter(pc.is_in(named, records["id"].combine_chunks())).to_pylist())
    return (decision for decision in people if decision.id in there)


def settle(records: pa.Table, steps: Sequence[Decision], people: Sequence[Decision] = ()) -> View:
    """Say how each record stands: the steps' decisions in the pipeline's order, then people's, which win.

    Of the steps the first removal counts (later steps no longer see the row); of people the last word. What people
    decided about a row that has left its source waits for it to come back.
    """
    removed: dict[str, Decision] = {}
    flags: dict[str, list[Decision]] = {}
    texts: dict[tuple[str, str], str] = {}
    for decision in steps:
        if decision.action == "remove":
            removed.setdefault(decision.id, decision)
        elif decision.action == "flag":
            flags.setdefault(decision.id, []).append(decision)
        elif decision.action == "repair" and decision.text is not None:
            texts[decision.id, decision.field] = decision.text
    for decision in _about(records, people):
        if decision.action == "remove":
            removed[decision.id] = decision
        elif decision.action in ("restore", "correct"):
            removed.pop(decision.id, None)
            flags.pop(decision.id, None)
            if decision.text is not None:
                texts[decision.id, decision.field] = decision.text
    return View(records, removed, {id_: found for id_, found in flags.items() if id_ not in removed}, texts)
