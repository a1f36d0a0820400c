"""The records table: every row that came in, written once at ingest and never changed.

>>> record = new_record("What is an ISA?", "A tax-free savings account.", source="faq.jsonl", line=3)
>>> to_records(to_table([record])) == [record]
True
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

RECORDS = pa.schema(
    [
        ("id", pa.string()),
        ("question", pa.string()),
        ("answer", pa.string()),
        ("source", pa.string()),
        ("line", pa.int64()),
        ("metadata", pa.string()),  # canonical JSON: nested objects stay as they came
    ]
)


@dataclass(frozen=True, slots=True)
class Record:
    """One question-answer pair; `line` is 1-based in the file `source`, `metadata` is every other column."""

    id: str
    question: str
    answer: str
    source: str = ""
    line: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)


def canonical_json(value: object) -> str:
    """Write JSON that is equal for equal values: sorted keys, no spaces, UTF-8 kept."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str)


def content_hash(*parts: str) -> str:
    """Hash texts to SHA-256 hex; lengths are hashed too, so that parts can't run together."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def new_record(
    question: str, answer: str, source: str = "", line: int = 0, metadata: Mapping[str, Any] | None = None
) -> Record:
    """Make a record whose id is the hash of its content; `number_copies` tells exact copies apart."""
    return Record(content_hash(question, answer)[:16], question, answer, source, line, dict(metadata or {}))


def number_copies(records: Iterable[Record]) -> Iterator[Record]:
    """Give the second, third … record of the same content the ids `…-2`, `…-3`, in order of appearance."""
    seen: Counter[str] = Counter()
    for record in records:
        seen[record.id] += 1
        ordinal = seen[record.id]
        yield record if ordinal == 1 else replace(record, id=f"{record.id}-{ordinal}")


def to_table(records: Iterable[Record]) -> pa.Table:
    """Turn records into a table of schema RECORDS."""
    rows = [
        (r.id, r.question, r.answer, r.source, r.line, canonical_json(r.metadata) if r.metadata else "{}")
        for r in records
    ]
    return table_of(rows, RECORDS)


def table_of(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    """Turn tuples in the order of the schema into a table; no rows give an empty one."""
    arrays = [pa.array([row[i] for row in rows], type=kind.type) for i, kind in enumerate(schema)]
    return pa.Table.from_arrays(arrays, schema=schema)


def to_records(table: pa.Table) -> list[Record]:
    """Turn a table of schema RECORDS into records, in order."""
    columns = [table.column(name).to_pylist() for name in RECORDS.names]
    return [Record(id_, q, a, source, line, json.loads(m)) for id_, q, a, source, line, m in zip(*columns, strict=True)]
