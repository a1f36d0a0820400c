"""Ingest: rows of any shape → the records table, and a decision about each row that couldn't become a pair.

table, decisions = ingest(["faq.jsonl"], config.ingest)
len(table) == every row of every file: a rejected row is a record that ingest removes, with its raw text kept
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from winnow.config import IngestConfig
from winnow.data.readers import RawRow, read_rows
from winnow.errors import InputError
from winnow.ledger import Decision
from winnow.records import RECORDS, Record, new_record, number_copies, to_table

STEP = "ingest"
QUESTION_NAMES = ("question", "prompt", "instruction", "query", "input", "user", "q")
ANSWER_NAMES = ("answer", "response", "output", "completion", "reply", "assistant", "a")
CHAT_NAMES = ("messages", "conversations", "conversation")
ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant"}


@dataclass(frozen=True)
class Columns:
    """Where a source keeps its pairs: two columns, or one of chat messages."""

    question: str = ""
    answer: str = ""
    chat: str = ""


class RowError(ValueError):
    """A row that isn't a question-answer pair, in words."""


def ingest(
    sources: Sequence[str], settings: IngestConfig, advance: Callable[[int], None] = lambda rows: None
) -> tuple[pa.Table, list[Decision]]:
    """Read all sources into one records table, in order, with the decisions that reject rows.

    `advance` is called with the number of rows read so far. Raises InputError when a source can't be read, is
    empty, or has no column that could be the question or the answer.
    """
    decisions: list[Decision] = []
    batches: list[pa.Table] = []
    count = 0
    records = number_copies(_records(sources, settings, decisions))
    while batch := list(islice(records, 20_000)):
        batches.append(to_table(batch))
        count += len(batch)
        advance(count)
    table = pa.concat_tables(batches).combine_chunks() if batches else RECORDS.empty_table()
    return table, _with_final_ids(decisions, table)


def _records(sources: Sequence[str], settings: IngestConfig, decisions: list[Decision]) -> Iterator[Record]:
    for source in sources:
        rows = read_rows(source, settings.encoding)
        first = list(islice(rows, 100))
        columns = find_columns(source, first, settings)
        for row in chain(first, rows):
            record, problem = to_record(source, row, columns)
            if problem:
                place = {"source": source, "line": row.line}
                decisions.append(Decision(record.id, STEP, "remove", problem, place))
            yield record


def _with_final_ids(decisions: list[Decision], table: pa.Table) -> list[Decision]:
    """Give each rejection the id that its record got once copies were numbered, found by source and line."""
    if not decisions:
        return []
    wanted = {(d.evidence["source"], d.evidence["line"]) for d in decisions}
    places = zip(table["source"].to_pylist(), table["line"].to_pylist(), table["id"].to_pylist(), strict=True)
    ids = {(source, line): id_ for source, line, id_ in places if (source, line) in wanted}
    return [
        Decision(ids[d.evidence["source"], d.evidence["line"]], d.step, d.action, d.reason, d.evidence)
        for d in decisions
    ]


def find_columns(source: str, rows: Iterable[RawRow], settings: IngestConfig) -> Columns:
    """Find the pair's columns by the configured or the customary names; raises InputError naming what is there."""
    present = {name: None for row in rows if row.values for name in row.values}
    if not (settings.question_column or settings.answer_column):
        for name in CHAT_NAMES:
            if name in present:
                return Columns(chat=name)
    return Columns(
        _find(source, "question", settings.question_column, QUESTION_NAMES, list(present)),
        _find(source, "answer", settings.answer_column, ANSWER_NAMES, list(present)),
    )


def _find(source: str, role: str, configured: str | None, names: Sequence[str], present: list[str]) -> str:
    by_lower = {name.lower().strip(): name for name in reversed(present)}
    wanted = [configured.lower().strip()] if configured else names
    for name in wanted:
        if name in by_lower:
            return by_lower[name]
    missing = f"no column {configured!r}" if configured else f"no column looks like the {role}"
    raise InputError(f"{source}: {missing}; there are {', '.join(present) or 'none'}: name it with --{role}-column")


def to_record(source: str, row: RawRow, columns: Columns) -> tuple[Record, str]:
    """Turn a row into a record and the problem that rejects it (empty: none); the raw text is kept either way."""
    if row.values is None:
        return new_record("", "", source, row.line, {"raw": well_formed(row.raw)}), row.problem
    values = well_formed(row.values)
    try:
        question, answer, metadata = (
            _from_chat(values, columns.chat) if columns.chat else _from_columns(values, columns)
        )
    except RowError as error:
        return new_record("", "", source, row.line, values), str(error)
    return new_record(question, answer, source, row.line, metadata), ""


def _from_columns(values: dict[str, Any], columns: Columns) -> tuple[str, str, dict[str, Any]]:
    metadata = dict(values)
    question, answer = (_text(metadata, name) for name in (columns.question, columns.answer))
    context = metadata.get("input") if columns.question == "instruction" else None
    if isinstance(context, str) and context.strip():
        question = f"{question}\n\n{metadata.pop('input')}"  # Alpaca rows: the input belongs to the question
    return question, answer, metadata


def _text(values: dict[str, Any], name: str) -> str:
    if name not in values:
        raise RowError(f'field "{name}" is missing')
    value = values.pop(name)
    if value is None:
        return ""
    if isinstance(value, (dict, list, tuple, bytes)):
        raise RowError(f'field "{name}" is a {type(value).__name__}, not text')
    return value if isinstance(value, str) else str(value)


def _from_chat(values: dict[str, Any], name: str) -> tuple[str, str, dict[str, Any]]:
    metadata = dict(values)
    turns = [_turn(message) for message in _messages(metadata, name)]
    if system := "\n".join(text for role, text in turns if role == "system"):
        metadata["system"] = system
    turns = [turn for turn in turns if turn[0] != "system"]
    if [role for role, _ in turns] != ["user", "assistant"]:
        roles = ", ".join(role for role, _ in turns) or "none"
        raise RowError(f'field "{name}" holds the turns {roles}; one user and one assistant turn make a pair')
    return turns[0][1], turns[1][1], metadata


def _messages(values: dict[str, Any], name: str) -> list[Any]:
    messages = values.pop(name, None)
    if not isinstance(messages, list):
        raise RowError(f'field "{name}" is {"missing" if messages is None else "not a list of messages"}')
    return messages


def _turn(message: Any) -> tuple[str, str]:
    role = message.get("role", message.get("from")) if isinstance(message, dict) else None
    text = message.get("content", message.get("value")) if isinstance(message, dict) else None
    if not isinstance(role, str) or not isinstance(text, str):
        raise RowError("a message lacks its role or its text")
    return ROLES.get(role.lower(), role.lower()), text


def well_formed(value: Any) -> Any:
    """Replace halves of surrogate pairs, which no file can hold, by U+FFFD, in texts and inside containers."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, dict):
        return {well_formed(str(key)): well_formed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [well_formed(inner) for inner in value]
    return value
