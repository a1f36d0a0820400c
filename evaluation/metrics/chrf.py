"""chrF: overlap of character n-grams up to six, with sacreBLEU's values (0 to 100) and several times its speed.

    chrf("The cat sat.", "The cat sits.")     # 55.2

Popović (2015), β = 2, whitespace left out, effective order as in sacreBLEU 2.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.score import References, Score, best_of

MAX_NGRAM_CHARACTERS = 6
BETA = 2
SETTINGS = "case:mixed|eff:yes|nc:6|nw:0|space:no"

TAG_BITS = 4  # three for the order, one for the side

Codes = NDArray[np.int64]
Counts = tuple[int, int, int]  # n-grams given, wanted, shared


def chrf(prediction: str, references: References) -> Score:
    """Give the F-score (β = 2) of the shared character n-grams of 1 to 6, 0 to 100; equal texts give 100."""
    return best_of(_chrf, prediction, references)


def _chrf(prediction: str, reference: str) -> Score:
    wanted, given = "".join(reference.split()), "".join(prediction.split())
    if not wanted:
        return Score.unscored("the reference is empty")
    if not given:
        return Score(0.0, "the prediction is empty")
    counts = _counts(given, wanted)
    value = _f_score(counts)
    shared = ", ".join(f"{match}/{total}" for _, total, match in counts if total)
    return Score(value, f"shared character 1- to {MAX_NGRAM_CHARACTERS}-grams of the reference: {shared}")


def _f_score(counts: list[Counts]) -> float:
    effective = [(match / given, match / wanted) for given, wanted, match in counts if given and wanted]
    precision = sum(p for p, _ in effective) / len(effective)
    recall = sum(r for _, r in effective) / len(effective)
    if not precision + recall:
        return 0.0
    factor = BETA**2
    return 100 * (1 + factor) * precision * recall / (factor * precision + recall)


def _counts(given: str, wanted: str) -> list[Counts]:
    """Count the n-grams of each order in both texts and in common, exactly.

    Each n-gram is one number, tagged with its order and its side; one sort puts equal ones side by side.
    """
    orders = range(1, MAX_NGRAM_CHARACTERS + 1)
    grams = _grams(*_codes(given, wanted))
    keys = np.concatenate([(gram << 4) | (order << 1) | side for order, pair in grams for side, gram in pair])
    keys.sort()
    starts = np.flatnonzero(np.diff(keys >> 1, prepend=-1))
    total = np.diff(starts, append=len(keys))
    of_wanted = np.add.reduceat(keys & 1, starts)
    common = np.minimum(of_wanted, total - of_wanted)
    shared = np.bincount((keys[starts] >> 1) & 7, common, MAX_NGRAM_CHARACTERS + 1).astype(int)
    return [(max(len(given) - n + 1, 0), max(len(wanted) - n + 1, 0), int(shared[n])) for n in orders]


def _codes(given: str, wanted: str) -> tuple[Codes, Codes, int]:
    """Number the characters of both texts, and give the number of bits that one takes."""
    text = given + wanted
    if text.isascii():
        codes, bits = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64), 7
    else:
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        alphabet, numbers = np.unique(points, return_inverse=True)
        codes, bits = numbers.astype(np.int64), len(alphabet).bit_length()
    return codes[: len(given)], codes[len(given) :], bits


def _grams(first: Codes, second: Codes, bits: int) -> Iterator[tuple[int, list[tuple[int, Codes]]]]:
    """Yield each order with the numbered n-grams of both sides."""
    left, right = first, second
    for order in range(1, MAX_NGRAM_CHARACTERS + 1):
        if order > 1:
            left = (left[:-1] << bits) | first[order - 1 :]
            right = (right[:-1] << bits) | second[order - 1 :]
        if (order + 1) * bits + TAG_BITS > 63:  # the next order wouldn't fit: number what there is from 0
            _, numbers = np.unique(np.concatenate([left, right]), return_inverse=True)
            left, right = numbers[: len(left)], numbers[len(left) :]
        yield order, [(0, left), (1, right)]
