"""Tables of Arrow: Parquet files, folders that `datasets` saved and datasets of the hub → numbered rows.

for number, row in read_parquet(Stored.on_disk(Path("faq.parquet")), Reading()): ...     # 1, {"question": …}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from winnow.data.cells import json_value
from winnow.data.formats.stored import Stored
from winnow.data.rows import Numbered, Reading, twice
from winnow.errors import InputError

BATCH_ROWS = 10_000
HUB_PREFIX = "hub:"


def read_parquet(stored: Stored, _: Reading) -> Numbered:
    """Yield the rows of a Parquet file; lists and structs as JSON has them, decimals and times as text."""
    import pyarrow.parquet as pq

    number: int | None = None
    try:
        file = pq.ParquetFile(stored.seekable(), page_checksum_verification=True)
        if doubled := twice(file.schema_arrow.names):
            raise InputError(f"{stored.name}: two columns are named {' and '.join(doubled)}; rename one")
        number = 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            for row in _rows(batch):
                number += 1
                yield number, row
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:  # Arrow's own, and Python's of its values
        why = (str(error).splitlines() or [type(error).__name__])[0]
        if number is None:
            raise InputError(f"{stored.name}: not a Parquet file ({why}); write it again") from error
        raise InputError(f"{stored.name}:{number + 1}: can't read on from this row: {why}; write it again") from error


def _rows(batch: pa.RecordBatch) -> Iterable[Mapping[str, object]]:
    """Give the rows; only columns that may hold what JSON hasn't are looked at again."""
    looked_at = [field.name for field in batch.schema if not _is_plain(field.type)]
    columns = [_shortest(column) for column in batch.columns]
    for row in pa.RecordBatch.from_arrays(columns, names=batch.schema.names).to_pylist():
        for name in looked_at:
            row[name] = json_value(row[name])
        yield row


def _is_plain(kind: pa.DataType) -> bool:
    return any(is_kind(kind) for is_kind in (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer))


def _shortest(column: pa.Array) -> pa.Array:
    """Give floats of 32 bits the digits that they were written with: 7.4, not 7.400000095367432."""
    return column.cast(pa.string()).cast(pa.float64()) if pa.types.is_float32(column.type) else column


def read_saved(folder: Path) -> Numbered:
    """Yield the rows of a folder that `datasets` saved; raises InputError that names several splits."""
    from datasets import DatasetDict, load_from_disk

    try:
        dataset = load_from_disk(str(folder))
    except Exception as error:  # datasets raises many kinds where its files are damaged
        raise InputError(f"{folder}: can't load what datasets saved: {_first_line(error)}; save it again") from error
    if isinstance(dataset, DatasetDict):
        raise InputError(f"{folder}: holds several splits; name one: {', '.join(str(folder / n) for n in dataset)}")
    yield from _numbered(dataset)


def read_hub(name: str) -> Numbered:
    """Yield the rows of a dataset of the hub as `NAME` or `NAME:SPLIT`; the split is `train` unless named."""
    from datasets import load_dataset

    name, _, split = name.partition(":")
    try:
        dataset = load_dataset(name, split=split or "train")
    except Exception as error:  # datasets raises many kinds, down to the HTTP library's
        raise InputError(
            f"{HUB_PREFIX}{name}: can't load: {_first_line(error)}; check the name and the network"
        ) from error
    yield from _numbered(dataset)


def _numbered(dataset: Iterable[Mapping[str, Any]]) -> Numbered:
    for number, row in enumerate(dataset, start=1):
        yield number, {name: json_value(value) for name, value in row.items()}


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
