"""One at a time: a folder in which one process works, so that two never write the same tables.

with alone(curated.root, "winnow add"):      # InputError where another one is at work here, with who and since when
    ...
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from winnow.errors import InputError


@contextmanager
def alone(folder: Path, doing: str) -> Iterator[None]:
    """Hold a folder while the block runs; raises InputError at once where another process holds it.

    The lock ends with the process, however that ends.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".at-work").open("a+", encoding="utf-8")
    except OSError:  # what can't be written says so itself, with its remedy
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            who = file.read() or "another process"
            raise InputError(f"{folder}: {who} is at work here; run this again when it has ended") from error
        file.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        file.write(f"{doing} (process {os.getpid()}, since {since})")
        file.flush()
        yield
