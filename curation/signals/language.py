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

from curation.signals.rows import NOTHING, Finding, Row, excerpt

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

    from curation.signals.corpus import Corpus

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
HEAD = 240  # characters looked at: enough to be sure, and the cost of a long answer stays bounded
MINIMUM = 20  # letters of a text below which the model guesses
SURE = 0.95
LIKELY = 0.5  # of the likeliest language, from which the text is a language at all
USUAL = 0.02  # a language of fewer of the file's questions is foreign to it
ABOUT_LANGUAGE = re.compile(
    r"\b(?:translat\w*|in (?:french|german|spanish|italian|portuguese|dutch|latin|russian|chinese|japanese|korean"
    r"|arabic|hindi|turkish|polish"
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
    """Guess the language of a text's first 240 characters; of a script that several share, the largest is named."""
    ranked = _ranked(text)
    return ranked[0] if ranked and ranked[0].probability >= SURE else UNKNOWN


def _ranked(text: str) -> list[Guess]:
    """List the likely languages, the likeliest first; empty where the text is too short to tell."""
    head = text[:HEAD]
    letters = LETTERS.findall(head)
    if not letters:
        return []
    for code, script in SCRIPTS:
        if len(script.findall(head)) > len(letters) / 3:
            return [Guess(code, 1.0)]
    if len(letters) < MINIMUM:
        return []
    return [Guess(str(code), float(probability)) for code, probability in _identifier().rank(head)[:8]]


def wrong_language(row: Row, corpus: Corpus) -> Finding:
    """Probability that the answer is in a language foreign to its question and to the file's questions.

    A row that is wholly in another language isn't found; nor is one whose question names a language.
    """
    if _is_usual(row.words, corpus.common_words) or ABOUT_LANGUAGE.search(row.question_lower):
        return NOTHING
    ranked = _ranked(row.answer)
    if not ranked or ranked[0].probability < LIKELY:
        return NOTHING
    code = ranked[0].code
    usual = {name for name, share in corpus.languages.items() if share >= USUAL} or {code}
    asked = _ranked(row.question)
    if asked and asked[0].code == code and asked[0].probability >= LIKELY:
        return NOTHING  # the whole row is in it
    if code in usual and asked and asked[0].probability >= SURE and len(row.question) >= 2 * MINIMUM:
        usual = {asked[0].code}  # a language of this file, but not the one that was spoken
    if code in usual:
        return NOTHING
    foreign = 1 - sum(guess.probability for guess in ranked if guess.code in usual)
    return Finding(foreign, f"{code}: {excerpt(row.answer, 0, 60)}")


def _is_usual(words: Sequence[str], common: frozenset[str]) -> bool:
    """Whether the commonest words of the file make a third of the text's beginning: no need to ask the model."""
    head = words[:40]
    return len(head) >= 6 and sum(word in common for word in head) > 0.3 * len(head)
