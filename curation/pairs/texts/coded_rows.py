"""Records as coded texts in which rows with the same words are one node, so that copies are compared once.

rows = CodedRows.read(table)
rows.nodes                # one (question, answer) a node, as places in rows.questions and rows.answers
rows.node_of_row[3]       # the node of the fourth row by id
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.texts.lexicon import Lexicon, WordVectors, capitalised
from curation.pairs.texts.passages import Passage, Passages
from curation.pairs.texts.wrappers import MIN_TEXTS_A_PROCESS, Wrappers
from winnow.parallel.engine import spread
from winnow.text.plain_text import damage, words

Places = npt.NDArray[np.int64]
MAX_ASKERS = 8  # texts that may have one partner, such as questions an answer, before it says nothing about them
ROWS_A_BLOCK = 100_000  # rows whose texts are split at once
MAX_PARTNERS = 5  # answers of a question, or questions of an answer, beyond which they say nothing about wrappers


@dataclass(frozen=True)
class CodedRows:
    """The rows of a table sorted by id, their distinct questions and answers, and the nodes that these form."""

    lexicon: Lexicon
    ids: list[str]
    questions: Passages  # without what is wrapped around them, as are the answers
    answers: Passages
    nodes: Places  # [nodes, 2]: question, answer
    node_of_row: Places
    faces: Places  # of each node: the row that stands for it, its cleanest
    damage: Places  # of each row: marks of markup and wrong decoding, words of wrappers

    @classmethod
    def read(cls, table: pa.Table, vectors: WordVectors | None = None) -> CodedRows:
        """Code the texts of a records table and strip their wrappers, such as greetings and disclaimers."""
        order = pc.sort_indices(table["id"])
        ids = table["id"].take(order).to_pylist()
        lexicon = Lexicon(vectors)
        questions, question_of, marks_asked = _distinct(lexicon, table["question"], order)
        answers, answer_of, marks_told = _distinct(lexicon, table["answer"], order)
        bare_questions, question_of, around_questions = _strip(
            lexicon, questions, question_of, answers, answer_of, True
        )
        bare_answers, answer_of, around_answers = _strip(
            lexicon, answers, answer_of, bare_questions, question_of, False
        )
        marks = marks_asked + marks_told + around_questions + around_answers
        pairs = np.column_stack([question_of, answer_of]).reshape(-1, 2)
        nodes, node_of_row = np.unique(pairs, axis=0, return_inverse=True)
        node_of_row = node_of_row.reshape(-1)
        cleanest = np.lexsort((marks, node_of_row))
        faces = cleanest[np.searchsorted(node_of_row[cleanest], np.arange(len(nodes)))]
        return cls(lexicon, ids, bare_questions, bare_answers, nodes, node_of_row, faces, marks)

    def question(self, node: int) -> Passage:
        """Return a node's question."""
        return self.questions[int(self.nodes[node, 0])]

    def answer(self, node: int) -> Passage:
        """Return a node's answer."""
        return self.answers[int(self.nodes[node, 1])]


def _distinct(lexicon: Lexicon, column: pa.ChunkedArray, order: pa.Array) -> tuple[Passages, Places, Places]:
    """Code each distinct text once; returns the texts, each row's index into them, and its count of damage marks.

    Texts with the same words share an index. Rows are read in blocks, so that the texts aren't in memory twice.
    """
    place_of_code: dict[str, int] = {}
    known: dict[bytes, tuple[int, int]] = {}  # by digest: the texts themselves stand among the passages
    passages = Passages()
    of_rows: list[tuple[int, int]] = []
    for start in range(0, len(order), ROWS_A_BLOCK):
        texts = column.take(order[start : start + ROWS_A_BLOCK]).to_pylist()
        digests = [_digest(text) for text in texts]
        new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        read = spread(_read, list(new.values()), MIN_TEXTS_A_PROCESS)
        fresh: dict[str, set[str]] = {}
        for (digest, text), (found, marks, capitals) in zip(new.items(), read, strict=True):
            coded = lexicon.encode_words(found.split("\0") if found else [])
            place = place_of_code.setdefault(coded, len(passages))
            known[digest] = place, marks
            if place == len(passages):
                passages.append(Passage(coded, text))
                fresh[coded] = capitals
        lexicon.count(list(fresh), list(fresh.values()))
        of_rows += [known[digest] for digest in digests]
    places, damaged = np.array(of_rows, np.int64).reshape(-1, 2).T
    return passages, places, damaged


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _read(texts: Sequence[str]) -> list[tuple[str, int, set[str]]]:
    return [("\0".join(words(text)), damage(text), capitalised(text)) for text in texts]


def _strip(
    lexicon: Lexicon,
    texts: Passages,
    text_of: Places,
    others: Passages,
    other_of: Places,
    asked: bool,
) -> tuple[Passages, Places, Places]:
    """Strip wrappers; returns the distinct bare texts, each row's index into them, and how many words each row lost."""
    pairs = np.unique(np.column_stack([text_of, other_of]), axis=0)
    shared_by = np.bincount(pairs[:, 1], minlength=len(others))
    partners: dict[int, set[str]] = defaultdict(set)
    for text, other in pairs[shared_by[pairs[:, 1]] <= MAX_ASKERS].tolist():
        partners[text].add(others.coded(other))
    telling = [partners[text] if len(partners[text]) <= MAX_PARTNERS else set() for text in range(len(texts))]
    wrappers = Wrappers.learn(lexicon, texts, telling, asked)
    stripped = Passages(map(wrappers.strip, texts))
    lengths = [[len(passages.coded(n)) for n in range(len(passages))] for passages in (texts, stripped)]
    lost = np.array(lengths[0], np.int64) - np.array(lengths[1], np.int64)
    face: dict[str, int] = {}
    for number in np.argsort(lost, kind="stable").tolist():  # a text that never had a wrapper stands for the others
        face.setdefault(stripped.coded(number), number)
    place_of = {coded: place for place, coded in enumerate(face)}
    places = np.array([place_of[stripped.coded(number)] for number in range(len(stripped))], np.int64)
    return Passages(stripped[number] for number in face.values()), places[text_of], lost[text_of]
