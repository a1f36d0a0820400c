"""What a signal may use beyond the texts: encoder, cross-encoder, language model, reader; each may be missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from curation.corpus.rows import Row
from winnow.text.lexicon import Lexicon
from winnow.text.personal_data import Recogniser, patterns

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Anything that embeds texts, as `winnow.models.embedder.Embedder` does."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return float32 [n, dim], rows of unit length."""
        ...

    def __hash__(self) -> int:
        """Return one and the same number as long as the same texts give the same vectors."""
        ...


class PairReader(Protocol):
    """What reads pairs for faults, as `curation.reader.reader.Reader` does."""

    def scores(self, rows: Sequence[Row], suspected: NDArray[np.bool_], readable: NDArray[np.bool_]) -> Vectors:
        """Return log-odds, float32 [rows, kinds]; suspected rows are read, those not readable are NaN."""
        ...

    def show(self, rows: Sequence[Row], kinds: Sequence[int]) -> list[str]:
        """Return of each row the sentence that shows its kind of fault."""
        ...


# (question, answer) pairs → relevance of each, higher is better; a cross-encoder's `predict`
CrossEncoder = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
# (question or "", answer) pairs → the natural log-likelihoods of the answer's tokens, one list a pair
LogLikelihood = Callable[[Sequence[tuple[str, str]]], Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Tools:
    """The models at hand; a signal whose tool is missing doesn't apply.

    `encoder_reads` are the languages that the encoder was trained on, where it isn't one of many. `lexicons` are those
    that come before Winnow's own.
    """

    encoder: Encoder | None = None
    cross_encoder: CrossEncoder | None = None
    log_likelihood: LogLikelihood | None = None
    reader: PairReader | None = None
    recognise: Recogniser = patterns
    encoder_reads: frozenset[str] | None = None
    lexicons: tuple[Lexicon, ...] = ()
