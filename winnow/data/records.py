"""The records table: every row that came in, written once at ingest and never changed.

>>> record = new_record("What is the fee?", "Five pounds.", source="faq.jsonl", line=3, context="Card: £5 a month.")
>>> to_records(to_table([record])) == [record]
True
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

RECORDS = pa.schema(
    [
        ("id", pa.string()),
        ("question", pa.string()),
        ("answer", pa.string()),
        ("context", pa.string()),
        ("system", pa.string()),
        ("history", pa.string()),  # JSON of the messages, "" where there are none
        ("references", pa.string()),  # JSON of the texts, "" where there are none
        ("source", pa.string()),
        ("line", pa.int64()),
        ("metadata", pa.string()),  # canonical JSON: nested objects stay as they came
    ]
)


Message = dict[str, str]  # {"role": "system" | "user" | "assistant", "content": …}
SURROUNDINGS = ("context", "system", "history")  # what the model sees beside the question


@dataclass(frozen=True, slots=True)
class Record:
    """What a model is asked and should answer; `line` is 1-based in the file `source`.

    `context` is text that the question is about (a passage, a table, choices), `system` a system prompt of the row's
    own, `history` the earlier turns; each is empty where the row has none. `references` are further answers as good
    as `answer`. `metadata` is every other column as it came: nothing here reads it.
    """

    id: str
    question: str
    answer: str
    source: str = ""
    line: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
    context: str = ""
    system: str = ""
    history: tuple[Message, ...] = ()
    references: tuple[str, ...] = ()


def canonical_json(value: object) -> str:
    """Write JSON that is equal for equal values: sorted keys, no spaces, UTF-8 kept."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str)


def content_hash(*parts: str) -> str:
    """Hash texts to SHA-256 hex; lengths are hashed too, so that parts can't run together."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hashlib.sha256(b"".join(len(data).to_bytes(8, "big") + data for data in encoded)).hexdigest()


def new_record(
    question: str,
    answer: str,
    source: str = "",
    line: int = 0,
    metadata: Mapping[str, Any] | None = None,
    *,
    context: str = "",
    system: str = "",
    history: Iterable[Message] = (),
    references: Iterable[str] = (),
) -> Record:
    """Make a record whose id hashes all that the model sees and answers; `number_copies` tells exact copies apart."""
    turns = tuple(history)
    around = (context, system, _json_or_nothing(turns)) if context or system or turns else ()
    id_ = content_hash(question, answer, *around)[:16]
    return Record(
        id_, question, answer, source, line, dict(metadata or {}), context, system, turns, tuple(references)
    )  # fmt: skip


def number_copies(records: Iterable[Record]) -> Iterator[Record]:
    """Give the second, third … record of the same content the ids `…-2`, `…-3`, in order of appearance."""
    seen: dict[str, int] = {}
    for record in records:
        seen[record.id] = ordinal = seen.get(record.id, 0) + 1
        yield record if ordinal == 1 else replace(record, id=f"{record.id}-{ordinal}")


def to_table(records: Iterable[Record]) -> pa.Table:
    """Turn records into a table of schema RECORDS."""
    rows = [
        (
            r.id, r.question, r.answer, r.context, r.system,
            _json_or_nothing(r.history), _json_or_nothing(r.references), r.source, r.line,
            canonical_json(r.metadata) if r.metadata else "{}",
        )
        for r in records
    ]  # fmt: skip
    return table_of(rows, RECORDS)


def _json_or_nothing(values: Sequence[object]) -> str:
    return canonical_json(list(values)) if values else ""


def table_of(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """Turn tuples in the order of the schema into a table; no rows give an empty one."""
    arrays = [pa.array([row[i] for row in rows], type=kind.type) for i, kind in enumerate(schema)]
    return pa.Table.from_arrays(arrays, schema=schema)


def to_records(table: pa.Table) -> list[Record]:
    """Turn a table of schema RECORDS into records, in order."""
    return [
        Record(
            row["id"], row["question"], row["answer"], row["source"], row["line"], json.loads(row["metadata"]),
            row["context"], row["system"], _values(row["history"]), _values(row["references"]),
        )
        for row in table.select(RECORDS.names).to_pylist()
    ]  # fmt: skip


def _values(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text)) if text else ()


def turns(history: str | Sequence[Message]) -> str:
    """Write earlier turns as text, a line a turn; `history` is their JSON, or the messages.

    [{"role": "user", "content": "What is an ISA?"}] → "user: What is an ISA?"
    """
    messages = _values(history) if isinstance(history, str) else history
    return "\n".join(f"{message['role']}: {message['content']}" for message in messages)


def with_surroundings(table: pa.Table) -> pa.Table:
    """Give a table that was written before rows had a context the columns it lacks, empty."""
    for name in (*SURROUNDINGS, "references"):
        if name not in table.column_names:
            place = RECORDS.get_field_index(name)
            table = table.add_column(place, RECORDS.field(name), pa.array([""] * len(table), pa.string()))
    return table
