"""Spread pure work over the cores of one machine; the outcome doesn't depend on how many there are.

lengths = spread(lambda texts: [len(text) for text in texts], texts, least=10_000)
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

CHUNKS = 4  # a worker: so that an uneven load evens out
_inherited: tuple[Callable[[Any], list[Any]], Sequence[Any]] | None = None  # by forked workers, without copying


def spread(work: Callable[[Sequence[T]], list[R]], items: Sequence[T], least: int) -> list[R]:
    """Return `work(items)`, one result an item, done in parts by as many processes as there are cores.

    Fewer items than `least` aren't worth a process; nor does a system without `fork` get any.
    """
    workers = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if workers == 1 or len(items) < least or multiprocessing.parent_process() is not None:
        return work(items)
    global _inherited
    size = -(-len(items) // (workers * CHUNKS))
    _inherited = (work, items)
    try:
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            parts = pool.map(_part, [(start, start + size) for start in range(0, len(items), size)], chunksize=1)
    finally:
        _inherited = None
    return list(chain.from_iterable(parts))


def _part(bounds: tuple[int, int]) -> list[Any]:
    assert _inherited is not None, "set before the workers are forked"
    work, items = _inherited
    return work(items[slice(*bounds)])
