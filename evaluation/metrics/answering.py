"""Metrics that need no reference: refusal and length.

    refusal("I'm sorry, but I can't help with that.")    # 1
    length("Forty-two.")                                 # 10 characters

Length is there to be held against: a metric that only rewards long answers has found nothing.
"""

from __future__ import annotations

from evaluation.metrics.score import References, Score

REFUSAL_SETTINGS = "read:1000chars|language:en"
LENGTH_SETTINGS = "unit:characters|space:trimmed"

MAX_READ_CHARACTERS = 1_000  # from the beginning: a refusal comes first


def refusal(prediction: str, references: References = "") -> Score:
    """Give 1 for an answer that only declines, 0.5 where an answer follows, else 0; lower is better. English only.

    "I'm sorry, but I can't help with that." → 1; "It costs £5." → 0

    The same signal as in curation, so that a data set and a model are held to one idea of a refusal.
    """
    from curation.corpus.rows import Row
    from curation.signals.packs.wordings import english_refusal

    if not prediction.strip():
        return Score.unscored("the prediction is empty")
    finding = english_refusal(Row("", prediction[:MAX_READ_CHARACTERS]))
    return Score(float(finding.value), f"declines: {finding.matched!r}" if finding.value else "no refusal")


def length(prediction: str, references: References = "") -> Score:
    """Give the number of characters, spaces at the ends left out; neither more nor less is better."""
    characters = len(prediction.strip())
    return Score(float(characters), f"{characters} characters")
