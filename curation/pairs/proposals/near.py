"""Propose the pairs of rows worth judging: both fields near, or the question alone.

pairs = near_pairs(rows)                       # places of nodes, [pairs, 2]
pairs = near_pairs(rows, between=sides)        # only pairs of nodes on sides -1 and 1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from curation.pairs.proposals.lexical import Pairs, distinct_pairs, group_pairs, shared_runs, similar_texts
from curation.pairs.proposals.semantic import semantic_pairs
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.texts.passages import Passages

NEAR_QUESTION = 0.7  # share of the shorter question's characters, in order, from which questions may be one
NEAR_ANSWER = 0.7  # share of the shorter answer's words, likewise
LARGEST_GROUP = 100  # nodes with one question, or one answer, of which all pairs are looked at
NODES_A_TEXT = 8  # nodes of a text that a pair of near texts is turned into
READ = 200  # words of an answer that stand for the row in the sketch of the whole
BLOCK = 200_000  # pairs whose texts are compared at once


def near_pairs(rows: CodedRows, between: npt.NDArray[np.int8] | None = None) -> Pairs:
    """Return the pairs of nodes of which both fields may say the same, or only the question."""
    nodes = rows.nodes
    questions = [rows.lexicon.text(rows.questions.coded(place)) for place in range(len(rows.questions))]
    runs, counts = shared_runs(_Coded(rows.answers))
    proposals = [
        group_pairs(nodes[:, 0], LARGEST_GROUP),
        group_pairs(nodes[:, 1], LARGEST_GROUP),
        similar_texts(_Wholes(rows, questions)),
        _of_field(similar_texts(questions), nodes[:, 0]),
        _of_field(runs[counts >= 2], nodes[:, 1]),
    ]
    pairs = _across(distinct_pairs(proposals), between)
    near = [_gate(rows, questions, pairs[start : start + BLOCK]) for start in range(0, len(pairs), BLOCK)]
    return distinct_pairs([*near, _across(semantic_pairs(rows), between)])


@dataclass(frozen=True)
class _Wholes:
    """Rows as one text each: the question and the beginning of the answer."""

    rows: CodedRows
    questions: Sequence[str]

    def __len__(self) -> int:
        return len(self.rows.nodes)

    def __getitem__(self, part: slice) -> list[str]:
        text, answers = self.rows.lexicon.text, self.rows.answers
        nodes = self.rows.nodes[part].tolist()
        return [f"{self.questions[question]} {text(answers.coded(answer)[:READ])}" for question, answer in nodes]


@dataclass(frozen=True)
class _Coded:
    """The coded texts of passages."""

    passages: Passages

    def __len__(self) -> int:
        return len(self.passages)

    def __getitem__(self, part: slice) -> list[str]:
        return [self.passages.coded(place) for place in range(*part.indices(len(self)))]


def _across(pairs: Pairs, between: npt.NDArray[np.int8] | None) -> Pairs:
    return pairs if between is None else pairs[between[pairs[:, 0]] * between[pairs[:, 1]] < 0]


def _of_field(pairs: Pairs, field: npt.NDArray[np.int64]) -> Pairs:
    """Turn pairs of texts into pairs of the nodes that have them; a text of many nodes gives its first ones."""
    order = np.argsort(field, kind="stable")
    starts = np.searchsorted(field[order], np.arange(field.max(initial=-1) + 2))
    sizes = np.minimum(np.diff(starts), NODES_A_TEXT)
    found = []
    for i in range(NODES_A_TEXT):
        for j in range(NODES_A_TEXT):
            both = (sizes[pairs[:, 0]] > i) & (sizes[pairs[:, 1]] > j)
            a, b = pairs[both].T
            found.append(np.column_stack([order[starts[a] + i], order[starts[b] + j]]))
    return np.concatenate(found)


def _gate(rows: CodedRows, questions: Sequence[str], pairs: Pairs) -> Pairs:
    """Drop pairs whose questions are too far apart, unless their answers are near enough to ask further."""
    places = rows.nodes[pairs, 0]
    near = _shared([questions[i] for i in places[:, 0]], [questions[i] for i in places[:, 1]]) >= NEAR_QUESTION
    rest = pairs[~near]
    coded = [[rows.answer(node).coded[:2000] for node in side] for side in rest.T]
    return np.concatenate([pairs[near], rest[_shared(*coded) >= NEAR_ANSWER]])


def _shared(one: Sequence[str], other: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the share of the shorter sequence that stands in the longer one, in order."""
    if not len(one):
        return np.empty(0)
    common = process.cpdist(one, other, scorer=LCSseq.similarity, dtype=np.float64, workers=1)
    return np.asarray(common / np.maximum(1, np.minimum(list(map(len, one)), list(map(len, other)))))
