"""A process pool that ends with its parent, and that raises a readable error if a worker is killed.

with processes(2, "spawn") as pool:
    results = [job.result() for job in [pool.submit(measure, name) for name in names]]
"""

from __future__ import annotations

import os
import resource
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


def peak_memory_gb() -> float:
    """Tell the most memory, in 10⁹ bytes, that this process or the largest one that it started has held so far."""
    peaks = (resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(max(peaks) / 1e6, 2)


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
