"""Valid files of every kind whose rows bear a word of their own, and what bytes go through before they are read."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

ROWS = 8
PAIRS = [
    {
        "question": f"What does the word marker{number}q mean, and is it \"new\"?",
        "answer": f"It means marker{number}a;\nthe fee is {number}.50 %, or 5\" of tape." if number % 3 == 0
        else f"It means marker{number}a, as said.",
        "note": f"note {number}" if number % 2 else "",
    }
    for number in range(1, ROWS + 1)
]  # fmt: skip
CELL = re.compile(rb'<c r="[A-Z]+\d+" t="inlineStr"><is><t>([^<]*)</t></is></c>')
MARKER = re.compile(rb"marker\d[qa](?!\w)")


def _table(delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerows([list(PAIRS[0]), *(list(row.values()) for row in PAIRS)])
    return text.getvalue().encode()


def _escaped_table() -> bytes:
    rows = [list(PAIRS[0]), *(list(row.values()) for row in PAIRS)]
    cells = [['"' + cell.replace('"', '\\"') + '"' for cell in row] for row in rows]
    return "".join(",".join(row) + "\n" for row in cells).encode()


def _lines() -> bytes:
    return "".join(json.dumps(row) + "\n" for row in PAIRS).encode()


def _squad() -> bytes:
    questions = [{"id": str(n), "question": row["question"], "answer": row["answer"]} for n, row in enumerate(PAIRS)]
    return json.dumps({"data": [{"title": "T", "paragraphs": [{"context": "C", "qas": questions}]}]}, indent=1).encode()


def _parquet() -> bytes:
    data = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(PAIRS), data, compression="none", use_dictionary=False, write_statistics=False)
    return data.getvalue()


def _workbook() -> bytes:
    book, data = Workbook(), io.BytesIO()
    for row in [list(PAIRS[0]), *(list(row.values()) for row in PAIRS)]:
        book.active.append(row)
    book.save(data)
    return _unpacked(data.getvalue())


def _unpacked(data: bytes) -> bytes:
    """Store an archive's members without packing them, so that a mutation can hit their text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("faq.jsonl", _lines())
    return out.getvalue()


FILES: Mapping[str, bytes] = {
    "comma.csv": _table(","),
    "quoted.csv": _table(";", csv.QUOTE_ALL),
    "bar.csv": _table("|"),
    "escaped.csv": _escaped_table(),
    "tab.tsv": _table("\t"),
    "lines.jsonl": _lines(),
    "array.json": json.dumps(PAIRS, indent=1).encode(),
    "line.json": json.dumps(PAIRS).encode(),
    "wrapped.json": json.dumps({"version": 1, "data": PAIRS}, indent=2).encode(),
    "splits.json": json.dumps({"train": PAIRS[:4], "test": PAIRS[4:]}).encode(),
    "pretty.jsonl": "\n".join(json.dumps(row, indent=2) for row in PAIRS).encode(),
    "keyed.json": json.dumps({f"q{n}": row for n, row in enumerate(PAIRS)}, indent=1).encode(),
    "columns.json": json.dumps({name: [row[name] for row in PAIRS] for name in PAIRS[0]}).encode(),
    "squad.json": _squad(),
    "utf16.csv": _table(",").decode().encode("utf-16"),
    "rows.parquet": _parquet(),
    "rows.xlsx": _workbook(),
    "rows.zip": _archive(),
}
PIECES = [
    b'"',
    b"'",
    b",",
    b";",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\\",
    b":",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\t",
    b" ",
    b"e9",
    b"<",
]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(PIECES) * random.choice((1, 1, 1, 2, 3)) + data[at:]


def _delete(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.choice((1, 1, 1, 2, 5, 30)) :]


def _replace(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + random.choice([*PIECES, bytes([random.randrange(256)])]) + data[at + 1 :]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data))]


def _double(data: bytes, random: Random) -> bytes:
    begin, end = sorted(random.randrange(len(data)) for _ in range(2))
    end = min(end, begin + 200)
    return data[:end] + data[begin:]


def _swap(data: bytes, random: Random) -> bytes:
    """Lose, double or exchange a kind of line end or quote everywhere, or once."""
    old, new = random.choice(
        [(b"\n", b"\r"), (b"\r\n", b"\n"), (b"\n", b"\r\n"), (b'"', b""), (b'"', b"'"), (b'""', b'"'), (b'\\"', b'"')]
    )
    return data.replace(old, new, random.choice((-1, 1, 2)))


MUTATIONS: list[Callable[[bytes, Random], bytes]] = [
    _insert,
    _insert,
    _delete,
    _delete,
    _replace,
    _replace,
    _cut,
    _double,
    _swap,
]


def mutated(name: str, data: bytes, random: Random) -> bytes:
    """Change a file in one to three places, of an archive's members mostly one, which is then packed as a whole one."""
    if name.endswith((".xlsx", ".zip")) and random.random() < 0.75:
        return _mutated_member(data, random)
    return _changed(data, random)


def _mutated_member(data: bytes, random: Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        changed = random.choice([name for name in old.namelist() if b"marker" in old.read(name)] * 4 + old.namelist())
        for name in old.namelist():
            new.writestr(name, _changed(old.read(name), random) if name == changed else old.read(name))
    return out.getvalue()


def _changed(data: bytes, random: Random) -> bytes:
    for _ in range(random.choice((1, 1, 2, 3))):
        if data:
            data = random.choice(MUTATIONS)(data, random)
    return data


def markers(name: str, data: bytes) -> set[str]:
    """Find the words that still stand whole in a file, in a workbook those in a whole cell."""
    if name.endswith(".xlsx"):
        data = b" ".join(CELL.findall(data))
    if name.startswith("utf16"):
        data = data.decode("utf-16", errors="ignore").encode()
    return {found.decode() for found in MARKER.findall(data)}


def write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)
