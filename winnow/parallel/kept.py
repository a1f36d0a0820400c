"""A store of what was measured of single things, by the hash of all that it depends on: nothing is measured twice.

kept = Kept(folder / "reader-3f2a….sqlite")
kept.read([key(question, answer)])          # {key: bytes} of those that are there
kept.write({key: value})                    # on the disk when this returns: a kill leaves all of it or nothing
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from winnow.errors import InputError

KEYS_A_QUERY = 500  # keys a SELECT


@dataclass(frozen=True)
class Kept:
    """A table of keys and values in one SQLite file, which several processes may use at once."""

    path: Path

    def read(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """Return the values of those keys that are there."""
        known: dict[bytes, bytes] = {}
        wanted = iter(set(keys))
        with self._open() as table:
            while part := list(islice(wanted, KEYS_A_QUERY)):
                marks = ",".join("?" * len(part))
                known.update(table.execute(f"SELECT key, value FROM kept WHERE key IN ({marks})", part))
        return known

    def write(self, values: Mapping[bytes, bytes]) -> None:
        """Add values, in one transaction."""
        if values:
            with self._open() as table, table:
                table.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", values.items())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            table = sqlite3.connect(self.path, timeout=60)
            table.execute("PRAGMA journal_mode=WAL")
            table.execute("PRAGMA synchronous=NORMAL")
            table.execute("CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"{self.path}: can't be used as a cache ({error}); delete it or name another") from error
        with closing(table):
            yield table


def key_of(*texts: str) -> bytes:
    """Hash texts to 16 bytes; where one ends and the next begins counts.

    >>> key_of("ab", "c") == key_of("a", "bc")
    False
    """
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()[:16]
