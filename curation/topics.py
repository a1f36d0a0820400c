"""Topics of a file: clusters of its questions, each named by its keywords.

topics = find_topics(ids, questions, vectors, count=20, seed=0)
topics.of["3f2a…"], topics.keywords[4]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from winnow.records import content_hash

FIT = 20_000  # rows that the clusters are fitted on; the others are assigned
KEYWORDS = 6
DIMENSIONS = 64  # of the texts' own vectors, where no encoder gave any


@dataclass(frozen=True)
class Topics:
    """Which topic each row is of, and the keywords and size of each; topics are ordered by size, largest first."""

    of: dict[str, int]
    keywords: list[list[str]]
    sizes: list[int]


def find_topics(
    ids: Sequence[str], questions: Sequence[str], vectors: NDArray[np.float32] | None, count: int, seed: int
) -> Topics:
    """Cluster rows by k-means; the same rows, seed and vectors give the same topics in any order of the rows.

    `vectors` is float32 [n, dim]; None clusters by the questions' own words. There are at most as many topics as one
    for ten rows.
    """
    if not ids:
        return Topics({}, [], [])
    order = sorted(range(len(ids)), key=lambda i: (content_hash(ids[i]), ids[i]))
    texts = [questions[i] for i in order]
    points = vectors[order] if vectors is not None else _lexical_vectors(texts, seed)
    labels = _cluster(points, max(1, min(count, math.ceil(len(ids) / 10))), seed)
    labels = _by_size(labels)
    return Topics(
        of={ids[i]: int(label) for i, label in zip(order, labels, strict=True)},
        keywords=_keywords(texts, labels),
        sizes=np.bincount(labels).tolist(),
    )


def _cluster(points: NDArray[np.float32], count: int, seed: int) -> NDArray[np.intp]:
    from sklearn.cluster import MiniBatchKMeans
    from threadpoolctl import threadpool_limits

    # sums of floats depend on how many threads share them: one thread, the same clusters everywhere
    with threadpool_limits(1):
        model = MiniBatchKMeans(count, random_state=seed, batch_size=2048, n_init=3).fit(points[:FIT])
        return np.asarray(model.predict(points), dtype=np.intp)


def _by_size(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    found, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    ranked = sorted(range(len(found)), key=lambda k: (-sizes[k], first[k]))
    rank = {int(found[k]): place for place, k in enumerate(ranked)}
    return np.array([rank[int(label)] for label in labels], dtype=np.intp)


def _lexical_vectors(texts: Sequence[str], seed: int) -> NDArray[np.float32]:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    weights = _counts(texts, use_idf=True)
    if weights is None or min(weights.shape) <= 2:
        return np.zeros((len(texts), 1), dtype=np.float32)
    dimensions = min(DIMENSIONS, min(weights.shape) - 1)
    model = TruncatedSVD(dimensions, random_state=seed).fit(weights[:FIT])
    return np.asarray(normalize(model.transform(weights)), dtype=np.float32)


def _counts(texts: Sequence[str], use_idf: bool) -> Any:
    """Weigh the words of each text; None where there is no word at all."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        stop_words="english", use_idf=use_idf, max_features=50_000, sublinear_tf=True, dtype=np.float32
    )
    try:
        return vectorizer.fit_transform(texts)
    except ValueError:  # scikit-learn's way to say that only stop words are left
        return None


def _keywords(texts: Sequence[str], labels: NDArray[np.intp]) -> list[list[str]]:
    """Name each topic by the words that are common in it and rare in the others (TF-IDF over topics)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    joined = [
        " ".join(texts[i] for i in np.flatnonzero(labels == topic).tolist()) for topic in range(int(labels.max()) + 1)
    ]
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True, token_pattern=r"(?u)\b[^\W\d_]{3,}\b")
    try:
        weights = vectorizer.fit_transform(joined)
    except ValueError:
        return [[] for _ in joined]
    names = vectorizer.get_feature_names_out()
    keywords = []
    for topic in range(len(joined)):
        row = weights[topic].toarray()[0]
        best = sorted(np.flatnonzero(row), key=lambda k: (-row[k], names[k]))[:KEYWORDS]
        keywords.append([str(names[k]) for k in best])
    return keywords
