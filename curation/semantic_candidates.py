"""Propose pairs of rows that mean the same in other words: vectors of both fields near, names and numbers equal.

pairs = semantic_pairs(rows)                        # places of nodes, [pairs, 2]

They only propose: what differs decides, as for every other pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from curation.coded_rows import CodedRows
from curation.lexical_candidates import Pairs, distinct_pairs
from curation.static_embedder import normalised
from curation.text_vectors import text_vectors
from curation.wording import Kind, kind

NEAR = 0.86  # cosine of two rows' vectors
EXACT_ROWS = 100_000  # rows up to which all pairs are compared; beyond, lists of near rows are searched
BLOCK = 10_000  # rows whose vectors are made at once
COMPARED = 500  # rows that are compared with all others at once: what fits a processor's cache is quicker
TRAINING = 100_000  # rows from which the lists are learned
NEIGHBOURS = 8  # lists searched for each row: 99.7 % of the near ones lie in them
SIGNS = frozenset((Kind.NUMBER, Kind.UNIT, Kind.NEGATION))

Vectors = npt.NDArray[np.float32]


def semantic_pairs(rows: CodedRows) -> Pairs:
    """Return pairs of nodes with near vectors, whose questions and answers have the same numbers, names, negations."""
    if not rows.lexicon.has_vectors or not len(rows.nodes):
        return np.empty((0, 2), np.int64)
    blocks = _Blocks(rows)
    pairs = _all_pairs(blocks) if len(rows.nodes) <= EXACT_ROWS else _pairs_by_lists(blocks)
    signs: dict[tuple[int, int], frozenset[str]] = {}
    for node in np.unique(pairs).tolist():
        for field, passage in enumerate((rows.question(node), rows.answer(node))):
            signs[node, field] = _signs(rows, passage.coded)
    same = [all(signs[a, field] == signs[b, field] for field in (0, 1)) for a, b in pairs.tolist()]
    return np.asarray(pairs[np.array(same, bool)], np.int64)


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


def _all_pairs(blocks: _Blocks) -> Pairs:
    vectors = np.concatenate([block for _, block in blocks])
    found = []
    for start in range(0, len(vectors), COMPARED):
        rest = vectors[start:]
        one, other = np.divmod(np.flatnonzero(rest[:COMPARED] @ rest.T >= NEAR), len(rest))
        found.append(np.column_stack([one, other])[one < other] + start)
    return distinct_pairs(found)


def _pairs_by_lists(blocks: _Blocks) -> Pairs:
    """Search inverted lists by range: a search for the k nearest would cut large clusters off."""
    import faiss

    lists = int(4 * np.sqrt(blocks.size))
    sample = blocks.vectors(range(0, blocks.size, max(1, blocks.size // TRAINING)))
    size = sample.shape[1]
    half = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(size), size, lists, half, faiss.METRIC_INNER_PRODUCT)
    index.train(sample)
    for _, block in blocks:
        index.add(block)
    index.nprobe = NEIGHBOURS
    found = []
    for start, block in blocks:
        limits, _, places = index.range_search(block, NEAR)
        ends = np.asarray(limits, np.int64)
        one = np.repeat(np.arange(start, start + len(block)), ends[1:] - ends[:-1])
        found.append(np.column_stack([one, places]).astype(np.int64))
    return distinct_pairs(found)


def _signs(rows: CodedRows, coded: str) -> frozenset[str]:
    """Return the words of a text that other words can't stand for: numbers, negations, names, rare words."""
    lexicon = rows.lexicon
    return frozenset(
        code
        for code in coded
        if kind(lexicon.word(code)) in SIGNS
        or (kind(lexicon.word(code)) is Kind.CONTENT and (lexicon.is_name(code) or not lexicon.is_general(code)))
    )
