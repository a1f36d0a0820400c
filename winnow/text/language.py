"""Language identification that gives a code only from a probability of 0.95 on.

>>> language_of("Die Kosten werden von der Krankenkasse in der Regel vollständig übernommen.").code
'de'
>>> language_of("42 mg").code
''
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


SCRIPTS = (  # a script that settles the language without a model, or that the model confuses on short texts
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    # one alone is a quantity: "50 Ω", "π / 2"
    ("el", re.compile(r"[\u0370-\u03ff](?=[\u0370-\u03ff])|(?<=[\u0370-\u03ff])[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
LETTERS = re.compile(r"[^\W\d_]")
MAX_READ_CHARS = 240  # characters looked at: enough to be sure, and the cost of a long answer stays bounded
MIN_LETTERS = 20  # letters of a text below which the model guesses
MIN_SURE_PROBABILITY = 0.95  # from which a guess counts


class Guess(NamedTuple):
    """A language's ISO 639-1 code, empty where the text doesn't say, and the probability of it."""

    code: str
    probability: float


UNKNOWN = Guess("", 0.0)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def language_of(text: str) -> Guess:
    """Guess the language of a text's first 240 characters; of a script that several share, the largest is named."""
    ranked = ranked_languages(text)
    return ranked[0] if ranked and ranked[0].probability >= MIN_SURE_PROBABILITY else UNKNOWN


def language_name(code: str) -> str:
    """Name a language in English: "pl" → "Polish"; a code that Unicode's table lacks stays."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def ranked_languages(text: str) -> list[Guess]:
    """List the likely languages, the likeliest first; empty where the text is too short to tell."""
    head = text[:MAX_READ_CHARS]
    letters = LETTERS.findall(head)
    if not letters:
        return []
    for code, script in SCRIPTS:
        if len(script.findall(head)) > len(letters) / 3:
            return [Guess(code, 1.0)]
    if len(letters) < MIN_LETTERS:
        return []
    return [Guess(str(code), float(probability)) for code, probability in _identifier().rank(head)[:8]]
