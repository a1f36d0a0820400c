"""Semantic candidates: rows with a cosine of at least 0.86 whose numbers, negations and names are equal.

pairs = semantic_pairs(rows)                        # places of nodes, [pairs, 2]

The cosine only proposes a pair; the comparison of the words judges it, as it does every candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from curation.pairs.proposals.lexical import Labels, Pairs, distinct_pairs
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.texts.vectors import text_vectors
from winnow.models.word_vectors import normalised
from winnow.parallel.engine import spread_map
from winnow.text.word_classes import Kind, kind

MIN_ROW_COSINE = 0.86  # cosine of two rows' vectors
MAX_EXACT_ROWS = 100_000  # rows up to which all pairs are compared; beyond, lists of near rows are searched
ROWS_A_BLOCK = 10_000  # rows whose vectors are made at once
ROWS_AT_ONCE = 500  # rows that are compared with all others at once: what fits a processor's cache is quicker
TRAINING_ROWS_A_LIST = 40  # rows a list from which the lists are learned; faiss wants 39
LISTS_SEARCHED = 8  # lists searched for each row: 99.7 % of the near ones lie in them
SIGNS = frozenset((Kind.NUMBER, Kind.UNIT, Kind.NEGATION))

Vectors = npt.NDArray[np.float32]


def semantic_pairs(rows: CodedRows, within: Labels | None = None) -> Pairs:
    """Pair nodes with near vectors and equal numbers, names and negations in both fields; none without word vectors.

    `within` gives each node a label; then only nodes of one label are paired.
    """
    if not rows.lexicon.has_vectors or not len(rows.nodes):
        return np.empty((0, 2), np.int64)
    blocks, signs = _Blocks(rows), _Signs(rows)
    near = _near_by_all if len(rows.nodes) <= MAX_EXACT_ROWS else _near_by_lists
    found = near(blocks)
    if within is not None:
        found = (pairs[within[pairs[:, 0]] == within[pairs[:, 1]]] for pairs in found)
    return distinct_pairs([pairs[signs.same(pairs)] for pairs in found])


class _Blocks:
    """The vectors of nodes, computed in blocks, so that a million rows never stand in memory together."""

    def __init__(self, rows: CodedRows) -> None:
        self.rows = rows
        self.size = len(rows.nodes)

    def vectors(self, places: Sequence[int]) -> Vectors:
        """Sum the unit vectors of question and answer, then normalise: float32 [places, dimensions]."""
        lexicon = self.rows.lexicon
        questions = text_vectors(lexicon, [self.rows.question(place) for place in places])
        return normalised(questions + text_vectors(lexicon, [self.rows.answer(place) for place in places]))

    def __iter__(self) -> Iterator[tuple[int, Vectors]]:
        for start in range(0, self.size, ROWS_A_BLOCK):
            yield start, self.vectors(range(start, min(start + ROWS_A_BLOCK, self.size)))


def _near_by_all(blocks: _Blocks) -> Iterator[Pairs]:
    vectors = np.concatenate([block for _, block in blocks])
    yield from spread_map(lambda start: _near(vectors[start:]) + start, range(0, len(vectors), ROWS_AT_ONCE))


def _near(vectors: Vectors) -> Pairs:
    """Pair the first ROWS_AT_ONCE rows with every later row of at least the minimal cosine."""
    one, other = np.divmod(np.flatnonzero(vectors[:ROWS_AT_ONCE] @ vectors.T >= MIN_ROW_COSINE), len(vectors))
    return np.column_stack([one, other])[one < other]


def _near_by_lists(blocks: _Blocks) -> Iterator[Pairs]:
    """Search an inverted-file index by radius; a search for the k nearest would lose pairs of large clusters."""
    import faiss

    lists = int(4 * np.sqrt(blocks.size))
    sample = blocks.vectors(range(0, blocks.size, max(1, blocks.size // (TRAINING_ROWS_A_LIST * lists))))
    size = sample.shape[1]
    half = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(size), size, lists, half, faiss.METRIC_INNER_PRODUCT)
    index.train(sample)
    for _, block in blocks:
        index.add(block)
    index.nprobe = LISTS_SEARCHED
    for start, block in blocks:
        limits, _, places = index.range_search(block, MIN_ROW_COSINE)
        ends = np.asarray(limits, np.int64)
        one = np.repeat(np.arange(start, start + len(block)), ends[1:] - ends[:-1])
        yield np.column_stack([one, places]).astype(np.int64)


class _Signs:
    """The words without synonyms in each node's question and answer: numbers, units, negations, names and rare words.

    They are hashed by field when a pair first needs them: near pairs touch few of a million rows.
    """

    def __init__(self, rows: CodedRows) -> None:
        self.rows = rows
        self.known = np.zeros(len(rows.nodes), bool)
        self.hashes = np.zeros((len(rows.nodes), 2), np.uint64)
        self.is_sign = cache(self._is_sign)

    def same(self, pairs: Pairs) -> npt.NDArray[np.bool_]:
        """Compare the hashes of both fields, pair by pair; returns a mask."""
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
