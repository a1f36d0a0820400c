"""Judged pairs by slice: base beside tuned with what each reviewer said of them.

pairs = judged_pairs(pair_answers(base, tuned), judgments)
table = slices(pairs, topic_of)                  # n and win rate for each topic
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.comparison.pairs import AnswerPair, Paired
from evaluation.people.marks import Mark
from evaluation.people.verdicts import plurality
from evaluation.people.vote_log import Judgment
from evaluation.people.win_rate import DISAGREE
from winnow.data.columns import Row
from winnow.statistics import Interval, wilson
from winnow.study.held_out import topic_name

MIN_DECIDED_PAIRS = 10  # a slice below shows its counts and no rate
OWN_FIELDS = ("id", "question", "answer", "line", "group", "topic_name")


@dataclass(frozen=True)
class JudgedPair:
    """A pair of answers with each reviewer's verdict, a system's name, tie or both_bad, its reasons and marks."""

    answers: AnswerPair
    verdicts: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    marks: dict[str, tuple[Mark, ...]] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """The verdict that most reviewers gave; disagree where two are as frequent, unjudged where there is none."""
        return plurality([*self.verdicts.values()], DISAGREE) if self.verdicts else "unjudged"


@dataclass(frozen=True, slots=True)
class Slice:
    """The pairs of one kind: how many, how many were decided for a system, and the tuned model's share of those."""

    name: str
    n: int
    base: int
    tuned: int
    win_rate: Interval | None


def judged_pairs(paired: Paired, judgments: Iterable[Judgment] = ()) -> list[JudgedPair]:
    """Put each reviewer's verdict and note beside the pair.

    Of the judgments only votes at the first showing count: repeats measure the reviewer, not the pair.
    """
    verdicts: dict[str, dict[str, str]] = defaultdict(dict)
    notes: dict[str, dict[str, str]] = defaultdict(dict)
    reasons: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    marks: dict[str, dict[str, tuple[Mark, ...]]] = defaultdict(dict)
    for judgment in judgments:
        if judgment.repeat == 0 and judgment.verdict not in ("skip", "flag"):
            verdicts[judgment.item][judgment.reviewer] = judgment.preferred
            reasons[judgment.item][judgment.reviewer] = judgment.reasons
        if judgment.note:
            notes[judgment.item][judgment.reviewer] = judgment.note
        if judgment.marks:
            marks[judgment.item][judgment.reviewer] = judgment.marks
    return [
        JudgedPair(pair, verdicts[pair.id], notes[pair.id], reasons[pair.id], marks[pair.id]) for pair in paired.pairs
    ]


def slicings(pairs: Sequence[JudgedPair], held_out: Iterable[Row]) -> dict[str, dict[str, str]]:
    """Find ways to slice the pairs, as name → pair id → slice: metadata of few values, and the reference's length."""
    metadata = {row.get("id", ""): _metadata(row) for row in held_out}
    ids = [pair.answers.id for pair in pairs]
    names = {name for values in metadata.values() for name in values}
    found = {name: {id_: str(metadata.get(id_, {}).get(name, "none")) for id_ in ids} for name in sorted(names)}
    few = {name: values for name, values in found.items() if 1 < len(set(values.values())) <= 20}
    words = {pair.answers.id: len(pair.answers.reference.split()) for pair in pairs}
    middle = sorted(words.values())[len(words) // 2] if words else 0
    few["reference length"] = {
        id_: f"{middle} words or more" if length >= middle else f"under {middle} words" for id_, length in words.items()
    }
    return few


def _metadata(row: Row) -> dict[str, str | int | bool]:
    nested = row.get("metadata")
    values = {**row, "topic": topic_name(row), **(nested if isinstance(nested, dict) else {})}
    return {k: v for k, v in values.items() if k not in OWN_FIELDS and isinstance(v, str | int | bool)}


def slices(pairs: Iterable[JudgedPair], slice_of: Mapping[str, str]) -> list[Slice]:
    """Count each slice, the largest first; below MIN_DECIDED_PAIRS decided pairs there is no rate."""
    groups: dict[str, list[JudgedPair]] = defaultdict(list)
    for pair in pairs:
        groups[slice_of.get(pair.answers.id, "none")].append(pair)
    found = []
    for name, members in groups.items():
        outcomes = Counter(pair.outcome for pair in members)
        base, tuned = outcomes["base"], outcomes["tuned"]
        rate = wilson(tuned, base + tuned) if base + tuned >= MIN_DECIDED_PAIRS else None
        found.append(Slice(name, len(members), base, tuned, rate))
    return sorted(found, key=lambda s: (-s.n, s.name))
