"""A cheap encoder of texts: the mean of their words' static vectors, a rare word counting more.

encoder = LightEncoder(word_vectors(embedder), corpus.words, corpus.size)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import numpy as np

from curation.corpus.tools import Vectors
from winnow.models.word_vectors import text_means
from winnow.text.words import WORD

LONGEST = 100  # words of a text that are read: its topic is said by then
BLOCK = 4096  # texts at a time


WordVectors = Callable[[Sequence[str]], Vectors]


class LightEncoder:
    """Embed texts by their words; `words` counts the rows of each word among `size`."""

    def __init__(self, word_vectors: WordVectors, words: Mapping[str, int], size: int) -> None:
        self._word_vectors = word_vectors
        self._words = words
        self._size = max(size, 1)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 [n, dim] of unit length; a text without a known word gets zeros."""
        blocks = [self._embed(texts[at : at + BLOCK]) for at in range(0, len(texts), BLOCK)]
        return np.concatenate(blocks) if blocks else self._word_vectors([])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        split = [WORD.findall(text.lower())[:LONGEST] for text in texts]
        vocabulary = sorted(set(chain.from_iterable(split)))
        place = {word: i for i, word in enumerate(vocabulary)}
        shares = np.array([self._words.get(word, 0) / self._size for word in vocabulary])
        columns = np.array([place[word] for words in split for word in words], dtype=np.int64)
        ends = np.concatenate([[0], np.cumsum([len(words) for words in split])])
        vectors = self._word_vectors(vocabulary)
        if not vocabulary:
            return np.zeros((len(texts), vectors.shape[1]), dtype=np.float32)
        return text_means(columns, ends, vectors, shares)
