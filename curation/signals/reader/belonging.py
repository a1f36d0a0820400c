"""Whether an answer belongs to its question, as one probability: what the file's pairs tell, and what the reader does.

found = log_odds(by_chance, read)        # of .98 and 1.2, .30 and -7.0, 0 and 2.0 → 2.2, -6.6, -inf
probabilities = believed(found)          # higher where many answers of the file belong elsewhere

Both look at the same two texts, so that the reader's word counts half.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curation.signals.reader.limits import USUAL_SHARE
from winnow.statistics.shares import odds

Array = NDArray[np.float32]

UNDOUBTED = 0.25  # the highest probability of chance where words alone don't speak against the answer
READ_WEIGHT = 0.5
SUREST = 1e-4  # what is nearer to 0 or 1 counts as that, but for 0 itself: a context or a model has cleared the answer


def log_odds(by_chance: Array, read: Array) -> Array:
    """Log-odds that each answer belongs elsewhere, in a file where USUAL_SHARE of them does.

    `by_chance` are probabilities as if half of them did, `read` the reader's log-odds; one of the two may be NaN, where
    the other one speaks alone.
    """
    evidence = odds(np.clip(by_chance.astype(np.float64), SUREST, 1 - SUREST))
    evidence[by_chance == 0] = -np.inf
    beside = READ_WEIGHT * (read - odds(USUAL_SHARE))
    together = odds(USUAL_SHARE) + evidence + np.nan_to_num(beside, nan=0.0)
    return np.asarray(np.where(np.isnan(by_chance), read, together), np.float32)
