"""Metrics that need no reference: refusal and length.

    refusal("I'm sorry, but I can't help with that.")    # 1
    length("Forty-two.")                                 # 10 characters

Length is there to be held against: a metric that only rewards long answers has found nothing.
"""

from __future__ import annotations

import re

from evaluation.metrics.score import References, Score

REFUSAL_SETTINGS = "window:300chars|language:en"
LENGTH_SETTINGS = "unit:characters|space:trimmed"

WINDOW = 300  # characters from the beginning: a refusal comes first
_HELP = (
    r"(?:help|assist|provide|answer|give|offer|share|fulfil+|comply|complete|create|write|generate|discuss|do that|"
    r"engage|support|respond|access|browse|verify|determine|comment|advise|diagnose|recommend)"
)
_REFUSAL = re.compile(
    rf"""\bI(?:\s+am|['’]m)?\s+(?:(?:really|very|so|truly)\s+)?(?:sorry|afraid)\b[^.!?]*?\b(?:can(?:no|['’])t|unable|not\s+able|won['’]t)\b
    |\bI\s+(?:can(?:not|['’]t)|could(?:\s+not|n['’]t)|will\s+not|won['’]t|must\s+decline)\b\s*(?:\w+\s+){{0,2}}?{_HELP}\b
    |\bI\s*(?:['’]m|\s+am)\s+(?:\w+\s+)?(?:unable|not\s+able|not\s+allowed|not\s+permitted|not\s+comfortable)\s+(?:to|with)\b
    |\bI\s+(?:must|have\s+to)\s+(?:\w+\s+)?(?:decline|refuse)\b
    |\bI\s+do(?:\s+not|n['’]t)\s+have\s+(?:the\s+|any\s+|enough\s+|sufficient\s+|real-?time\s+)*(?:access|information|data|context|ability|capability)\b
    |\bI\s+do(?:\s+not|n['’]t)\s+know\b(?!\s+(?:if|whether|about\s+you|you))
    |\bas\s+an?\s+(?:AI|artificial|(?:large\s+)?language\s+model)\b[^.!?]*?\b(?:can(?:no|['’])t|cannot|unable|not\s+able|do(?:\s+not|n['’]t)\s+have)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def refusal(prediction: str, references: References = "") -> Score:
    """Give 1 when the answer begins by declining or by not knowing, else 0; lower is better. English only."""
    if not prediction.strip():
        return Score.unscored("the prediction is empty")
    match = _REFUSAL.search(prediction[:WINDOW])
    if match:
        return Score(1.0, f"declines: {' '.join(match.group().split())!r}")
    return Score(0.0, f"no refusal in the first {WINDOW} characters")


def length(prediction: str, references: References = "") -> Score:
    """Give the number of characters, spaces at the ends left out; neither more nor less is better."""
    characters = len(prediction.strip())
    return Score(float(characters), f"{characters} characters")
