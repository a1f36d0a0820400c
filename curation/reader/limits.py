"""Probabilities of a fault from the reader's log-odds, by what the file itself shows.

probabilities = adapted(scores)         # float32 [rows, kinds]
values = of_any(probabilities)          # float32 [rows]: that the row has some fault
wrong = believed(scores[:, 15])         # one kind alone

The log-odds hold for a file in which each kind is as rare as USUAL_SHARE. Where answers are cut off or belong elsewhere
more often, the share is estimated from the scores themselves (Saerens et al., 2002) and every row's odds rise with it,
up to `highest`, which another witness may set.
Where a kind of form, as markup or a label for an answer, is what a quarter of the file does, it is the file's manner,
and the odds of all rows fall until only what stands out is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from curation.reader.kinds import KINDS
from winnow.statistics.shares import expit, odds, share_shift

Array = NDArray[np.float32]

USUAL_SHARE = 0.01  # of rows that have a fault of one kind, for which the log-odds are fitted
HIGHEST_SHARE = 0.3  # that a kind is believed to have: beyond, the scores rather than the rows are at fault
FORM = frozenset({"too_short", "markup", "addresses", "out_of_date", "dangling_reference", "placeholder", "repetition"})
# Of these alone a larger share is believed: of other kinds what many rows have is rather how the file speaks, and a
# share read off the scores made "would fit below any question" of 62 answers of a bank, where 11 deserve a look
WRONG = frozenset({"cut_off", "off_question"})
MANNER, HABIT = 0.75, -3.0  # quantile of the rows, and the log-odds that they may have without being a manner
FEWEST_ROWS = 50  # that tell what a file does


def adapted(scores: Array, highest: Mapping[str, float] = MappingProxyType({})) -> Array:
    """Return the probability of each kind in each row, float32 [rows, kinds].

    `highest` are shares of kinds of WRONG, beyond which the scores aren't believed; HIGHEST_SHARE for others.
    """
    shifted = np.array(scores, np.float64)
    if len(scores) >= FEWEST_ROWS:
        for place in (place for place, kind in enumerate(KINDS) if kind in FORM):
            shifted[:, place] -= _manner(shifted[:, place])
    found = np.asarray(expit(shifted), np.float32)
    for place in (place for place, kind in enumerate(KINDS) if kind in WRONG):
        found[:, place] = believed(scores[:, place], highest.get(KINDS[place], HIGHEST_SHARE))
    return found


def believed(scores: Array, highest: float = HIGHEST_SHARE) -> Array:
    """Return the probabilities of one kind of WRONG, float32 [rows], from log-odds at USUAL_SHARE; NaN stays NaN."""
    found = np.array(scores, np.float64)
    known = ~np.isnan(found)
    if known.sum() >= FEWEST_ROWS:
        # the odds rise by the kind's share in this file, and not at all where it is as rare as usual or rarer
        found[known] += share_shift(found[known], USUAL_SHARE, USUAL_SHARE, highest)
    return np.asarray(expit(found), np.float32)


def share_of(scores: Array, highest: float = HIGHEST_SHARE) -> float:
    """Estimate the share of rows of one kind from their log-odds at USUAL_SHARE, from that to `highest`."""
    return float(expit(odds(USUAL_SHARE) + share_shift(scores, USUAL_SHARE, USUAL_SHARE, highest)))


def of_any(probabilities: Array) -> Array:
    """Return the probability that a row has a fault of some kind, as if the kinds came independently."""
    return np.asarray(1 - np.prod(1 - probabilities.astype(np.float64), axis=1), np.float32)


def _manner(scores: NDArray[np.float64]) -> float:
    """How far the upper quartile of the rows lies above what is no habit: log-odds."""
    return max(0.0, float(np.quantile(scores, MANNER)) - HABIT)
