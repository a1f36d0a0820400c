"""A blind review that may stop early: whether it may, about how much is left, and what its votes say at every look.

    state = stopping(plan, votes, groups)       # None where the plan's review is a fixed one
    stopping_words(state)                       # "About 9 more pairs may decide it." and never who leads
    state.decided_after                         # 21: of the 50 pairs, in the order in which they were read

A pair is settled once as many reviewers as planned have spoken of it; what most of them prefer counts. Like questions,
a group, count once, for the side that won most of them, when the last of them is settled: half a group could turn
round. Ties decide nothing. `groups` is pair id → group, its own id where it has none.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evaluation.people.queue import SECONDS_A_PAIR, drawn, is_anytime
from evaluation.people.verdicts import plurality
from evaluation.people.vote_log import JudgmentLog, export
from evaluation.people.win_rate import ALPHA, DISAGREE, OUTCOMES, SIGNS, Vote, to_votes
from winnow.statistics import Interval, confidence_sequence, decided_after, pairs_to_decision
from winnow.study.plan import Plan

MAY_STOP = "You may stop now."


@dataclass(frozen=True, slots=True)
class Stopping:
    """How far a review is that may stop early.

    `judged` of the `pairs` are settled. `decided_after` is how many were when the votes decided. `more` is about how
    many pairs it takes if they go on as they went, 0 where they can't decide it any more. `win_rate` is tuned's among
    decided pairs, or groups of them, with what every look so far has left of it. A fixed review would have asked for
    `fixed_votes`, which takes `seconds_spared` more at the pace of those who read.
    """

    pairs: int
    judged: int
    decided_after: int | None
    more: int
    win_rate: Interval
    votes: int
    fixed_votes: int
    seconds_spared: float

    @property
    def may_stop(self) -> bool:
        """Tell whether further votes can change nothing of the outcome: it is decided, or can't be any more."""
        return self.decided_after is not None or self.more == 0

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            **{"pairs": self.pairs, "judged": self.judged, "decided_after": self.decided_after},
            **{"may_stop": self.may_stop, "win_rate": self.win_rate.as_dict()},
            **{"votes": self.votes, "fixed_votes": self.fixed_votes, "minutes_spared": round(self.seconds_spared / 60)},
        }


@dataclass(frozen=True, slots=True)
class _Unit:
    """A group of like questions with all its pairs settled: after how many settled pairs, and the side that won it."""

    judged: int
    sign: float


def stopping(plan: Plan, votes: Iterable[Vote], groups: Mapping[str, str]) -> Stopping | None:
    """Look at the votes, in the order in which they were cast; None where the plan's review is a fixed one."""
    if not is_anytime(plan):
        return None
    outcome, votes = plan.fields["outcome"], [vote for vote in votes if vote.id in groups and not vote.repeat]
    alpha, horizon, raters = (
        float(outcome.get("alpha", ALPHA)),
        len(set(groups.values())),
        int(outcome.get("raters", 1)),
    )
    settled, cast = _settled(votes, groups, raters), sum(vote.preferred in OUTCOMES for vote in votes)
    units = _units(settled, groups)
    decided = [unit for unit in units if unit.sign]
    outcomes, is_complete = [unit.sign > 0 for unit in decided], len(settled) == len(groups)
    found = decided_after(outcomes, horizon, is_complete=is_complete, alpha=alpha) if horizon else None
    return Stopping(
        len(groups),
        len(settled),
        None if found is None else decided[found - 1].judged,
        _more(outcomes, len(units), len(groups) - len(settled), horizon, alpha),
        confidence_sequence(outcomes, max(horizon, 1), is_complete=is_complete, alpha=alpha),
        cast,
        raters * len(groups),
        max(0, raters * len(groups) - cast) * _pace(votes),
    )


def look(plan: Plan, log: JudgmentLog, *, groups: Mapping[str, str]) -> Stopping | None:
    """Look at the votes cast so far, of those too who are still reading."""
    return stopping(plan, to_votes(export(log.judgments(plan.hash))), drawn(plan, groups)) if is_anytime(plan) else None


def _pace(votes: Iterable[Vote]) -> float:
    """Give the median seconds of a vote."""
    known = [vote.seconds for vote in votes if vote.seconds > 0]
    return statistics.median(known) if known else SECONDS_A_PAIR


def _settled(votes: Iterable[Vote], groups: Mapping[str, str], raters: int) -> dict[str, str]:
    """Give what was said of each pair of which enough reviewers have spoken, in the order in which they had."""
    said: defaultdict[str, dict[str, str]] = defaultdict(dict)
    settled: dict[str, str] = {}
    for vote in votes:
        if vote.preferred == "skip" or vote.id in settled:
            continue
        said[vote.id][vote.reviewer] = vote.preferred
        if len(said[vote.id]) >= raters:
            words = [word for word in said[vote.id].values() if word in OUTCOMES]
            settled[vote.id] = plurality(words, DISAGREE) if words else "flag"
    return settled


def _units(settled: Mapping[str, str], groups: Mapping[str, str]) -> list[_Unit]:
    left: defaultdict[str, int] = defaultdict(int)
    net: defaultdict[str, float] = defaultdict(float)
    for group in groups.values():
        left[group] += 1
    units = []
    for judged, (item, word) in enumerate(settled.items(), start=1):
        group = groups[item]
        left[group] -= 1
        net[group] += SIGNS.get(word, 0.0)
        if not left[group]:
            units.append(_Unit(judged, float((net[group] > 0) - (net[group] < 0))))
    return units


def _more(outcomes: list[bool], units: int, left: int, horizon: int, alpha: float) -> int:
    """Turn the decided pairs still to come into pairs to read: ties, and like questions, make it more."""
    if not left:
        return 0
    wins = sum(outcomes)
    further = pairs_to_decision(wins, len(outcomes) - wins, horizon - units, horizon, alpha)
    if further is None:
        return 0
    share_decided = (len(outcomes) + 1) / (units + 1)
    return min(left, math.ceil(further / share_decided * left / max(1, horizon - units)))


def stopping_words(state: Stopping | None) -> str:
    """Say to who is reading what is left, and nothing about who leads; empty where the review is a fixed one."""
    if state is None:
        return ""
    if state.may_stop:
        return MAY_STOP
    return f"About {state.more} more {'pair' if state.more == 1 else 'pairs'} may decide it."
