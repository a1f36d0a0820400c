"""The reader as a tool of the quality signals: a cheap look at every row, and the model's reading of the doubted ones.

reader = Reader(model, embedder.apply)
scores = reader.scores(rows, suspected)        # float32 [rows, kinds]: calibrated log-odds, for every row
reader.show(rows, [7] * len(rows))             # of each row the sentence that shows kind 7
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.corpus.rows import Row
from curation.reader import reading
from curation.reader.first_pass import FIRST_PASS, FirstPass
from curation.reader.kinds import KINDS
from curation.reader.limits import WRONG, share_of
from curation.reader.texts import Pieces
from winnow.parallel.engine import spread

Array = NDArray[np.float32]
# applies a function to chunks, in the process that holds the models
Apply = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

ENCODER = "all-minilm-l6-v2"  # that the weights were trained on
EMBEDDINGS = "word_embeddings.weight"  # of the encoder's word pieces: how its file ends their name
# word pieces that the model reads beyond suspected rows: 2,500 take a second on one core
PIECES_A_ROW, FEWEST_PIECES, MOST_PIECES = 10, 60_000, 400_000
ROWS_A_CHUNK = 512
ROWS_A_LOOK = 1024
OFTEN = 0.1  # share of wrong answers among the rows read last from which more are read
UNREAD = -1.0  # the highest log-odds of a kind in a row that only the first pass looked at


class Reader:
    """Reads pairs with trained weights, the shipped ones by default; `model` is the encoder they were trained on."""

    def __init__(self, model: Path | str, apply: Apply = map, weights: Path = reading.WEIGHTS) -> None:
        from safetensors import safe_open

        self._model, self._apply, self._weights = model, apply, weights
        with safe_open(weights, "np") as file:
            tensors = {name: file.get_tensor(name) for name in FIRST_PASS}
        with safe_open(Path(model) / "model.safetensors", "np") as file:
            names = file.keys()
            embeddings = file.get_tensor(next(name for name in names if name.endswith(EMBEDDINGS)))
        self._pieces = Pieces(model)
        self._first = FirstPass(tensors, embeddings, self._pieces.marks)

    def scores(
        self, rows: Sequence[Row], suspected: NDArray[np.bool_], readable: NDArray[np.bool_] | None = None
    ) -> Array:
        """Return log-odds, float32 [rows, kinds]: the model's for doubted and suspected rows, else the first pass's.

        The most doubted rows are read first; where many answers among them are wrong, it goes on with the next ones.
        Rows that aren't `readable`, being in another language, get NaN; without it all are.
        """
        batches = [rows[at : at + ROWS_A_LOOK] for at in range(0, len(rows), ROWS_A_LOOK)]
        looks = spread(lambda part: [self._look(batch) for batch in part], batches, least=2)
        scores, lengths = (np.concatenate([*found]) for found in zip(*looks, strict=True))
        if readable is not None:
            scores[~readable] = np.nan
        rounds = _rounds(scores, lengths)
        scores = np.minimum(scores, np.float32(UNREAD))
        unread = ~np.isnan(scores[:, 0])
        for number, doubted in enumerate(rounds):
            chosen = unread & (doubted | suspected) if number == 0 else unread & doubted
            scores[chosen] = self._read([rows[at] for at in np.flatnonzero(chosen).tolist()])
            unread &= ~chosen
            if not _is_worthwhile(scores[doubted]):
                break
        return np.asarray(scores, np.float32)

    def _read(self, rows: Sequence[Row]) -> Array:
        pairs = [(row.question, row.answer) for row in rows]
        chunks = [pairs[at : at + ROWS_A_CHUNK] for at in range(0, len(pairs), ROWS_A_CHUNK)]
        read = [*self._apply(partial(reading.read, self._model, self._weights), chunks)]
        return np.concatenate(read) if read else np.zeros((0, len(KINDS)), np.float32)

    def show(self, rows: Sequence[Row], kinds: Sequence[int]) -> list[str]:
        """Return of each row the sentence, or the question, that shows its kind of fault."""
        faults = [(row.question, row.answer, kind) for row, kind in zip(rows, kinds, strict=True)]
        chunks = [faults[at : at + ROWS_A_CHUNK] for at in range(0, len(faults), ROWS_A_CHUNK)]
        found = self._apply(partial(reading.shown, self._model, self._weights), chunks)
        return [sentence for chunk in found for sentence in chunk]

    def _look(self, rows: Sequence[Row]) -> tuple[Array, NDArray[np.int64]]:
        """Return the first pass's log-odds, and the pieces that reading each row would take."""
        sequences = self._pieces.sequences([row.question for row in rows], [row.answer for row in rows])
        scores = np.asarray(self._first.scores(sequences), np.float32)
        return scores, np.array([len(one.ids) for one in sequences], np.int64)


def _rounds(scores: Array, lengths: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
    """Mark the rows of each round of reading: those whose likeliest kind stands out most, as many as pieces allow."""
    worst = np.nan_to_num(scores.max(axis=1), nan=-np.inf)
    order = np.lexsort((lengths, -worst))
    pieces = np.where(np.isfinite(worst[order]), np.cumsum(lengths[order]), MOST_PIECES + 1)
    first = min(max(FEWEST_PIECES, PIECES_A_ROW * len(scores)), MOST_PIECES)
    rounds, begin = [], 0
    for end in range(first, MOST_PIECES + FEWEST_PIECES, FEWEST_PIECES):
        marked = np.zeros(len(scores), bool)
        marked[order[(pieces > begin) & (pieces <= min(end, MOST_PIECES))]] = True
        rounds.append(marked)
        begin = end
    return rounds


def _is_worthwhile(scores: Array) -> bool:
    """Tell whether so many of the rows read last are wrong that the next ones are worth their time."""
    return len(scores) > 0 and max(share_of(scores[:, KINDS.index(kind)]) for kind in WRONG) >= OFTEN
