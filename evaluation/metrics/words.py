"""Metrics over normalised words: exact match, token F1, token recall.

    exact_match("The Nile.", "nile")                          # 1
    token_recall("It's the River Nile in Africa", "the Nile") # 1: every word of the reference is there

Normalisation is SQuAD's (lower case, no punctuation, no articles), widened beyond ASCII: NFKC, the digits of any
script, and one token per letter with its marks in scripts that don't separate words. Accents count where both texts
have any: "cafe" is "café", and "el año de él" isn't "el ano de él".
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from evaluation.metrics.score import References, Score, best_of
from winnow.text.accents import bare
from winnow.text.words import answer_words

SETTINGS = "norm:squad+nfkc|case:no|punct:no|articles:no|accents:if-both|digits:any|unspaced:letter"


def exact_match(prediction: str, references: References) -> Score:
    """Give 1 when the normalised texts are equal, else 0."""
    return best_of(_exact_match, prediction, references)


def token_f1(prediction: str, references: References) -> Score:
    """Give the harmonic mean of the share of shared words in the prediction and in the reference, 0 to 1."""
    return best_of(_token_f1, prediction, references)


def token_recall(prediction: str, references: References) -> Score:
    """Give the share of the reference's words that the prediction holds, 0 to 1; a longer answer costs nothing."""
    return best_of(_token_recall, prediction, references)


def _exact_match(prediction: str, reference: str) -> Score:
    if not reference.strip():
        return Score.unscored("the reference is empty")
    wanted, given = _words(reference, prediction)
    # "?" or "+" has no word: then the texts themselves are compared
    equal = wanted == given if wanted or given else prediction.strip() == reference.strip()
    return Score(float(equal), "equal after normalisation" if equal else "differs after normalisation")


def _token_f1(prediction: str, reference: str) -> Score:
    wanted, given = _words(reference, prediction)
    if not wanted:
        return Score.unscored("the reference has no word")
    shared = _shared(wanted, given)
    if not shared:
        return Score(0.0, "no word in common" if given else "the prediction has no word")
    explanation = f"{shared} shared words of {len(given)} given and {len(wanted)} wanted"
    return Score(2 * shared / (len(given) + len(wanted)), explanation)


def _token_recall(prediction: str, reference: str) -> Score:
    wanted, given = _words(reference, prediction)
    if not wanted:
        return Score.unscored("the reference has no word")
    shared = _shared(wanted, given)
    return Score(shared / len(wanted), f"{shared} of {len(wanted)} words of the reference")


def _words(reference: str, prediction: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split both texts; where one of them has no accents, the other one's don't count."""
    wanted, given = answer_words(reference), answer_words(prediction)
    if reference.isascii() and prediction.isascii():
        return wanted, given
    bare_wanted, bare_given = tuple(map(bare, wanted)), tuple(map(bare, given))
    return (bare_wanted, bare_given) if wanted == bare_wanted or given == bare_given else (wanted, given)


@lru_cache(maxsize=64)
def _shared(wanted: tuple[str, ...], given: tuple[str, ...]) -> int:
    first, second = Counter(wanted), Counter(given)
    common = first.keys() & second.keys()
    return sum(map(min, map(first.__getitem__, common), map(second.__getitem__, common)))
