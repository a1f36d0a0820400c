"""Signals from meaning: an answer about something else than its question, a row far from all others.

Words and their vectors are looked at in every row (`Corpus.places`); a sentence encoder and a cross-encoder, where
they are at hand (`Tools`), look only at the rows that those doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.signals.corpus import Corpus
from curation.signals.neighbours import BEGINNING, NEAREST, neighbour_distance
from curation.signals.places import Places, embedded, fit
from curation.signals.rows import NOT_APPLICABLE, NOTHING, Finding, Row, excerpt
from curation.signals.tools import Encoder, Tools, Vectors

SHORT = 6  # words; a value or a name has no topic of its own
SURE = 8.0  # times likelier among random pairs than among the file's own, from which a misfit counts
RELEVANT = 0.5  # relevance from which the cross-encoder clears a suspected answer
SPREAD = 1.4826  # median absolute deviations in a standard deviation


def off_question(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """How far the answer stands from the file's own pairs towards random ones: 0 the middle of those, 1 of these.

    0 too where random pairs don't differ enough from the file's own to tell. Not applicable to short answers, nor
    without a sentence encoder: vectors of words alone doubt one clean row in ten.
    """
    findings = [NOT_APPLICABLE] * len(rows)
    places, looked_at = corpus.places, [i for i, row in enumerate(rows) if len(row.words) >= SHORT]
    if places is None or tools.encoder is None or not looked_at:
        return findings
    doubts = places.doubt([rows[i] for i in looked_at])
    for i in looked_at:
        findings[i] = NOTHING
    suspects = [i for i, doubt in zip(looked_at, doubts.tolist(), strict=True) if doubt >= places.doubtful]
    values = _misfit([rows[i] for i in suspects], places, tools.encoder) if suspects else np.zeros(0)
    found = {i: value for i, value in zip(suspects, values.tolist(), strict=True) if value > 0}
    if tools.cross_encoder is not None and found:
        relevance = tools.cross_encoder([(rows[i].question, rows[i].answer) for i in found])
        found = {i: found[i] for i, relevant in zip(found, relevance, strict=True) if relevant < RELEVANT}
    for i, value in found.items():
        findings[i] = Finding(value, excerpt(rows[i].answer, 0, 80))
    return findings


def _misfit(rows: Sequence[Row], places: Places, encoder: Encoder) -> Vectors:
    asked, said = encoder.embed(places.questions), encoder.embed(places.answers)
    usual = sum(fit(asked, said, asked, said))
    # each reference's question with the next one's answer
    chance = sum(fit(asked, np.roll(said, -1, axis=0), asked, said))
    own = sum(fit(*embedded(rows, encoder), asked, said))
    (middle, width), (floor, breadth) = _spread(np.asarray(usual)), _spread(np.asarray(chance))
    odds = ((own - middle) / width) ** 2 / 2 - ((own - floor) / breadth) ** 2 / 2 + np.log(width / breadth)
    value = (middle - own) / max(middle - floor, 1e-6)
    return np.asarray(np.where((odds >= np.log(SURE)) & (own < middle), value, 0.0))


def _spread(values: Vectors) -> tuple[float, float]:
    """Give middle and width of a distribution, which a few odd values don't move."""
    middle = float(np.median(values))
    return middle, SPREAD * float(np.median(np.abs(values - middle))) or 1.0


def outlier(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Distance of the question to its fifth neighbour among the file's, in robust deviations from the usual distance.

    0 where the row's words are usual ones in this file; not applicable without a sentence encoder.
    """
    places = corpus.places
    if places is None or tools.encoder is None or len(places.questions) <= NEAREST:
        return [NOT_APPLICABLE] * len(rows)
    findings = [NOTHING] * len(rows)
    suspects = np.flatnonzero(places.oddity(rows) >= places.odd).tolist()
    if not suspects:
        return findings
    references = tools.encoder.embed(places.questions)
    middle, width = _spread(neighbour_distance(references, references))
    distances = neighbour_distance(tools.encoder.embed([rows[i].question[:BEGINNING] for i in suspects]), references)
    for i, value in zip(suspects, ((distances - middle) / width).tolist(), strict=True):
        findings[i] = Finding(max(value, 0.0), excerpt(rows[i].question))
    return findings
