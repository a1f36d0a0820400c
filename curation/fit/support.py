"""Signal of an answer that says what its context doesn't, in files whose answers are taken from their contexts.

>>> lacking(Row("What is the fee?", "The fee is 60 pounds.", "A fee of 50 pounds falls due each year."))
Lack(share=1.0, words=('60 pounds',))
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from curation.corpus.corpus import Corpus
from curation.corpus.recurring import answer_key
from curation.corpus.rows import NOT_APPLICABLE, NOTHING, STEM, Finding, Row, words_of
from winnow.text.quantities import Quantity
from winnow.text.quantities_in_words import quantities_in_words
from winnow.text.word_classes import Kind, kind
from winnow.text.words import excerpt

SUPPORTED = 0.25  # share of the answer's words that may be missing from a text that it is taken from


class Lack(NamedTuple):
    """The share of an answer's words, or of its quantities, that the texts around the question lack, and which."""

    share: float
    words: tuple[str, ...] = ()


def unsupported(row: Row, corpus: Corpus) -> Finding:
    """Share of the answer's content words, or of its quantities, that the context lacks: "60 days" for "30 days" is 1.

    Not applicable without a context, to yes, no and set phrases such as "not stated", and in a file whose answers
    mostly don't stand word for word in their contexts.
    """
    if not row.context or not corpus.is_extractive:
        return NOT_APPLICABLE
    if row.is_extract:
        return NOTHING
    found = lacking(row)
    if found is None or (found.words and answer_key(row.answer) in corpus.answers.frames):
        return NOT_APPLICABLE
    return Finding(found.share, excerpt(", ".join(found.words)))


def is_supported(row: Row) -> bool:
    """Whether the answer is taken from the context or the earlier turns, or mostly so."""
    found = lacking(row) if row.context or row.history else None
    return found is not None and found.share <= SUPPORTED


def lacking(row: Row) -> Lack | None:
    """Find what an answer says and neither context nor earlier turns do; None where it has no word that could."""
    said = words_of(row.answer)
    around = f"{row.context}\n{row.history}"
    told, stems = _quantities(row.answer), _stems(around)
    covered = {place for each in told for place in range(*each.span)}
    content = [word for place, word in enumerate(said) if place not in covered and kind(word) is Kind.CONTENT]
    if not told and not content:
        return None
    missing = [word for word in content if word[:STEM] not in stems]
    others = [each for each in told if not any(map(each.equals, _quantities(around)))]
    share = max(len(missing) / max(1, len(content)), len(others) / max(1, len(told)))
    return Lack(share, (*(" ".join(said[slice(*each.span)]) for each in others), *missing))


@lru_cache(256)
def _quantities(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities_in_words(words_of(text)))


@lru_cache(256)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in words_of(text))
