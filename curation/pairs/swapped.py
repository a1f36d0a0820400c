"""Swapped answers: tell an answer that belongs to another question from a second answer to the same one.

An answer is swapped if other questions have it too, all of them are unlike its own question (cosine below 0.6), and the
answer's vector is nearer to one of them than to its own question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import numpy.typing as npt

from curation.pairs.table import Pair
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.texts.lexicon import Lexicon
from curation.pairs.texts.passages import Passages
from curation.pairs.texts.vectors import text_vectors
from curation.pairs.verdict import Relation

MAX_ASKERS = 20  # questions with the same answer that are looked at
NODES_A_BLOCK = 10_000  # nodes whose vectors are in memory at once
MIN_QUESTION_COSINE = 0.6  # cosine from which two questions may well have one answer

Vector = npt.NDArray[np.float32]


def mark_swapped(rows: CodedRows, pairs: Sequence[Pair]) -> list[Pair]:
    """Change `second answer` to `swapped` in pairs of which one answer belongs to another question."""
    seconds = [pair for pair in pairs if pair.judgement.relation is Relation.SECOND and _is_read(rows, pair)]
    if not seconds or not rows.lexicon.has_vectors:
        return list(pairs)
    nodes = sorted({node for pair in seconds for node in (pair.one, pair.other)})
    blocks = (nodes[start : start + NODES_A_BLOCK] for start in range(0, len(nodes), NODES_A_BLOCK))
    astray = {node: strayed for block in blocks for node, strayed in _strayed(rows, block).items()}
    out = []
    for pair in pairs:
        if pair.judgement.relation is Relation.SECOND and (astray.get(pair.one) or astray.get(pair.other)):
            pair = replace(pair, judgement=replace(pair.judgement, relation=Relation.SWAPPED))
        out.append(pair)
    return out


def _is_read(rows: CodedRows, pair: Pair) -> bool:
    """Tell whether both questions are in the language whose words have vectors."""
    return all(rows.lexicon.reads(rows.question(node).coded) for node in (pair.one, pair.other))


def _strayed(rows: CodedRows, nodes: Sequence[int]) -> dict[int, bool]:
    strays = _Strays(rows, nodes)
    return {node: strays.strayed(node) for node in nodes}


class _Strays:
    """The vectors of some nodes' answers, and of up to 20 questions that have each of them."""

    def __init__(self, rows: CodedRows, nodes: Sequence[int]) -> None:
        self._nodes = rows.nodes
        answers = rows.nodes[nodes, 1]
        self._askers: dict[int, list[int]] = defaultdict(list)
        for question, answer in rows.nodes[np.isin(rows.nodes[:, 1], answers)].tolist():
            if len(self._askers[answer]) < MAX_ASKERS:
                self._askers[answer].append(question)
        asking = {*rows.nodes[nodes, 0].tolist(), *chain.from_iterable(self._askers.values())}
        self._questions = _vectors(rows.lexicon, rows.questions, asking)
        self._answers = _vectors(rows.lexicon, rows.answers, set(answers.tolist()))

    def strayed(self, node: int) -> bool:
        question, answer = self._nodes[node].tolist()
        others = [self._questions[asker] for asker in self._askers[answer] if asker != question]
        if not others:
            return False
        if float(np.max(np.stack(others) @ self._questions[question])) >= MIN_QUESTION_COSINE:
            return False
        fits = np.stack([self._questions[question], *others]) @ self._answers[answer]
        return bool(fits[0] < fits[1:].max())


def _vectors(lexicon: Lexicon, passages: Passages, places: set[int]) -> dict[int, Vector]:
    ordered = sorted(places)
    return dict(zip(ordered, text_vectors(lexicon, [passages[place] for place in ordered]), strict=True))
