"""Text vectors by smooth inverse frequency: the mean of the word vectors, weighted by the rarity of each word.

matrix = text_vectors(rows.lexicon, rows.questions)       # float32 [texts, dimensions], unit length
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from curation.pairs.texts.lexicon import Lexicon, flat_codes
from curation.pairs.texts.passages import Passage
from winnow.models.word_vectors import text_means

MAX_READ_WORDS = 300  # of a text
TEXTS_A_BLOCK = 20_000  # so that memory stays flat


def text_vectors(lexicon: Lexicon, passages: Sequence[Passage]) -> npt.NDArray[np.float32]:
    """Return one unit vector a text; a text of unknown words gets zeros."""
    coded = [passage.coded[:MAX_READ_WORDS] for passage in passages]
    flat, offsets = flat_codes(coded)
    codes, places = np.unique(flat, return_inverse=True)
    letters = [chr(code) for code in codes]
    vectors = lexicon.vectors(letters)
    shares = np.array([lexicon.rows_with(letter) for letter in letters]) / max(1, lexicon.texts)
    out = np.zeros((len(passages), vectors.shape[1]), np.float32)
    for start in range(0, len(passages), TEXTS_A_BLOCK):
        ends = offsets[start : start + TEXTS_A_BLOCK + 1]
        out[start : start + TEXTS_A_BLOCK] = text_means(places[ends[0] : ends[-1]], ends - ends[0], vectors, shares)
    return out
