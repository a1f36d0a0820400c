"""Files that are whole or absent: atomic writes, JSON lines, hashes, and errors a person can act on.

with whole_file(path) as temporary:
    temporary.write_bytes(data)          # `path` appears only when the block ends well
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.data.records import Record, new_record
from winnow.data.stamps import once
from winnow.errors import InputError, WinnowError


def cache_folder() -> Path:
    """Return `$WINNOW_CACHE`, by default `~/.cache/winnow`; it may not exist yet."""
    return Path(os.environ.get("WINNOW_CACHE") or "~/.cache/winnow").expanduser()


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` and rename it into place, synced, when the block ends well.

    Raises WinnowError in one line when the disk is full or the folder can't be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(0o644)
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        if isinstance(error, FileNotFoundError) and temporary is not None:
            raise
        raise WinnowError(
            f"{path}: can't write: {error.strerror or error}; free space or choose another folder"
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write text whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="surrogatepass")


def write_json(path: Path, value: object) -> None:
    """Write indented JSON whole or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write one JSON object a line, whole or not at all, and return their number."""
    count = 0
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", errors="surrogatepass") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
            count += 1
    return count


def append_lines(path: Path, *lines: str) -> None:
    """Add lines to a file that grows, on the disk when this returns."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="surrogatepass") as out:
            out.write("".join(f"{line}\n" for line in lines))
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise WinnowError(f"{path}: can't write: {error.strerror or error}; free space and run again") from error


def whole_lines(path: Path) -> list[str]:
    """Read the lines of a file that grows, none where it isn't there; what a kill left of a last one is cut off."""
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        os.truncate(path, len(whole))
    return whole.decode("utf-8", errors="surrogatepass").split("\n")[:-1]


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file whole or not at all."""
    with whole_file(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def read_table(path: Path) -> pa.Table:
    """Read a Parquet file; raises InputError when it isn't one, or not a whole one."""
    sys.audit("open", str(path), "rb", os.O_RDONLY)  # Arrow opens files past Python, which tells who is to know
    try:
        return pq.read_table(path, memory_map=False)
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: not a whole Parquet file; restore it from a copy, or run the stage again") from error


def read_json(path: Path) -> Any:
    """Read a JSON file; raises InputError with the file and line when it isn't one."""
    try:
        return json.loads(_read(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}; mend the file") from error


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read rows of JSON objects; raises InputError naming the file and line of the first that isn't one."""
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}:{number}: not JSON: {error.msg}; each line must be one JSON object") from error
        except RecursionError as error:
            raise InputError(f"{path}:{number}: nested too deeply; each line must be one JSON object") from error
        if not isinstance(row, dict):
            raise InputError(
                f"{path}:{number}: {type(row).__name__} where a JSON object was expected; each line must be one"
            )
        rows.append(row)
    return rows


def read_records(path: Path) -> list[Record]:
    """Read a curated file's rows as records; rows without an id get the hash of their content.

    Raises InputError naming file and line for a row without question or answer.
    """
    return [_record(row, f"{path}:{number}") for number, row in enumerate(read_jsonl(path), start=1)]


def _record(row: Mapping[str, Any], place: str) -> Record:
    try:
        made = new_record(
            row["question"],
            row["answer"],
            row.get("source", ""),
            row.get("line", 0),
            row.get("metadata"),
            context=row.get("context") or "",
            system=row.get("system") or "",
            history=row.get("history") or (),
            references=row.get("references") or (),
        )
    except (KeyError, AttributeError) as error:
        raise InputError(f"{place}: no text in field {error}; a row needs question and answer") from error
    return replace(made, id=str(row.get("id", made.id)))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: byte {error.start} isn't UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise InputError(f"{path}: can't read: {error.strerror or error}; check the path") from error


def file_hash(path: Path) -> str:
    """Hash a file's bytes, or the names and bytes of a folder's files, to SHA-256 hex."""
    if path.is_dir():
        listing = "".join(f"{p.relative_to(path)}\0{file_hash(p)}\n" for p in sorted(path.rglob("*")) if p.is_file())
        return hashlib.sha256(listing.encode()).hexdigest()
    return once("SHA-256", [path], lambda: _digest(path))


def _digest(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
