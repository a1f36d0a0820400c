"""Signals from meaning: an answer about something else than its question, a row far from all others.

They need an encoder (`Tools.encoder`); a cross-encoder, where there is one, has the last word on the answers that
the encoder suspects.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.signals.corpus import Corpus
from curation.signals.rows import NOT_APPLICABLE, Finding, Row, excerpt
from curation.signals.tools import Tools, Vectors

SHORT = 6  # words; a value or a name has no topic of its own
NEAREST = 5
CROSS_ENCODER_SURE = 0.5  # relevance from which the cross-encoder clears a suspected answer


def off_question(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Share of other rows' answers that lie nearer to the question than its own answer does.

    Only rows whose question and answer share no uncommon word are embedded; others speak of the same thing. Not
    applicable to short answers.
    """
    findings = [NOT_APPLICABLE] * len(rows)
    if tools.encoder is None or corpus.answer_vectors is None or len(corpus.answer_vectors) < 20:
        return findings
    suspects = [i for i, row in enumerate(rows) if len(row.words) >= SHORT and not _shares_topic(row, corpus)]
    if not suspects:
        return findings
    questions = tools.encoder.embed([rows[i].question for i in suspects])
    answers = tools.encoder.embed([rows[i].answer for i in suspects])
    own = np.einsum("nd,nd->n", questions, answers)
    nearer = (questions @ corpus.answer_vectors.T > own[:, None]).mean(axis=1)
    if tools.cross_encoder is not None:
        relevance = tools.cross_encoder([(rows[i].question, rows[i].answer) for i in suspects])
        nearer = np.where(np.asarray(relevance) >= CROSS_ENCODER_SURE, 0.0, nearer)
    for i, value in zip(suspects, nearer.tolist(), strict=True):
        findings[i] = Finding(value, excerpt(rows[i].answer, 0, 80))
    return findings


def _shares_topic(row: Row, corpus: Corpus) -> bool:
    """Whether question and answer have an uncommon word in common, endings aside."""
    limit = 0.02 * corpus.size
    asked = {word[:6] for word in row.question_words if len(word) > 3 and corpus.words.get(word, 0) <= limit}
    return any(word[:6] in asked for word in row.words)


def outlier(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Distance of the row to its fifth neighbour among the file's, in robust deviations from the usual distance."""
    if tools.encoder is None or corpus.question_vectors is None or len(corpus.question_vectors) < 50:
        return [NOT_APPLICABLE] * len(rows)
    reference = corpus.question_vectors
    usual = _neighbour_distance(reference, reference)
    middle = float(np.median(usual))
    spread = 1.4826 * float(np.median(np.abs(usual - middle))) or 1e-6
    distance = _neighbour_distance(tools.encoder.embed([row.question for row in rows]), reference)
    return [Finding(float(value), excerpt(row.question)) for value, row in zip((distance - middle) / spread, rows, strict=True)]


def _neighbour_distance(vectors: Vectors, reference: Vectors) -> Vectors:
    """Give 1 - cosine to the fifth nearest reference that isn't the very same text."""
    similarity = vectors @ reference.T
    similarity[similarity > 0.9999] = -1.0
    return 1 - np.partition(similarity, -NEAREST, axis=1)[:, -NEAREST]
