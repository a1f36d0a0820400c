"""Whether a signal finds a fault in one row at its usual limit."""

from __future__ import annotations

import math

from curation.signals.corpus import Corpus
from curation.signals.measuring import SIGNALS
from curation.signals.rows import Row
from curation.signals.tools import Tools
from winnow.config import QualityConfig
from winnow.config.quality import rule_of


def is_found(name: str, question: str, answer: str, corpus: Corpus | None = None) -> bool:
    found = SIGNALS[name].measure([Row(question, answer)], corpus or Corpus(), Tools())[0]
    if math.isnan(found.value):
        return False
    if name == "personal_data":
        return found.value > 0
    limit = rule_of(QualityConfig(), name).flag or rule_of(QualityConfig(), name).remove
    assert limit is not None
    return found.value <= limit if SIGNALS[name].low_is_bad else found.value >= limit - 1e-9
