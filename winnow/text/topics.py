"""Topics of a file: clusters of its questions, found once when it is curated, each named by its keywords.

topics = find_topics(ids, questions, count=20, seed=0)      # the pipeline; all others: Topics.read(curated.topics_file)
topics.of_row("3f2a…")                                      # Topic(4, "card, cancel, fee", ("card", "cancel", …))
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from winnow.data.files import read_table
from winnow.data.records import content_hash
from winnow.errors import InputError

MAX_FITTED_ROWS = 20_000  # rows that the clusters are fitted on; the others are assigned
KEYWORDS_A_TOPIC = 6
KEYWORDS_A_NAME = 3  # the first of them
VECTOR_DIMENSIONS = 64  # of the vectors made of the questions' words

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("topic", pa.int32()),
        ("name", pa.string()),
        # "element" is Parquet's own name: a table that was read is written as the same bytes
        ("keywords", pa.list_(pa.field("element", pa.string()))),
    ]
)

NOT_STORED = "no topics are stored here, the folder is of an earlier version; curate again: winnow curate FILE --out …"


@dataclass(frozen=True, slots=True)
class Topic:
    """A cluster of questions: its number, by which rows are joined, a name no other has, and its keywords."""

    number: int
    name: str
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Topics:
    """The topics of a file, the largest first, each at the place of its number; `of` gives each row's number.

    Only rows that were measured are in a topic: not one that an early step removed and a person restored afterwards.
    """

    topics: tuple[Topic, ...]
    of: Mapping[str, int]

    def of_row(self, id_: str) -> Topic | None:
        """Give a row's topic, None for a row that wasn't measured."""
        number = self.of.get(id_)
        return None if number is None else self.topics[number]

    def to_table(self) -> pa.Table:
        """Write one line a row, its topic's name and keywords beside the number; schema SCHEMA."""
        rows = [(id_, self.topics[number]) for id_, number in self.of.items()]
        return pa.table(
            {
                "id": [id_ for id_, _ in rows],
                "topic": [topic.number for _, topic in rows],
                "name": [topic.name for _, topic in rows],
                "keywords": [topic.keywords for _, topic in rows],
            },
            schema=SCHEMA,
        )

    @classmethod
    def from_table(cls, table: pa.Table) -> Self:
        """Read what `to_table` wrote; every topic has a row."""
        numbers = table["topic"].to_numpy()
        _, first = np.unique(numbers, return_index=True)
        named = table.take(first).to_pylist()
        topics = tuple(Topic(row["topic"], row["name"], tuple(row["keywords"])) for row in named)
        return cls(topics, dict(zip(table["id"].to_pylist(), numbers.tolist(), strict=True)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the topics of a curated folder; raises InputError where none were stored."""
        if not path.exists():
            raise InputError(f"{path}: {NOT_STORED}")
        return cls.from_table(read_table(path))


def find_topics(ids: Sequence[str], questions: Sequence[str], count: int, seed: int) -> Topics:
    """Cluster questions by their words with k-means; the same rows and seed give the same topics in any order.

    There are at most as many topics as one for ten rows.
    """
    if not ids:
        return Topics((), {})
    order = sorted(range(len(ids)), key=lambda i: (content_hash(ids[i]), ids[i]))
    texts = [questions[i] for i in order]
    labels = _by_size(_cluster(_vectors(texts, seed), max(1, min(count, math.ceil(len(ids) / 10))), seed))
    return Topics(
        topics=_named(_keywords(texts, labels)),
        of={ids[i]: int(label) for i, label in zip(order, labels, strict=True)},
    )


def _cluster(points: NDArray[np.float32], count: int, seed: int) -> NDArray[np.intp]:
    from sklearn.cluster import MiniBatchKMeans
    from threadpoolctl import threadpool_limits

    # sums of floats depend on how many threads share them: one thread, the same clusters everywhere
    with threadpool_limits(1):
        model = MiniBatchKMeans(count, random_state=seed, batch_size=2048, n_init=3).fit(points[:MAX_FITTED_ROWS])
        return np.asarray(model.predict(points), dtype=np.intp)


def _by_size(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    found, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    ranked = sorted(range(len(found)), key=lambda k: (-sizes[k], first[k]))
    rank = {int(found[k]): place for place, k in enumerate(ranked)}
    return np.array([rank[int(label)] for label in labels], dtype=np.intp)


def _vectors(texts: Sequence[str], seed: int) -> NDArray[np.float32]:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    weights = _counts(texts)
    if weights is None or min(weights.shape) <= 2:
        return np.zeros((len(texts), 1), dtype=np.float32)
    dimensions = min(VECTOR_DIMENSIONS, min(weights.shape) - 1)
    model = TruncatedSVD(dimensions, random_state=seed).fit(weights[:MAX_FITTED_ROWS])
    return np.asarray(normalize(model.transform(weights)), dtype=np.float32)


def _counts(texts: Sequence[str]) -> Any:
    """Weigh the words of each text; None where there is no word at all."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(stop_words="english", max_features=50_000, sublinear_tf=True, dtype=np.float32)
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
        best = sorted(np.flatnonzero(row), key=lambda k: (-row[k], names[k]))[:KEYWORDS_A_TOPIC]
        keywords.append([str(names[k]) for k in best])
    return keywords


def _named(keywords: Sequence[Sequence[str]]) -> tuple[Topic, ...]:
    """Name each topic by its first keywords, and by its number where there are none or a larger topic has that name."""
    topics: list[Topic] = []
    for number, words in enumerate(keywords):
        name = ", ".join(words[:KEYWORDS_A_NAME])
        taken = any(name == topic.name for topic in topics)
        topics.append(Topic(number, f"{name} ({number})" if taken else name or f"topic {number}", tuple(words)))
    return tuple(topics)
