"""Whether another question of the file has a better claim to an answer than its own.

values = by_chance(suspects, places, encoder)       # probabilities, learned from the file's own pairs
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from curation.signals.places import Places, embedded
from curation.signals.rows import Row
from curation.signals.tools import Encoder, Vectors

SAME = 0.95  # cosine from which two texts are one


def by_chance(rows: Sequence[Row], places: Places, encoder: Encoder) -> Vectors:
    """Give the probability that each answer stands below its question by chance: 0 to 1.

    A logistic regression learns it from the references: each with its own answer, and with the next one's, once among
    rivals that hold the question to which that answer belongs, once among the others alone. So an answer that was
    swapped with another is found by where it belongs, and one from elsewhere by how badly it fits.
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
