"""A process pool that ends with its parent, and that raises a readable error if a worker is killed.

with processes(2, "spawn") as pool:
    results = [job.result() for job in [pool.submit(measure, name) for name in names]]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Literal

from winnow.errors import WinnowError


@contextmanager
def processes(count: int, method: Literal["fork", "spawn"]) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of processes that end with this one, however it ends.

    Raises WinnowError where one of them is killed: what it was doing would be waited for in vain.
    """
    try:
        with ProcessPoolExecutor(count, get_context(method), end_with_parent) as pool:
            yield pool
    except BrokenProcessPool as error:
        raise killed() from error


def can_fork() -> bool:
    """Tell whether a process can be copied with all it holds: Windows can't, and macOS's own libraries die of it."""
    return sys.platform == "linux" and hasattr(os, "fork")


def peak_memory_gb(with_children: bool = True) -> float:
    """Tell the most memory, in 10⁹ bytes, that this process has held so far, or the largest of those it started.

    A system that doesn't keep count of children's, as Windows doesn't, tells this process's alone.
    """
    try:
        import resource
    except ImportError:
        import psutil

        held = psutil.Process().memory_info()
        return round(getattr(held, "peak_wset", held.rss) / 1e9, 3)
    whose = (resource.RUSAGE_SELF, *((resource.RUSAGE_CHILDREN,) if with_children else ()))
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return round(max(resource.getrusage(one).ru_maxrss for one in whose) * unit / 1e9, 3)


def killed() -> WinnowError:
    """Make the error for a worker that was killed."""
    remedy = "most often memory ran out: free some, or use a smaller batch, and run again"
    return WinnowError(f"a worker process was killed; {remedy}")


def end_with_parent() -> None:
    """Let this worker not wait for work of a parent that was killed."""

    def watch() -> None:
        if parent := parent_process():
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()
