"""Turn several people's labels into one verdict a row, and verdicts into decisions.

outcome = merge(labels, tasks, config.labelling)
ledger.append(*decisions(outcome, tasks, ledger.people_decisions()))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from curation.labelling.labels import STEP, Label, latest
from curation.labelling.tasks import LabelChoice, Task
from winnow.config import LabellingConfig
from winnow.data.ledger import Action, Decision

_ACTIONS: dict[str, Action] = {"keep": "restore", "fix": "correct", "remove": "remove"}


@dataclass(frozen=True, slots=True)
class Settled:
    """The verdict on one row, the corrected answer of a `fix`, and the labels it rests on."""

    verdict: str
    answer: str
    votes: tuple[Label, ...]
    adjudicated: bool = False


@dataclass(frozen=True)
class Outcome:
    """How each labelled row stands: settled, in conflict, or waiting for more people. Gold rows are in none."""

    settled: dict[str, Settled] = field(default_factory=dict)
    conflicts: dict[str, list[Label]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)


def merge(labels: Iterable[Label], tasks: Mapping[str, Task], config: LabellingConfig) -> Outcome:
    """Settle each row by its adjudicator's word or, without one, by the votes of those who were to judge it.

    A majority is more than half of the weight. Votes to fix count together only while their answers are the same.
    """
    outcome = Outcome()
    last = latest(labels)
    weights = _weights(last, tasks) if config.gold_weighting else {}
    votes: defaultdict[str, list[Label]] = defaultdict(list)
    for label in sorted(last, key=lambda label: (label.at, label.by)):
        if label.id in tasks and label.role != "gold":
            votes[label.id].append(label)
    for id_, found in votes.items():
        words = [label for label in found if label.adjudication]
        cast = [label for label in found if not label.adjudication]
        needed = len(tasks[id_].annotators) or config.overlap
        if words:
            outcome.settled[id_] = Settled(words[-1].verdict, words[-1].answer, (words[-1],), adjudicated=True)
        elif len(cast) < needed:
            outcome.waiting.add(id_)
        elif winner := _winner(cast, config.merge, weights):
            outcome.settled[id_] = winner
        else:
            outcome.conflicts[id_] = cast
    return outcome


def _winner(cast: Sequence[Label], rule: str, weights: Mapping[str, float]) -> Settled | None:
    tally: defaultdict[tuple[str, str], float] = defaultdict(float)
    for label in cast:
        tally[label.verdict, " ".join(label.answer.split())] += weights.get(label.by, 1.0)
    best = max(tally, key=lambda key: tally[key])
    if (rule == "unanimous" and len(tally) > 1) or tally[best] <= sum(tally.values()) / 2:
        return None
    votes = tuple(label for label in cast if (label.verdict, " ".join(label.answer.split())) == best)
    return Settled(best[0], votes[0].answer, votes)


def _weights(labels: Iterable[Label], tasks: Mapping[str, Task]) -> dict[str, float]:
    """Weigh each person by accuracy on gold rows, drawn towards one half while they are few."""
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for label in labels:
        if label.role == "gold" and label.id in tasks:
            right[label.by].append(label.verdict == tasks[label.id].verdict)
    return {name: (sum(found) + 1) / (len(found) + 2) for name, found in right.items()}


def decisions(outcome: Outcome, tasks: Mapping[str, Task], people: Sequence[Decision]) -> list[Decision]:
    """List the decisions that the ledger doesn't have yet, each by the people whose votes it rests on."""
    known: dict[str, Decision] = {}
    corrected: set[str] = set()
    for decision in people:
        if decision.step == STEP and decision.action in _ACTIONS.values():
            known[decision.id] = decision
        if decision.text is not None:
            corrected.add(decision.id)
    new = []
    for id_, settled in outcome.settled.items():
        decision = _decision(tasks[id_], settled, id_ in corrected)
        if id_ not in known or _substance(known[id_]) != _substance(decision):
            new.append(decision)
    return new


def _substance(decision: Decision) -> tuple[object, ...]:
    return decision.action, decision.text, decision.evidence


def _decision(task: Task, settled: Settled, was_corrected: bool) -> Decision:
    action = _ACTIONS[settled.verdict]
    reasons = sorted({reason for label in settled.votes for reason in label.reasons})
    comments = sorted({label.comment for label in settled.votes if label.comment})
    evidence = {
        "verdict": settled.verdict,
        "votes": {label.by: label.at for label in settled.votes},
        "rule": "adjudicated" if settled.adjudicated else "votes",
        "reasons": reasons,
        "comments": comments,
    }
    by = ", ".join(sorted({label.by for label in settled.votes}))
    at = max(label.at for label in settled.votes)
    if action == "correct":
        return Decision(task.id, STEP, action, "corrected by hand", evidence, "answer", settled.answer, by=by, at=at)
    if action == "restore" and was_corrected:  # an earlier correction is taken back
        return Decision(task.id, STEP, action, "judged good", evidence, "answer", task.answer, by=by, at=at)
    return Decision(task.id, STEP, action, "human" if action == "remove" else "judged good", evidence, by=by, at=at)


def is_bad(verdict: LabelChoice | str) -> bool:
    """Say whether a verdict means that the row wasn't good as it was."""
    return verdict in ("fix", "remove")
