"""The reader with a store of what it read: scores depend on a row's two texts alone, so that a file that grows costs
what was added.

reader = KeptReader(model, embedder.apply, weights, folder)
reader.scores(rows, suspected)         # rows that were read before come from the folder
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curation.corpus.rows import Row
from curation.reader.kinds import KINDS
from curation.reader.reader import ROWS_A_CHUNK, ROWS_A_LOOK, Apply, Array, Reader
from winnow.models.identity import weights_hash
from winnow.parallel.engine import spread
from winnow.parallel.kept import Kept, key_of

LOOKED, READ, SHOWN = "looked", "read", "shown"


class KeptReader(Reader):
    """A reader that keeps what it looked at, read and showed in a folder, by the weights that it read with."""

    def __init__(self, model: Path | str, apply: Apply, weights: Path, folder: Path) -> None:
        super().__init__(model, apply, weights)
        name = key_of(weights_hash(model), weights.read_bytes().hex()).hex()[:16]
        self._kept = Kept(folder / f"reader-{name}.sqlite")
        self._looked: dict[bytes, bytes] = {}

    def scores(
        self, rows: Sequence[Row], suspected: NDArray[np.bool_], readable: NDArray[np.bool_] | None = None
    ) -> Array:
        """Return what the reader does, after a first look at the rows that are new."""
        keys = [_key(LOOKED, row.question, row.answer) for row in rows]
        self._looked = self._kept.read(keys)
        new = list({key: row for key, row in zip(keys, rows, strict=True) if key not in self._looked}.items())
        parts = [new[at : at + ROWS_A_LOOK] for at in range(0, len(new), ROWS_A_LOOK)]
        for fresh in spread(lambda some: [self._look_alone(part) for part in some], parts, least=2):
            self._looked |= fresh
            self._kept.write(fresh)
        return super().scores(rows, suspected, readable)

    def _look_alone(self, rows: Sequence[tuple[bytes, Row]]) -> dict[bytes, bytes]:
        """Look at each row by itself: sums of floats depend on how many rows are multiplied at once, and where."""
        sequences = self._pieces.sequences([row.question for _, row in rows], [row.answer for _, row in rows])
        scores = [np.asarray(self._first.scores([one]), np.float32)[0] for one in sequences]
        return {
            key: np.append(of_row, np.float32(len(one.ids))).tobytes()
            for (key, _), of_row, one in zip(rows, scores, sequences, strict=True)
        }

    def _look(self, rows: Sequence[Row]) -> tuple[Array, NDArray[np.int64]]:
        found = [np.frombuffer(self._looked[_key(LOOKED, row.question, row.answer)], np.float32) for row in rows]
        looked = np.stack(found)
        return looked[:, :-1], looked[:, -1].astype(np.int64)

    def _read(self, rows: Sequence[Row]) -> Array:
        keys = [_key(READ, row.question, row.answer) for row in rows]
        known = self._kept.read(keys)
        new = {key: row for key, row in zip(keys, rows, strict=True) if key not in known}
        by_length = sorted(new, key=lambda key: len(new[key].question) + len(new[key].answer))  # alike share a pass
        for start in range(0, len(by_length), ROWS_A_CHUNK):
            some = by_length[start : start + ROWS_A_CHUNK]
            read = super()._read([new[key] for key in some])
            fresh = {key: scores.tobytes() for key, scores in zip(some, read, strict=True)}
            self._kept.write(fresh)
            known |= fresh
        found = [np.frombuffer(known[key], np.float32) for key in keys]
        return np.stack(found) if found else np.zeros((0, len(KINDS)), np.float32)

    def show(self, rows: Sequence[Row], kinds: Sequence[int]) -> list[str]:
        """Return of each row the sentence that shows its kind of fault."""
        keys = [_key(SHOWN, row.question, row.answer, str(kind)) for row, kind in zip(rows, kinds, strict=True)]
        known = self._kept.read(keys)
        new = {key: at for at, key in enumerate(keys) if key not in known}
        shown = super().show([rows[at] for at in new.values()], [kinds[at] for at in new.values()])
        fresh = {key: json.dumps(sentence).encode() for key, sentence in zip(new, shown, strict=True)}
        self._kept.write(fresh)
        known |= fresh
        return [json.loads(known[key]) for key in keys]


def _key(what: str, *texts: str) -> bytes:
    return key_of(what, *texts)
