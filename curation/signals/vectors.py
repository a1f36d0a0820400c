"""Signals from meaning: an answer about something else than its question, a row far from all others.

Words and their vectors are looked at in every row (`Corpus.places`); a sentence encoder and a cross-encoder, where
they are at hand (`Tools`), look only at the rows that those doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from curation.signals.corpus import Corpus
from curation.signals.neighbours import BEGINNING, NEAREST, neighbour_distance
from curation.signals.places import Places, embedded
from curation.signals.rows import NOT_APPLICABLE, NOTHING, Finding, Row, excerpt
from curation.signals.tools import Encoder, Tools, Vectors

SHORT = 6  # words; a value or a name has no topic of its own
SAME = 0.95  # cosine from which two texts are one
LIKELY = 0.5  # probability from which a suspected answer is worth the cross-encoder's time
RELEVANT = 0.5  # relevance from which the cross-encoder clears a suspected answer
SPREAD = 1.4826  # median absolute deviations in a standard deviation


def off_question(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Probability that the answer came below its question by chance, if half of the answers did: 0 to 1.

    0 where words alone don't doubt it. Not applicable to short answers, nor without a sentence encoder: vectors of
    words alone doubt one clean row in ten.
    """
    findings = [NOT_APPLICABLE] * len(rows)
    places, looked_at = corpus.places, [i for i, row in enumerate(rows) if len(row.words) >= SHORT]
    if places is None or tools.encoder is None or not looked_at:
        return findings
    pairs = [rows[i] for i in looked_at]
    doubts = places.doubt(pairs, pairs)
    for i in looked_at:
        findings[i] = NOTHING
    suspects = [i for i, doubt in zip(looked_at, doubts.tolist(), strict=True) if doubt >= places.doubtful]
    values = by_chance([rows[i] for i in suspects], places, tools.encoder).tolist() if suspects else []
    found = dict(zip(suspects, values, strict=True))
    if tools.cross_encoder is not None and (likely := [i for i in found if found[i] >= LIKELY]):
        relevance = tools.cross_encoder([(rows[i].question, rows[i].answer) for i in likely])
        cleared = {i for i, relevant in zip(likely, relevance, strict=True) if relevant >= RELEVANT}
        found = {i: value for i, value in found.items() if i not in cleared}
    for i, value in found.items():
        findings[i] = Finding(value, excerpt(rows[i].answer, 0, 80))
    return findings


def by_chance(rows: Sequence[Row], places: Places, encoder: Encoder) -> Vectors:
    """Give the probability that each answer stands below its question by chance: 0 to 1.

    A logistic regression learns it from the references: each with its own answer, and with the next one's, once among
    rivals that hold the question to which that answer belongs, once among the others alone. So an answer that was
    exchanged with another is found by where it belongs, and one from elsewhere by how badly it fits.
    """
    rivals, model = _learn_chance(places, encoder)
    return np.asarray(model.predict_proba(_evidence(rows, rows, places, encoder, rivals))[:, 1], np.float32)


@lru_cache(1)  # of one file, for all its batches
def _learn_chance(places: Places, encoder: Encoder) -> tuple[tuple[Vectors, Vectors], Any]:
    """Embed the rivals, and learn to tell own pairs from those of chance."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows, rivals = places.references, embedded(places.rivals, places.rivals, encoder)
    own, others = _evidence(rows, rows, places, encoder, rivals), [*rows[1:], rows[0]]
    chance = [_evidence(rows, others, places, encoder, rivals, owned) for owned in (True, False)]
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    return rivals, model.fit(np.concatenate([own, own, *chance]), np.repeat([0, 1], 2 * len(rows)))


def _evidence(
    asked: Sequence[Row],
    said: Sequence[Row],
    places: Places,
    encoder: Encoder,
    rivals: tuple[Vectors, Vectors],
    owned: bool = True,
) -> Vectors:
    """Say of each pair what its words tell, and how far its question and its answer are outdone by rivals."""
    questions, answers = embedded(asked, said, encoder)
    by_question = outdone(questions, answers, *rivals, owned)
    by_answer = outdone(answers, questions, *rivals[::-1], owned)
    return np.column_stack([places.doubt(asked, said), by_question, by_answer])


def outdone(texts: Vectors, partners: Vectors, rivals: Vectors, counterparts: Vectors, owned: bool = True) -> Vectors:
    """Say how much nearer than its text each partner is to the nearest rival of the text, in cosine: -2 to 2.

    `counterparts` are the rivals' own partners; without `owned` a rival whose partner this is doesn't count.
    """
    near = partners @ rivals.T
    near[texts @ rivals.T >= SAME] = -1
    if not owned:
        near[partners @ counterparts.T >= SAME] = -1
    return np.asarray(near.max(axis=1) - np.einsum("nd,nd->n", texts, partners))


def _spread(values: Vectors) -> tuple[float, float]:
    """Give middle and width of a distribution, which a few odd values don't move."""
    middle = float(np.median(values))
    return middle, SPREAD * float(np.median(np.abs(values - middle))) or 1.0


def outlier(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Distance of the question to its fifth neighbour among the file's, in robust deviations from the usual distance.

    0 where the row's words are usual ones in this file; not applicable without a sentence encoder.
    """
    places = corpus.places
    if places is None or tools.encoder is None or len(places.references) <= NEAREST:
        return [NOT_APPLICABLE] * len(rows)
    findings = [NOTHING] * len(rows)
    suspects = np.flatnonzero(places.oddity(rows) >= places.odd).tolist()
    if not suspects:
        return findings
    references = tools.encoder.embed([row.question[:BEGINNING] for row in places.references])
    middle, width = _spread(neighbour_distance(references, references))
    distances = neighbour_distance(tools.encoder.embed([rows[i].question[:BEGINNING] for i in suspects]), references)
    for i, value in zip(suspects, ((distances - middle) / width).tolist(), strict=True):
        findings[i] = Finding(max(value, 0.0), excerpt(rows[i].question))
    return findings
