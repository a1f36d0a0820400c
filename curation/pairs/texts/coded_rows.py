"""Records as coded texts in which rows with the same words are one node, so that copies are compared once.

rows = CodedRows.read(table)
rows.nodes                # one (question, answer) a node, as places in rows.questions and rows.answers
rows.node_of_row[3]       # the node of the fourth row by id
rows.around               # what stands around the questions, where that differs from row to row; None elsewhere

Rows of one node have the same words in question, answer, context, system prompt and history.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.texts.lexicon import Lexicon, WordVectors
from curation.pairs.texts.passages import Passage, Passages
from curation.pairs.texts.read_texts import SEPARATOR, ReadTexts
from curation.pairs.texts.wrappers import Wrappers
from winnow.data.records import SURROUNDINGS, turns

Places = npt.NDArray[np.int64]
MAX_ASKERS = 8  # texts that may have one partner, such as questions an answer, before it says nothing about them
ROWS_A_BLOCK = 100_000  # rows whose texts are split at once
MAX_PARTNERS = 5  # answers of a question, or questions of an answer, beyond which they say nothing about wrappers


@dataclass(frozen=True)
class Around:
    """The distinct surroundings of rows: each a text a field, of which no two have the same words in all fields.

    They have a lexicon of their own, so that what stands around the rows changes nothing in how the rows are compared.
    """

    lexicon: Lexicon
    fields: dict[str, Passages]  # those of context, system and history that differ from row to row
    texts: Places  # [distinct, fields]: places of the passages

    def text(self, field: str, place: int) -> Passage:
        """Return the text that one of the distinct surroundings has in a field."""
        return self.fields[field][int(self.texts[place, list(self.fields).index(field)])]


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
    around: Around | None
    around_of: Places  # of each node: its place in `around`, 0 where there is none

    @classmethod
    def read(cls, table: pa.Table, vectors: WordVectors | None = None, folder: Path | None = None) -> CodedRows:
        """Code the texts of a records table and strip their wrappers, such as greetings and disclaimers.

        `folder` keeps the words of each text for the next time.
        """
        read = ReadTexts(folder)
        order = pc.sort_indices(table["id"])
        ids = table["id"].take(order).to_pylist()
        lexicon = Lexicon(vectors)
        questions, question_of, marks_asked = _distinct(lexicon, table["question"], order, read)
        answers, answer_of, marks_told = _distinct(lexicon, table["answer"], order, read)
        bare_questions, question_of, around_questions = _strip(
            lexicon, questions, question_of, answers, answer_of, True
        )
        bare_answers, answer_of, around_answers = _strip(
            lexicon, answers, answer_of, bare_questions, question_of, False
        )
        around, around_of, marks_around = _surroundings(table, order, read)
        read.write()
        marks = marks_asked + marks_told + around_questions + around_answers + marks_around
        texts = [question_of, answer_of, *([around_of] if around else [])]
        nodes, node_of_row = np.unique(np.column_stack(texts).reshape(-1, len(texts)), axis=0, return_inverse=True)
        node_of_row = node_of_row.reshape(-1)
        cleanest = np.lexsort((marks, node_of_row))
        faces = cleanest[np.searchsorted(node_of_row[cleanest], np.arange(len(nodes)))]
        around_of_node = nodes[:, 2] if around else np.zeros(len(nodes), np.int64)
        return cls(
            lexicon, ids, bare_questions, bare_answers, nodes[:, :2], node_of_row, faces, marks, around, around_of_node
        )  # fmt: skip

    def question(self, node: int) -> Passage:
        """Return a node's question."""
        return self.questions[int(self.nodes[node, 0])]

    def answer(self, node: int) -> Passage:
        """Return a node's answer."""
        return self.answers[int(self.nodes[node, 1])]


def coded_texts(column: pa.ChunkedArray) -> tuple[Lexicon, Passages, Places]:
    """Code the texts of a column; returns the distinct ones, and each row's index into them."""
    lexicon = Lexicon()
    passages, places, _ = _distinct(lexicon, column, pa.array(range(len(column)), pa.int64()), ReadTexts())
    return lexicon, passages, places


def _surroundings(table: pa.Table, order: pa.Array, read: ReadTexts) -> tuple[Around | None, Places, Places]:
    """Code what stands around the rows; returns each row's place in it, and its count of damage marks.

    A field with the same words in every row tells no row from another and is left out; None where all are.
    """
    lexicon, fields = Lexicon(), dict[str, Passages]()
    of_rows: list[Places] = []
    marks = np.zeros(len(order), np.int64)
    for name in SURROUNDINGS:
        if name not in table.column_names or pc.count_distinct(table[name]).as_py() < 2:
            continue
        texts = table[name] if name != "history" else _in_words(table[name])
        passages, places, damaged = _distinct(lexicon, texts, order, read)
        marks = marks + damaged
        if len(passages) > 1:
            fields[name] = passages
            of_rows.append(places)
    if not fields:
        return None, np.zeros(len(order), np.int64), marks
    texts_of, places = np.unique(np.column_stack(of_rows), axis=0, return_inverse=True)
    places = places.reshape(-1)
    return Around(lexicon, fields, texts_of), places, marks


def _in_words(histories: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write the JSON of earlier turns as text: "user: What is an ISA?", a line a turn."""
    coded = histories.dictionary_encode().combine_chunks()
    texts = pa.array([turns(text) for text in coded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([texts.take(coded.indices)])


def _distinct(
    lexicon: Lexicon, column: pa.ChunkedArray, order: pa.Array, reading: ReadTexts
) -> tuple[Passages, Places, Places]:
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
        read = reading.read(new)
        fresh: dict[str, set[str]] = {}
        for (digest, text), (found, marks, capitals) in zip(new.items(), read, strict=True):
            coded = lexicon.encode_words(found.split(SEPARATOR) if found else [])
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
