"""The index file of one dataset: its tables, its connections, and how records get in and out.

Every call opens the file and closes it, so that nothing stays open between requests. The index can be made
again from the server's database at any time: it isn't synced to disk, and `repair` mends it at each start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# `value` holds every filterable property in one shape: metadata.NAME, suggestion.QUESTION.PROPERTY and, with
# the response it belongs to, response.QUESTION; a list has one row an element.
_SCHEMA = """
CREATE TABLE record(n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, external_id TEXT, status TEXT NOT NULL,
  inserted_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, shuffle INTEGER NOT NULL);
CREATE INDEX record_status ON record(status);
CREATE TABLE response(id TEXT PRIMARY KEY, n INTEGER NOT NULL, user_id TEXT, status TEXT NOT NULL,
  updated_at INTEGER NOT NULL);
CREATE INDEX response_record ON response(n, user_id, status);
CREATE INDEX response_user ON response(user_id, status);
CREATE TABLE value(n INTEGER NOT NULL, response TEXT, name TEXT NOT NULL, text TEXT NOT NULL, number NUMERIC);
CREATE INDEX value_text ON value(name, text);
CREATE INDEX value_number ON value(name, number);
CREATE INDEX value_record ON value(n, name);
CREATE TABLE vector(n INTEGER NOT NULL, setting TEXT NOT NULL, embedding BLOB NOT NULL, PRIMARY KEY(n, setting));
CREATE INDEX vector_setting ON vector(setting);
"""
# Marks (M*) are part of words: without them Hindi and Thai fall apart at each vowel sign.
_TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"


@dataclass(frozen=True, slots=True)
class Value:
    """One filterable property; `number` where it is one."""

    name: str
    text: str
    number: float | int | None = None


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One person's answers to the questions about a record; times in microseconds since 1970, UTC."""

    id: str
    user_id: str | None
    status: str
    updated_at: int
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record as the index keeps it; `texts` by field, `vectors` by the id of their settings as float32 bytes."""

    id: str
    external_id: str | None
    status: str
    inserted_at: int
    updated_at: int
    shuffle: int
    texts: dict[str, str] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    responses: tuple[ResponseRow, ...] = ()
    vectors: dict[str, bytes] = field(default_factory=dict)


class Store:
    """The index of one dataset in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the index; raises FileNotFoundError where there is none."""
        if not self.path.exists():
            raise FileNotFoundError(f"{self.path}: no index of this dataset; start the server again to make it")
        with closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open the index for one transaction: all of it or nothing."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def create(self, fields: Iterable[str]) -> None:
        """Make the index with one text column a field, unless it is there."""
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".new")
        partial.unlink(missing_ok=True)
        columns = ", ".join(f'"{text_column(name)}"' for name in sorted(fields))
        with closing(sqlite3.connect(partial)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)
            connection.execute(
                f"CREATE VIRTUAL TABLE words USING fts5({columns}, tokenize=\"{_TOKENIZER}\", prefix='2 3')"
            )
        partial.replace(self.path)  # its existence means that it is whole

    def delete(self) -> None:
        """Remove the index; none is no error."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def text_column(field_name: str) -> str:
    """Name the full-text column of a field; the prefix keeps it clear of SQLite's own names."""
    return f"f_{field_name}"


def put_records(connection: sqlite3.Connection, rows: Iterable[RecordRow]) -> None:
    """Insert records, or replace them with all that belongs to them."""
    columns = [row[1] for row in connection.execute("PRAGMA table_info(words)")]
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * (len(columns) + 1))
    for row in rows:
        n = _put_record(connection, row)
        texts = [row.texts.get(column.removeprefix("f_"), "") for column in columns]
        connection.execute(f"INSERT OR REPLACE INTO words(rowid, {names}) VALUES({marks})", (n, *texts))
        put_values(connection, n, row.values)
        for response in row.responses:
            put_response(connection, n, response)
        vectors = [(n, setting, embedding) for setting, embedding in row.vectors.items()]
        connection.executemany("INSERT INTO vector VALUES(?, ?, ?)", vectors)


def _put_record(connection: sqlite3.Connection, row: RecordRow) -> int:
    """Write the record's own line, clear what belongs to it, and return its number."""
    statement = """
        INSERT INTO record(id, external_id, status, inserted_at, updated_at, shuffle) VALUES(?, ?, ?, ?, ?, ?)
        ON CONFLICT(id) DO UPDATE SET external_id=excluded.external_id, status=excluded.status,
          inserted_at=excluded.inserted_at, updated_at=excluded.updated_at
        RETURNING n"""
    own = (row.id, row.external_id, row.status, row.inserted_at, row.updated_at, row.shuffle)
    n = int(connection.execute(statement, own).fetchone()[0])
    for table in ("value", "response", "vector"):
        connection.execute(f"DELETE FROM {table} WHERE n = ?", (n,))
    return n


def put_values(connection: sqlite3.Connection, n: int, values: Iterable[Value], response: str | None = None) -> None:
    """Add filterable properties of a record or of a response to it."""
    rows = [(n, response, value.name, value.text, value.number) for value in values]
    connection.executemany("INSERT INTO value VALUES(?, ?, ?, ?, ?)", rows)


def put_response(connection: sqlite3.Connection, n: int, row: ResponseRow) -> None:
    """Insert a response or replace it, unless the index has a newer state: requests may overtake each other."""
    known = connection.execute("SELECT updated_at FROM response WHERE id = ?", (row.id,)).fetchone()
    if known and known[0] > row.updated_at:
        return
    own = (row.id, n, row.user_id, row.status, row.updated_at)
    connection.execute("INSERT OR REPLACE INTO response VALUES(?, ?, ?, ?, ?)", own)
    connection.execute("DELETE FROM value WHERE n = ? AND response = ?", (n, row.id))
    put_values(connection, n, row.values, row.id)


def delete_response(connection: sqlite3.Connection, response_id: str) -> None:
    """Remove a response and its values."""
    found = connection.execute("DELETE FROM response WHERE id = ? RETURNING n", (response_id,)).fetchone()
    if found:
        connection.execute("DELETE FROM value WHERE n = ? AND response = ?", (found[0], response_id))


def delete_records(connection: sqlite3.Connection, record_ids: Iterable[str]) -> None:
    """Remove records and all that belongs to them."""
    for record_id in record_ids:
        n = record_number(connection, record_id)
        connection.execute("DELETE FROM words WHERE rowid = ?", (n,))
        for table in ("record", "value", "response", "vector"):
            connection.execute(f"DELETE FROM {table} WHERE n = ?", (n,))


def record_number(connection: sqlite3.Connection, record_id: str) -> int | None:
    """Find the row number of a record."""
    found = connection.execute("SELECT n FROM record WHERE id = ?", (record_id,)).fetchone()
    return int(found[0]) if found else None


def fingerprints(connection: sqlite3.Connection) -> dict[str, frozenset[tuple[str, object]]]:
    """Describe each record's state in the index by what must agree with the server's database."""
    marks: dict[int, set[tuple[str, object]]] = {}
    ids: dict[int, str] = {}
    for n, id_, status, updated_at in connection.execute("SELECT n, id, status, updated_at FROM record"):
        ids[n], marks[n] = id_, {("record", f"{status} {updated_at}")}
    for n, id_, status, updated_at in connection.execute("SELECT n, id, status, updated_at FROM response"):
        marks[n].add((id_, f"{status} {updated_at}"))
    stamps = "SELECT n, name, number FROM value WHERE name >= 'stamp.' AND name < 'stamp/'"
    for n, name, number in connection.execute(stamps):
        marks[n].add((name, int(number)))
    return {ids[n]: frozenset(found) for n, found in marks.items()}
