"""Propose pairs of rows that mean the same in other words: vectors of both fields near, names and numbers equal.

pairs = semantic_pairs(rows)                        # places of nodes, [pairs, 2]

They only propose: what differs decides, as for every other pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from curation.pairs.proposals.lexical import Pairs, distinct_pairs
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.texts.vectors import text_vectors
from winnow.models.word_vectors import normalised
from winnow.parallel.engine import spread_map
from winnow.text.word_classes import Kind, kind

NEAR = 0.86  # cosine of two rows' vectors
EXACT_ROWS = 100_000  # rows up to which all pairs are compared; beyond, lists of near rows are searched
BLOCK = 10_000  # rows whose vectors are made at once
COMPARED = 500  # rows that are compared with all others at once: what fits a processor's cache is quicker
TRAINING = 40  # rows a list from which the lists are learned; faiss wants 39
NEIGHBOURS = 8  # lists searched for each row: 99.7 % of the near ones lie in them
SIGNS = frozenset((Kind.NUMBER, Kind.UNIT, Kind.NEGATION))

Vectors = npt.NDArray[np.float32]


def semantic_pairs(rows: CodedRows) -> Pairs:
    """Return pairs of nodes with near vectors, whose questions and answers have the same numbers, names, negations."""
    if not rows.lexicon.has_vectors or not len(rows.nodes):
        return np.empty((0, 2), np.int64)
    blocks, signs = _Blocks(rows), _Signs(rows)
    near = _near_by_all if len(rows.nodes) <= EXACT_ROWS else _near_by_lists
    return distinct_pairs([pairs[signs.same(pairs)] for pairs in near(blocks)])


class _Blocks:
    """The vectors of nodes, made a block at a time: at a million rows they are never all in memory."""

    def __init__(self, rows: CodedRows) -> None:
        self.rows = rows
        self.size = len(rows.nodes)

    def vectors(self, places: Sequence[int]) -> Vectors:
        """Return float32 [places, dimensions] of unit length: question and answer count the same."""
        lexicon = self.rows.lexicon
        questions = text_vectors(lexicon, [self.rows.question(place) for place in places])
        return normalised(questions + text_vectors(lexicon, [self.rows.answer(place) for place in places]))

    def __iter__(self) -> Iterator[tuple[int, Vectors]]:
        for start in range(0, self.size, BLOCK):
            yield start, self.vectors(range(start, min(start + BLOCK, self.size)))


def _near_by_all(blocks: _Blocks) -> Iterator[Pairs]:
    vectors = np.concatenate([block for _, block in blocks])
    yield from spread_map(lambda start: _near(vectors[start:]) + start, range(0, len(vectors), COMPARED))


def _near(vectors: Vectors) -> Pairs:
    """Pair the first few with all that are near them."""
    one, other = np.divmod(np.flatnonzero(vectors[:COMPARED] @ vectors.T >= NEAR), len(vectors))
    return np.column_stack([one, other])[one < other]


def _near_by_lists(blocks: _Blocks) -> Iterator[Pairs]:
    """Search inverted lists by range: a search for the k nearest would cut large clusters off."""
    import faiss

    lists = int(4 * np.sqrt(blocks.size))
    sample = blocks.vectors(range(0, blocks.size, max(1, blocks.size // (TRAINING * lists))))
    size = sample.shape[1]
    half = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(size), size, lists, half, faiss.METRIC_INNER_PRODUCT)
    index.train(sample)
    for _, block in blocks:
        index.add(block)
    index.nprobe = NEIGHBOURS
    for start, block in blocks:
        limits, _, places = index.range_search(block, NEAR)
        ends = np.asarray(limits, np.int64)
        one = np.repeat(np.arange(start, start + len(block)), ends[1:] - ends[:-1])
        yield np.column_stack([one, places]).astype(np.int64)


class _Signs:
    """What other words can't stand for in each node's question and answer: numbers, negations, names, rare words.

    Kept as a hash a field and made when a pair first asks: a million rows have many more near pairs than equal ones.
    """

    def __init__(self, rows: CodedRows) -> None:
        self.rows = rows
        self.known = np.zeros(len(rows.nodes), bool)
        self.hashes = np.zeros((len(rows.nodes), 2), np.uint64)
        self.is_sign = cache(self._is_sign)

    def same(self, pairs: Pairs) -> npt.NDArray[np.bool_]:
        """Say of each pair whether both fields have the same signs."""
        nodes = np.unique(pairs)
        for node in nodes[~self.known[nodes]].tolist():
            passages = (self.rows.question(node), self.rows.answer(node))
            self.hashes[node] = [self._hash(passage.coded) for passage in passages]
        self.known[nodes] = True
        same: npt.NDArray[np.bool_] = (self.hashes[pairs[:, 0]] == self.hashes[pairs[:, 1]]).all(axis=1)
        return same

    def _hash(self, coded: str) -> int:
        signs = "".join(sorted(filter(self.is_sign, set(coded))))
        return int.from_bytes(blake2b(signs.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")

    def _is_sign(self, code: str) -> bool:
        lexicon = self.rows.lexicon
        is_own = lexicon.is_name(code) or not lexicon.is_general(code)
        found = kind(lexicon.word(code))
        return found in SIGNS or (found is Kind.CONTENT and is_own)
