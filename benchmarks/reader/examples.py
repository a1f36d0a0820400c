"""The prepared rows of the reader as arrays: what a machine with a GPU needs, without the texts.

examples = read_examples(Path("reader.npz"))
examples.part("training")          # places of the rows to train on; "validation", and the held-out parts, to measure on
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Examples:
    """Rows as arrays: pieces end to end, where each row ends, how many pieces its question has, its fault (-1: none),
    the bits of the kinds it is judged by, its part and its set.
    """

    ids: NDArray[np.uint32]
    ends: NDArray[np.int64]
    questions: NDArray[np.uint8]
    kinds: NDArray[np.int8]
    judged: NDArray[np.uint32]
    parts: NDArray[np.str_]
    sets: NDArray[np.str_]

    def part(self, name: str) -> NDArray[np.int64]:
        """Return the places of a part's rows."""
        return np.flatnonzero(self.parts == name)


def read_examples(path: Path) -> Examples:
    """Read what `prepare` wrote."""
    with np.load(path) as found:
        return Examples(**{name: found[name] for name in Examples.__dataclass_fields__})
