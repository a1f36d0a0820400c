"""Whether a signal finds a fault in one row at its usual limit."""

from __future__ import annotations

import math

from curation.corpus.corpus import Corpus
from curation.corpus.rows import Row
from curation.corpus.told import in_english
from curation.corpus.tools import Tools
from curation.signals.measuring import BY_LEXICON, SIGNALS
from curation.signals.packs.table import in_its_language
from winnow.config import QualityConfig
from winnow.config.quality import rule_of


def is_found(name: str, question: str, answer: str, corpus: Corpus | None = None) -> bool:
    row, corpus = Row(question, answer), corpus or Corpus()
    found = SIGNALS[name].measure([row], corpus, Tools())[0]
    if name in BY_LEXICON:
        found = in_its_language(name, in_english(row), in_english(row), corpus, found)
    if math.isnan(found.value):
        return False
    if name == "personal_data":
        return found.value > 0
    limit = rule_of(QualityConfig(), name).flag or rule_of(QualityConfig(), name).remove
    assert limit is not None
    return found.value <= limit if SIGNALS[name].low_is_bad else found.value >= limit - 1e-9
