"""How many removals were right: a seeded sample of removed rows for people, and the share they confirm.

removed = removed_by_steps(ledger.step_decisions())
sample = draw(removed, size=100, seed=0)                      # decisions to be looked at, with their twins
ledger.append(answer(sample[0], is_right=True, by="ada"))
precision(removed, ledger.people_decisions(), 100, 0)["all"]  # Interval, once people answered
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from winnow.data.ledger import Decision
from winnow.data.records import content_hash
from winnow.statistics import Interval, wilson

STEP = "audit"
RIGHT, WRONG = "right", "wrong"


def removed_by_steps(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """Give each row that a step removed the first removal, whatever people said since.

    A row that somebody restored because it was wrongly removed is one of the removals that weren't right.
    """
    found: dict[str, Decision] = {}
    for decision in decisions:
        if decision.action == "remove":
            found.setdefault(decision.id, decision)
    return found


def draw(removed: Mapping[str, Decision], size: int, seed: int) -> list[Decision]:
    """Draw removals at random, the same ones in any order of the rows; a removal by a person isn't a step's error."""
    by_steps = [decision for decision in removed.values() if decision.by in ("", decision.step)]
    return sorted(by_steps, key=lambda decision: (content_hash(str(seed), decision.id), decision.id))[:size]


def answer(removal: Decision, is_right: bool, by: str, comment: str = "") -> Decision:
    """Record what a person says about a removal; saying that it's wrong doesn't restore the row, `restore` does."""
    verdict = RIGHT if is_right else WRONG
    evidence = {"step": removal.step, "reason": removal.reason, "comment": comment}
    return Decision(removal.id, STEP, "label", verdict, evidence, by=by)


def precision(
    removed: Mapping[str, Decision], decisions: Iterable[Decision], size: int, seed: int
) -> dict[str, Interval]:
    """Give the share of the sample's answered removals that people call right, over `all` steps and for each.

    Only answers about the drawn sample count: rows that somebody came across are not a random sample. A row that
    several people answered counts once, as right where most of them say so; a tie is half. Of several answers of one
    person the last counts. No answers, no entry.
    """
    sample = {decision.id: decision for decision in draw(removed, size, seed)}
    said = {
        (decision.id, decision.by): float(decision.reason == RIGHT)
        for decision in decisions
        if decision.step == STEP and decision.action == "label" and decision.id in sample
    }
    votes: defaultdict[str, list[float]] = defaultdict(list)
    for (id_, _), is_right in said.items():
        votes[id_].append(is_right)
    by_step: defaultdict[str, list[float]] = defaultdict(list)
    for id_, given in votes.items():
        share = sum(given) / len(given)
        verdict = 0.5 if share == 0.5 else float(share > 0.5)
        by_step["all"].append(verdict)
        by_step[sample[id_].step].append(verdict)
    return {step: wilson(sum(verdicts), len(verdicts)) for step, verdicts in sorted(by_step.items())}
