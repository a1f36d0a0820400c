"""Readers: a file, folder, archive or hub name → its rows in order, each with the line where it stands.

rows = whole_rows("faq.jsonl")            # [RawRow("faq.jsonl", 1, {"question": "What is an ISA?", …}), …]
for row in read_rows("faq.jsonl"): ...    # a line that can't be read comes as UnreadRow("faq.jsonl", 2, "not JSON: …")
for source in files_of("faqs.zip"): ...   # "faqs.zip/cards.csv", which read_rows reads

`FILE#PART` names a sheet of a workbook or a list of a JSON file. What a row says isn't this module's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePath

from winnow.data.formats.arrow import HUB_PREFIX, read_hub, read_parquet, read_saved
from winnow.data.formats.containers import files_in, is_saved_dataset, is_zip, split_part, stored
from winnow.data.formats.delimited import read_csv, read_tsv
from winnow.data.formats.json_files import read_json
from winnow.data.formats.stored import UNPACKERS, Stored
from winnow.data.formats.workbooks import read_workbook
from winnow.data.rows import AnyRow, Numbered, Problem, RawRow, Reading, UnreadRow, column_names
from winnow.errors import InputError

__all__ = ["AnyRow", "RawRow", "Reading", "UnreadRow", "column_names", "files_of", "read_rows", "whole_rows"]

READING = Reading()
READERS: Mapping[str, Callable[[Stored, Reading], Numbered]] = {
    ".jsonl": read_json,
    ".ndjson": read_json,
    ".json": read_json,
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".parquet": read_parquet,
    ".xlsx": read_workbook,
    ".xlsm": read_workbook,
}
# Kinds that hold rows, and can't be read here: what to do with them
REMEDIES: Mapping[str, str] = {
    ".xls": "save it as .xlsx or CSV",
    ".xlsb": "save it as .xlsx or CSV",
    ".ods": "save it as .xlsx or CSV",
    ".numbers": "export it as .xlsx or CSV",
    ".zip": "unpack it, since it lies in another archive",
    ".tar": "unpack it and name the folder",
    ".tgz": "unpack it and name the folder",
    ".7z": "unpack it and name the folder",
    ".rar": "unpack it and name the folder",
}


def files_of(source: str) -> list[str]:
    """List the files of rows that a source stands for, those of a folder or an archive by name; a file is itself.

    Raises InputError where a folder or an archive has none, or has tables of a kind that can't be read.
    """
    return [source] if source.startswith(HUB_PREFIX) else files_in(source, _may_hold_rows)


def read_rows(source: str, reading: Reading = READING) -> Iterator[AnyRow]:
    """Read JSON of any shape, CSV, TSV, Excel, Parquet, each packed or not, a folder or zip archive of such files, a
    folder that `datasets` saved, or `hub:NAME`.

    Raises InputError naming the source, and the line where there is one, when nothing can be read from it.
    """
    return chain.from_iterable(_read_file(file, reading) for file in files_of(source))


def _read_file(source: str, reading: Reading) -> Iterator[AnyRow]:
    path, part = (source, None) if source.startswith(HUB_PREFIX) else split_part(source)
    rows: Iterator[AnyRow] = (
        UnreadRow(path, line, row.why, row.raw) if isinstance(row, Problem) else RawRow(path, line, row)
        for line, row in _numbered(path, replace(reading, part=part or reading.part))
    )
    is_dataset = source.startswith(HUB_PREFIX) or Path(path).is_dir()
    return rows if is_dataset else _refuse_empty(path, rows)


def whole_rows(source: str, reading: Reading = READING, why: str = "every row counts here") -> list[RawRow]:
    """Read all rows; raises InputError naming the first line that can't be read, and `why` none may be left out."""
    rows: list[RawRow] = []
    for row in read_rows(source, reading):
        if isinstance(row, UnreadRow):
            raise InputError(f"{row.place}: {row.problem}; mend it, {why}")
        rows.append(row)
    return rows


def _suffix(name: str) -> str:
    """Give what a name ends in, without what it is packed with."""
    path = PurePath(name)
    return (PurePath(path.stem) if path.suffix.lower() in UNPACKERS else path).suffix.lower()


def _may_hold_rows(name: str) -> bool:
    return _suffix(name) in READERS or _suffix(name) in REMEDIES or is_zip(Path(name))


def _numbered(source: str, reading: Reading) -> Numbered:
    if source.startswith(HUB_PREFIX):
        return read_hub(source.removeprefix(HUB_PREFIX))
    if is_saved_dataset(Path(source)):
        return read_saved(Path(source))
    file = stored(source)
    reader = READERS.get(file.suffix)
    if reader is not None and reading.part is not None and reader not in (read_json, read_workbook):
        raise InputError(f"{source}: {file.suffix} has no parts, and so none {reading.part!r}; name the file alone")
    if reader is not None:
        return reader(file, reading)
    if remedy := REMEDIES.get(file.suffix):
        raise InputError(f"{source}: {file.suffix} can't be read; {remedy}")
    kinds = ", ".join((*READERS, *UNPACKERS, ".zip"))
    raise InputError(f"{source}: unknown kind {file.suffix or 'without suffix'!r}; known are {kinds}")


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
