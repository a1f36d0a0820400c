"""The curation report: rows by step, reasons with examples, similarities, topics, and precision of the removals.

report = summarise(view, decisions, timings)         # JSON

`curation.publish.markdown` says it in words, `curation.publish.page` draws it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.manners.manner import Manner
from winnow.data.ledger import Decision, View
from winnow.data.records import Record, to_records
from winnow.data.surroundings import texts_around
from winnow.statistics import Interval
from winnow.text.topics import Topic, Topics

EXAMPLES_A_REASON = 3
MAX_EXCERPT_CHARS = 300  # of a text in an example
SIMILARITY_BINS = 20  # equal parts of 0 to 1

StepCounts = TypedDict(
    "StepCounts", {"step": str, "in": int, "removed": int, "flagged": int, "repaired": int, "out": int}
)
SimilarityBin = TypedDict("SimilarityBin", {"from": float, "to": float, "pairs": int})


class Example(TypedDict):
    """A row that a decision was about, its texts cut for display, and its twin's where it has one."""

    id: str
    action: str
    step: str
    evidence: Mapping[str, object]
    question: str
    answer: str
    around: NotRequired[dict[str, str]]  # context, system prompt, earlier turns, references: where there are any
    twin_question: NotRequired[str]
    twin_answer: NotRequired[str]
    twin_around: NotRequired[dict[str, str]]


class TopicCounts(TypedDict):
    """The rows of one topic; `topic` is None for kept rows that weren't measured."""

    topic: int | None
    name: str
    keywords: list[str]
    rows: int
    removed: int
    flagged: int


class RaterReport(TypedDict):
    """How many rows have a rating, in words and by the reasons of those without, and what people's verdicts say."""

    rated: int
    unrated: dict[str, int]
    told: str
    worth: NotRequired[dict[str, object]]  # where people judged rated rows
    lines: list[str]


class OrderReport(TypedDict):
    """What the order of suspicion rests on and finds, in lines for people, and the bins of a reliability plot."""

    lines: list[str]
    bins: list[list[float]]


class Report(TypedDict):
    """The JSON of report.json: `kept + removed = input`, and flagged rows are among the kept."""

    input: int
    kept: int
    removed: int
    flagged: int
    repaired: int
    by_reason: dict[str, int]
    timings: dict[str, float]
    steps: list[StepCounts]
    examples: dict[str, list[Example]]
    similarity: list[SimilarityBin]
    topics: list[TopicCounts]
    precision: dict[str, Mapping[str, Any]]
    columns: NotRequired[dict[str, dict[str, object]]]
    not_looked_for: NotRequired[dict[str, list[str]]]  # by language: the signals that can't read it
    manners: list[dict[str, Any]]
    order: NotRequired[OrderReport]  # in which people see flagged rows
    rater: NotRequired[RaterReport]  # where a model rated the rows
    current: NotRequired[bool]


def summarise(
    view: View,
    decisions: Sequence[Decision],
    timings: Mapping[str, float],
    similarities: Sequence[float] = (),
    topics: Topics | None = None,
    precision: Mapping[str, Interval] | None = None,
    manners: Sequence[Manner] = (),
) -> Report:
    """Compute the report; `kept + removed = input`, and flagged rows are among the kept.

    `similarities` are those of the scored candidate pairs. `precision` maps a step to the share of its removals that
    people confirmed; it is empty without answers. `manners` hold of whole files, and flag no row.
    """
    rows = len(view.records)
    reasons = _reasons(view)
    repaired = {d.id for d in decisions if d.action == "repair"}
    return {
        "input": rows,
        "kept": rows - len(view.removed),
        "removed": len(view.removed),
        "flagged": len(view.flags),
        "repaired": len(repaired - view.removed.keys()),
        "by_reason": {reason: len(ids) for reason, ids in reasons.items()},
        "timings": {step: round(seconds, 3) for step, seconds in timings.items()},
        "steps": funnel(view, decisions, list(timings)),
        "examples": _examples(view, reasons),
        "similarity": histogram(similarities),
        "topics": topic_table(topics, view) if topics else [],
        "precision": {step: interval.as_dict() for step, interval in (precision or {}).items()},
        "manners": [manner.as_json() for manner in manners],
    }


def funnel(view: View, decisions: Sequence[Decision], order: Sequence[str] = ()) -> list[StepCounts]:
    """Count step by step: how many rows came in, how many it removed, flagged and repaired, how many went on."""
    removed = Counter(decision.step for decision in view.removed.values())
    flagged = _rows_by_step(d for flags in view.flags.values() for d in flags)
    repaired = _rows_by_step(d for d in decisions if d.action == "repair")
    steps = list(dict.fromkeys([*order, *removed, *flagged, *repaired]))
    entries: list[StepCounts] = []
    coming = len(view.records)
    for step in steps:
        left = coming - removed[step]
        entries.append(
            {
                "step": step, "in": coming, "removed": removed[step], "flagged": flagged[step],
                "repaired": repaired[step], "out": left,
            }
        )  # fmt: skip
        coming = left
    return entries


def _rows_by_step(decisions: Iterable[Decision]) -> Counter[str]:
    return Counter(step for step, _ in {(decision.step, decision.id) for decision in decisions})


def _reasons(view: View) -> dict[str, list[str]]:
    """Collect the ids of each reason, the most frequent reason first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for id_, decision in view.removed.items():
        found[decision.reason].append(id_)
    for id_, flags in view.flags.items():
        for reason in {decision.reason for decision in flags}:
            found[reason].append(id_)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _examples(view: View, reasons: Mapping[str, Sequence[str]]) -> dict[str, list[Example]]:
    """Return the first 3 rows by id of each reason, with the twin where there is one."""
    shown = {reason: sorted(ids)[:EXAMPLES_A_REASON] for reason, ids in reasons.items()}
    decided = {
        (reason, id_): decision
        for reason, ids in shown.items()
        for id_ in ids
        for decision in ([view.removed[id_]] if id_ in view.removed else view.flags[id_])
        if decision.reason == reason
    }
    twins = {d.evidence["twin"] for d in decided.values() if isinstance(d.evidence.get("twin"), str)}
    texts = _texts(view.records, {id_ for ids in shown.values() for id_ in ids} | twins)
    return {reason: [_example(decided[reason, id_], texts) for id_ in ids] for reason, ids in shown.items()}


def _example(decision: Decision, texts: Mapping[str, Record]) -> Example:
    record = texts[decision.id]
    example: Example = {
        "id": decision.id, "action": decision.action, "step": decision.step, "evidence": decision.evidence,
        "question": shorten(record.question), "answer": shorten(record.answer),
    }  # fmt: skip
    if found := _around(record):
        example["around"] = found
    if twin := texts.get(str(decision.evidence.get("twin", ""))):
        example |= {"twin_question": shorten(twin.question), "twin_answer": shorten(twin.answer)}
        if found := _around(twin):
            example["twin_around"] = found
    return example


def _around(record: Record) -> dict[str, str]:
    return {name: shorten(text) for name, text in texts_around(record).items()}


def _texts(records: pa.Table, ids: set[str]) -> dict[str, Record]:
    table = records.filter(pc.is_in(records["id"], pa.array(sorted(ids), pa.string())))
    return {record.id: record for record in to_records(table)}


def shorten(text: str) -> str:
    """Cut a text to 300 characters, the last one "…"."""
    return text if len(text) <= MAX_EXCERPT_CHARS else text[: MAX_EXCERPT_CHARS - 1] + "…"


def histogram(similarities: Sequence[float]) -> list[SimilarityBin]:
    """Count the candidate pairs in each twentieth between 0 and 1; empty bins below the first pair are left out."""
    if not len(similarities):
        return []
    counts, edges = np.histogram(np.clip(similarities, 0, 1), bins=SIMILARITY_BINS, range=(0, 1))
    first = int(np.flatnonzero(counts)[0])
    return [
        {"from": round(float(edges[i]), 2), "to": round(float(edges[i + 1]), 2), "pairs": int(counts[i])}
        for i in range(first, SIMILARITY_BINS)
    ]


def topic_table(topics: Topics, view: View) -> list[TopicCounts]:
    """Count each topic's rows, and how many of them left or are flagged; over all topics rows - removed = kept.

    Kept rows that weren't measured have a line of their own, whose topic is None.
    """
    unmeasured = [id_ for id_ in view.kept_table["id"].to_pylist() if id_ not in topics.of]
    rows = Counter(topics.of.values())
    removed = Counter(topics.of[id_] for id_ in view.removed if id_ in topics.of)
    flagged = Counter(topics.of.get(id_) for id_ in view.flags)
    table = [
        _topic_counts(topic, rows[topic.number], removed[topic.number], flagged[topic.number])
        for topic in topics.topics
    ]
    return [*table, _topic_counts(None, len(unmeasured), 0, flagged[None])] if unmeasured else table


def _topic_counts(topic: Topic | None, rows: int, removed: int, flagged: int) -> TopicCounts:
    counts: TopicCounts = {
        "topic": None, "name": "-", "keywords": [], "rows": rows, "removed": removed, "flagged": flagged,
    }  # fmt: skip
    if topic:
        counts |= {"topic": topic.number, "name": topic.name, "keywords": list(topic.keywords)}
    return counts
