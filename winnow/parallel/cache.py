"""Cache of measured tables, keyed by the rows, the settings and the code that measures.

found = Measurement("pairs", ["curation.pairs.candidates"], [rows_hash(table), "0.5"])
pairs = found.once(cache, lambda: find(table, settings, embedder))      # from a file where it was measured before
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from winnow.code import code_hash
from winnow.data.files import read_table, write_table
from winnow.data.records import SURROUNDINGS, content_hash

ROWS_A_BATCH = 10_000  # rows whose texts are hashed at once


@dataclass(frozen=True)
class Measurement:
    """A cached table; its key is its kind, the code of the `modules` that measure, and what it is made of.

    The code counts without its docstrings and with the versions of the packages it uses (`winnow.code`).
    """

    kind: str
    modules: Sequence[str]
    made_of: Sequence[str]

    def once(self, folder: Path, measure: Callable[[], pa.Table]) -> pa.Table:
        """Return what `measure` returns, from a file of `folder` where the same was measured before."""
        path = self.path(folder)
        if path.exists():
            return read_table(path)
        measured = measure()
        write_table(path, measured)
        return measured

    def path(self, folder: Path) -> Path:
        """Name the file: `pairs-5f3a….parquet`."""
        return folder / f"{self.kind}-{content_hash(code_hash(*self.modules), *self.made_of)[:24]}.parquet"


def rows_hash(table: pa.Table, ordered: bool = True) -> str:
    """Hash ids and all texts; without `ordered` the same rows in any order have one hash."""
    batches = table.select(["id", "question", "answer", *SURROUNDINGS]).to_batches(max_chunksize=ROWS_A_BATCH)
    rows = [content_hash(*row.values()) for batch in batches for row in batch.to_pylist()]
    return content_hash(*(rows if ordered else sorted(rows)))
