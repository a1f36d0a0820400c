"""Which language a text is in, said only when it is sure.

>>> language_of("Die Kosten werden von der Krankenkasse in der Regel vollständig übernommen.").code
'de'
>>> language_of("42 mg").code
''
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from curation.signals.rows import WORD, Finding, NOTHING, Row, excerpt

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

    from curation.signals.corpus import Corpus

SCRIPTS = (  # a script that settles the language without a model, or that the model confuses on short texts
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)
LETTERS = re.compile(r"[^\W\d_]")
HEAD = 240  # characters looked at: enough to be sure, and the cost of a long answer stays bounded
MINIMUM = 20  # letters of a text below which the model guesses
SURE = 0.95
USUAL = 0.02  # a language of fewer of the file's questions is foreign to it
ABOUT_LANGUAGE = re.compile(
    r"\b(?:translat\w*|in (?:french|german|spanish|italian|portuguese|dutch|latin|russian|chinese|japanese|korean|arabic|hindi|turkish|polish"
    r"|greek|hebrew|english|swedish)|french|spanish|german|italian|latin|language|übersetz\w*|tradui\w*|traduc\w*)\b"
)


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
    """Guess the language of a text's first 240 characters."""
    head = text[:HEAD]
    letters = LETTERS.findall(head)
    if not letters:
        return UNKNOWN
    for code, script in SCRIPTS:
        if len(script.findall(head)) > len(letters) / 3:
            return Guess(code, 1.0)
    if len(letters) < MINIMUM:
        return UNKNOWN
    code, probability = _identifier().classify(head)
    return Guess(str(code), float(probability)) if probability >= SURE else UNKNOWN


def wrong_language(row: Row, corpus: Corpus) -> Finding:
    """Probability that the answer is in a language foreign to its question or to the file's questions.

    Questions that ask for a translation or name a language aren't looked at.
    """
    if _is_usual(row.words, corpus.common_words):
        return NOTHING
    found = language_of(row.answer)
    if not found.code or ABOUT_LANGUAGE.search(row.question_lower):
        return NOTHING
    foreign = bool(corpus.languages) and corpus.languages.get(found.code, 0.0) < USUAL
    if not foreign and language_of(row.question).code in ("", found.code):
        return NOTHING
    if not foreign and sum(c.isalpha() for c in row.question) < 2 * MINIMUM:
        return NOTHING
    return Finding(found.probability, f"{found.code}: {excerpt(row.answer, 0, 60)}")


def _is_usual(words: Sequence[str], common: frozenset[str]) -> bool:
    """Whether the commonest words of the file make a third of the text's beginning: no need to ask the model."""
    head = words[:40]
    return len(head) >= 6 and sum(word in common for word in head) > 0.3 * len(head)
