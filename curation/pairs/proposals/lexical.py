"""Lexical candidates: MinHash over character shingles, and an index of rare runs of three words.

MinHash finds texts that are alike as wholes, typos included. A shared rare run finds a text inside a longer one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from curation.pairs.texts.lexicon import flat_codes
from winnow.parallel.engine import spread_map

Pairs = npt.NDArray[np.int64]  # [pairs, 2], the smaller place first
Hashes = npt.NDArray[np.uint64]
Labels = npt.NDArray[np.int64]  # [texts]
R = TypeVar("R")

CHARS_A_SHINGLE = 5
BANDS, BAND_ROWS = 32, 3  # half of the pairs with a third of their shingles in common are found, all with two thirds
COMMON_SHARE, COMMON_LEAST = 0.005, 40  # shingles in more texts than this are boilerplate
MAX_BUCKET_TEXTS = 30  # with one band in common; more share boilerplate alone
WORDS_A_RUN = 3
RUNS_A_TEXT = 96  # about as many runs of a long text are looked up
MAX_RARE_RUN_TEXTS = 8  # texts with the same run up to which it is rare
HASH_SEED = 1
SHINGLE_SLOTS = 2**22  # in which shingles are counted
TEXTS_A_BLOCK = 20_000  # texts whose shingles are in memory at once
BLOCKS_AT_ONCE = 16
RUNS_A_PART = 20_000_000  # runs that are sorted at once


class Texts(Protocol):
    """A sequence of texts that may be built lazily, a slice at a time."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Sequence[str]: ...


def similar_texts(texts: Texts, longest: int = 1_000, within: Labels | None = None) -> Pairs:
    """Pair texts by MinHash with banding over 5-character shingles; shingles that very many texts have are ignored.

    `within` gives each text a label; then only texts of one label are paired.
    """
    counts = np.zeros(SHINGLE_SLOTS, np.int64)
    for _, (slots, times) in _by_blocks(lambda block: _slots(block, longest), texts):
        counts[slots] += times
    common = counts > max(COMMON_LEAST, COMMON_SHARE * len(texts))
    digests = np.zeros((len(texts), BANDS * BAND_ROWS), np.uint32)
    for start, block in _by_blocks(lambda block: _digests(block, longest, common), texts):
        digests[start : start + len(block)] = block
    filled = np.flatnonzero(digests.any(axis=1))
    bands = (digests[filled, start : start + BAND_ROWS] for start in range(0, BANDS * BAND_ROWS, BAND_ROWS))
    of_label = np.uint64(0) if within is None else mixed(within[filled].astype(np.uint64) + np.uint64(1))
    return distinct_pairs(_bucket_pairs(_mix_rows(band) ^ of_label, filled) for band in bands)


def _by_blocks(work: Callable[[Sequence[str]], R], texts: Texts) -> Iterator[tuple[int, R]]:
    """Map a function over blocks of texts on all cores; yields (start, result), with at most 16 blocks in memory."""
    starts = range(0, len(texts), TEXTS_A_BLOCK)
    for first in range(0, len(starts), BLOCKS_AT_ONCE):
        some = starts[first : first + BLOCKS_AT_ONCE]
        yield from zip(some, spread_map(lambda start: work(texts[start : start + TEXTS_A_BLOCK]), some), strict=True)


def _slots(texts: Sequence[str], longest: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Count shingles by hash slot."""
    hashes, _ = _shingles(texts, longest)
    slots, counts = np.unique((hashes & np.uint64(SHINGLE_SLOTS - 1)).astype(np.int32), return_counts=True)
    return slots, counts.astype(np.int32)


def _digests(texts: Sequence[str], longest: int, common: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint32]:
    """Return the MinHash signatures of texts; zeros for a text without shingles."""
    import rensa

    hashes, offsets = _without_common(*_shingles(texts, longest), common)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
        hashes, offsets.astype(np.uint64), BANDS * BAND_ROWS, HASH_SEED
    )
    digests = np.array(matrix.to_rows(), np.uint32).reshape(len(texts), BANDS * BAND_ROWS)
    digests[np.diff(offsets) == 0] = 0
    return digests


def shared_runs(
    coded: Texts, run: int = WORDS_A_RUN, within: Labels | None = None, words: Hashes | None = None
) -> tuple[Pairs, npt.NDArray[np.int64]]:
    """Pair coded texts by the three-word runs that at most 8 texts have; returns pairs and numbers of shared runs.

    `within` gives each text a label; then the runs are those of texts of one label. `words` gives each code the hash of
    its word: which runs of a long text are looked up then doesn't depend on the other texts.
    """
    parts = 1 + len(coded) * RUNS_A_TEXT // RUNS_A_PART  # equal runs lie in one part, so that each is sorted alone
    hashes: list[list[Hashes]] = [[np.empty(0, np.uint64)] for _ in range(parts)]
    owners: list[list[npt.NDArray[np.uint32]]] = [[np.empty(0, np.uint32)] for _ in range(parts)]
    for start in range(0, len(coded), TEXTS_A_BLOCK):
        found, owner = _sampled_runs(coded[start : start + TEXTS_A_BLOCK], run, words)
        if within is not None:
            found = mixed(found ^ mixed(within[owner + start].astype(np.uint64) + np.uint64(1)))
        part = found % np.uint64(parts)
        for n in range(parts):
            hashes[n].append(found[part == n])
            owners[n].append((owner[part == n] + start).astype(np.uint32))
    pairs = [np.empty((0, 2), np.int64)]
    while hashes:
        pairs.append(_rare_pairs(np.concatenate(hashes.pop()), np.concatenate(owners.pop())))
    return _count_pairs(np.concatenate(pairs))


def _sampled_runs(coded: Sequence[str], run: int, words: Hashes | None) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Hash the runs of three words; of a long text only about RUNS_A_TEXT of them, those with the smallest hashes."""
    flat, offsets = flat_codes(coded)
    hashes, owner = _windows(flat.astype(np.uint64) if words is None else words[flat], offsets, run)
    lengths = np.diff(offsets)[owner]
    share = np.minimum(1.0, RUNS_A_TEXT / np.maximum(lengths, 1))
    kept = hashes >> np.uint64(1) < (share * 2.0**63).astype(np.uint64)
    return hashes[kept], owner[kept]


def _rare_pairs(hashes: Hashes, owner: npt.NDArray[np.uint32]) -> Pairs:
    order = np.lexsort((owner, hashes))
    hashes, owner = hashes[order], owner[order]
    fresh = np.ones(len(hashes), bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
    return _run_pairs(hashes[fresh], owner[fresh].astype(np.int64), MAX_RARE_RUN_TEXTS)


def distinct_pairs(parts: Iterable[Pairs]) -> Pairs:
    """Concatenate lists of pairs and drop repetitions; the smaller index comes first, and pairs are sorted.

    [[2, 1]] and [[1, 2], [0, 3]] give [[0, 3], [1, 2]]. Each pair is packed into one integer to sort quickly.
    """
    keys = np.concatenate([np.empty(0, np.int64), *map(_keys, parts)])
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) > 0]
    return np.column_stack([keys >> 32, keys & 0xFFFFFFFF])


def _keys(pairs: Pairs) -> npt.NDArray[np.int64]:
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    keys: npt.NDArray[np.int64] = (low << 32 | high)[low < high]
    return keys


def group_pairs(labels: npt.NDArray[np.int64], largest: int) -> Pairs:
    """Pair all indices with an equal label; a label that more than `largest` indices have gives no pair."""
    order = np.argsort(labels, kind="stable")
    return _run_pairs(labels[order].astype(np.uint64), order, largest)


def _shingles(texts: Sequence[str], longest: int) -> tuple[Hashes, npt.NDArray[np.int64]]:
    padded = [f" {text[:longest]} " for text in texts]
    flat, offsets = flat_codes(padded)
    hashes, owner = _windows(flat.astype(np.uint64), offsets, CHARS_A_SHINGLE)
    return hashes, np.searchsorted(owner, np.arange(len(texts) + 1))


def _windows(
    flat: npt.NDArray[np.uint64], offsets: npt.NDArray[np.int64], size: int
) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Hash each run of `size` symbols that lies within one text; returns the hashes and their texts' indices."""
    count = max(0, len(flat) - size + 1)
    hashes = np.zeros(count, np.uint64)
    for place in range(size):
        hashes = mixed(hashes ^ flat[place : place + count] * np.uint64(0x9E3779B97F4A7C15))
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    inside = owner[:count] == owner[size - 1 :] if count else np.zeros(0, bool)
    return hashes[inside], owner[:count][inside]


def mixed(values: Hashes) -> Hashes:
    """Scramble integers, so that near ones lie far apart; equal ones stay equal."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return values ^ (values >> np.uint64(27))


def _mix_rows(columns: npt.NDArray[np.uint32]) -> Hashes:
    out = np.zeros(len(columns), np.uint64)
    for column in columns.T.astype(np.uint64):
        out = mixed(out ^ column * np.uint64(0x9E3779B97F4A7C15))
    return out


def _without_common(
    hashes: Hashes, offsets: npt.NDArray[np.int64], common: npt.NDArray[np.bool_]
) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Drop frequent shingles, except from texts that would be left with fewer than four."""
    rare = ~common[(hashes & np.uint64(SHINGLE_SLOTS - 1)).astype(np.int64)]
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    enough = np.bincount(owner[rare], minlength=len(offsets) - 1) >= 4
    kept = rare | ~enough[owner]
    return hashes[kept], np.searchsorted(owner[kept], np.arange(len(offsets)))


def _bucket_pairs(keys: Hashes, places: npt.NDArray[np.int64]) -> Pairs:
    order = np.lexsort((places, keys))
    return _run_pairs(keys[order], places[order], MAX_BUCKET_TEXTS)


def _run_pairs(keys: Hashes, places: npt.NDArray[np.int64], largest: int) -> Pairs:
    """Pair the indices of equal keys in a sorted list; a run of more than `largest` equal keys gives no pair."""
    if len(keys) < 2:
        return np.empty((0, 2), np.int64)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(keys)]]))
    size_of = np.repeat(sizes, sizes)
    found = []
    for step in range(1, min(largest, int(sizes.max()))):
        same = (keys[step:] == keys[:-step]) & (size_of[step:] <= largest)
        found.append(np.column_stack([places[:-step][same], places[step:][same]]))
    return np.concatenate(found) if found else np.empty((0, 2), np.int64)


def _count_pairs(pairs: Pairs) -> tuple[Pairs, npt.NDArray[np.int64]]:
    pairs = np.sort(pairs, axis=1)
    keys, counts = np.unique(pairs[:, 0] << 32 | pairs[:, 1], return_counts=True)
    return np.column_stack([keys >> 32, keys & 0xFFFFFFFF]), counts
