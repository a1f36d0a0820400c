"""A table of what was measured, by 16-byte keys: looked up and written as a whole, millions of lines at once.

kept = KeptTable(folder / "texts.parquet", pa.schema([KEY, ("words", pa.string())]))
places = kept.places(keys)              # of each key its line, -1 where it has none
kept.write(kept.table.take(used))       # what nobody asked for any more is left out
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from winnow.data.files import read_table, write_table
from winnow.errors import InputError

KEY = pa.field("key", pa.binary(16))


@dataclass(frozen=True)
class KeptTable:
    """A Parquet file whose first column is the key; without a path nothing is kept."""

    path: Path | None
    schema: pa.Schema

    @cached_property
    def table(self) -> pa.Table:
        """What the last run kept; nothing where there was none, or where its file is damaged."""
        if self.path is None or not self.path.exists():
            return self.schema.empty_table()
        try:
            found = read_table(self.path)
        except InputError:
            return self.schema.empty_table()
        return found.combine_chunks() if found.schema.equals(self.schema) else self.schema.empty_table()

    def places(self, keys: pa.Array) -> npt.NDArray[np.int64]:
        """Find the line of each key, -1 where it has none."""
        found = pc.fill_null(pc.index_in(keys, self.table["key"]), -1)
        return np.asarray(found, np.int64)

    def write(self, table: pa.Table) -> None:
        """Replace the file whole."""
        if self.path is not None:
            write_table(self.path, table)


def keys_of(hashes: npt.NDArray[np.uint64]) -> pa.Array:
    """Turn two hashes a line, [n, 2], into keys."""
    flat = np.ascontiguousarray(hashes, np.uint64)
    return pa.Array.from_buffers(KEY.type, len(flat), [None, pa.py_buffer(flat)])
