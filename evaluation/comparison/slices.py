"""Judged pairs by mode, order and slice: base beside tuned with what each reviewer said of them.

pairs = judged_pairs(pair_answers(base, tuned), judgments)
regressed = [pair for pair in pairs if MODES["Base better"](pair)]
table = slices(pairs, topic_of)                  # n and win rate for each topic
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.comparison.pairs import AnswerPair, Paired
from evaluation.people.verdicts import plurality
from evaluation.people.vote_log import Judgment
from evaluation.people.win_rate import DISAGREE
from winnow.data.columns import Row
from winnow.data.records import content_hash
from winnow.statistics import Interval, wilson
from winnow.study.held_out import topic_name

MIN_DECIDED_PAIRS = 10  # a slice below shows its counts and no rate
OWN_FIELDS = ("id", "question", "answer", "line", "group", "topic_name")


@dataclass(frozen=True)
class JudgedPair:
    """A pair of answers with each reviewer's verdict: a system's name, tie or both_bad."""

    answers: AnswerPair
    verdicts: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

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


MODES: dict[str, Callable[[JudgedPair], bool]] = {
    "All": lambda pair: True,
    "Tuned better": lambda pair: pair.outcome == "tuned",
    "Base better": lambda pair: pair.outcome == "base",
    "Tie": lambda pair: pair.outcome == "tie",
    "Both bad": lambda pair: pair.outcome == "both_bad",
    "Disagree": lambda pair: len(set(pair.verdicts.values())) > 1,
    "Different text": lambda pair: not pair.answers.is_same_text,
}

ORDERS: dict[str, Callable[[Iterable[JudgedPair]], list[JudgedPair]]] = {
    "As asked": list,
    "Random": lambda pairs: sorted(pairs, key=lambda pair: content_hash(pair.answers.id)),
    "Tuned much longer": lambda pairs: sorted(pairs, key=lambda pair: -pair.answers.words_longer),
    "Tuned much shorter": lambda pairs: sorted(pairs, key=lambda pair: pair.answers.words_longer),
}


def judged_pairs(paired: Paired, judgments: Iterable[Judgment] = ()) -> list[JudgedPair]:
    """Put each reviewer's verdict and note beside the pair.

    Of the judgments only votes at the first showing count: repeats measure the reviewer, not the pair.
    """
    verdicts: dict[str, dict[str, str]] = defaultdict(dict)
    notes: dict[str, dict[str, str]] = defaultdict(dict)
    for judgment in judgments:
        if judgment.repeat == 0 and judgment.verdict not in ("skip", "flag"):
            verdicts[judgment.item][judgment.reviewer] = judgment.preferred
        if judgment.note:
            notes[judgment.item][judgment.reviewer] = judgment.note
    return [JudgedPair(pair, verdicts[pair.id], notes[pair.id]) for pair in paired.pairs]


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
