"""Files of text: JSON lines, JSON arrays and delimited tables → numbered rows, or what is wrong with a line.

for line, row in read_csv(Path("faq.csv"), "utf-8"): ...      # 2, {"question": "What is an ISA?", …}
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from winnow.errors import InputError

DELIMITERS = ",;\t|"  # of a .csv
MAX_SNIFFED_CHARS = 1_000  # characters of a header; the sniffer's time grows with their square


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line holds no row, and its text."""

    why: str
    raw: str


Numbered = Iterator[tuple[int, Mapping[str, object] | Problem]]  # what the reader of a format yields


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


def _parse_object(text: str) -> Mapping[str, object] | Problem:
    try:
        value = json.loads(text, parse_constant=str)
    except json.JSONDecodeError as error:
        return Problem(f"not JSON: {error.msg} at column {error.colno}", text)
    except RecursionError:
        return Problem("not readable: nested too deeply", text)
    return _object(value, text)


def _object(value: object, text: str) -> Mapping[str, object] | Problem:
    if isinstance(value, dict):
        return value
    return Problem(f"a {type(value).__name__} where a JSON object was expected", text)


def read_json_lines(path: Path, encoding: str) -> Numbered:
    """Read one object a line, or an array under that name."""
    for number, line in _text_lines(path, encoding):
        if number == 1 and line.lstrip().startswith("["):
            yield from _read_json_array(path, encoding)
            return
        if line.strip():
            yield number, _parse_object(line.rstrip("\r\n"))


def read_json(path: Path, encoding: str) -> Numbered:
    """Read `.json`: an array of objects, or JSON lines under that name."""
    first = next((line for _, line in _text_lines(path, encoding) if line.strip()), "")
    return _read_json_array(path, encoding) if first.lstrip().startswith("[") else read_json_lines(path, encoding)


def _read_json_array(path: Path, encoding: str) -> Numbered:
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


def _read_delimited(path: Path, encoding: str, delimiter: str) -> Numbered:
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
            yield line, Problem(problem, delimiter.join(cells))
        else:
            yield line, dict(zip(header, cells, strict=True))


def read_csv(path: Path, encoding: str) -> Numbered:
    """Read `.csv` by what its header is cut with: Excel writes semicolons where the comma is the decimal sign."""
    header = next((line for _, line in _text_lines(path, encoding)), "")
    return _read_delimited(path, encoding, _delimiter(header))


def _delimiter(header: str) -> str:
    """Find what a header line is cut with; a comma where nothing cuts it."""
    try:
        return csv.Sniffer().sniff(header[:MAX_SNIFFED_CHARS], DELIMITERS).delimiter
    except csv.Error:
        return ","


def read_tsv(path: Path, encoding: str) -> Numbered:
    """Read `.tsv`, cut by tabs."""
    return _read_delimited(path, encoding, "\t")
