"""Ingest: read rows of any format into the records table, and reject those without a question and an answer.

table, decisions, layouts = ingest(["faq.jsonl"], config.ingest)
len(table) >= every row of every file: a rejected row is a record that ingest removes, with its raw text kept
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, count, islice
from typing import NamedTuple

import pyarrow as pa

from curation.ingest.cells import RowError
from curation.ingest.layout import NONE, Layout, find_layout, has_pair, named_columns
from curation.ingest.rows import Place, records_of
from curation.ingest.unfold import unfolding
from winnow.config import IngestConfig
from winnow.data.columns import matching
from winnow.data.ledger import Decision
from winnow.data.readers import AnyRow, RawRow, Reading, UnreadRow, files_of, read_rows
from winnow.data.records import RECORDS, Record, new_record, number_copies, to_records, to_table
from winnow.errors import InputError

STEP = "ingest"
ROWS_LOOKED_AT = 100  # rows whose columns are looked at before the first is read
ROWS_A_BATCH = 20_000

Read = tuple[Record, str]  # a record, and why it is no pair: then it keeps the raw row
Unfold = Callable[[Mapping[str, object]], Mapping[str, object]]


class Ingested(NamedTuple):
    """The records of all sources, the decisions that reject rows, and how each source was read."""

    table: pa.Table
    decisions: list[Decision]
    layouts: list[Layout]


def ingest(
    sources: Sequence[str],
    settings: IngestConfig,
    advance: Callable[[int], None] = lambda rows: None,
    answered: bool = True,
) -> Ingested:
    """Read all sources into one records table, in order; rows needn't have an answer where not `answered`.

    `advance` is called with the number of rows read so far. Raises InputError when a source can't be read, is
    empty, has no column that could be the question or the answer, or has two that could be.
    """
    reading = _Sources(sources, settings, answered)
    batches: list[pa.Table] = []
    done = 0
    records = number_copies(reading.records())
    while batch := list(islice(records, ROWS_A_BATCH)):
        batches.append(to_table(batch))
        done += len(batch)
        advance(done)
    table = pa.concat_tables(batches).combine_chunks() if batches else RECORDS.empty_table()
    # a copy gets its id once copies are numbered, and several rows may stand in one line
    rejected = [replace(decision, id=table["id"][place].as_py()) for place, decision in reading.rejected.items()]
    return Ingested(table, rejected, reading.layouts)


class _Sources:
    """The sources of one table: what was rejected and how each was read, as far as they were read."""

    def __init__(self, sources: Sequence[str], settings: IngestConfig, answered: bool) -> None:
        self.files = [file for source in sources for file in files_of(source)]
        self.settings = settings
        self.answered = answered
        self.rejected: dict[int, Decision] = {}  # by the number of the record
        self.layouts: list[Layout] = []
        self._named_and_there: set[str] = set()  # columns named for all files that one of them had

    def records(self) -> Iterator[Record]:
        numbers = count()
        for source in self.files:
            rows = read_rows(source, _reading(self.settings))
            first = list(islice(rows, ROWS_LOOKED_AT))
            unfold = unfolding([row.values for row in first if isinstance(row, RawRow)])
            layout = self._layout(source, [unfold(row.values) for row in first if isinstance(row, RawRow)])
            self.layouts.append(layout)
            for row in chain(first, rows):
                for record, problem in self._records_of(row, layout, unfold):
                    number = next(numbers)
                    if problem:
                        evidence: dict[str, object] = {"source": row.source, "line": row.line}
                        self.rejected[number] = Decision(record.id, STEP, "remove", problem, evidence)
                    yield record

    def _records_of(self, row: AnyRow, layout: Layout, unfold: Unfold) -> list[Read]:
        place = Place(row.source, row.line)
        if isinstance(row, UnreadRow):
            return [(new_record("", "", row.source, row.line, {"raw": well_formed(row.raw)}), row.problem)]
        values = dict(unfold(row.values))
        if not all(name.isascii() and _is_plain(cell) for name, cell in values.items()):
            values = {str(well_formed(name)): well_formed(cell) for name, cell in values.items()}
        try:
            return [(record, "") for record in records_of(place, values, layout, self.settings, self.answered)]
        except RowError as error:
            return [(new_record("", "", row.source, row.line, values), str(error))]

    def _layout(self, source: str, rows: Sequence[Mapping[str, object]]) -> Layout:
        """Find a source's layout; a column named for all files that this one lacks gives way to the customary names."""
        of_all, of_this = named_columns(source, self.settings)
        names = list(dict.fromkeys(name for row in rows for name in row))
        there = {role: name for role, name in of_all.items() if name == NONE or _has(names, name)}
        self._named_and_there |= set(there.values())
        is_last = source == self.files[-1] and self.answered
        if is_last and (nowhere := [name for name in of_all.values() if name not in self._named_and_there]):
            raise InputError(f'{source}: no column "{nowhere[0]}"; there are {", ".join(names) or "none"}')
        return find_layout(source, rows, self.settings, there | of_this, self.answered)


def _is_plain(cell: object) -> bool:
    """Tell whether a cell holds nothing that could be half of a surrogate pair."""
    return cell.isascii() if isinstance(cell, str) else not isinstance(cell, (dict, list))


def _has(names: Sequence[str], given: str) -> bool:
    return all(matching(names, re.escape(part.strip())) for part in given.split(",")) or given in names


def _reading(settings: IngestConfig) -> Reading:
    return Reading(settings.encoding, settings.sheet, partial(has_pair, settings), "--set ingest.sheet=NAME")


def read_pairs(source: str) -> list[Record]:
    """Read a file all of whose rows must be pairs; raises InputError naming the first row that is none.

    A row that Winnow wrote keeps its `id` and its `metadata`.
    """
    table, rejected, _ = ingest([source], IngestConfig())
    if rejected:
        raise InputError(f"{source}:{rejected[0].evidence['line']}: {rejected[0].reason}; mend or delete the row")
    return [_own(record) for record in to_records(table)]


def _own(record: Record) -> Record:
    inner = record.metadata.get("metadata")
    return replace(
        record,
        id=str(record.metadata.get("id") or record.id),
        metadata=dict(inner) if isinstance(inner, Mapping) else record.metadata,
    )


def well_formed(value: object) -> object:
    """Replace halves of surrogate pairs, which no file can hold, by U+FFFD, in texts and inside containers."""
    if isinstance(value, str):
        if value.isascii():
            return value
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
