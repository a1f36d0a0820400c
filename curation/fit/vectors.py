"""Signals from meaning: an answer about something else than its question, a row far from all others.

Words and their vectors are looked at in every row (`Corpus.places`); a sentence encoder and a cross-encoder, where
they are at hand (`Tools`), look only at the rows that those doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from curation.corpus.corpus import Corpus
from curation.corpus.neighbours import BEGINNING, NEAREST, middle_and_width, neighbour_distance
from curation.corpus.places import Places
from curation.corpus.rows import NOT_APPLICABLE, NOTHING, Finding, Row
from curation.corpus.told import in_english
from curation.corpus.tools import Encoder, Tools
from curation.fit.rivals import by_chance
from curation.fit.support import is_supported
from curation.reader.belonging import UNDOUBTED
from winnow.text.words import excerpt

SHORT = 6  # words; a value or a name has no topic of its own
LIKELY = 0.5  # probability from which a suspected answer is worth the cross-encoder's time
RELEVANT = 0.5  # relevance from which the cross-encoder clears a suspected answer


def doubt_answers(rows: Sequence[Row], corpus: Corpus) -> list[Finding | None]:
    """Say what words alone tell of `off_question`: at most UNDOUBTED, and None where the encoder has to look.

    Not applicable to short answers and to questions that name no matter. An answer taken from its context, or from the
    earlier turns, isn't doubted: 0.
    """
    findings: list[Finding | None] = [NOT_APPLICABLE] * len(rows)
    places = corpus.places
    looked_at = [i for i, row in enumerate(rows) if len(row.words) >= SHORT and in_english(row).names_something]
    if places is None or not looked_at:
        return findings
    pairs = [rows[i] for i in looked_at]
    for i, doubt in zip(looked_at, places.doubt(pairs, pairs).tolist(), strict=True):
        if doubt < places.doubtful:
            findings[i] = Finding(min(1 / (1 + exp(-doubt)), UNDOUBTED))
        else:
            findings[i] = NOTHING if is_supported(rows[i]) else None
    return findings


def off_question(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Probability that the answer came below its question by chance, if half of the answers did: 0 to 1.

    For rows whose words are doubted: vectors of words alone doubt one clean row in ten. How many answers of the file
    belong elsewhere, and what the reader says, comes in where all rows are known (`curation.reader.belonging`).
    """
    places, encoder = _needed(corpus, tools)
    values = by_chance(rows, places, encoder).tolist()
    if tools.cross_encoder is not None and (likely := [i for i, value in enumerate(values) if value >= LIKELY]):
        relevance = tools.cross_encoder([(rows[i].question, rows[i].answer) for i in likely])
        for i, relevant in zip(likely, relevance, strict=True):
            values[i] = 0.0 if relevant >= RELEVANT else values[i]
    return [Finding(value, excerpt(row.answer, 0, 80)) for row, value in zip(rows, values, strict=True)]


def _needed(corpus: Corpus, tools: Tools) -> tuple[Places, Encoder]:
    if corpus.places is None or tools.encoder is None:
        raise ValueError("no row is doubted without vectors of words, and none measured without a sentence encoder")
    return corpus.places, tools.encoder


def doubt_topics(rows: Sequence[Row], corpus: Corpus) -> list[Finding | None]:
    """Say what words alone tell of `outlier`: 0 where they are usual in this file, None where they are odd."""
    places = corpus.places
    if places is None or len(places.references) <= NEAREST:
        return [NOT_APPLICABLE] * len(rows)
    return [None if oddity >= places.odd else NOTHING for oddity in places.oddity(rows).tolist()]


def outlier(rows: Sequence[Row], corpus: Corpus, tools: Tools) -> list[Finding]:
    """Distance of the question to its fifth neighbour among the file's, in robust deviations from the usual distance.

    For rows whose words are odd.
    """
    places, encoder = _needed(corpus, tools)
    references = encoder.embed([row.question[:BEGINNING] for row in places.references])
    middle, width = middle_and_width(neighbour_distance(references, references))
    distances = neighbour_distance(encoder.embed([row.question[:BEGINNING] for row in rows]), references)
    deviations = ((distances - middle) / width).tolist()
    return [Finding(max(value, 0.0), excerpt(row.question)) for row, value in zip(rows, deviations, strict=True)]
