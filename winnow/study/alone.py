"""One at a time: a folder in which one process works, so that two never write the same tables.

with alone(curated.root, "winnow add"):      # InputError where another one is at work here, with who and since when
    ...
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from winnow.errors import InputError


@contextmanager
def alone(folder: Path, doing: str) -> Iterator[None]:
    """Hold a folder while the block runs; raises InputError at once where another process holds it.

    The lock ends with the process, however that ends.
    """
    note, lock = folder / ".at-work", FileLock(folder / ".at-work.lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        who = note.read_text(encoding="utf-8") if note.exists() else ""
        at_work = who or "another process"
        raise InputError(f"{folder}: {at_work} is at work here; run this again when it has ended") from error
    except OSError:  # what can't be written says so itself, with its remedy
        yield
        return
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        note.write_text(f"{doing} (process {os.getpid()}, since {since})", encoding="utf-8")
        yield
    finally:
        lock.release()
