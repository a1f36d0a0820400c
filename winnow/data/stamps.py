"""States of files, by which something that was computed from them is known to hold still, without reading them again.

stamp(path)                                 # (("…/kept.jsonl", size, time, time, inode),)
once("lines", [path], lambda: count(path))  # counted again only when the file is another one
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")
Stamp = tuple[tuple[str, int, int, int, int], ...]

SETTLED_NS = 2_000_000_000  # after a change: a file written twice within a clock's step may show the same state
REMEMBERED = 4_096  # results, the latest used

_results: OrderedDict[tuple[str, Stamp], Any] = OrderedDict()
_one_at_a_time = Lock()


def stamp(*files: Path) -> Stamp:
    """Identify this version of files by path, size, times and inode; those that aren't there are left out."""
    states = [(path, path.stat()) for path in files if path.exists()]
    return tuple((str(path), s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for path, s in states)


def once(name: str, files: Sequence[Path], compute: Callable[[], T]) -> T:
    """Compute something from files and from nothing else, or give what it was where they are the same.

    What was computed from a file that changed a moment ago isn't kept: it may change again without a trace.
    """
    state = stamp(*files)
    known = (name, state)
    with _one_at_a_time:
        if known in _results:
            _results.move_to_end(known)
            return cast("T", _results[known])
    result = compute()
    newest = max((max(times) for _, _, *times, _ in state), default=0)
    if state and time.time_ns() - newest > SETTLED_NS and stamp(*files) == state:
        with _one_at_a_time:
            _results[known] = result
            while len(_results) > REMEMBERED:
                _results.popitem(last=False)
    return result
