"""What the signals of a row say against it, as numbers that a linear model can weigh.

evidence = evidence_of(values)          # float32 [rows, len(EVIDENCE)]; 0 where a signal doesn't apply

A probability counts by its log-odds, the reader's without that of a wrong answer, which off_question tells; any other
signal by whether it reaches its usual limit, however the study's own limits stand: moving a limit doesn't change how
bad a row is.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.signals.measuring import SIGNALS
from winnow.config.quality import QualityConfig, rule_of
from winnow.statistics.shares import odds

PROBABILITIES = ("reader", "off_question")
SUREST = 1e-3  # what is nearer to 0 or 1 counts as that
# what a row isn't bad for, what hardly any study measures, and a rating, which has no weight until people gave it one
LEFT_OUT = ("personal_data", "ifd", "trivial", "empty", "rater")
EVIDENCE = (*PROBABILITIES, *(name for name in SIGNALS if name not in (*PROBABILITIES, *LEFT_OUT)))


def evidence_of(values: pa.Table) -> NDArray[np.float32]:
    """Return the evidence of each row of a signals table."""
    read, elsewhere = (np.nan_to_num(values[name].to_numpy().astype(np.float64)) for name in PROBABILITIES)
    # the reader's probability is that of any fault: a wrong answer would count twice, and hide all others
    others = 1 - (1 - read) / np.maximum(1 - elsewhere, SUREST)
    likely = [_log_odds(others), _log_odds(elsewhere)]
    reached = [_reaches(values[name].to_numpy(), name) for name in EVIDENCE[len(PROBABILITIES) :]]
    return np.column_stack([*likely, *reached]).astype(np.float32)


def _log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds above those of SUREST: 0 where nothing is known or nothing speaks against the row."""
    return odds(np.clip(probabilities, SUREST, 1 - SUREST)) - odds(SUREST)


def _reaches(values: NDArray[np.float32], name: str) -> NDArray[np.bool_]:
    rule, sign = rule_of(QualityConfig(), name), -1 if SIGNALS[name].low_is_bad else 1
    limits = [limit * sign for limit in (rule.flag, rule.remove) if limit is not None]
    return np.asarray(values * sign >= min(limits) - 1e-6) if limits else np.zeros(len(values), bool)
