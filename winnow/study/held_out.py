"""Held-out rows: the questions that no model is trained on, read from `split/held_out.jsonl`.

read_held_out(workspace.split / "held_out.jsonl")[0]
# {"id": "q1", "question": "What is an ISA?", "answer": "A savings account.", "topic": "savings"} in the file
# → HeldOutRow("q1", "What is an ISA?", "A savings account.", topic="savings", topic_name="savings")
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from winnow.data.columns import Row, text
from winnow.data.files import read_jsonl
from winnow.data.outputs import around
from winnow.data.records import Message, Record
from winnow.errors import InputError


@dataclass(frozen=True, slots=True)
class HeldOutRow:
    """A question with its reference answer, and all that the model sees beside it.

    `references` are further answers as good. Rows of one `group` ask the same. `document` names the source that holds
    the answer.
    """

    id: str
    question: str
    answer: str
    topic: str | int | None = None
    topic_name: str | None = None
    group: str | None = None
    document: str | None = None
    context: str = ""
    system: str = ""
    history: tuple[Message, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def content(self) -> list[object]:
        """All that is asked and expected, as JSON: [question, answer], and what stands around them where there is."""
        beside = around(self)
        return [self.question, self.answer, *([beside] if beside else [])]


def held_out_row(record: Record) -> HeldOutRow:
    """Take a record as a held-out row."""
    return HeldOutRow(
        record.id, record.question, record.answer,
        context=record.context, system=record.system, history=record.history, references=record.references,
    )  # fmt: skip


def read_held_out(path: Path) -> list[HeldOutRow]:
    """Read the rows of a file; raises InputError with file and line where one lacks its id, question or answer."""
    return [_row(row, f"{path}:{number}") for number, row in enumerate(read_jsonl(path), start=1)]


def _row(row: Row, place: str) -> HeldOutRow:
    for name in ("id", "question", "answer"):
        if text(row.get(name)) is None:
            raise InputError(f'{place}: no text in field "{name}"; write the split anew: winnow split')
    return HeldOutRow(
        str(row["id"]),
        str(row["question"]),
        str(row["answer"]),
        row.get("topic"),
        topic_name(row),
        text(row.get("group")) or None,
        text(row.get("document")) or None,
        str(row.get("context") or ""),
        str(row.get("system") or ""),
        tuple(row.get("history") or ()),
        tuple(row.get("references") or ()),
    )


class Grouped(Protocol):
    """A question, or what was answered to it, that may be one of a group of like ones."""

    @property
    def id(self) -> str:
        """The question's id."""
        ...

    @property
    def group(self) -> str | None:
        """Its group, None where it stands alone."""
        ...


def units_of(rows: Iterable[Grouped]) -> dict[str, str]:
    """Name what each question counts as: its group, or itself where it has none."""
    return {row.id: f"group {row.group}" if row.group else f"alone {row.id}" for row in rows}


def held_out_groups(rows: Iterable[HeldOutRow]) -> dict[str, str]:
    """Map the id of each row that has a duplicate group to it: rows of a group are one piece of evidence."""
    return {row.id: row.group for row in rows if row.group}


def topic_name(row: Row) -> str | None:
    """Give the name of a row's topic as the split wrote it, else its `topic` as it stands; None where there is none.

    {"topic": 3, "topic_name": "card, cancel, fee"} → "card, cancel, fee"; {"topic": "loans"} → "loans"
    """
    name = row.get("topic") if row.get("topic_name") is None else row["topic_name"]
    return None if name is None else str(name)
