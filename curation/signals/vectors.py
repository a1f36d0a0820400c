"""Signals from meaning: an answer about something else than its question, a row far from all others.

The corpus' cheap encoder looks at every row; a sentence encoder (`Tools.encoder`) and a cross-encoder, where they are
at hand, only at the answers that the cheap one suspects.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.signals.corpus import Corpus
from curation.signals.neighbours import BEGINNING, neighbour_distance, placing_text
from curation.signals.rows import NOT_APPLICABLE, Finding, Row, excerpt
from curation.signals.tools import Encoder, Tools, Vectors

SHORT = 6  # words; a value or a name has no topic of its own
FEW = 30  # rows below which a file can't say what is usual
COMMON = 0.02  # share of rows from which a word says nothing about the topic
SUSPECT = 0.1  # share of answers nearer to the question from which the sentence encoder is asked
REFERENCES = 100  # answers that the sentence encoder compares with
CROSS_ENCODER_SURE = 0.5  # relevance from which the cross-encoder clears a suspected answer


def off_question(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Share of other rows' answers that lie nearer to the question than its own answer does.

    Only rows whose question and answer share no uncommon word are embedded; others speak of the same thing. Not
    applicable to short answers, nor without a sentence encoder: the cheap one alone suspects one clean row in ten.
    """
    findings = [NOT_APPLICABLE] * len(rows)
    encoder, references = corpus.encoder, corpus.answers_sample
    if encoder is None or tools.encoder is None or len(references) < FEW:
        return findings
    apart = [i for i, row in enumerate(rows) if len(row.words) >= SHORT and not _shares_topic(row, corpus)]
    if not apart:
        return findings
    shares = _nearer([rows[i] for i in apart], encoder, corpus.answer_vectors)
    suspects = [k for k in range(len(apart)) if shares[k] >= SUSPECT]
    if suspects:
        exact = tools.encoder.embed([text[:BEGINNING] for text in references[:REFERENCES]])
        shares[suspects] = _nearer([rows[apart[k]] for k in suspects], tools.encoder, exact)
    if tools.cross_encoder is not None and suspects:
        pairs = [(rows[apart[k]].question, rows[apart[k]].answer) for k in suspects]
        cleared = np.asarray(tools.cross_encoder(pairs)) >= CROSS_ENCODER_SURE
        shares[suspects] = np.where(cleared, 0.0, shares[suspects])
    for i, share in zip(apart, shares.tolist(), strict=True):
        findings[i] = Finding(share, excerpt(rows[i].answer, 0, 80))
    return findings


def _nearer(rows: Sequence[Row], encoder: Encoder, references: Vectors) -> Vectors:
    questions = encoder.embed([row.question[:BEGINNING] for row in rows])
    answers = encoder.embed([row.answer[:BEGINNING] for row in rows])
    own = np.einsum("nd,nd->n", questions, answers)
    return np.asarray((questions @ references.T > own[:, None]).mean(axis=1), dtype=np.float32)


def _shares_topic(row: Row, corpus: Corpus) -> bool:
    """Whether question and answer have an uncommon word in common, endings aside."""
    limit = max(COMMON * corpus.size, 2)
    asked = {word[:6] for word in row.question_words if len(word) > 3 and corpus.words.get(word, 0) <= limit}
    return any(word[:6] in asked for word in row.words)


def outlier(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Distance of the row to its fifth neighbour among the file's, in robust deviations from the usual distance."""
    reference = corpus.row_vectors
    if corpus.encoder is None or len(reference) < FEW:
        return [NOT_APPLICABLE] * len(rows)
    middle, spread = corpus.usual_distance
    distances = neighbour_distance(corpus.encoder.embed([placing_text(row) for row in rows]), reference)
    values = ((distances - middle) / spread).tolist()
    return [Finding(value, excerpt(row.question)) for value, row in zip(values, rows, strict=True)]
