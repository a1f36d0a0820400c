"""The sentence encoder itself: loaded once a process and applied by all cores.

vectors = encode(resolve_embedder("all-minilm-l6-v2"), ["What is an ISA?"])

with beside(model) as mapper:                # another process loads the model while this one works on
    for vectors in mapper(partial(encode, model), chunks): ...
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
WIDTH = 16  # tokens by whose multiples passes are wide
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
    tokens = loaded[0].preprocess(readable)
    if "attention_mask" not in tokens or getattr(loaded[0].tokenizer, "padding_side", "") != "right":
        return _apply(loaded[0], readable, ON_A_CORE)
    return _on_cores(loaded, tokens)


def _is_by_token(value: Any, tokens: Mapping[str, Any]) -> bool:
    return bool(getattr(value, "shape", None) == tokens["attention_mask"].shape)


def passes(lengths: Sequence[int], rows: int = ON_A_CORE) -> Iterator[tuple[list[int], int]]:
    """Group texts into passes of one size and width, by their tokens alone: the places of `rows` texts, and the width.

    Sums of floats depend on the shape of what is summed at once. Each text's own pass always has the same shape, filled
    up with its last text again, so that its vector doesn't depend on which texts came with it.

    >>> list(passes([5, 40, 7], rows=2))
    [([0, 2], 16), ([1, 1], 48)]
    """
    widths: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        widths.setdefault(-(-length // WIDTH) * WIDTH, []).append(place)
    for width, places in sorted(widths.items()):
        for start in range(0, len(places), rows):
            some = places[start : start + rows]
            yield some + some[-1:] * (rows - len(some)), width


def _on_cores(models: tuple[SentenceTransformer, ...], tokens: Mapping[str, Any]) -> Vectors:
    """Encode each pass on one core: two cores at one small batch take half as long again as at one each.

    A text's vector depends neither on how many cores there are nor on the other texts.
    """
    import torch

    free: SimpleQueue[SentenceTransformer] = SimpleQueue()
    for model in models:
        free.put(model)

    def apply(one: tuple[list[int], int]) -> Vectors:
        places, width = one
        model = free.get()
        try:
            return _vectors(model, {name: _wide(value[places], width) for name, value in tokens.items()})
        finally:
            free.put(model)

    tokens = {name: value for name, value in tokens.items() if _is_by_token(value, tokens)}
    shapes = list(passes(tokens["attention_mask"].sum(dim=1).tolist()))
    usual = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(len(models), initializer=torch.set_num_threads, initargs=(1,)) as pool:
            found = list(pool.map(apply, shapes))
    finally:
        torch.set_num_threads(usual)
    out = np.empty((len(tokens["attention_mask"]), found[0].shape[1]), np.float32)
    for (places, _), vectors in zip(shapes, found, strict=True):
        out[places] = vectors
    return out


def _wide(tokens: Any, width: int) -> Any:
    """Cut padding off, or add some, so that rows are `width` tokens wide: what is masked may hold any token."""
    from torch.nn.functional import pad

    return pad(tokens[:, :width], (0, max(0, width - tokens.shape[1])))


def _vectors(model: SentenceTransformer, tokens: dict[str, object]) -> Vectors:
    import torch

    with torch.inference_mode():
        found = model(tokens)["sentence_embedding"]
        return np.asarray(torch.nn.functional.normalize(found, p=2, dim=1).numpy(), dtype=np.float32)


def _apply(model: SentenceTransformer, texts: list[str], batch: int) -> Vectors:
    vectors = model.encode(texts, batch_size=batch, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)


@lru_cache(1)
def _load(model: Path | str) -> tuple[SentenceTransformer, ...]:
    """Load the model once, and on a CPU make as many of it as there are cores; they share their weights."""
    import torch
    from sentence_transformers import SentenceTransformer

    try:
        first = SentenceTransformer(str(model), trust_remote_code=False, device=device()).eval()
    except (OSError, ValueError) as error:
        first_line = str(error).splitlines()[0]
        raise InputError(f'embedder "{model}" doesn\'t load: {first_line}') from error
    if first.device.type != "cpu":
        return (first,)
    weights = {id(tensor): tensor for tensor in (*first.parameters(), *first.buffers())}
    # a tokenizer is no one's but its thread's: it sets itself up anew at each call
    return first, *(copy.deepcopy(first, dict(weights)) for _ in range(min(torch.get_num_threads(), MAX_CORES) - 1))
