"""Signals from meaning: an answer about something else than its question, a row far from all others.

Words and their vectors are looked at in every row (`Corpus.places`); a sentence encoder and a cross-encoder, where
they are at hand (`Tools`), look only at the rows that those doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.signals.corpus import Corpus
from curation.signals.neighbours import BEGINNING, NEAREST, neighbour_distance
from curation.signals.reference import names_something
from curation.signals.rivals import by_chance
from curation.signals.rows import NOT_APPLICABLE, NOTHING, Finding, Row, excerpt
from curation.signals.tools import Tools, Vectors

SHORT = 6  # words; a value or a name has no topic of its own
LIKELY = 0.5  # probability from which a suspected answer is worth the cross-encoder's time
RELEVANT = 0.5  # relevance from which the cross-encoder clears a suspected answer
SPREAD = 1.4826  # median absolute deviations in a standard deviation


def off_question(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Probability that the answer came below its question by chance, if half of the answers did: 0 to 1.

    0 where words alone don't doubt it. Not applicable to short answers and to questions that name no matter, nor
    without a sentence encoder: vectors of words alone doubt one clean row in ten.
    """
    findings = [NOT_APPLICABLE] * len(rows)
    places = corpus.places
    looked_at = [i for i, row in enumerate(rows) if len(row.words) >= SHORT and names_something(row)]
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
