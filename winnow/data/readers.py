"""Readers: a file, folder or hub name → its rows in order, each with the line where it stands.

rows = whole_rows("faq.jsonl")            # [RawRow("faq.jsonl", 1, {"question": "What is an ISA?", …}), …]
for row in read_rows("faq.jsonl"): ...    # a line that can't be read comes as UnreadRow("faq.jsonl", 2, "not JSON: …")
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from winnow.errors import InputError

HUB_PREFIX = "hub:"
DELIMITERS = ",;\t|"  # of a .csv
SNIFFED = 1_000  # characters of a header; the sniffer's time grows with their square


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


@dataclass(frozen=True, slots=True)
class _Problem:
    why: str
    raw: str


AnyRow = RawRow | UnreadRow
_Numbered = Iterator[tuple[int, Mapping[str, object] | _Problem]]  # what the reader of a format yields


def read_rows(source: str, encoding: str = "utf-8") -> Iterator[AnyRow]:
    """Read JSON lines, a JSON array, CSV, TSV, Excel, Parquet (each may be gzipped where that makes sense), a
    folder that `datasets` saved, or `hub:NAME`.

    Raises InputError naming the source, and the line where there is one, when nothing can be read from it.
    """
    rows: Iterator[AnyRow] = (
        UnreadRow(source, line, row.why, row.raw) if isinstance(row, _Problem) else RawRow(source, line, row)
        for line, row in _numbered(source, encoding)
    )
    return rows if _is_dataset(source) else _refuse_empty(source, rows)


def whole_rows(source: str, encoding: str = "utf-8", why: str = "every row counts here") -> list[RawRow]:
    """Read all rows; raises InputError naming the first line that can't be read, and `why` none may be left out."""
    rows: list[RawRow] = []
    for row in read_rows(source, encoding):
        if isinstance(row, UnreadRow):
            raise InputError(f"{row.place}: {row.problem}; mend it, {why}")
        rows.append(row)
    return rows


def column_names(rows: Iterable[AnyRow]) -> list[str]:
    """List the columns that some row has, in order of appearance."""
    return list(dict.fromkeys(name for row in rows if isinstance(row, RawRow) for name in row.values))


def _is_dataset(source: str) -> bool:
    return source.startswith(HUB_PREFIX) or Path(source).is_dir()


def _numbered(source: str, encoding: str) -> _Numbered:
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
    return reader(path, encoding)


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


def _open_text(path: Path, encoding: str, newline: str) -> TextIO:
    encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    try:
        if path.suffix.lower() == ".gz":
            return io.TextIOWrapper(gzip.open(path), encoding=encoding, newline=newline)
        return path.open(encoding=encoding, newline=newline)
    except LookupError as error:
        raise InputError(
            f"{path}: unknown encoding {encoding!r}; name one that Python knows, such as cp1252"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: can't read: {error.strerror or error}; check its permissions") from error


def _text_lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield numbered lines, ended by LF alone: U+2028 and CR may stand inside a JSON string."""
    number = 0
    with _open_text(path, encoding, newline="\n") as lines:
        try:
            for number, line in enumerate(lines, start=1):
                yield number, line
        except UnicodeDecodeError as error:
            raise _bad_encoding(path, number + 1, error) from error
        except (OSError, EOFError) as error:
            raise InputError(f"{path}:{number + 1}: can't read on: {error}; the file is damaged") from error


def _bad_encoding(path: Path, line: int, error: UnicodeDecodeError) -> InputError:
    """Name the line of the first byte that isn't text, counted in the raw bytes since decoding runs ahead."""
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix.lower() == ".gz" else data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return InputError(
            f"{path}:1: the file is UTF-16; save it as UTF-8, or curate it with --set ingest.encoding=utf-16"
        )
    try:
        data.decode(error.encoding)
    except UnicodeDecodeError as whole:
        line = data.count(b"\n", 0, whole.start) + 1
        error = whole
    byte = error.object[error.start]
    return InputError(
        f"{path}:{line}: byte 0x{byte:02X} isn't {error.encoding.removesuffix('-sig')}; "
        "save the file as UTF-8, or curate it with its encoding, as in --set ingest.encoding=cp1252"
    )


def _parse_object(text: str) -> Mapping[str, object] | _Problem:
    try:
        value = json.loads(text, parse_constant=str)
    except json.JSONDecodeError as error:
        return _Problem(f"not JSON: {error.msg} at column {error.colno}", text)
    except RecursionError:
        return _Problem("not readable: nested too deeply", text)
    return _object(value, text)


def _object(value: object, text: str) -> Mapping[str, object] | _Problem:
    if isinstance(value, dict):
        return value
    return _Problem(f"a {type(value).__name__} where a JSON object was expected", text)


def _read_json_lines(path: Path, encoding: str) -> _Numbered:
    for number, line in _text_lines(path, encoding):
        if number == 1 and line.lstrip().startswith("["):
            yield from _read_json_array(path, encoding)
            return
        if line.strip():
            yield number, _parse_object(line.rstrip("\r\n"))


def _read_json(path: Path, encoding: str) -> _Numbered:
    """Read `.json`: an array of objects, or JSON lines under that name."""
    first = next((line for _, line in _text_lines(path, encoding) if line.strip()), "")
    return _read_json_array(path, encoding) if first.lstrip().startswith("[") else _read_json_lines(path, encoding)


def _read_json_array(path: Path, encoding: str) -> _Numbered:
    """Read the objects of an array one by one, so that each has its own line."""
    text = "".join(line for _, line in _text_lines(path, encoding))
    decoder = json.JSONDecoder(parse_constant=str)
    position = text.index("[") + 1
    line, counted = 1, 0
    while True:
        while position < len(text) and text[position] in " \t\r\n,":
            position += 1
        line, counted = line + text.count("\n", counted, position), position
        if position >= len(text):
            raise InputError(f"{path}:{line}: the JSON array isn't closed; the file was cut off")
        if text[position] == "]":
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}; mend the file") from error
        yield line, _object(value, str(value))


def _read_delimited(path: Path, encoding: str, delimiter: str) -> _Numbered:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    rows = csv.reader((line for _, line in _text_lines(path, encoding)), delimiter=delimiter)
    header = next(rows, None)
    if not header:
        return
    began = rows.line_num + 1
    for cells in rows:
        line, began = began, rows.line_num + 1
        if not any(cells):
            continue
        if len(cells) != len(header):
            problem = f"{len(cells)} cells where the header has {len(header)}"
            yield line, _Problem(problem, delimiter.join(cells))
        else:
            yield line, dict(zip(header, cells, strict=True))


def _read_csv(path: Path, encoding: str) -> _Numbered:
    """Read `.csv` by what its header is cut with: Excel writes semicolons where the comma is the decimal sign."""
    header = next((line for _, line in _text_lines(path, encoding)), "")
    return _read_delimited(path, encoding, _delimiter(header))


def _delimiter(header: str) -> str:
    """Find what a header line is cut with; a comma where nothing cuts it."""
    try:
        return csv.Sniffer().sniff(header[:SNIFFED], DELIMITERS).delimiter
    except csv.Error:
        return ","


def _read_tsv(path: Path, encoding: str) -> _Numbered:
    return _read_delimited(path, encoding, "\t")


def _read_parquet(path: Path, _encoding: str) -> _Numbered:
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


def _read_excel(path: Path, _encoding: str) -> _Numbered:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        sheet = load_workbook(path, read_only=True, data_only=True).active
    except (BadZipFile, KeyError, OSError) as error:
        raise InputError(f"{path}: not an Excel workbook ({error}); save it again as .xlsx") from error
    rows = sheet.iter_rows(values_only=True) if sheet is not None else iter(())
    header = [str(cell) if cell is not None else f"column {i}" for i, cell in enumerate(next(rows, ()), start=1)]
    for number, cells in enumerate(rows, start=2):
        if any(cell is not None for cell in cells):
            yield number, dict(zip(header, cells, strict=False))


def _read_saved_dataset(path: Path) -> _Numbered:
    from datasets import DatasetDict, load_from_disk

    try:
        dataset = load_from_disk(str(path))
    except (FileNotFoundError, ValueError, OSError) as error:
        raise InputError(f"{path}: a folder that datasets didn't save; name a file in it") from error
    if isinstance(dataset, DatasetDict):
        raise InputError(f"{path}: holds several splits; name one: {', '.join(str(path / name) for name in dataset)}")
    for number, values in enumerate(dataset, start=1):
        yield number, dict(values)


def _read_hub(name: str) -> _Numbered:
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


READERS: Mapping[str, Callable[[Path, str], _Numbered]] = {
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".json": _read_json,
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".parquet": _read_parquet,
    ".xlsx": _read_excel,
}
