"""Semantic candidates: rows with a cosine of at least 0.86 whose numbers, negations and names are equal.

pairs = semantic_pairs(rows)                        # places of nodes, [pairs, 2]

Rows are put together by their numbers, negations and names first, and only those that have the same are compared.
The cosine only proposes a pair; the comparison of the words judges it, as it does every candidate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from curation.pairs.proposals.lexical import Hashes, Labels, Pairs, distinct_pairs, mixed
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.texts.lexicon import Lexicon, flat_codes
from curation.pairs.texts.passages import Passages
from curation.pairs.texts.vectors import text_vectors
from winnow.models.word_vectors import normalised
from winnow.parallel.engine import spread_map
from winnow.text.word_classes import Kind, kind

MIN_ROW_COSINE = 0.86  # cosine of two rows' vectors
MAX_EXACT_ROWS = 100_000  # rows with equal signs up to which all pairs are compared; beyond, lists of near rows are
ROWS_A_BLOCK = 10_000  # rows whose vectors are made at once
ROWS_AT_ONCE = 500  # rows that are compared with all others at once: what fits a processor's cache is quicker
TEXTS_A_BLOCK = 20_000  # texts whose signs are read at once
TRAINING_ROWS_A_LIST = 40  # rows a list from which the lists are learned; faiss wants 39
LISTS_SEARCHED = 8  # lists searched for each row: 99.7 % of the near ones lie in them
SIGNS = frozenset((Kind.NUMBER, Kind.UNIT, Kind.NEGATION))

Vectors = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]  # of nodes


def semantic_pairs(rows: CodedRows, within: Labels | None = None) -> Pairs:
    """Pair nodes with near vectors and equal numbers, names and negations in both fields; none without word vectors.

    `within` gives each node a label; then only nodes of one label are paired.
    """
    if not rows.lexicon.has_vectors or not len(rows.nodes):
        return np.empty((0, 2), np.int64)
    return distinct_pairs(pairs for groups in _batches(_alike(rows, within)) for pairs in _near(rows, groups))


def _batches(groups: Iterator[Places]) -> Iterator[list[Places]]:
    """Put groups together up to a block of rows, whose vectors are made at once."""
    some: list[Places] = []
    for group in groups:
        some.append(group)
        if sum(map(len, some)) >= ROWS_A_BLOCK:
            yield some
            some = []
    if some:
        yield some


def _near(rows: CodedRows, groups: Sequence[Places]) -> Iterator[Pairs]:
    if len(groups[-1]) > MAX_EXACT_ROWS:
        yield from (groups[-1][pairs] for pairs in _near_by_lists(_Blocks(rows, groups[-1])))
        groups = groups[:-1]
    if not groups:
        return
    vectors = np.concatenate([block for _, block in _Blocks(rows, np.concatenate(groups))])
    start = 0
    for members in groups:
        yield from (members[pairs] for pairs in _near_by_all(vectors[start : start + len(members)]))
        start += len(members)


def _alike(rows: CodedRows, within: Labels | None) -> Iterator[Places]:
    """Put nodes with equal signs in both fields together; yields the groups of at least two."""
    is_sign = _sign_of(rows.lexicon)
    asked, told = (_signs(rows.lexicon, texts, is_sign) for texts in (rows.questions, rows.answers))
    keys = mixed(asked[rows.nodes[:, 0]] ^ mixed(told[rows.nodes[:, 1]]))
    if within is not None:
        keys = mixed(keys ^ mixed(within.astype(np.uint64) + np.uint64(1)))
    order = np.argsort(keys, kind="stable")
    bounds = np.flatnonzero(np.diff(keys[order], prepend=~keys[order[:1]]))
    sizes = np.diff(bounds, append=len(order))
    for start, size in zip(bounds[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        yield order[start : start + size]


def _sign_of(lexicon: Lexicon) -> Callable[[str], bool]:
    """Tell the words without synonyms: numbers, units, negations, names and rare words."""

    def is_sign(code: str) -> bool:
        found = kind(lexicon.word(code))
        is_own = lexicon.is_name(code) or not lexicon.is_general(code)
        return found in SIGNS or (found is Kind.CONTENT and is_own)

    return is_sign


def _signs(lexicon: Lexicon, texts: Passages, is_sign: Callable[[str], bool]) -> Hashes:
    """Hash the set of signs in each text; 0 of a text without any."""
    found = np.zeros(len(texts), np.uint64)
    known: dict[int, bool] = {}
    for start in range(0, len(texts), TEXTS_A_BLOCK):
        coded = [texts.coded(place) for place in range(start, min(start + TEXTS_A_BLOCK, len(texts)))]
        flat, offsets = flat_codes(coded)
        codes, of_word = np.unique(flat, return_inverse=True)
        known |= {code: is_sign(chr(code)) for code in codes.tolist() if code not in known}
        at = np.flatnonzero(np.array([known[code] for code in codes.tolist()], bool)[of_word])
        owner = np.repeat(np.arange(len(coded), dtype=np.uint64), np.diff(offsets))[at]
        once = np.unique(owner << np.uint64(32) | flat[at])
        hashes = mixed((once & np.uint64(0xFFFFFFFF)) * np.uint64(0x9E3779B97F4A7C15))
        np.add.at(found, (once >> np.uint64(32)).astype(np.int64) + start, hashes)
    return found


class _Blocks:
    """The vectors of some nodes, computed in blocks, so that a million rows never stand in memory together."""

    def __init__(self, rows: CodedRows, members: Places) -> None:
        self.rows, self.members = rows, members
        self.size = len(members)

    def vectors(self, places: Sequence[int]) -> Vectors:
        """Sum the unit vectors of question and answer, then normalise: float32 [places, dimensions]."""
        lexicon, nodes = self.rows.lexicon, self.members[places].tolist()
        questions = text_vectors(lexicon, [self.rows.question(node) for node in nodes])
        return normalised(questions + text_vectors(lexicon, [self.rows.answer(node) for node in nodes]))

    def __iter__(self) -> Iterator[tuple[int, Vectors]]:
        for start in range(0, self.size, ROWS_A_BLOCK):
            yield start, self.vectors(range(start, min(start + ROWS_A_BLOCK, self.size)))


def _near_by_all(vectors: Vectors) -> Iterator[Pairs]:
    if len(vectors) <= ROWS_AT_ONCE:
        yield _near_first(vectors)
        return
    yield from spread_map(lambda start: _near_first(vectors[start:]) + start, range(0, len(vectors), ROWS_AT_ONCE))


def _near_first(vectors: Vectors) -> Pairs:
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
