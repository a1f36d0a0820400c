"""The probability that a row is bad: a logistic regression on its evidence, raised or lowered by the file's own share.

weights = usual_weights()                                # fitted on planted faults
probabilities = suspicion(evidence, weights)             # float32 [rows], a value for every row
weights = learned(evidence[judged], bad, weights)        # where people judged at least 50 rows

What people say counts as corrections of the usual weights, the fewer they are the less.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.suspicion.evidence import EVIDENCE
from winnow.statistics.shares import expit, share_shift

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

WEIGHTS = Path(__file__).parent / "weights.json"
USUAL_SHARE = 0.1  # of bad rows, for which the usual weights are fitted
LOWEST_SHARE, HIGHEST_SHARE = 0.005, 0.5  # that a file is believed to have
FEWEST_ROWS = 50  # that tell a file's share
FEWEST_VERDICTS, FEWEST_A_CLASS = 50, 10  # of people, from which is learned
TRUST = 10.0  # how much less the usual log-odds are held back than a weight of their own
PENALTY = 0.1  # inverse strength of what holds learned weights back
FOLDS = 5


@dataclass(frozen=True)
class Weights:
    """A log-odds of `intercept + evidence @ weights`; `is_of_people` where the share of bad rows is in it already."""

    weights: NDArray[np.float64]
    intercept: float
    is_of_people: bool = False

    def log_odds(self, evidence: Floats) -> NDArray[np.float64]:
        """Return the log-odds of rows, float64 [rows]."""
        return np.asarray(evidence @ self.weights + self.intercept, np.float64)


@cache
def usual_weights() -> Weights:
    """Read the weights that were fitted on planted faults."""
    found = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Weights(np.array([found["weights"].get(name, 0.0) for name in EVIDENCE]), found["intercept"])


def usual_figures() -> dict[str, Any]:
    """Read how well the usual weights rank and are calibrated on sets and wordings that they weren't fitted on."""
    figures: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["figures"]
    return figures


def fitted(evidence: Floats, bad: Mask) -> Weights:
    """Fit the usual weights, as if USUAL_SHARE of the rows were bad; evidence never speaks for a row."""
    model = _regression(1.0)
    share = bad.mean()
    balance = np.where(bad, USUAL_SHARE / share, (1 - USUAL_SHARE) / (1 - share))
    allowed = np.ones(evidence.shape[1], bool)
    while True:
        model.fit(evidence * allowed, bad, balance)
        found = np.asarray(model.coef_[0], np.float64) * allowed
        if (found >= 0).all():
            return Weights(found, float(model.intercept_[0]))
        allowed &= found >= 0


def suspicion(evidence: Floats, weights: Weights) -> Floats:
    """Return the probability that each row is bad, float32 [rows].

    Of the usual weights the share of bad rows is estimated from the rows themselves (Saerens et al., 2002).
    """
    log_odds = weights.log_odds(evidence)
    if not weights.is_of_people and len(log_odds) >= FEWEST_ROWS:
        log_odds = log_odds + share_shift(log_odds, USUAL_SHARE, LOWEST_SHARE, HIGHEST_SHARE)
    return np.asarray(expit(log_odds), np.float32)


def learned(evidence: Floats, bad: Mask, usual: Weights) -> Weights | None:
    """Learn from judged rows how far to trust the usual log-odds and each signal; None from too few."""
    if not can_learn(bad):
        return None
    model = _regression(PENALTY).fit(_inputs(evidence, usual), bad)
    trust, own = model.coef_[0][0] * TRUST, np.asarray(model.coef_[0][1:], np.float64)
    intercept = float(model.intercept_[0]) + trust * usual.intercept
    return Weights(trust * usual.weights + own, intercept, is_of_people=True)


def unseen(evidence: Floats, bad: Mask, usual: Weights) -> Floats:
    """Return for judged rows the probability by weights that were learned without them, fold by fold."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    found = cross_val_predict(_regression(PENALTY), _inputs(evidence, usual), bad, cv=folds, method="predict_proba")
    return np.asarray(found[:, 1], np.float32)


def can_learn(bad: Mask) -> bool:
    """Tell whether there are enough verdicts of both kinds."""
    return len(bad) >= FEWEST_VERDICTS and min(int(bad.sum()), int((~bad).sum())) >= FEWEST_A_CLASS


def _inputs(evidence: Floats, usual: Weights) -> NDArray[np.float64]:
    return np.column_stack([TRUST * usual.log_odds(evidence), evidence])


def _regression(penalty: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=penalty, max_iter=2000)
