"""Meaning of rows: a vector each, by which rows near a question are found.

meaning = Meaning.of(table, embedder, cache)             # once for these rows, then from the cache's folder
places, scores = meaning.nearest("how dear is borrowing?", 50)

Vectors are means of word vectors distilled from the study's encoder, as cheap for 100,000 rows as a search may be; the
nearest rows alone can then be put in order by the encoder itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from curation.corpus.light_encoder import LightEncoder
from curation.publish.plane import Places, Vectors, on_scale, plane
from winnow.data.files import whole_file
from winnow.data.records import content_hash
from winnow.models.embedder import Embedder
from winnow.models.word_vectors import normalised, word_vectors
from winnow.text.words import WORD

ORDERED_BY_ENCODER = 48  # rows: as many as are embedded anew within a second
READ_CHARACTERS = 300  # of a row's question and answer, by the encoder
MIN_COSINE = 0.2  # of a row's vector and the query's, below which a row isn't about the same
FORM = 2  # raise it when the vectors are made otherwise, so that stored ones aren't used


@dataclass(frozen=True)
class Meaning:
    """Unit vectors of rows, where they lie on a map, and what makes queries' vectors: the rows that have each word."""

    vectors: Vectors
    at: Places
    texts: Sequence[str]
    words: dict[str, int]
    embedder: Embedder

    @classmethod
    def of(cls, table: pa.Table, embedder: Embedder, cache: Path) -> Meaning:
        """Read the rows' vectors from the cache's folder, or make them there."""
        questions, answers = (table[name].to_pylist() for name in ("question", "answer"))
        path = cache / f"rows-{content_hash(str(FORM), embedder.weights, *questions, *answers)[:16]}.npz"
        if not path.exists():
            words = Counter(
                word for q, a in zip(questions, answers, strict=True) for word in set(WORD.findall(f"{q} {a}".lower()))
            )
            encoder = _encoder(embedder, words, len(questions))
            vectors = normalised(encoder.embed(questions) + encoder.embed(answers))
            with whole_file(path) as temporary, temporary.open("wb") as file:
                at = on_scale(plane(vectors)).astype(np.int16)
                np.savez(file, vectors=vectors.astype(np.float16), at=at, words=[*words], rows=[*words.values()])
        stored = np.load(path)
        counts = dict(zip(stored["words"].tolist(), stored["rows"].tolist(), strict=True))
        texts = [f"{question}\n{answer}" for question, answer in zip(questions, answers, strict=True)]
        return cls(stored["vectors"].astype(np.float32), stored["at"].astype(np.int64), texts, counts, embedder)

    def nearest(self, query: str, n: int) -> tuple[Places, Vectors]:
        """Find the n rows nearest to a query by its words' vectors, the nearest first, with their cosines.

        A query of unknown words finds none.
        """
        encoder = _encoder(self.embedder, self.words, len(self.texts))
        scores = self.vectors @ encoder.embed([query])[0]
        found = np.argsort(-scores, kind="stable")[:n]
        found = found[scores[found] >= MIN_COSINE]
        return found, scores[found]

    def finer(self, query: str, places: Places) -> Places:
        """Put the first of these rows in the order that the sentence encoder gives; its library loads for seconds."""
        head = places[:ORDERED_BY_ENCODER]
        if len(head) > 1:
            near = self.embedder.embed([query, *(self.texts[place][:READ_CHARACTERS] for place in head)])
            head = head[np.argsort(-(near[1:] @ near[0]), kind="stable")]
        return np.concatenate([head, places[ORDERED_BY_ENCODER:]])


def _encoder(embedder: Embedder, words: dict[str, int], rows: int) -> LightEncoder:
    vectors: Callable[[Sequence[str]], Vectors] | None = word_vectors(embedder)
    assert vectors is not None, "there is an embedder"
    return LightEncoder(vectors, words, rows)
