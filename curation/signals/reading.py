"""The signal `reader`: the probability that a row is bad, as a small trained model reads question and answer together.

reading = read_file(rows, corpus, reader, suspected, by_chance)
reading.findings[0]             # Finding(.97, "refusal: I'm unable to help with that.")
reading.elsewhere[0]            # .02: the answer belongs to its question
reading.cleared["markup"]       # which of the rows that a rule suspects of markup the model finds free of it

A rule knows words, the model what they are there for: a poem in which somebody refuses, a page's source that was asked
for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from curation.corpus.corpus import Corpus
from curation.corpus.language import ENGLISH, MONOLINGUAL, languages_of_rows
from curation.corpus.rows import NOT_APPLICABLE, Finding, Row
from curation.corpus.tools import PairReader
from curation.reader.belonging import UNDOUBTED, log_odds, share_seen
from curation.reader.kinds import KINDS
from curation.reader.limits import USUAL_SHARE, adapted, believed, of_any
from winnow.text.words import excerpt

Mask = NDArray[np.bool_]

WORTH_SHOWING = 0.25  # probability from which the sentence that shows the fault is looked for
CLEAR = 2 * USUAL_SHARE  # probability of a kind below which a rule's suspicion of it is dropped
# kinds whose rules know wordings and forms; what a rule counts exactly, the model has no say in
CLEARABLE = (
    "placeholder", "gibberish", "too_short", "echo", "cut_off", "refusal", "prompt_residue", "boilerplate", "markup",
    "dangling_reference", "out_of_date",
)  # fmt: skip
# kinds that what stands around a question may answer for, which the model doesn't see
ANSWERED_BY_CONTEXT = ("dangling_reference", "off_question", "too_short")
ELSEWHERE = KINDS.index("off_question")


@dataclass(frozen=True)
class Reading:
    """What was found in each row, and for each clearable kind the rows that a rule suspected without cause.

    `elsewhere` are the probabilities that an answer belongs to another question, float32 [rows], NaN where that isn't
    known.
    """

    findings: list[Finding]
    cleared: dict[str, Mask]
    elsewhere: NDArray[np.float32]


def unread(row: Row, corpus: Corpus) -> Finding:
    """Not applicable: a row is read with its whole file, by `read_file`."""
    return NOT_APPLICABLE


def read_file(
    rows: Sequence[Row],
    corpus: Corpus,
    reader: PairReader,
    suspected: Mapping[str, Mask],
    by_chance: NDArray[np.float32],
) -> Reading:
    """Probability of a fault of any kind, its likeliest kind, and the sentence where it is worth showing.

    The rows are a whole file's, from which limits come: what most of its rows do is its manner. `by_chance` says what
    the file's pairs tell of each answer: the probability that it stands there by chance, as if half did. Rows in a
    language other than English have no value, and their suspicions stand.
    """
    is_english = _are_english(rows, corpus)
    doubted = np.logical_or.reduce([*suspected.values(), by_chance > UNDOUBTED])
    rows = [replace(row, answer=corpus.endings.finished(row.answer)) for row in rows]
    scores = reader.scores(rows, doubted, is_english)
    alone = np.array([not (row.context or row.history) for row in rows], bool)
    read = np.where(alone, scores[:, ELSEWHERE], np.float32(np.nan))
    highest = share_seen(by_chance, read)
    scores[:, ELSEWHERE] = log_odds(by_chance, read)
    probabilities = _probabilities(scores, alone, {KINDS[ELSEWHERE]: highest})
    readable = np.flatnonzero(~np.isnan(probabilities[:, 0])).tolist()
    findings = [NOT_APPLICABLE] * len(rows)
    found = _findings([rows[i] for i in readable], probabilities[readable], reader)
    for at, finding in zip(readable, found, strict=True):
        findings[at] = finding
    clear = probabilities < CLEAR
    cleared = {name: mask & clear[:, KINDS.index(name)] for name, mask in suspected.items()}
    elsewhere = np.where(np.isnan(by_chance), np.float32(np.nan), believed(scores[:, ELSEWHERE], highest))
    return Reading(findings, cleared, np.asarray(elsewhere, np.float32))


def _are_english(rows: Sequence[Row], corpus: Corpus) -> Mask:
    """Mark the rows to read: those in English, and of a file that is in English nearly all over every row."""
    if corpus.languages.get(ENGLISH, 0.0) >= MONOLINGUAL:
        return np.ones(len(rows), bool)
    return np.array([code in ("", ENGLISH) for code in languages_of_rows(rows, corpus)], bool)


def _probabilities(scores: NDArray[np.float32], alone: Mask, highest: Mapping[str, float]) -> NDArray[np.float32]:
    """Return the probability of each kind, NaN of rows that aren't read; 0 where surroundings may answer for a kind."""
    found, readable = np.full(scores.shape, np.nan, np.float32), ~np.isnan(scores[:, 0])
    if readable.any():
        found[readable] = adapted(scores[readable], highest)
    for kind in ANSWERED_BY_CONTEXT:
        found[readable & ~alone, KINDS.index(kind)] = 0
    return found


def _findings(rows: Sequence[Row], probabilities: NDArray[np.float32], reader: PairReader) -> list[Finding]:
    values, worst = of_any(probabilities), probabilities.argmax(axis=1)
    findings = [Finding(float(value), KINDS[kind]) for value, kind in zip(values, worst, strict=True)]
    places = np.flatnonzero(values >= WORTH_SHOWING).tolist()
    kinds = worst[places].tolist()
    for at, kind, sentence in zip(places, kinds, reader.show([rows[at] for at in places], kinds), strict=True):
        findings[at] = Finding(findings[at].value, f"{KINDS[kind]}: {excerpt(sentence)}")
    return findings


def kind_of(matched: str) -> str:
    """Return the kind that a finding names: "refusal: I'm unable …" → "refusal", "refusal" → "refusal"."""
    return matched.partition(":")[0]
