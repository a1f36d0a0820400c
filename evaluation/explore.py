"""Reading pairs after the reveal: base beside tuned with what people said, by mode and by slice.

pairs = pair_up({"base": rows, "tuned": rows}, judgments)
regressed = [pair for pair in pairs if MODES["Base better"](pair)]
table = slices(pairs, topic_of)                  # n and win rate for each topic
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.judgments import Judgment
from evaluation.verdicts import plurality
from winnow.records import content_hash
from winnow.statistics import Interval, wilson

FEWEST = 10  # decided pairs; a slice below shows its counts and no rate
OWN_FIELDS = ("id", "question", "answer", "line", "group", "topic_name")


@dataclass(frozen=True)
class Pair:
    """One held-out question, each system's row, and each reviewer's verdict: a system's name, tie or both_bad."""

    id: str
    question: str
    reference: str
    answers: dict[str, str]
    passages: dict[str, list[Any]] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """The verdict that most reviewers gave; tie where two are as frequent, unjudged where there is none."""
        return plurality([*self.verdicts.values()]) if self.verdicts else "unjudged"

    @property
    def longer(self) -> int:
        """By how many words the tuned answer is longer than the base's."""
        return len(self.answers["tuned"].split()) - len(self.answers["base"].split())


@dataclass(frozen=True, slots=True)
class Slice:
    """The pairs of one kind: how many, how many were decided for a system, and the tuned model's share of those."""

    name: str
    n: int
    base: int
    tuned: int
    win_rate: Interval | None


MODES: dict[str, Callable[[Pair], bool]] = {
    "All": lambda pair: True,
    "Tuned better": lambda pair: pair.outcome == "tuned",
    "Base better": lambda pair: pair.outcome == "base",
    "Tie": lambda pair: pair.outcome == "tie",
    "Both bad": lambda pair: pair.outcome == "both_bad",
    "Disagree": lambda pair: len(set(pair.verdicts.values())) > 1,
    "Different text": lambda pair: pair.answers["base"] != pair.answers["tuned"],
}

ORDERS: dict[str, Callable[[Iterable[Pair]], list[Pair]]] = {
    "As asked": list,
    "Random": lambda pairs: sorted(pairs, key=lambda pair: content_hash(pair.id)),
    "Tuned much longer": lambda pairs: sorted(pairs, key=lambda pair: -pair.longer),
    "Tuned much shorter": lambda pairs: sorted(pairs, key=lambda pair: pair.longer),
}


def pair_up(systems: Mapping[str, Iterable[dict[str, Any]]], judgments: Iterable[Judgment] = ()) -> list[Pair]:
    """Join the systems' answers by id, in the first system's order; ids that a system lacks are left out.

    Of the judgments only votes at the first showing count: repeats measure the reviewer, not the pair.
    """
    by_id = {system: {row["id"]: row for row in rows} for system, rows in systems.items()}
    verdicts: dict[str, dict[str, str]] = defaultdict(dict)
    notes: dict[str, dict[str, str]] = defaultdict(dict)
    for judgment in judgments:
        if judgment.repeat == 0 and judgment.verdict not in ("skip", "flag"):
            verdicts[judgment.item][judgment.reviewer] = judgment.preferred
        if judgment.note:
            notes[judgment.item][judgment.reviewer] = judgment.note
    first = next(iter(by_id.values()), {})
    return [
        Pair(
            id_,
            row["question"],
            reference_text(row.get("reference")),
            {system: rows[id_]["prediction"] or "" for system, rows in by_id.items()},
            {system: rows[id_].get("passages") or [] for system, rows in by_id.items()},
            verdicts[id_],
            notes[id_],
        )
        for id_, row in first.items()
        if all(id_ in rows for rows in by_id.values())
    ]


def reference_text(reference: Any) -> str:
    """Write a reference, or several acceptable ones, as one text."""
    return "\n— or —\n".join(map(str, reference)) if isinstance(reference, list) else str(reference or "")


def topic_name(row: Mapping[str, Any]) -> str | None:
    """Give the name of a held-out row's topic as the split wrote it, else its `topic` as it stands; None where none is.

    {"topic": 3, "topic_name": "card, cancel, fee"} → "card, cancel, fee"; {"topic": "loans"} → "loans"
    """
    name = row.get("topic") if row.get("topic_name") is None else row["topic_name"]
    return None if name is None else str(name)


def slicings(pairs: Sequence[Pair], held_out: Iterable[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Find ways to slice the pairs, as name → pair id → slice: metadata of few values, and the reference's length."""
    metadata = {row.get("id", ""): _metadata(row) for row in held_out}
    names = {name for values in metadata.values() for name in values}
    found = {
        name: {pair.id: str(metadata.get(pair.id, {}).get(name, "none")) for pair in pairs} for name in sorted(names)
    }
    few = {name: values for name, values in found.items() if 1 < len(set(values.values())) <= 20}
    lengths = sorted(len(pair.reference.split()) for pair in pairs)
    middle = lengths[len(lengths) // 2] if lengths else 0
    few["reference length"] = {
        pair.id: f"{middle} words or more" if len(pair.reference.split()) >= middle else f"under {middle} words"
        for pair in pairs
    }
    return few


def _metadata(row: dict[str, Any]) -> dict[str, Any]:
    nested = row.get("metadata")
    values = {**row, "topic": topic_name(row), **(nested if isinstance(nested, dict) else {})}
    return {k: v for k, v in values.items() if k not in OWN_FIELDS and isinstance(v, str | int | bool)}


def slices(pairs: Iterable[Pair], slice_of: Mapping[str, str]) -> list[Slice]:
    """Count each slice, the largest first; below FEWEST decided pairs there is no rate."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[slice_of.get(pair.id, "none")].append(pair)
    found = []
    for name, members in groups.items():
        outcomes = Counter(pair.outcome for pair in members)
        base, tuned = outcomes["base"], outcomes["tuned"]
        rate = wilson(tuned, base + tuned) if base + tuned >= FEWEST else None
        found.append(Slice(name, len(members), base, tuned, rate))
    return sorted(found, key=lambda s: (-s.n, s.name))
