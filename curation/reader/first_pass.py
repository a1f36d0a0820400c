"""A first look at every row, by static vectors of its word pieces: cheap, and enough to leave most clean rows unread.

first = FirstPass(tensors, embeddings, marks)     # the encoder's own embeddings of its word pieces
scores = first.scores(sequences)             # float32 [rows, kinds]: log-odds of each kind
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from curation.reader.texts import Marks, Read

Array = NDArray[np.float32]

EDGE = 24  # pieces of the answer's beginning and end that are looked at apart
COUNTS = 9
PARTS = 4  # question, the answer's beginning, its end, all of it


def parts_of(read: Read) -> tuple[list[int], ...]:
    """Return the pieces of question, of the answer's beginning and end, and of the answer."""
    question, answer = read.ids[1 : read.question - 1], read.ids[read.question : -1]
    return question, answer[:EDGE], answer[-EDGE:], answer


def counts(question: Sequence[int], answer: Sequence[int], marks: Marks) -> tuple[float, ...]:
    """Return how long the two are, how much they share, and how the answer ends."""
    asked, told = set(question), set(answer)
    shared = len(asked & told)
    last = answer[-1] if answer else 0
    return (
        np.log1p(len(question)), np.log1p(len(answer)), len(told) / max(1, len(answer)), shared / max(1, len(asked)),
        shared / max(1, len(told)), float(last in marks.stops), float(len(answer) < 4), float(len(answer) > 150),
        float(bool(question) and question[-1] in marks.question_marks),
    )  # fmt: skip


FIRST_PASS = tuple(
    f"first.{name}" for name in ("projection", "middle", "width", "hidden", "hidden_offset", "out", "out_offset")
)


class FirstPass:
    """Means and maxima of projected vectors over the parts of a row, their product, and one hidden layer on them."""

    def __init__(self, tensors: Mapping[str, Array], embeddings: Array, marks: Marks) -> None:
        self._of = {name.partition(".")[2]: tensors[name].astype(np.float32) for name in FIRST_PASS}
        self._marks = marks
        self._vectors = embeddings @ self._of["projection"]

    def scores(self, sequences: Sequence[Read]) -> Array:
        """Return log-odds, float32 [rows, kinds]."""
        of, width = self._of, self._vectors.shape[1]
        features = np.zeros((len(sequences), (2 * PARTS + 1) * width + COUNTS), np.float32)
        for at, read in enumerate(sequences):
            parts = parts_of(read)
            for place, part in enumerate(parts):
                if part:
                    vectors = self._vectors[part]
                    begin = 2 * place * width
                    features[at, begin : begin + width] = vectors.mean(0)
                    features[at, begin + width : begin + 2 * width] = vectors.max(0)
            features[at, -COUNTS:] = counts(parts[0], parts[3], self._marks)
        both = features[:, :width] * features[:, 6 * width : 7 * width]  # of question and answer
        features[:, 2 * PARTS * width : -COUNTS] = both
        scaled = (features - of["middle"]) / of["width"]
        hidden = np.maximum(scaled @ of["hidden"] + of["hidden_offset"], 0)
        return np.asarray(hidden @ of["out"] + of["out_offset"], np.float32)
