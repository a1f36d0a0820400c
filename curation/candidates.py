"""Find the pairs of rows that may say the same, judge each, and keep the scores in one table.

pairs = find(table, config.duplicates, embedder, vectors)      # schema PAIRS; Parquet holds it

Thresholds apply later (`duplicates.decide`), so that moving one neither embeds nor searches again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from curation.coded_rows import CodedRows
from curation.differences import Comparison, compare
from curation.lexical_candidates import Pairs, distinct_pairs, group_pairs, shared_runs, similar_texts
from curation.habits import Habits, Seen
from curation.lexicon import WordVectors
from curation.pairs import Pair, exact_pairs, to_pair_table
from curation.swapped import mark_swapped
from curation.verify import SAMENESS, TELLING, Verdict, is_same_answer, judge, may_be_same
from winnow.config import DuplicatesConfig

if TYPE_CHECKING:
    from winnow.embedder import Embedder

NEAR_QUESTION = 0.7  # share of the shorter question's characters, in order, from which questions may be one
NEAR_ANSWER = 0.7  # share of the shorter answer's words, likewise
ASKERS = 8  # questions that may have an answer in common before it says nothing about them
COPIES = SAMENESS | {Verdict.PARAPHRASE}
LARGEST_GROUP = 100  # rows with one question, or one answer, of which all pairs are looked at


def find(
    table: pa.Table, settings: DuplicatesConfig, embedder: Embedder | None = None, vectors: WordVectors | None = None
) -> pa.Table:
    """Return the judged pairs of a records table, schema PAIRS, in the order of their ids.

    Without an embedder questions in other words aren't compared; without word vectors synonyms aren't known.
    """
    rows = CodedRows.read(table, vectors)
    judged = mark_swapped(rows, judge_pairs(rows, near_pairs(rows)))
    judged = [pair for pair in _with_semantic(rows, judged, embedder) if _stands(pair, settings.floor)]
    return to_pair_table(rows, exact_pairs(rows), judged)


def near_pairs(rows: CodedRows) -> Pairs:
    """Return the pairs of nodes of which both fields may say the same, or only the question."""
    nodes = rows.nodes
    texts = [rows.lexicon.text(passage.coded) for passage in rows.questions]
    answers = [passage.coded for passage in rows.answers]
    whole = [f"{texts[q]} {rows.lexicon.text(answers[a][:200])}" for q, a in nodes]
    runs, counts = shared_runs(answers)
    proposals = [
        group_pairs(nodes[:, 0], LARGEST_GROUP),
        group_pairs(nodes[:, 1], LARGEST_GROUP),
        similar_texts(whole),
        _of_field(similar_texts(texts), nodes[:, 0]),
        _of_field(runs[counts >= 2], nodes[:, 1]),
    ]
    return _gate(rows, texts, distinct_pairs(proposals))


def _of_field(pairs: Pairs, field: npt.NDArray[np.int64], largest: int = 8) -> Pairs:
    """Turn pairs of texts into pairs of the nodes that have them; a text of many nodes gives its first ones."""
    order = np.argsort(field, kind="stable")
    starts = np.searchsorted(field[order], np.arange(field.max(initial=-1) + 2))
    sizes = np.minimum(np.diff(starts), largest)
    found = []
    for i in range(largest):
        for j in range(largest):
            both = (sizes[pairs[:, 0]] > i) & (sizes[pairs[:, 1]] > j)
            a, b = pairs[both].T
            found.append(np.column_stack([order[starts[a] + i], order[starts[b] + j]]))
    return np.concatenate(found)


def _gate(rows: CodedRows, texts: list[str], pairs: Pairs) -> Pairs:
    """Drop pairs whose questions are too far apart, unless their answers are near enough to ask further."""
    q = rows.nodes[pairs, 0]
    near = _shared([texts[i] for i in q[:, 0]], [texts[i] for i in q[:, 1]]) >= NEAR_QUESTION
    rest = pairs[~near]
    a = rows.nodes[rest, 1]
    answers = [passage.coded[:2000] for passage in rows.answers]
    alike = _shared([answers[i] for i in a[:, 0]], [answers[i] for i in a[:, 1]]) >= NEAR_ANSWER
    return distinct_pairs([pairs[near], rest[alike]])


def _shared(one: list[str], other: list[str]) -> npt.NDArray[np.float64]:
    """Return the share of the shorter sequence that stands in the longer one, in order."""
    if not one:
        return np.empty(0)
    common = process.cpdist(one, other, scorer=LCSseq.similarity, dtype=np.float64, workers=1)
    return common / np.maximum(1, np.minimum(list(map(len, one)), list(map(len, other))))


def judge_pairs(rows: CodedRows, pairs: Pairs) -> list[Pair]:
    """Compare both fields of each pair, learn which differences change nothing, then judge; different pairs go."""
    compared = list(_compare_pairs(rows, pairs))
    askers = np.bincount(rows.nodes[:, 1])
    specific = [int(askers[rows.nodes[[one, other], 1]].max()) <= ASKERS for one, other, _, _ in compared]
    habits = Habits.learn(
        Seen((int(rows.nodes[one, 0]), int(rows.nodes[other, 0])), question, answer, is_same_answer(answer, Habits()))
        for (one, other, question, answer), tells in zip(compared, specific, strict=True)
        if tells and min(answer.one, answer.other) >= TELLING
    )
    found = []
    for (one, other, question, answer), tells in zip(compared, specific, strict=True):
        judgement = judge(question, answer, tells, habits)
        if judgement.verdict is not Verdict.DIFFERENT:
            found.append(Pair(one, other, judgement, question, answer))
    return found


def _compare_pairs(rows: CodedRows, pairs: Pairs) -> Iterator[tuple[int, int, Comparison, Comparison]]:
    questions: dict[tuple[int, int], Comparison] = {}
    for one, other in pairs.tolist():
        key = (int(rows.nodes[one, 0]), int(rows.nodes[other, 0]))
        question = questions.get(key)
        if question is None:
            passages = (rows.questions[place] for place in key)
            question = questions[key] = compare(rows.lexicon, *passages, strict=True)
        if may_be_same(question):
            yield one, other, question, compare(rows.lexicon, rows.answer(one), rows.answer(other))


def _with_semantic(rows: CodedRows, pairs: list[Pair], embedder: Embedder | None) -> list[Pair]:
    """Give paraphrases the cosine of their questions; only these are embedded."""
    asked = [pair for pair in pairs if pair.judgement.verdict is Verdict.PARAPHRASE]
    if embedder is None or not asked:
        return pairs
    texts = {place: rows.questions[place].raw for pair in asked for place in rows.nodes[[pair.one, pair.other], 0]}
    vectors = dict(zip(texts, embedder.embed(list(texts.values())), strict=True))
    places = {id(pair): rows.nodes[[pair.one, pair.other], 0] for pair in asked}
    cosines = {key: float(vectors[one] @ vectors[other]) for key, (one, other) in places.items()}
    return [replace(pair, semantic=cosines.get(id(pair))) for pair in pairs]


def _stands(pair: Pair, floor: float) -> bool:
    return max(pair.judgement.lexical, pair.semantic or 0.0) >= floor or pair.judgement.verdict not in COPIES
