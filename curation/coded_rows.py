"""A records table as coded texts: rows with the same words are one node, so that copies cost nothing.

rows = CodedRows.read(table)
rows.nodes                # one (question, answer) a node, as places in rows.questions and rows.answers
rows.node_of_row[3]       # the node of the fourth row by id
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from curation.differences import Passage
from curation.lexicon import Lexicon, WordVectors
from curation.plain_text import damage
from curation.wrappers import Wrappers

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CodedRows:
    """Rows in the order of their ids, whatever the order of the table: nothing depends on it."""

    lexicon: Lexicon
    ids: list[str]
    questions: list[Passage]  # without the words around them
    answers: list[Passage]
    nodes: Places  # [nodes, 2]: question, answer
    node_of_row: Places
    faces: Places  # of each node: the row that stands for it, its cleanest
    damage: Places  # of each row: marks of markup, wrong decoding and wrappers

    @classmethod
    def read(cls, table: pa.Table, vectors: WordVectors | None = None) -> CodedRows:
        """Code the texts of a records table and strip what is wrapped around its questions."""
        table = table.select(["id", "question", "answer"]).sort_by("id")
        ids, questions, answers = (table.column(name).to_pylist() for name in table.column_names)
        lexicon = Lexicon(dict.fromkeys(f"{q}\n{a}" for q, a in zip(questions, answers, strict=True)), vectors)
        coded_questions, question_of = _distinct(lexicon, questions)
        coded_answers, answer_of = _distinct(lexicon, answers)
        wrappers = Wrappers.learn(lexicon, coded_questions, coded_answers, np.column_stack([question_of, answer_of]))
        stripped = [wrappers.strip(passage) for passage in coded_questions]
        wrapped = np.array([len(b.coded) - len(s.coded) for b, s in zip(coded_questions, stripped, strict=True)])
        bare, bare_of = _merge(stripped)
        pairs = np.column_stack([bare_of[question_of], answer_of]).reshape(-1, 2)
        nodes, node_of_row = np.unique(pairs, axis=0, return_inverse=True)
        marks = np.array([damage(q) + damage(a) for q, a in zip(questions, answers, strict=True)], np.int64)
        marks = marks + wrapped.astype(np.int64)[question_of] if len(ids) else marks
        node_of_row = node_of_row.reshape(-1)
        cleanest = np.lexsort((marks, node_of_row))
        faces = cleanest[np.searchsorted(node_of_row[cleanest], np.arange(len(nodes)))]
        return cls(lexicon, ids, bare, coded_answers, nodes, node_of_row, faces, marks)

    def question(self, node: int) -> Passage:
        """Return a node's question."""
        return self.questions[self.nodes[node, 0]]

    def answer(self, node: int) -> Passage:
        """Return a node's answer."""
        return self.answers[self.nodes[node, 1]]


def _distinct(lexicon: Lexicon, texts: Sequence[str]) -> tuple[list[Passage], Places]:
    """Code each distinct text once; texts with the same words share a place."""
    place_of_text: dict[str, int] = {}
    place_of_code: dict[str, int] = {}
    passages: list[Passage] = []
    places = np.empty(len(texts), np.int64)
    for row, text in enumerate(texts):
        place = place_of_text.get(text)
        if place is None:
            coded = lexicon.encode(text)
            place = place_of_text[text] = place_of_code.setdefault(coded, len(passages))
            if place == len(passages):
                passages.append(Passage(coded, text))
        places[row] = place
    return passages, places


def _merge(passages: Sequence[Passage]) -> tuple[list[Passage], Places]:
    """Give passages with the same code one place."""
    place_of: dict[str, int] = {}
    for passage in passages:
        place_of.setdefault(passage.coded, len(place_of))
    merged: dict[str, Passage] = {}
    for passage in passages:
        known = merged.setdefault(passage.coded, passage)
        if known.skipped and not passage.skipped:
            merged[passage.coded] = replace(passage)
    return list(merged.values()), np.array([place_of[passage.coded] for passage in passages], np.int64)
