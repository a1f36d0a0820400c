"""Keep what was measured of a set of rows: the same rows are measured once, by the same code.

pairs = once(cache, "pairs", [rows_hash(table), "0.5"], lambda: find(table, settings, embedder))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa

from winnow.files import read_table, write_table
from winnow.records import content_hash

BATCH = 10_000  # rows whose texts are hashed at once


def once(folder: Path, kind: str, made_of: Sequence[str], measure: Callable[[], pa.Table]) -> pa.Table:
    """Return what `measure` returns, from a file of `folder` where the same was measured before."""
    path = _path(folder, kind, made_of)
    if path.exists():
        return read_table(path)
    measured = measure()
    write_table(path, measured)
    return measured


def is_known(folder: Path, kind: str, made_of: Sequence[str]) -> bool:
    """Tell whether the same was measured before."""
    return _path(folder, kind, made_of).exists()


def _path(folder: Path, kind: str, made_of: Sequence[str]) -> Path:
    return folder / f"{kind}-{content_hash(_code(), *made_of)[:24]}.parquet"


def rows_hash(table: pa.Table, ordered: bool = True) -> str:
    """Hash ids, questions and answers; without `ordered` the same rows in any order have one hash."""
    batches = table.select(["id", "question", "answer"]).to_batches(max_chunksize=BATCH)
    rows = [content_hash(*row.values()) for batch in batches for row in batch.to_pylist()]
    return content_hash(*(rows if ordered else sorted(rows)))


@cache
def _code() -> str:
    """Hash the code that measures, so that nothing of another version is taken for its own."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return content_hash(*(path.read_text(encoding="utf-8") for path in files))
