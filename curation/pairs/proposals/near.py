"""Candidate pairs of rows: lexical and semantic neighbours in the question, the answer or both together.

pairs = near_pairs(rows)                       # places of nodes, [pairs, 2]
pairs = near_pairs(rows, between=sides)        # only pairs of nodes on sides -1 and 1

Both rows of a pair stand in the same surroundings: the same context, system prompt and history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from curation.pairs.proposals.lexical import (
    Labels,
    Pairs,
    Texts,
    distinct_pairs,
    group_pairs,
    shared_runs,
    similar_texts,
)
from curation.pairs.proposals.semantic import semantic_pairs
from curation.pairs.proposals.surroundings import Alike
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.texts.passages import Passages

MIN_SHARED_QUESTION = 0.7  # share of the shorter question's characters, in order, from which questions may be one
MIN_SHARED_ANSWER = 0.7  # share of the shorter answer's words, likewise
MAX_GROUP_NODES = 100  # nodes with one question, or one answer, of which all pairs are looked at
MAX_NODES_A_TEXT = 8  # nodes of a text that a pair of near texts is turned into
SKETCHED_ANSWER_WORDS = 200  # words of an answer that stand for the row in the sketch of the whole
PAIRS_A_BLOCK = 200_000  # pairs whose texts are compared at once


def near_pairs(rows: CodedRows, between: npt.NDArray[np.int8] | None = None, alike: Alike | None = None) -> Pairs:
    """Join all candidate generators and drop pairs with neither the questions nor the answers alike.

    `between` gives each node a side, -1 or 1; then only pairs across the sides are returned. Both nodes of a pair stand
    in the same surroundings, by `alike`: where those differ from row to row they are part of what is searched for.
    """
    alike = alike or Alike.of(rows)
    questions = [rows.lexicon.bare_text(rows.questions.coded(place)) for place in range(len(rows.questions))]
    asked, told = (_Field.of(rows.nodes[:, column], alike.labels) for column in (0, 1))
    runs, counts = shared_runs(
        _Chosen(_Coded(rows.answers), told.texts), within=told.labels, words=rows.lexicon.hashes()
    )
    proposals = [
        group_pairs(asked.of_node, MAX_GROUP_NODES),
        group_pairs(told.of_node, MAX_GROUP_NODES),
        similar_texts(_Wholes(rows, questions), within=alike.labels),
        _of_field(similar_texts(_Chosen(questions, asked.texts), within=asked.labels), asked.of_node),
        _of_field(runs[counts >= 2], told.of_node),
    ]
    pairs = _across(distinct_pairs(proposals), between)
    near = [
        _gate(rows, questions, pairs[start : start + PAIRS_A_BLOCK]) for start in range(0, len(pairs), PAIRS_A_BLOCK)
    ]
    return alike.only(distinct_pairs([*near, _across(semantic_pairs(rows, alike.labels), between)]))


class _Field(NamedTuple):
    """The distinct texts of a field, apart for each label of the surroundings in which they stand."""

    texts: npt.NDArray[np.int64] | None  # of each: its place among the field's texts; None where that is its own place
    labels: Labels | None
    of_node: npt.NDArray[np.int64]

    @classmethod
    def of(cls, field: npt.NDArray[np.int64], labels: Labels | None) -> _Field:
        if labels is None:
            return cls(None, None, field)
        distinct, of_node = np.unique(np.column_stack([field, labels]), axis=0, return_inverse=True)
        return cls(distinct[:, 0], distinct[:, 1], of_node.reshape(-1))


@dataclass(frozen=True)
class _Chosen:
    """Texts in another order, or repeated: those at `places`; None is all of them in their own order."""

    texts: Texts
    places: npt.NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.texts) if self.places is None else len(self.places)

    def __getitem__(self, part: slice) -> Sequence[str]:
        if self.places is None:
            return self.texts[part]
        return [self.texts[place : place + 1][0] for place in self.places[part].tolist()]


@dataclass(frozen=True)
class _Wholes:
    """Each row as one text: the question and the first 200 words of the answer."""

    rows: CodedRows
    questions: Sequence[str]

    def __len__(self) -> int:
        return len(self.rows.nodes)

    def __getitem__(self, part: slice) -> list[str]:
        text, answers = self.rows.lexicon.bare_text, self.rows.answers
        nodes = self.rows.nodes[part].tolist()
        return [
            f"{self.questions[question]} {text(answers.coded(answer)[:SKETCHED_ANSWER_WORDS])}"
            for question, answer in nodes
        ]


@dataclass(frozen=True)
class _Coded:
    """The coded texts of passages, built a slice at a time."""

    passages: Passages

    def __len__(self) -> int:
        return len(self.passages)

    def __getitem__(self, part: slice) -> list[str]:
        return [self.passages.coded(place) for place in range(*part.indices(len(self)))]


def _across(pairs: Pairs, between: npt.NDArray[np.int8] | None) -> Pairs:
    return pairs if between is None else pairs[between[pairs[:, 0]] * between[pairs[:, 1]] < 0]


def _of_field(pairs: Pairs, field: npt.NDArray[np.int64]) -> Pairs:
    """Map pairs of texts to pairs of the nodes that have them; of a text that many nodes have, the first 8 count."""
    order = np.argsort(field, kind="stable")
    starts = np.searchsorted(field[order], np.arange(field.max(initial=-1) + 2))
    sizes = np.minimum(np.diff(starts), MAX_NODES_A_TEXT)
    found = []
    for i in range(MAX_NODES_A_TEXT):
        for j in range(MAX_NODES_A_TEXT):
            both = (sizes[pairs[:, 0]] > i) & (sizes[pairs[:, 1]] > j)
            a, b = pairs[both].T
            found.append(np.column_stack([order[starts[a] + i], order[starts[b] + j]]))
    return np.concatenate(found)


def _gate(rows: CodedRows, questions: Sequence[str], pairs: Pairs) -> Pairs:
    """Keep a pair if 70 % of the shorter question, or of the shorter answer, stands in the longer one in order."""
    places = rows.nodes[pairs, 0]
    near = _shared([questions[i] for i in places[:, 0]], [questions[i] for i in places[:, 1]]) >= MIN_SHARED_QUESTION
    rest = pairs[~near]
    coded = [[rows.answer(node).coded[:2000] for node in side] for side in rest.T]
    return np.concatenate([pairs[near], rest[_shared(*coded) >= MIN_SHARED_ANSWER]])


def _shared(one: Sequence[str], other: Sequence[str]) -> npt.NDArray[np.float64]:
    """Divide the longest common subsequence by the shorter length: 1.0 for "abc" and "axbxc"."""
    if not len(one):
        return np.empty(0)
    common = process.cpdist(one, other, scorer=LCSseq.similarity, dtype=np.float64, workers=1)
    return np.asarray(common / np.maximum(1, np.minimum(list(map(len, one)), list(map(len, other)))))
