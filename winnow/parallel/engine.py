"""Parallel map of pure functions over this machine's cores or a Ray cluster, with the same results on either.

with using("ray"):
    lengths = spread(lambda texts: [len(text) for text in texts], texts, least=10_000)
"""

from __future__ import annotations

import gc
import multiprocessing
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeVar

import pyarrow as pa

from winnow.errors import InputError, install_line
from winnow.parallel.processes import can_fork, killed, processes

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[Any]], list[Any]]
Name = Literal["local", "ray"]

PARTS_A_WORKER = 4  # so that an uneven load evens out
MAX_ITEMS_A_PART = 50_000  # so that what a worker remembers of one stays small
PARTS_UNTIL_RENEWED = 2  # after which a fresh worker comes: what a worker looks at it copies, bit by bit
_chosen: ContextVar[Name] = ContextVar("engine", default="local")
_inherited: tuple[Work, list[Sequence[Any]]] | None = None  # by forked workers, without copying


@contextmanager
def using(engine: Name) -> Iterator[None]:
    """Let the block's work run on an engine; raises InputError where it isn't installed."""
    if engine == "ray":
        _start_ray()
    token = _chosen.set(engine)
    try:
        yield
    finally:
        _chosen.reset(token)


def is_local() -> bool:
    """Tell whether work stays on this machine, where it can use what is in memory and its GPU."""
    return _chosen.get() == "local"


def spread(work: Callable[[Sequence[T]], list[R]], items: Sequence[T], least: int) -> list[R]:
    """Return `work(items)`, one result an item, done in parts by all workers there are.

    On this machine fewer items than `least` aren't worth a process. Workers are forks of this process, which inherit
    the work; where there is no fork they are spawned, and the work is sent to them.
    """
    if not is_local():
        return _on_ray(work, items)
    workers = cores()
    if workers == 1 or len(items) < least or multiprocessing.parent_process() is not None:
        return work(items)
    return _on_cores(work, items, workers) if can_fork() else _on_spawned(work, items, workers)


def cores() -> int:
    """Count the cores that this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


def spread_map(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Apply `work` to each item on all workers; the results are those of `map`, in order."""
    return spread(lambda part: [function(item) for item in part], list(items), least=2)


def _on_cores(work: Work, items: Sequence[Any], workers: int) -> list[Any]:
    global _inherited
    parts = _parts(items, workers)
    _inherited = (work, parts)
    gc.freeze()  # a worker's collector would look at everything it inherits, and so copy it
    done: list[Any] = []
    try:
        for start in range(0, len(parts), PARTS_UNTIL_RENEWED * workers):
            with processes(workers, "fork") as pool:
                for part in pool.map(_part, range(start, min(start + PARTS_UNTIL_RENEWED * workers, len(parts)))):
                    done += part
    finally:
        gc.unfreeze()
        _inherited = None
    return done


def _on_spawned(work: Work, items: Sequence[Any], workers: int) -> list[Any]:
    """Send the parts to processes that start afresh and stay; each reads the work once, from a file."""
    import cloudpickle
    from joblib import Parallel, delayed

    with TemporaryDirectory(prefix="winnow-") as folder:
        file = Path(folder) / "work.pickle"
        file.write_bytes(cloudpickle.dumps(work))
        parts = (delayed(_part_of)(file, part) for part in _parts(items, workers))
        try:
            done = Parallel(workers, backend="loky", batch_size=1)(parts)
        except BrokenProcessPool as error:
            raise killed() from error
    return list(chain.from_iterable(done))


def _part_of(file: Path, part: Sequence[Any]) -> list[Any]:
    return _read_work(file)(part)


@lru_cache(1)
def _read_work(file: Path) -> Work:
    """Read the work of a call, in a worker; the next part finds it there."""
    work: Work = pickle.loads(file.read_bytes())
    return work


def _parts(items: Sequence[Any], workers: int) -> list[Sequence[Any]]:
    size = max(1, min(MAX_ITEMS_A_PART, -(-len(items) // (workers * PARTS_A_WORKER))))
    return [items[start : start + size] for start in range(0, len(items), size)]


def _part(number: int) -> list[Any]:
    from threadpoolctl import threadpool_limits

    assert _inherited is not None, "set before the workers are forked"
    work, parts = _inherited
    with threadpool_limits(1):  # there is a worker for each core already
        return work(parts[number])


def _start_ray() -> None:
    try:
        import ray
    except ImportError as error:
        raise InputError(f"curation.engine: ray isn't installed; run: {install_line('ray')}") from error
    if not ray.is_initialized():
        ray.init(include_dashboard=False, log_to_driver=False)


def _on_ray(work: Work, items: Sequence[Any]) -> list[Any]:
    """Map the work over an Arrow table of parts; Python's own objects travel as bytes in a column."""
    import ray
    from ray import cloudpickle

    parts = _parts(items, int(ray.cluster_resources().get("CPU", 1)))
    sent = pa.table({"part": range(len(parts)), "data": pa.array(map(cloudpickle.dumps, parts), pa.large_binary())})
    shared = ray.put(cloudpickle.dumps(work))  # once a machine, not once a part

    def run(table: pa.Table) -> pa.Table:
        found = [pickle.dumps(_work(shared)(pickle.loads(data))) for data in table["data"].to_pylist()]
        return pa.table({"part": table["part"], "data": pa.array(found, pa.large_binary())})

    stage = ray.data.from_arrow(sent).repartition(max(1, len(parts))).map_batches(run, batch_format="pyarrow")
    done = sorted((row["part"], row["data"]) for row in stage.take_all())
    return list(chain.from_iterable(pickle.loads(data) for _, data in done))


@lru_cache(1)
def _work(shared: Any) -> Work:
    """Fetch the work of a stage, in a worker; the next part finds it there."""
    import ray

    work: Work = pickle.loads(ray.get(shared))
    return work
