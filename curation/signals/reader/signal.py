"""The signal `reader`: the probability that a row is bad, as a small trained model reads question and answer together.

reading = read_file(rows, corpus, reader, suspected)
reading.findings[0]             # Finding(.97, "refusal: I'm unable to help with that.")
reading.cleared["markup"]       # which of the rows that a rule suspects of markup the model finds free of it

A rule knows words, the model what they are there for: a poem in which somebody refuses, a page's source that was asked
for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curation.signals.corpus import Corpus
from curation.signals.reader.kinds import KINDS
from curation.signals.reader.limits import USUAL_SHARE, adapted, of_any
from curation.signals.rows import NOT_APPLICABLE, Finding, Row
from curation.signals.tools import PairReader
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
ENGLISH, MONOLINGUAL = "en", 0.95  # the language that is read; its share from which every row counts as in it


@dataclass(frozen=True)
class Reading:
    """What was found in each row, and for each clearable kind the rows that a rule suspected without cause."""

    findings: list[Finding]
    cleared: dict[str, Mask]


def unread(row: Row, corpus: Corpus) -> Finding:
    """Not applicable: a row is read with its whole file, by `read_file`."""
    return NOT_APPLICABLE


def read_file(rows: Sequence[Row], corpus: Corpus, reader: PairReader, suspected: Mapping[str, Mask]) -> Reading:
    """Probability of a fault of any kind, its likeliest kind, and the sentence where it is worth showing.

    The rows are a whole file's, from which limits come: what most of its rows do is its manner. Rows in a language
    other than English have no value, and their suspicions stand.
    """
    every = corpus.languages.get(ENGLISH, 0.0) >= MONOLINGUAL
    scores = reader.scores(rows, np.logical_or.reduce(list(suspected.values())), None if every else ENGLISH)
    readable = np.flatnonzero(~np.isnan(scores[:, 0])).tolist()
    findings = [NOT_APPLICABLE] * len(rows)
    probabilities = np.full(scores.shape, np.nan, np.float32)
    if readable:
        probabilities[readable] = adapted(scores[readable])
        pointed_at = [i for i in readable if rows[i].context or rows[i].history]
        probabilities[np.ix_(pointed_at, [KINDS.index(kind) for kind in ANSWERED_BY_CONTEXT])] = 0
        for at, finding in zip(
            readable, _findings([rows[i] for i in readable], probabilities[readable], reader), strict=True
        ):
            findings[at] = finding
    clear = probabilities < CLEAR
    return Reading(findings, {name: mask & clear[:, KINDS.index(name)] for name, mask in suspected.items()})


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
