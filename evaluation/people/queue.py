"""The queue of a blind review: which pair comes next, which system stands left, which pairs come twice.

shown = queue(plan.hash, "ada", item_ids, repeats=0.1)      # the same for the same plan, reviewer and items
left = pending(shown, log.judgments(plan.hash, "ada"))      # what the reviewer still has to see, in order
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.people.vote_log import Judgment
from winnow.data.records import content_hash
from winnow.study.plan import Plan

SYSTEMS = ("base", "tuned")
SECONDS_A_PAIR = 37  # AlpacaEval's human annotators took so long an item; used until the reviewer's own pace is known


@dataclass(frozen=True, slots=True)
class Showing:
    """One pair as it is shown once; `repeat` 1 is the same pair later, with its sides swapped."""

    item: str
    repeat: int
    left: str
    right: str

    def key(self, plan: str, reviewer: str) -> str:
        """Name the showing on a page: the two showings of a pair have names that share nothing."""
        return content_hash("showing", plan, reviewer, self.item, str(self.repeat))[:16]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reviewer is; never who is winning."""

    done: int
    total: int
    skipped: int
    seconds_left: float


def queue(
    plan: str,
    reviewer: str,
    items: Iterable[str],
    repeats: float = 0.1,
    systems: tuple[str, str] = SYSTEMS,
    together: Mapping[str, str] | None = None,
) -> list[Showing]:
    """Order the pairs for one reviewer and give each its sides.

    Each system stands left in half of the pairs exactly (one more or less when their number is odd). A share
    `repeats` of the pairs, from five pairs on, comes again at least a third of the queue later, sides swapped.
    Where the review may stop early, `together` is pair → group: all reviewers then read in one order, group by group,
    so that pairs and groups are complete early.
    """
    order = _order(plan, reviewer, set(items), together)
    left = _left_systems(plan, reviewer, order, systems)
    other = dict(zip(systems, reversed(systems), strict=True))
    gap = max(1, len(order) // 3)
    placed = [(float(i), Showing(item, 0, left[item], other[left[item]])) for i, item in enumerate(order)]
    for item in _repeated(plan, reviewer, order[: len(order) - gap], left, repeats * len(order)):
        earliest = order.index(item) + gap
        place = earliest + _uniform(plan, reviewer, item, "place") * (len(order) - earliest)
        placed.append((place, Showing(item, 1, other[left[item]], left[item])))
    return [showing for _, showing in sorted(placed, key=lambda pair: (pair[0], pair[1].repeat))]


def planned_queue(plan: Plan, reviewer: str, groups: Mapping[str, str], repeats: float) -> list[Showing]:
    """Order the pairs that the plan puts before people; all reviewers read in one order where it may stop early."""
    chosen = drawn(plan, groups)
    return queue(plan.hash, reviewer, chosen, repeats, together=chosen if is_anytime(plan) else None)


def is_anytime(plan: Plan) -> bool:
    """Tell whether the plan lets its review stop early; a plan without a word about it doesn't."""
    return bool((plan.fields.get("outcome") or {}).get("stopping") == "anytime")


def drawn(plan: Plan, groups: Mapping[str, str]) -> dict[str, str]:
    """Draw the pairs that people vote on, with their groups: all, or by the plan's hash as many as it says.

    Like questions are drawn together, so that there may be a few more.
    """
    wanted, name = (plan.fields.get("outcome") or {}).get("voted") or len(groups), plan.hash
    if wanted >= len(groups):
        return dict(groups)
    found: dict[str, str] = {}
    for item in sorted(groups, key=lambda item: (content_hash(name, groups[item], "drawn"), item)):
        if len(found) >= wanted and groups[item] not in found.values():
            break
        found[item] = groups[item]
    return {item: groups[item] for item in groups if item in found}


def _order(plan: str, reviewer: str, items: set[str], together: Mapping[str, str] | None) -> list[str]:
    if together is None:
        return sorted(items, key=lambda item: content_hash(plan, reviewer, item, "order"))
    return sorted(items, key=lambda item: (content_hash(plan, together[item], "group"), content_hash(plan, item)))


def _left_systems(plan: str, reviewer: str, items: Sequence[str], systems: tuple[str, str]) -> dict[str, str]:
    ranked = sorted(items, key=lambda item: content_hash(plan, reviewer, item, "side"))
    first = 0 if _uniform(plan, reviewer, "first side") < 0.5 else 1
    return {item: systems[(first + rank) % 2] for rank, item in enumerate(ranked)}


def _repeated(plan: str, reviewer: str, candidates: Sequence[str], left: dict[str, str], wanted: float) -> list[str]:
    """Choose as many pairs of each side as of the other, so that repeats keep the sides balanced."""
    if len(left) < 5:
        return []
    ranked = sorted(candidates, key=lambda item: content_hash(plan, reviewer, item, "repeat"))
    by_side = [[item for item in ranked if left[item] == system] for system in sorted(set(left.values()))]
    alternating = [item for pair in zip(*by_side, strict=False) for item in pair]
    return alternating[: math.ceil(wanted)]


def _uniform(*parts: str) -> float:
    return int(content_hash(*parts)[:13], 16) / 16**13


def pending(shown: Sequence[Showing], judgments: Iterable[Judgment]) -> list[Showing]:
    """List what is still to be judged, in order; skipped pairs come back at the end.

    A repeat waits until its pair was judged the first time, and falls away where the pair was flagged.
    """
    judgments = list(judgments)
    settled = {(j.item, j.repeat) for j in judgments if j.verdict != "skip"}
    flagged = {j.item for j in judgments if j.verdict == "flag"}
    skips = {(j.item, j.repeat): place for place, j in enumerate(judgments) if j.verdict == "skip"}

    def turn(showing: Showing) -> tuple[bool, int]:
        waits = showing.repeat > 0 and (showing.item, 0) not in settled
        return waits, skips.get((showing.item, showing.repeat), -1)

    left = [s for s in shown if (s.item, s.repeat) not in settled and s.item not in flagged]
    return sorted(left, key=turn)


def progress(shown: Sequence[Showing], judgments: Sequence[Judgment]) -> Progress:
    """Count what is done; the time left goes by the reviewer's own median pace from three judgments on."""
    left = pending(shown, judgments)
    paces = [j.seconds for j in judgments if j.verdict != "skip"]
    pace = statistics.median(paces) if len(paces) >= 3 else SECONDS_A_PAIR
    settled = {(j.item, j.repeat) for j in judgments if j.verdict != "skip"}
    skipped = {(j.item, j.repeat) for j in judgments if j.verdict == "skip"} - settled
    return Progress(len(settled), len(settled) + len(left), len(skipped), pace * len(left))
