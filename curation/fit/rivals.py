"""Whether an answer stands below its question by chance: it fits badly, or another question fits it better.

values = by_chance(suspects, places, encoder)       # probabilities, learned from the file's own pairs
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from curation.corpus.places import Places, embedded, fit
from curation.corpus.rows import Row
from curation.corpus.tools import Encoder, Vectors

SURE = 0.75  # probability from which a reference is no example of an own pair
MOST_STRAYS = 0.5  # share of the references that may be taken for strays; where nothing fits, nothing is left to learn
SAME = 0.95  # cosine from which two texts are one
FITS, OUTDONE = [0, 1, 2], [0, 3, 4]  # columns of the evidence that each judge sees: both see what the words say


Judges = list[tuple[list[int], Any]]  # the columns of the evidence that each sees, and its model


class _Vectors(NamedTuple):
    """Questions and answers, row by row."""

    questions: Vectors
    answers: Vectors


def by_chance(rows: Sequence[Row], places: Places, encoder: Encoder) -> Vectors:
    """Give the probability that each answer stands below its question by chance: 0 to 1.

    The surer of two judges says it. One knows an answer from elsewhere by how badly it fits; the other one a swapped
    answer by the rivals that it fits better.
    """
    references, rivals, judges = _learn_chance(places, encoder)
    return _chances(judges, _evidence(rows, rows, places, encoder, references, rivals))


@lru_cache(1)  # of one file, for all its batches
def _learn_chance(places: Places, encoder: Encoder) -> tuple[_Vectors, _Vectors, Judges]:
    """Embed references and rivals, and learn to tell own pairs from those of chance, of which some are taken out.

    Each reference is seen with its own answer and with the next one's: once among rivals that hold the question to
    which that answer belongs, as swapped answers do, and once among the others alone.
    """
    rows = places.references
    references = _Vectors(*embedded(rows, rows, encoder))
    rivals = _Vectors(*embedded(places.rivals, places.rivals, encoder))
    own, others = _evidence(rows, rows, places, encoder, references, rivals), [*rows[1:], rows[0]]
    chance = [_evidence(rows, others, places, encoder, references, rivals, owned) for owned in (True, False)]
    return references, rivals, learn_judges(own, chance)


def learn_judges(own: Vectors, chance: Sequence[Vectors]) -> Judges:
    """Learn from the evidence of own pairs and of pairs of chance; then once more without the own pairs that stray.

    Of a file in which a fifth is swapped too many own pairs would be of chance themselves. Where most of them seem to
    be, the first judges stand.
    """
    judges = _judges(own, chance)
    fitting = own[_chances(judges, own) < SURE]
    return _judges(fitting, chance) if len(fitting) > MOST_STRAYS * len(own) else judges


def _judges(own: Vectors, chance: Sequence[Vectors]) -> Judges:
    """Let two logistic regressions learn, each from its columns, as if half of all answers stood there by chance."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    seen = np.concatenate([own, *chance])
    labels = np.repeat([0, 1], [len(own), len(seen) - len(own)])
    models = [make_pipeline(StandardScaler(), LogisticRegression(max_iter=500, class_weight="balanced")) for _ in "ab"]
    return [(c, model.fit(seen[:, c], labels)) for c, model in zip((FITS, OUTDONE), models, strict=True)]


def _chances(judges: Judges, evidence: Vectors) -> Vectors:
    """Give what the surer of the judges says of each pair."""
    return np.asarray(np.max([judge.predict_proba(evidence[:, c])[:, 1] for c, judge in judges], axis=0), np.float32)


def _evidence(
    asked: Sequence[Row],
    said: Sequence[Row],
    places: Places,
    encoder: Encoder,
    references: _Vectors,
    rivals: _Vectors,
    owned: bool = True,
) -> Vectors:
    """Say of each pair what its words tell, how it fits, and how far question and answer are outdone by rivals."""
    questions, answers = embedded(asked, said, encoder)
    fits = fit(questions, answers, *references)
    by_question = outdone(questions, answers, *rivals, owned)
    by_answer = outdone(answers, questions, *rivals[::-1], owned)
    return np.column_stack([places.doubt(asked, said), *fits, by_question, by_answer])


def outdone(texts: Vectors, partners: Vectors, rivals: Vectors, counterparts: Vectors, owned: bool = True) -> Vectors:
    """Say how much nearer than its text each partner is to the nearest rival of the text, in cosine: -2 to 2.

    `counterparts` are the rivals' own partners; without `owned` a rival whose partner this is doesn't count.
    """
    near = partners @ rivals.T
    near[texts @ rivals.T >= SAME] = -1
    if not owned:
        near[partners @ counterparts.T >= SAME] = -1
    return np.asarray(near.max(axis=1) - np.einsum("nd,nd->n", texts, partners))
