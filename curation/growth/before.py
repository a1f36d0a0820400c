"""The state before a run: the records and how each stood, kept until the next run has ended.

remember(curated)                  # at the start of a run; after a kill what the last whole run left stays remembered
before = Before.of(curated)        # None in a folder that is curated for the first time
before.standing["3f2a…"].flags     # ("the answer refuses",)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import pyarrow as pa

from winnow.data.files import read_table, write_table
from winnow.data.ledger import View
from winnow.data.records import table_of
from winnow.study.workspace import Curated

STANDING = pa.schema(
    [
        ("id", pa.string()),
        ("removed", pa.string()),  # the reason; null for a row that is kept
        ("flags", pa.list_(pa.field("element", pa.string()))),  # the reasons, none twice
    ]
)


@dataclass(frozen=True, slots=True)
class Stood:
    """How one row stood: why it was removed, None for a kept row, and the reasons of its flags."""

    removed: str | None
    flags: tuple[str, ...]

    @classmethod
    def of(cls, view: View, id_: str) -> Self:
        """Say how a row stands in a view."""
        removed = view.removed.get(id_)
        return cls(removed.reason if removed else None, tuple(dict.fromkeys(d.reason for d in view.flags.get(id_, ()))))


KEPT = Stood(None, ())  # of most rows: those that aren't kept without a flag alone are written


@dataclass(frozen=True)
class Before:
    """The records of the last whole run, and how its rows stood; one that isn't in `standing` was kept, unflagged."""

    records: pa.Table
    standing: Mapping[str, Stood]

    @classmethod
    def of(cls, curated: Curated) -> Self | None:
        """Read what is remembered; None where no run has ended before this one."""
        folder = curated.before
        if not (folder / "standing.parquet").exists():
            return None
        rows = read_table(folder / "standing.parquet").to_pylist()
        standing = {row["id"]: Stood(row["removed"], tuple(row["flags"])) for row in rows}
        return cls(read_table(folder / "records.parquet"), standing)

    def stood(self, id_: str) -> Stood:
        """Say how a row stood."""
        return self.standing.get(id_, KEPT)


def remember(curated: Curated) -> None:
    """Write down how the rows stand, unless a run was cut off since: then what it began from is still remembered.

    A manifest is the last thing that a run writes and the first that the next one takes away.
    """
    if not (curated.root / "manifest.json").exists() or not curated.records_file.exists():
        return
    view = curated.view()
    ids = sorted({*view.removed, *view.flags})
    stood = [(id_, Stood.of(view, id_)) for id_ in ids]
    rows = [(id_, one.removed, list(one.flags)) for id_, one in stood]
    write_table(curated.before / "records.parquet", view.records)
    write_table(curated.before / "standing.parquet", table_of(rows, STANDING))
