"""Whether an answer belongs to its question, as one probability: what the file's pairs tell, and what the reader does.

found = log_odds(by_chance, read)        # of .98 and 1.2, .30 and -7.0, 0 and 2.0 → 2.2, -6.6, -inf
highest = share_seen(by_chance, read)    # .02, where the reader finds no more strays than that
probabilities = believed(found, highest) # higher where many answers of the file belong elsewhere

Both look at the same two texts, so that the reader's word counts half. The file's own pairs teach what fits only as far
as they fit themselves: of a file in which the reader, which hasn't learned from them, finds many answers that belong
elsewhere, what they say in favour of an answer counts less, and the reader's word more, until it speaks alone. And how
many belong elsewhere, both have to see: pairs of a file with two ways of asking find one of them odd, row after row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curation.reader.limits import FEWEST_ROWS, HIGHEST_SHARE, USUAL_SHARE, share_of
from winnow.statistics.shares import odds

Array = NDArray[np.float32]

UNDOUBTED = 0.25  # the highest probability of chance where words alone don't speak against the answer
READ_WEIGHT = 0.5  # of the reader's word beside that of pairs which can be trusted
TRUSTED, USELESS = 0.1, 0.5  # shares of strays up to which the file's own pairs teach as well as ever, or nothing
SUREST = 1e-4  # what is nearer to 0 or 1 counts as that, but for 0 itself: a context or a model has cleared the answer


def log_odds(by_chance: Array, read: Array) -> Array:
    """Log-odds that each answer belongs elsewhere, in a file where USUAL_SHARE of them does.

    `by_chance` are probabilities as if half of them did, `read` the reader's log-odds; one of the two may be NaN, where
    the other one speaks alone.
    """
    trusted = trust(read[~np.isnan(by_chance)])
    evidence = odds(np.clip(by_chance.astype(np.float64), SUREST, 1 - SUREST))
    beside = (1 - trusted * (1 - READ_WEIGHT)) * (read - odds(USUAL_SHARE))
    favour = np.minimum(evidence, 0)  # what strays among them teach looks right; what is unlike all of them still is
    together = np.where(np.isnan(beside), evidence, evidence - (1 - trusted) * favour + beside) + odds(USUAL_SHARE)
    together[by_chance == 0] = -np.inf
    return np.asarray(np.where(np.isnan(by_chance), read, together), np.float32)


def trust(read: Array) -> float:
    """How far the file's own pairs show what belongs together: 1 up to TRUSTED strays, 0 from USELESS.

    `read` are the reader's log-odds of the rows that pairs can tell of: labels and values look astray to it in any
    file. Too few rows can't say how many stray, and are trusted.
    """
    known = read[~np.isnan(read)]
    if len(known) < FEWEST_ROWS:
        return 1.0
    return min(1.0, (USELESS - share_of(known, USELESS)) / (USELESS - TRUSTED))


def share_seen(by_chance: Array, read: Array) -> float:
    """Estimate the share of strays that the reader sees among the rows that pairs tell of too: no more is believed.

    Where the two don't tell of enough rows together, HIGHEST_SHARE.
    """
    both = read[~np.isnan(by_chance) & ~np.isnan(read)]
    return share_of(both) if len(both) >= FEWEST_ROWS else HIGHEST_SHARE
