"""The sentence encoder itself: loaded once a process and applied by all cores.

vectors = encode(resolve_embedder("all-minilm-l6-v2"), ["What is an ISA?"])

with beside(model) as mapper:                # another process loads the model while this one works on
    for vectors in mapper(partial(encode, model), chunks): ...
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from winnow.errors import InputError
from winnow.models.device import device
from winnow.parallel.processes import can_fork, processes

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Encode = Callable[[list[str]], Vectors]
Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]  # a function and its chunks, as `map` takes

ON_A_CORE, ON_A_CARD = 16, 64  # texts a forward pass: more of them don't fit a core's cache
MAX_CORES = 16  # cores that encode: each needs a tenth of a second for a tokenizer of its own


@contextmanager
def beside(model: Path | str) -> Iterator[Mapper]:
    """Let another process load the model and apply it, as its library alone takes seconds to load; yield its `map`.

    Where torch is loaded already, whose threads a fork would lose, or a process can't be forked, this process does it.
    """
    if not can_fork() or "torch" in sys.modules:
        yield map
        return
    with processes(1, "fork") as other:
        other.submit(_prepare, model)
        yield other.map


def _prepare(model: Path | str) -> None:
    """Load the model where this runs; it must not travel back, or the other process would load its library too."""
    _load(model)


def encode(model: Path | str, texts: list[str]) -> Vectors:
    """Return float32 [n, dim] of unit length; raises InputError where the model doesn't load."""
    loaded = _load(model)
    # The model reads no more than this anyway; tokenising megabytes of it would take minutes.
    limit = 16 * int(loaded[0].max_seq_length or 512)
    readable = [text[:limit].encode("utf-8", "replace").decode() for text in texts]
    if loaded[0].device.type != "cpu":
        return _apply(loaded[0], readable, ON_A_CARD)
    return _on_cores(loaded, [readable[start : start + ON_A_CORE] for start in range(0, len(readable), ON_A_CORE)])


def _on_cores(models: tuple[SentenceTransformer, ...], batches: list[list[str]]) -> Vectors:
    """Encode each batch on one core: two cores at one small batch take half as long again as at one each.

    A batch's vectors don't depend on how many cores there are.
    """
    import torch

    free: SimpleQueue[SentenceTransformer] = SimpleQueue()
    for model in models:
        free.put(model)

    def apply(batch: list[str]) -> Vectors:
        model = free.get()
        try:
            return _apply(model, batch, ON_A_CORE)
        finally:
            free.put(model)

    usual = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(len(models), initializer=torch.set_num_threads, initargs=(1,)) as pool:
            return np.concatenate(list(pool.map(apply, batches)))
    finally:
        torch.set_num_threads(usual)


def _apply(model: SentenceTransformer, texts: list[str], batch: int) -> Vectors:
    vectors = model.encode(texts, batch_size=batch, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)


@lru_cache(1)
def _load(model: Path | str) -> tuple[SentenceTransformer, ...]:
    """Load the model once, and on a CPU make as many of it as there are cores; they share their weights."""
    import torch
    from sentence_transformers import SentenceTransformer

    try:
        first = SentenceTransformer(str(model), trust_remote_code=False, device=device())
    except (OSError, ValueError) as error:
        first_line = str(error).splitlines()[0]
        raise InputError(f'embedder "{model}" doesn\'t load: {first_line}') from error
    if first.device.type != "cpu":
        return (first,)
    weights = {id(tensor): tensor for tensor in (*first.parameters(), *first.buffers())}
    # a tokenizer is no one's but its thread's: it sets itself up anew at each call
    return first, *(copy.deepcopy(first, dict(weights)) for _ in range(min(torch.get_num_threads(), MAX_CORES) - 1))
