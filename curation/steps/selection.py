"""Subset selection: choose N rows, the same number a topic, by quality and by what each row adds.

chosen = select(ids, vectors, quality, topics, settings, seed)
decisions = decide(ids, chosen, topics, settings)    # `remove` for the rest; for the chosen what each added
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from winnow.config import SelectionConfig
from winnow.data.ledger import Decision
from winnow.data.records import content_hash
from winnow.text.topics import Topic, Topics

STEP = "selection"
MAX_TARGET_ROWS = 2_000  # rows of a topic that the chosen ones must stand for; more only cost time

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen row: its rank, its topic, its gain in coverage, and the nearest row of its topic chosen before it.

    `coverage` is the gain in mean similarity of the topic's rows to their nearest chosen row; `similarity` is the
    cosine to `nearest`.
    """

    id: str
    turn: int
    topic: int | None
    quality: float
    coverage: float
    nearest: str
    similarity: float


def select(
    ids: Sequence[str],
    vectors: Vectors,
    quality: Mapping[str, float],
    topics: Topics,
    settings: SelectionConfig,
    seed: int,
) -> list[Pick]:
    """Choose `settings.rows` rows, in the order in which they were chosen; the order of `ids` doesn't matter.

    Rows that are in no topic stand together, as one more.

    `vectors` is float32 [n, dim] of unit rows, `quality` between 0 (at a limit) and 1. Within each topic, of which
    every one gives the same number as far as it has rows, `diverse` is a greedy facility location and `distance` takes
    the row farthest from those taken (k-center; Deita, arXiv 2312.15685, filters by that distance); `random` is the
    control: the same size, topics and quality unseen.
    """
    wanted = min(settings.rows or len(ids), len(ids))
    order = sorted(range(len(ids)), key=lambda i: content_hash(str(seed), ids[i]))
    if settings.method == "random":
        chosen = order[:wanted]
        return [
            Pick(ids[i], turn, topics.of.get(ids[i]), quality.get(ids[i], 1.0), 0.0, "", 0.0)
            for turn, i in enumerate(chosen)
        ]
    members: defaultdict[int | None, list[int]] = defaultdict(list)
    for i in order:
        members[topics.of.get(ids[i])].append(i)
    shares = _shares({topic: len(rows) for topic, rows in members.items()}, wanted)
    queues = []
    for topic in sorted(members, key=_place):
        rows = members[topic]
        marks = np.array([quality.get(ids[i], 1.0) for i in rows], dtype=np.float32)
        picks = _cover(vectors[rows], marks, shares[topic], settings)
        queues.append([(rows, topic, marks, pick) for pick in picks])
    turns = (queue[turn] for turn in range(max(map(len, queues), default=0)) for queue in queues if turn < len(queue))
    return [
        Pick(
            ids[rows[at]], turn, topic, round(float(marks[at]), 4), round(gain, 6),
            ids[rows[near]] if near >= 0 else "", round(cosine, 4),
        )
        for turn, (rows, topic, marks, (at, gain, near, cosine)) in enumerate(turns)
    ]  # fmt: skip


def _place(topic: int | None) -> tuple[bool, int]:
    """Return the sort key of a topic's number; None comes last."""
    return topic is None, topic or 0


def _shares(sizes: Mapping[int | None, int], wanted: int) -> dict[int | None, int]:
    """Divide N equally among topics; a topic with too few rows gives all, and the larger ones share the rest.

    10 rows from topics of 2, 8 and 8 rows are 2, 4 and 4.
    """
    shares = dict.fromkeys(sizes, 0)
    while wanted > 0:
        open_topics = sorted((topic for topic in sizes if shares[topic] < sizes[topic]), key=_place)
        each = max(1, wanted // len(open_topics))
        for topic in open_topics:
            given = min(each, sizes[topic] - shares[topic], wanted)
            shares[topic] += given
            wanted -= given
    return shares


def _cover(
    vectors: Vectors, quality: Vectors, count: int, settings: SelectionConfig
) -> list[tuple[int, float, int, float]]:
    """Pick greedily by the weighted sum of quality and gain; returns (place, gain, nearest place, cosine).

    The gain is that in coverage, or with the method `distance` the distance to the rows picked before.
    """
    weight = settings.quality_weight
    targets = vectors[:MAX_TARGET_ROWS]
    similarity = np.clip(vectors @ targets.T, 0.0, 1.0)
    covered = np.zeros(len(targets), dtype=np.float32)
    left = np.ones(len(vectors), dtype=bool)
    picks: list[tuple[int, float, int, float]] = []
    distance = np.ones(len(vectors), dtype=np.float32)
    largest = max(float(similarity.mean(axis=1).max(initial=0.0)), 1e-9)
    for _ in range(count):
        gains = np.maximum(similarity - covered, 0.0).mean(axis=1)
        added = distance if settings.method == "distance" else gains / largest
        scores = (1 - weight) * added + weight * quality
        scores[~left] = -np.inf
        at = int(scores.argmax())
        earlier = [pick[0] for pick in picks]
        cosines = vectors[earlier] @ vectors[at] if earlier else np.zeros(0, dtype=np.float32)
        near = earlier[int(cosines.argmax())] if earlier else -1
        picks.append((at, float(gains[at]), near, float(cosines.max(initial=0.0))))
        covered = np.maximum(covered, similarity[at])
        distance = np.minimum(distance, 1 - vectors @ vectors[at])
        left[at] = False
    return picks


def decide(ids: Sequence[str], chosen: Sequence[Pick], topics: Topics, settings: SelectionConfig) -> list[Decision]:
    """Return a `remove` for each row that wasn't chosen, and a `group` with rank and gain for each that was."""
    picks = {pick.id: pick for pick in chosen}
    reason = f"not among the {len(picks)} rows chosen ({settings.method})"
    rest = {"rows": len(picks), "method": settings.method}
    return [
        _chosen(picks[id_], topics.of_row(id_), settings)
        if id_ in picks
        else Decision(id_, STEP, "remove", reason, rest)
        for id_ in ids
    ]


def _chosen(pick: Pick, topic: Topic | None, settings: SelectionConfig) -> Decision:
    named = f"for the topic {topic.name}" if topic else "in no topic"
    reason = f"chosen as number {pick.turn + 1}, {named} ({settings.method})"
    if settings.method == "random":
        return Decision(pick.id, STEP, "group", f"chosen as number {pick.turn + 1} (random)", {"method": "random"})
    evidence = {"method": settings.method, "quality": pick.quality, "coverage": pick.coverage}
    nearest = {"twin": pick.nearest, "score": pick.similarity} if pick.nearest else {}
    return Decision(pick.id, STEP, "group", reason, {**evidence, **nearest})
