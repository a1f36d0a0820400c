"""Where votes are kept: an SQLite file in the study's folder, or a team's PostgreSQL that a file beside it names.

store = VoteStore(workspace.judgments_file)         # judgments.sqlite; with a judgments.url beside it that server
with store.writing() as connection:                 # one transaction, on disk when it ends; writers take turns
    connection.execute(ENTRIES.insert().values(kind="vote", …))

Entries are only ever added: the database itself refuses to change or delete one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from winnow.errors import InputError, WinnowError, require

# `kind` is vote, retract (of the entry numbered `retracts`), end (with `remaining` pairs unjudged) or waive.
ENTRIES = Table(
    "entries",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("plan", String, nullable=False, index=True),
    Column("reviewer", String, nullable=False),
    Column("at", String, nullable=False),
    Column("item", String),
    Column("repeat", Integer),
    Column("left", String),
    Column("right", String),
    Column("verdict", String),
    Column("note", String),
    Column("reference_open", Boolean),
    Column("seconds", Float),
    Column("retracts", Integer),
    Column("remaining", Integer),
    Column("reasons", String),
    Column("marks", String),
    sqlite_autoincrement=True,
)

REFUSAL = "the vote log is append-only"
APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS no_{verb} BEFORE {verb} ON entries BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql",
        "CREATE OR REPLACE TRIGGER no_change BEFORE UPDATE OR DELETE ON entries "
        "FOR EACH ROW EXECUTE FUNCTION append_only()",
    ],
}
# Taken by every writer until its transaction ends: what a vote is checked against can't change before it lands.
ONE_WRITER = "SELECT pg_advisory_xact_lock(hashtext('winnow votes'))"


READS = "winnow_reads"  # the option of a transaction that writes nothing, and so waits for no writer
State = tuple[str, int, int]
_prepared: set[State] = set()  # databases whose table this process has found as it is today


class VoteStore:
    """One log of votes, opened anew for each transaction: no handle outlives it, and threads share none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url_file = path.with_suffix(".url")

    @property
    def files(self) -> tuple[Path, Path]:
        """The files that say where the votes are; either may be absent."""
        return self.path, self.url_file

    @cached_property
    def url(self) -> str:
        """The database; raises InputError where the file that names it holds no URL."""
        if not self.url_file.exists():
            return f"sqlite:///{self.path}"
        text = self.url_file.read_text(encoding="utf-8").strip()
        try:
            url = make_url(text)
        except ArgumentError as error:
            raise InputError(f"{self.url_file}:1: no URL of a database; write postgresql://HOST/DATABASE") from error
        if url.get_backend_name() != "postgresql":
            raise InputError(f"{self.url_file}:1: {url.drivername}: votes are kept in PostgreSQL, or here in SQLite")
        require("psycopg", "team")
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)

    def is_there(self) -> bool:
        """Tell whether anything was ever written here; a server is asked when it is read."""
        return self.path.exists() or self.url_file.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that finds the table as it is today, whoever made it."""
        with self._transaction(reads=True) as connection:
            if self._state(connection) in _prepared:
                yield connection
                return
        with self.writing() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that no other writer is beside."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(ONE_WRITER)
            if self._state(connection) not in _prepared:
                _prepare(connection)
            state = self._state(connection)
            yield connection
        if state:
            _prepared.add(state)

    def _state(self, connection: Connection) -> State | None:
        """Name a file's tables as they are: another file in its place, or a changed table, is another.

        None of a server, which is asked each time.
        """
        if connection.dialect.name != "sqlite":
            return None
        version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
        return self.url, self.path.stat().st_ino, int(version)

    @contextmanager
    def _transaction(self, reads: bool = False) -> Iterator[Connection]:
        try:
            with _engine(self.url).connect() as opened:
                connection = opened.execution_options(**{READS: reads})
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            where = self.path if self.url.startswith("sqlite") else make_url(self.url).render_as_string()
            raise WinnowError(
                f"{where}: {' '.join(str(error.orig).split())}; nothing was written: check the disk and the folder's "
                "permissions, or the server"
            ) from error


@lru_cache(maxsize=64)
def _engine(url: str) -> Engine:
    """Give the engine of a database, which keeps what it compiled and no connection."""
    if not url.startswith("sqlite"):
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would otherwise begin transactions late
        connection.execute("PRAGMA synchronous = EXTRA")  # a vote acknowledged survives a power cut

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")  # as ONE_WRITER does elsewhere

    return engine


def _prepare(connection: Connection) -> None:
    """Make the table where there is none, and give one of an earlier version the columns that came since."""
    found = inspect(connection)
    if not found.has_table(ENTRIES.name):
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(ONE_WRITER)
        ENTRIES.metadata.create_all(connection)
        for statement in APPEND_ONLY[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        return
    there = {column["name"] for column in found.get_columns(ENTRIES.name)}
    for column in ENTRIES.columns:
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {ENTRIES.name} ADD COLUMN {column.name} {kind}")
