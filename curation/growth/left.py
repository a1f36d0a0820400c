"""Rows that left their source: marked with the day and with the row that took their place, and never lost.

left = leave(before.records, records, earlier, at)      # schema LEFT
Left.of(curated).of("3f2a…")                            # the record, when it left, and what it became
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.fuzz import ratio

from winnow.data.files import read_table
from winnow.data.records import RECORDS, Record, to_records
from winnow.study.workspace import Curated

LEFT = RECORDS.append(pa.field("left_at", pa.string())).append(pa.field("became", pa.string()))
MIN_LIKENESS = 60  # of 100: how alike two rows in one line of a file are, of which one is the other corrected
MIN_TOLD_CHARS = 12  # of an answer by which a row with another question is known

Key = Callable[[Record], tuple[object, ...] | None]


def leave(before: pa.Table, now: pa.Table, earlier: pa.Table, at: str) -> pa.Table:
    """Mark the rows that were in the records before and aren't now; one that has come back is no longer marked.

    `became` is the id of the new row that a corrected source has in its place, "" where there is none.
    """
    stays = earlier.filter(pc.invert(pc.is_in(earlier["id"], now["id"].combine_chunks())))
    gone = before.filter(pc.invert(pc.is_in(before["id"], now["id"].combine_chunks())))
    gone = gone.filter(pc.invert(pc.is_in(gone["id"], stays["id"].combine_chunks()))).select(RECORDS.names)
    came = now.filter(pc.invert(pc.is_in(now["id"], before["id"].combine_chunks())))
    became = successors(to_records(gone), to_records(came))
    marks = [[at] * len(gone), [became.get(id_, "") for id_ in gone["id"].to_pylist()]]
    for name, values in zip(("left_at", "became"), marks, strict=True):
        gone = gone.append_column(name, pa.array(values, pa.string()))
    return pa.concat_tables([stays.cast(LEFT), gone.cast(LEFT)]).combine_chunks()


def successors(gone: Sequence[Record], came: Sequence[Record]) -> dict[str, str]:
    """Map a row that left to the one that its source has instead: asked alike, answered alike, or in the same line.

    "What is the fee?" answered "£5" became the row that answers it "£6"; of several that would do none is taken.
    """
    found: dict[str, str] = {}
    for key in (_asked, _told, _place):
        taken = {*found.values()}
        left = _by_key((row for row in gone if row.id not in found), key)
        new = _by_key((row for row in came if row.id not in taken), key)
        for value in left.keys() & new.keys():
            if len(left[value]) == len(new[value]) == 1 and _alike(left[value][0], new[value][0], key):
                found[left[value][0].id] = new[value][0].id
    return found


def _by_key(rows: Iterable[Record], key: Key) -> dict[tuple[object, ...], list[Record]]:
    found: defaultdict[tuple[object, ...], list[Record]] = defaultdict(list)
    for row in rows:
        if (value := key(row)) is not None:
            found[value].append(row)
    return found


def _asked(row: Record) -> tuple[object, ...]:
    return row.source, row.question, row.context, row.system, str(row.history)


def _told(row: Record) -> tuple[object, ...] | None:
    return (row.source, row.answer) if len(row.answer) >= MIN_TOLD_CHARS else None


def _place(row: Record) -> tuple[object, ...]:
    return row.source, row.line


def _alike(one: Record, other: Record, key: Key) -> bool:
    texts = [f"{row.question}\n{row.answer}" for row in (one, other)]
    return key is not _place or ratio(*texts) >= MIN_LIKENESS


@dataclass(frozen=True)
class Left:
    """The rows that have left their sources so far, schema LEFT."""

    table: pa.Table

    @classmethod
    def of(cls, curated: Curated) -> Self:
        """Read them; none of a folder that no row has left."""
        return cls(read_table(curated.left_file) if curated.left_file.exists() else LEFT.empty_table())

    def row(self, id_: str) -> tuple[Record, str, str] | None:
        """Give a row that left, when it did, and the id of what it became; None for one that hasn't left."""
        return next(iter(self._rows(pc.equal(self.table["id"], id_))), None)

    def forms_of(self, id_: str) -> list[Record]:
        """Give the earlier forms of a row, the latest first."""
        found = [record for record, _, _ in self._rows(pc.equal(self.table["became"], id_))]
        return [form for record in found for form in (record, *self.forms_of(record.id))]

    def _rows(self, mask: pa.ChunkedArray) -> list[tuple[Record, str, str]]:
        rows = self.table.filter(mask)
        marks = zip(rows["left_at"].to_pylist(), rows["became"].to_pylist(), strict=True)
        return [(record, *mark) for record, mark in zip(to_records(rows), marks, strict=True)]
