"""The share of a class in new data, read off probabilities that hold for another share.

shift = share_shift(log_odds, usual=0.1, lowest=0.01, highest=0.5)
probabilities = expit(log_odds + shift)      # as they hold here, where the class is more, or less, common

Estimated by expectation maximisation (Saerens, Latinne and Decaestecker, 2002): a classifier that was calibrated where
a tenth of the rows is of the class says too little of each where half of them is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

ROUNDS = 30
SUREST = 700.0  # log-odds beyond which a float64 overflows


def odds(share: ArrayLike) -> Floats:
    """Log-odds of a share or of several: .5 → 0, .01 → -4.6."""
    given = np.asarray(share, np.float64)
    return np.asarray(np.log(given / (1 - given)))


def expit(log_odds: ArrayLike) -> Floats:
    """Probability of log-odds: 0 → .5, -4.6 → .01; NaN stays NaN."""
    return np.asarray(1 / (1 + np.exp(-np.clip(np.asarray(log_odds, np.float64), -SUREST, SUREST))))


def share_shift(log_odds: ArrayLike, usual: float, lowest: float, highest: float) -> float:
    """How much all log-odds rise, or fall, with the share of the class among these rows.

    The log-odds hold where the share is `usual`; the estimate stays within `lowest` and `highest`. 0 from no rows.
    """
    given, share = np.asarray(log_odds, np.float64), usual
    if not given.size:
        return 0.0
    for _ in range(ROUNDS):
        share = float(expit(given + odds(share) - odds(usual)).mean())
        share = min(max(share, lowest), highest)
    return float(odds(share) - odds(usual))
