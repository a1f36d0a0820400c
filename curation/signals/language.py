"""Whether the answer is in a language foreign to its question and to the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from curation.signals.rows import NOTHING, Finding, Row
from winnow.text.language import MIN_LETTERS, MIN_SURE_PROBABILITY, ranked_languages
from winnow.text.words import excerpt

if TYPE_CHECKING:
    from curation.signals.corpus import Corpus

LIKELY = 0.5  # of the likeliest language, from which the text is a language at all
USUAL = 0.02  # a language of fewer of the file's questions is foreign to it
ABOUT_LANGUAGE = re.compile(
    r"\b(?:translat\w*|in (?:french|german|spanish|italian|portuguese|dutch|latin|russian|chinese|japanese|korean"
    r"|arabic|hindi|turkish|polish"
    r"|greek|hebrew|english|swedish)|french|spanish|german|italian|latin|language|übersetz\w*|tradui\w*|traduc\w*)\b"
)


def wrong_language(row: Row, corpus: Corpus) -> Finding:
    """Probability that the answer is in a language foreign to its question and to the file's questions.

    A row that is wholly in another language isn't found; nor is one whose question names a language.
    """
    if _is_usual(row.words, corpus.common_words) or ABOUT_LANGUAGE.search(row.question_lower):
        return NOTHING
    ranked = ranked_languages(row.answer)
    if not ranked or ranked[0].probability < LIKELY:
        return NOTHING
    code = ranked[0].code
    usual = {name for name, share in corpus.languages.items() if share >= USUAL} or {code}
    asked = ranked_languages(row.question)
    if asked and asked[0].code == code and asked[0].probability >= LIKELY:
        return NOTHING  # the whole row is in it
    if (
        code in usual
        and asked
        and asked[0].probability >= MIN_SURE_PROBABILITY
        and len(row.question) >= 2 * MIN_LETTERS
    ):
        usual = {asked[0].code}  # a language of this file, but not the one that was spoken
    if code in usual:
        return NOTHING
    foreign = 1 - sum(guess.probability for guess in ranked if guess.code in usual)
    return Finding(foreign, f"{code}: {excerpt(row.answer, 0, 60)}")


def _is_usual(words: Sequence[str], common: frozenset[str]) -> bool:
    """Whether the commonest words of the file make a third of the text's beginning: no need to ask the model."""
    head = words[:40]
    return len(head) >= 6 and sum(word in common for word in head) > 0.3 * len(head)
