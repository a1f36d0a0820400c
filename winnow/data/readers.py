"""Readers: a file, folder or hub name → its rows in order, each with the line where it stands.

rows = whole_rows("faq.jsonl")            # [RawRow("faq.jsonl", 1, {"question": "What is an ISA?", …}), …]
for row in read_rows("faq.jsonl"): ...    # a line that can't be read comes as UnreadRow("faq.jsonl", 2, "not JSON: …")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from winnow.data.text_files import Numbered, Problem, read_csv, read_json, read_json_lines, read_tsv
from winnow.data.workbooks import Reading, read_workbook
from winnow.errors import InputError

HUB_PREFIX = "hub:"
READING = Reading()


@dataclass(frozen=True, slots=True)
class _Placed:
    source: str
    line: int

    @property
    def place(self) -> str:
        """File and line, as errors name them: "faq.jsonl:3"."""
        return f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class RawRow(_Placed):
    """One row as it stands in its source: the values by column, and the 1-based line where it begins."""

    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UnreadRow(_Placed):
    """A line that holds no row: why not, and its text."""

    problem: str
    raw: str


AnyRow = RawRow | UnreadRow


def read_rows(source: str, reading: Reading = READING) -> Iterator[AnyRow]:
    """Read JSON lines, a JSON array, CSV, TSV, Excel, Parquet (each may be gzipped where that makes sense), a
    folder that `datasets` saved, or `hub:NAME`.

    Raises InputError naming the source, and the line where there is one, when nothing can be read from it.
    """
    rows: Iterator[AnyRow] = (
        UnreadRow(source, line, row.why, row.raw) if isinstance(row, Problem) else RawRow(source, line, row)
        for line, row in _numbered(source, reading)
    )
    return rows if _is_dataset(source) else _refuse_empty(source, rows)


def whole_rows(source: str, reading: Reading = READING, why: str = "every row counts here") -> list[RawRow]:
    """Read all rows; raises InputError naming the first line that can't be read, and `why` none may be left out."""
    rows: list[RawRow] = []
    for row in read_rows(source, reading):
        if isinstance(row, UnreadRow):
            raise InputError(f"{row.place}: {row.problem}; mend it, {why}")
        rows.append(row)
    return rows


def column_names(rows: Iterable[AnyRow]) -> list[str]:
    """List the columns that some row has, in order of appearance."""
    return list(dict.fromkeys(name for row in rows if isinstance(row, RawRow) for name in row.values))


def _is_dataset(source: str) -> bool:
    return source.startswith(HUB_PREFIX) or Path(source).is_dir()


def _numbered(source: str, reading: Reading) -> Numbered:
    if source.startswith(HUB_PREFIX):
        return _read_hub(source.removeprefix(HUB_PREFIX))
    path = Path(source)
    if path.is_dir():
        return _read_saved_dataset(path)
    if not path.exists():
        raise InputError(f"{source}: no such file; check the path (a hub dataset is written {HUB_PREFIX}NAME)")
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        raise InputError(f"{source}: unknown kind {suffix or 'without suffix'!r}; known are {', '.join(READERS)}, .gz")
    return reader(path, reading)


def _refuse_empty(source: str, rows: Iterator[AnyRow]) -> Iterator[AnyRow]:
    """Pass rows on; a source without a single readable row is an error, not an empty data set."""
    unread: list[UnreadRow] = []
    for row in rows:
        if isinstance(row, RawRow):
            yield from chain(unread, [row], rows)
            return
        unread.append(row)
    if unread:
        raise InputError(f"{unread[0].place}: {unread[0].problem}; no line of the file could be read")
    raise InputError(f"{source}: the file holds no rows; check that it was written whole")


def _read_parquet(path: Path, _: Reading) -> Numbered:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        number = 0
        for batch in pq.ParquetFile(path).iter_batches(batch_size=10_000):
            for values in batch.to_pylist():
                number += 1
                yield number, values
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path}: not a Parquet file ({str(error).splitlines()[0]}); write it again") from error


def _read_saved_dataset(path: Path) -> Numbered:
    from datasets import DatasetDict, load_from_disk

    try:
        dataset = load_from_disk(str(path))
    except (FileNotFoundError, ValueError, OSError) as error:
        raise InputError(f"{path}: a folder that datasets didn't save; name a file in it") from error
    if isinstance(dataset, DatasetDict):
        raise InputError(f"{path}: holds several splits; name one: {', '.join(str(path / name) for name in dataset)}")
    for number, values in enumerate(dataset, start=1):
        yield number, dict(values)


def _read_hub(name: str) -> Numbered:
    """Read a dataset of the hub as `NAME` or `NAME:SPLIT`; the split is `train` unless named."""
    from datasets import load_dataset

    name, _, split = name.partition(":")
    try:
        dataset = load_dataset(name, split=split or "train")
    except Exception as error:  # datasets raises many kinds, down to the HTTP library's
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(f"{HUB_PREFIX}{name}: can't load: {first_line}; check the name and the network") from error
    for number, values in enumerate(dataset, start=1):
        yield number, dict(values)


def _of_text(read: Callable[[Path, str], Numbered]) -> Callable[[Path, Reading], Numbered]:
    return lambda path, reading: read(path, reading.encoding)


READERS: Mapping[str, Callable[[Path, Reading], Numbered]] = {
    ".jsonl": _of_text(read_json_lines),
    ".ndjson": _of_text(read_json_lines),
    ".json": _of_text(read_json),
    ".csv": _of_text(read_csv),
    ".tsv": _of_text(read_tsv),
    ".parquet": _read_parquet,
    ".xlsx": read_workbook,
}
