"""Sentence embeddings with a cache: vectors stand in SQLite by the text's hash, so that a second run computes none.

One cache file a model; a killed run keeps what it had:

    embedder = Embedder("all-minilm-l6-v2", Path("cache"))
    vectors = embedder.embed(["What is an ISA?", "How do I open an ISA?"])   # float32 [2, 384], unit length
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from winnow.models.encoder import Mapper, Vectors, beside, encode
from winnow.models.identity import weights_hash
from winnow.models.names import resolve_embedder
from winnow.models.scripts import reads
from winnow.parallel.kept import Kept, key_of

Progress = Callable[[int], None]
T = TypeVar("T")
R = TypeVar("R")

TEXTS_A_COMMIT = 512  # texts between commits: what a kill can cost
PASSES = "by-width"  # how texts share a pass: caches of before, in which a vector depended on its company, lie beside


class Embedder:
    """Embed texts with one model through a cache; the model is loaded only when a text is new.

    `embedded` and `from_cache` count the texts so far; a text repeated in one block counts once. `weights` is the hash
    of the model's weights, `folder` where the cache lies. `mapper` applies the model to chunks of texts: `map` does so
    here, one after the other.
    """

    def __init__(self, model_name: str, cache_folder: Path, mapper: Mapper = map) -> None:
        self.model_name = model_name
        self.embedded = 0
        self.from_cache = 0
        self._mapper = mapper
        self._model = resolve_embedder(model_name)
        self.weights = weights_hash(self._model)
        self.folder = cache_folder
        self._cache = Kept(cache_folder / f"embeddings-{PASSES}-{self.weights[:16]}.sqlite")

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Load the model beside the block's own work, which will need it, rather than within it."""
        if self._mapper is not map:
            yield
            return
        with beside(self._model) as self._mapper:
            try:
                yield
            finally:
                self._mapper = map

    def apply(self, function: Callable[[T], R], chunks: Iterable[T]) -> Iterable[R]:
        """Apply another model's function to chunks where this one's runs, so that its library loads there alone."""
        return self._mapper(function, chunks)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return float32 [n, dim], rows of unit length, in the order of the texts.

        `progress` is called with the number of texts done since its last call.
        """
        output: Vectors | None = None
        start = 0
        for block in self.embed_blocks(texts, progress=progress):
            if output is None:
                output = np.empty((len(texts), block.shape[1]), dtype=np.float32)
            output[start : start + len(block)] = block
            start += len(block)
        return np.empty((0, 0), dtype=np.float32) if output is None else output

    def reads(self, text: str) -> bool:
        """Tell whether a text is in a script that the model knows: of another one its vector says nothing."""
        return reads(self._model, text)

    def embed_blocks(
        self, texts: Iterable[str], block_size: int = 8192, progress: Progress | None = None
    ) -> Iterator[Vectors]:
        """Yield the vectors a block at a time, so that memory doesn't grow with the number of texts."""
        stream = iter(texts)
        while block := list(islice(stream, block_size)):
            yield self._embed_block(block, progress)

    def _embed_block(self, texts: list[str], progress: Progress | None) -> Vectors:
        keys = [key_of(text) for text in texts]
        known = {key: np.frombuffer(vector, np.float32) for key, vector in self._cache.read(keys).items()}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        self.from_cache += len(known)
        if progress:
            progress(sum(key in known for key in keys))
        # Similar lengths share a batch: less padding, and the longest come first so that memory peaks early.
        ordered = sorted(new, key=lambda key: (-len(new[key]), key))
        chunks = [ordered[start : start + TEXTS_A_COMMIT] for start in range(0, len(ordered), TEXTS_A_COMMIT)]
        encoded = self._mapper(partial(encode, self._model), [[new[key] for key in chunk] for chunk in chunks])
        for chunk, vectors in zip(chunks, encoded, strict=True):
            self._cache.write({key: vector.tobytes() for key, vector in zip(chunk, vectors, strict=True)})
            known.update(zip(chunk, vectors, strict=True))
            self.embedded += len(chunk)
            if progress:
                progress(len(chunk))
        if progress and (repeats := sum(key in new for key in keys) - len(new)):
            progress(repeats)
        return np.stack([known[key] for key in keys])
