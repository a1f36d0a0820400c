"""Ingest: read rows of any format into the records table, and reject those without a question and an answer.

table, decisions = ingest(["faq.jsonl"], config.ingest)
len(table) == every row of every file: a rejected row is a record that ingest removes, with its raw text kept
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count, islice

import pyarrow as pa

from winnow.config import IngestConfig
from winnow.data.cells import cell_text
from winnow.data.columns import COMPANIONS, find_columns
from winnow.data.ledger import Decision
from winnow.data.readers import AnyRow, RawRow, Reading, UnreadRow, column_names, files_of, read_rows
from winnow.data.records import RECORDS, Record, new_record, number_copies, to_table
from winnow.errors import InputError

STEP = "ingest"
ROWS_LOOKED_AT = 100  # rows whose columns are looked at before the first is read
ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant"}


@dataclass(frozen=True)
class Columns:
    """Where a source keeps its pairs: a question (with its second part) and an answer, or one of chat messages."""

    question: str = ""
    answer: str = ""
    chat: str = ""
    question_end: str = ""


@dataclass(frozen=True)
class Pair:
    """What a row says: question and answer as they stand in it, and every other column."""

    question: str
    answer: str
    metadata: dict[str, object]


class RowError(ValueError):
    """A row that isn't a question-answer pair, in words."""


def ingest(
    sources: Sequence[str], settings: IngestConfig, advance: Callable[[int], None] = lambda rows: None
) -> tuple[pa.Table, list[Decision]]:
    """Read all sources into one records table, in order, with the decisions that reject rows.

    `advance` is called with the number of rows read so far. Raises InputError when a source can't be read, is
    empty, or has no column that could be the question or the answer.
    """
    rejected: dict[int, Decision] = {}
    batches: list[pa.Table] = []
    done = 0
    records = number_copies(_records(sources, settings, rejected))
    while batch := list(islice(records, 20_000)):
        batches.append(to_table(batch))
        done += len(batch)
        advance(done)
    table = pa.concat_tables(batches).combine_chunks() if batches else RECORDS.empty_table()
    # a copy gets its id once copies are numbered, and several rows may stand in one line
    return table, [replace(decision, id=table["id"][place].as_py()) for place, decision in rejected.items()]


def _records(sources: Sequence[str], settings: IngestConfig, rejected: dict[int, Decision]) -> Iterator[Record]:
    """Yield a record for each row, and put the decision that rejects it under its number."""
    numbers = count()
    for source in chain.from_iterable(map(files_of, sources)):
        rows = read_rows(
            source,
            Reading(settings.encoding, settings.sheet, partial(_has_columns, settings), "--set ingest.sheet=NAME"),
        )
        first = list(islice(rows, ROWS_LOOKED_AT))
        columns = columns_of(source, first, settings)
        for row in chain(first, rows):
            record, problem = to_record(row, columns)
            number = next(numbers)
            if problem:
                place = {"source": row.source, "line": row.line}
                rejected[number] = Decision(record.id, STEP, "remove", problem, place)
            yield record


def columns_of(source: str, rows: Sequence[AnyRow], settings: IngestConfig) -> Columns:
    """Find the pair's columns by the configured or the customary names; raises InputError naming what is there.

    A column of messages counts before question and answer where it holds messages, or where those aren't there.
    """
    named = {"question": settings.question_column, "answer": settings.answer_column}
    roles = ("question", "answer") if any(named.values()) else ("messages", "question", "answer")
    found = find_columns(column_names(rows), roles, named, source=source, option="--{role}-column {name}")
    chat, has_pair = found.column("messages"), {"question", "answer"} <= found.columns.keys()
    if chat and (
        not has_pair or any(isinstance(row.values.get(chat), list) for row in rows if isinstance(row, RawRow))
    ):
        return Columns(chat=chat)
    for role in named:
        found.require(role, f"name it with --{role}-column")
    question, *ends = found.columns["question"]
    main, companion = COMPANIONS["question"]
    end = companion if question.lower().strip() == main else ""  # a later row may have it, even if no early one does
    return Columns(question, found.column("answer"), question_end=ends[0] if ends else end)


def _has_columns(settings: IngestConfig, header: list[str]) -> bool:
    """Tell whether a header has a pair's columns."""
    try:
        columns_of("", [RawRow("", 1, dict.fromkeys(header))], settings)
    except InputError:
        return False
    return True


def to_record(row: AnyRow, columns: Columns) -> tuple[Record, str]:
    """Turn a row into a record and the problem that rejects it (empty: none); the raw text is kept either way."""
    if isinstance(row, UnreadRow):
        return new_record("", "", row.source, row.line, {"raw": _well_formed(row.raw)}), row.problem
    values = {str(_well_formed(name)): _well_formed(value) for name, value in row.values.items()}
    try:
        pair = _from_chat(values, columns.chat) if columns.chat else _from_columns(values, columns)
    except RowError as error:
        return new_record("", "", row.source, row.line, values), str(error)
    return new_record(pair.question, pair.answer, row.source, row.line, pair.metadata), ""


def read_pairs(source: str) -> list[Record]:
    """Read a file all of whose rows must be pairs; raises InputError naming the first row that is none.

    A row that Winnow wrote keeps its `id` and its `metadata`.
    """
    settings = IngestConfig()
    rows = list(read_rows(source, Reading(fits=partial(_has_columns, settings))))
    columns = columns_of(source, rows[:ROWS_LOOKED_AT], settings)
    return [_own(*to_record(row, columns)) for row in rows]


def _own(record: Record, problem: str) -> Record:
    if problem:
        raise InputError(f"{record.source}:{record.line}: {problem}; mend or delete the row")
    inner = record.metadata.get("metadata")
    return replace(
        record,
        id=str(record.metadata.get("id") or record.id),
        metadata=dict(inner) if isinstance(inner, Mapping) else record.metadata,
    )


def _from_columns(values: Mapping[str, object], columns: Columns) -> Pair:
    metadata = dict(values)
    question, answer = (_text(metadata, name) for name in (columns.question, columns.answer))
    end = metadata.get(columns.question_end)
    if isinstance(end, str) and end.strip():
        question = f"{question}\n\n{metadata.pop(columns.question_end)}"
    return Pair(question, answer, metadata)


def _text(values: dict[str, object], name: str) -> str:
    if name not in values:
        raise RowError(f'field "{name}" is missing')
    value = values.pop(name)
    if value is None:
        return ""
    if isinstance(value, (dict, list, tuple, bytes)):
        raise RowError(f'field "{name}" is a {type(value).__name__}, not text')
    return cell_text(value)


def _from_chat(values: Mapping[str, object], name: str) -> Pair:
    metadata = dict(values)
    turns = [_turn(message) for message in _messages(metadata, name)]
    if system := "\n".join(text for role, text in turns if role == "system"):
        metadata["system"] = system
    turns = [turn for turn in turns if turn[0] != "system"]
    if [role for role, _ in turns] != ["user", "assistant"]:
        roles = ", ".join(role for role, _ in turns) or "none"
        raise RowError(f'field "{name}" holds the turns {roles}; one user and one assistant turn make a pair')
    return Pair(turns[0][1], turns[1][1], metadata)


def _messages(values: dict[str, object], name: str) -> list[object]:
    messages = values.pop(name, None)
    if not isinstance(messages, list):
        raise RowError(f'field "{name}" is {"missing" if messages is None else "not a list of messages"}')
    return messages


def _turn(message: object) -> tuple[str, str]:
    role = message.get("role", message.get("from")) if isinstance(message, dict) else None
    text = message.get("content", message.get("value")) if isinstance(message, dict) else None
    if not isinstance(role, str) or not isinstance(text, str):
        raise RowError("a message lacks its role or its text")
    return ROLES.get(role.lower(), role.lower()), text


def _well_formed(value: object) -> object:
    """Replace halves of surrogate pairs, which no file can hold, by U+FFFD, in texts and inside containers."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, dict):
        return {_well_formed(str(key)): _well_formed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_well_formed(inner) for inner in value]
    return value
