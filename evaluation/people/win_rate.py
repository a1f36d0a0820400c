"""What blind votes say: win rate among decided pairs, exact test, ties, side bias, self-consistency.

    found = tally(to_votes(export(log.judgments(plan.hash))))
    found.wins, found.losses, found.ties, found.both_bad, found.p      # 21, 9, 8, 2, 0.043

The item is the unit: several reviewers' votes on one pair count once, by what most of them said; where two verdicts
are as frequent the reviewers disagree, which is no tie. Hidden repeats,
shown with the sides swapped, don't count again; they say how steady a reviewer is. Where items share a group, the
intervals draw it together, and the test counts it once, for the side that won most of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evaluation.people.verdicts import plurality
from winnow.data.columns import Row
from winnow.errors import InputError
from winnow.statistics import (
    Interval,
    krippendorff_alpha,
    length_controlled_win_rate,
    mean,
    net_share,
    net_signs,
    share,
    sign_test,
    wilson,
)

ALPHA = 0.05
OUTCOMES = ("tuned", "base", "tie", "both_bad")
NO_VOTE = ("skip", "flag")
DISAGREE = "disagree"
SIGNS = {"tuned": 1.0, "base": -1.0}


@dataclass(frozen=True, slots=True)
class Vote:
    """What one reviewer preferred at one showing of a pair: tuned, base, tie or both_bad; skip and flag are no votes.

    `left` and `right` name the systems that stood there; `repeat` is 1 where the pair was shown again, sides swapped;
    `seconds` is how long it was looked at, 0 where nobody knows.
    """

    id: str
    preferred: str
    reviewer: str = ""
    left: str = ""
    right: str = ""
    repeat: int = 0
    note: str = ""
    at: str = ""
    seconds: float = 0.0

    @property
    def side(self) -> str | None:
        """The side that was preferred, None where neither was."""
        return {self.left: "left", self.right: "right"}.get(self.preferred)


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes counted by item; `groups` is how many the decided pairs are of, None where each is its own.

    `is_difference` says that p <= 0.05, two-sided.
    """

    items: int
    wins: int
    losses: int
    ties: int
    both_bad: int
    disagreements: int
    win_rate: Interval
    ties_as_half: Interval
    net_margin: Interval
    length_controlled: Interval | None
    p: float
    mid_p: float
    groups: int | None
    not_votes: dict[str, int]
    side_bias: Interval
    side_p: float
    self_consistency: Interval
    same_side_twice: int
    reviewers: int
    agreement: Interval | None

    @property
    def is_difference(self) -> bool:
        """Tell whether the exact test calls a difference."""
        return self.p <= ALPHA

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        controlled = {} if self.length_controlled is None else {"length_controlled": self.length_controlled.as_dict()}
        return {
            **{"items": self.items, "wins": self.wins, "losses": self.losses},
            **{"ties": self.ties, "both_bad": self.both_bad, "disagreements": self.disagreements},
            "win_rate": self.win_rate.as_dict(),
            "ties_as_half": self.ties_as_half.as_dict(),
            "net_margin": self.net_margin.as_dict(),
            **controlled,
            **{"p": self.p, "mid_p": self.mid_p, "is_difference": self.is_difference, "groups": self.groups},
            "not_votes": self.not_votes,
            "side_bias": {**self.side_bias.as_dict(), "p": self.side_p},
            "self_consistency": {**self.self_consistency.as_dict(), "same_side_twice": self.same_side_twice},
            "reviewers": {
                "n": self.reviewers,
                "krippendorff_alpha": None if self.agreement is None else self.agreement.as_dict(),
            },
        }


def to_votes(rows: Iterable[Row]) -> list[Vote]:
    """Read rows `{"id", "preferred", "reviewer", "left", "right", "repeat"}`; raises InputError for what is no vote."""
    return [_vote(row, place) for place, row in enumerate(rows, start=1)]


def _vote(row: Row, place: int) -> Vote:
    if row.get("id") is None or row.get("preferred") not in (*OUTCOMES, *NO_VOTE):
        raise InputError(
            f"judgment {place}: id {row.get('id')!r}, preferred {row.get('preferred')!r}; expected an id and one "
            f"of {', '.join((*OUTCOMES, *NO_VOTE))}"
        )
    reviewer, left, right, note, at = (str(row.get(name) or "") for name in ("reviewer", "left", "right", "note", "at"))
    repeat, seconds = int(row.get("repeat") or 0), float(row.get("seconds") or 0)
    return Vote(str(row["id"]), row["preferred"], reviewer, left, right, repeat, note, at, seconds)


def first_votes(votes: Iterable[Vote]) -> dict[str, list[Vote]]:
    """Gather the votes on each pair at its first showing: a repeat measures the reviewer, not the pair."""
    said: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        if vote.preferred in OUTCOMES and not vote.repeat:
            said[vote.id].append(vote)
    return dict(said)


def tally(
    votes: Iterable[Vote],
    length_difference: Mapping[str, float] | None = None,
    groups: Mapping[str, str] | None = None,
) -> Tally:
    """Count votes into a win rate with its test.

    `length_difference` (id → tuned minus base) adds the length-controlled line. `groups` is id → group.
    """
    votes = list(votes)
    cast = [vote for vote in votes if vote.preferred in OUTCOMES]
    said = {item: [vote.preferred for vote in first] for item, first in first_votes(votes).items()}
    outcomes = {item: plurality(words, DISAGREE) for item, words in said.items()}
    counts, several = Counter(outcomes.values()), [words for words in said.values() if len(words) > 1]
    controlled = None if length_difference is None else _length_controlled(outcomes, length_difference)
    win_rate, ties_as_half, net_margin = _figures(outcomes, groups or {})
    p, mid_p, together = _test(outcomes, groups or {})
    left, decided = _left(cast)
    same, same_side, twice = _again(cast)
    return Tally(
        items=len(outcomes),
        wins=counts["tuned"],
        losses=counts["base"],
        ties=counts["tie"],
        both_bad=counts["both_bad"],
        disagreements=counts[DISAGREE],
        win_rate=win_rate,
        ties_as_half=ties_as_half,
        net_margin=net_margin,
        length_controlled=controlled,
        p=p,
        mid_p=mid_p,
        groups=together,
        not_votes=dict(Counter(vote.preferred for vote in votes if vote.preferred in NO_VOTE)),
        side_bias=wilson(left, decided),
        side_p=sign_test(left, decided - left),
        self_consistency=wilson(same, twice),
        same_side_twice=same_side,
        reviewers=len({vote.reviewer for vote in cast if not vote.repeat}),
        agreement=krippendorff_alpha(several) if several else None,
    )


def _figures(outcomes: Mapping[str, str], groups: Mapping[str, str]) -> tuple[Interval, Interval, Interval]:
    """Give the win rate among decided items, the share with ties as half, and the net margin."""
    signs = {item: SIGNS.get(outcome, 0.0) for item, outcome in outcomes.items()}
    decided = {item: sign for item, sign in signs.items() if sign}
    every, own = (_labels(items, groups) for items in (signs, decided))
    wins, losses = (sum(sign == side for sign in decided.values()) for side in (1, -1))
    halves = [(1 + sign) / 2 for sign in signs.values()]
    margin = mean(list(signs.values()), every, scale=(-1, 1)) if every else net_share(wins, losses, len(signs))
    return share([sign > 0 for sign in decided.values()], own), mean(halves, every, scale=(0, 1)), margin


def _labels(items: Iterable[str], groups: Mapping[str, str]) -> list[str] | None:
    """Give each item's group, itself where it has none; None where no two items share one."""
    labels = [f"group {groups[item]}" if item in groups else f"item {item}" for item in items]
    return labels if len(set(labels)) < len(labels) else None


def _test(outcomes: Mapping[str, str], groups: Mapping[str, str]) -> tuple[float, float, int | None]:
    """Test the decided items against a fair coin: p, mid-p, groups. Those of one group aren't tossed one by one."""
    decided = [item for item, outcome in outcomes.items() if outcome in SIGNS]
    labels = _labels(decided, groups)
    wins, losses = net_signs([SIGNS[outcomes[item]] for item in decided], labels)
    return sign_test(wins, losses), sign_test(wins, losses, mid_p=True), len(set(labels)) if labels else None


def _length_controlled(outcomes: Mapping[str, str], length_difference: Mapping[str, float]) -> Interval:
    known = [(outcome, length_difference[item]) for item, outcome in outcomes.items() if item in length_difference]
    decided = [({"tuned": 1.0, "base": 0.0}[outcome], length) for outcome, length in known if outcome in OUTCOMES[:2]]
    return length_controlled_win_rate([won for won, _ in decided], [length for _, length in decided])


def _left(votes: Iterable[Vote]) -> tuple[int, int]:
    """Count the decided votes for the left side, and all decided; sides are balanced, so a half is no bias."""
    decided = [vote for vote in votes if vote.preferred in OUTCOMES[:2] and vote.left in OUTCOMES[:2]]
    return sum(vote.preferred == vote.left for vote in decided), len(decided)


def _again(votes: Iterable[Vote]) -> tuple[int, int, int]:
    """Count how often a reviewer said the same of a pair shown again, took the same side again, and saw one again."""
    shown: dict[tuple[str, str], dict[int, Vote]] = defaultdict(dict)
    for vote in votes:
        shown[vote.reviewer, vote.id][vote.repeat] = vote
    twice = [(both[0], both[1]) for both in shown.values() if {0, 1} <= both.keys()]
    same = sum(one.preferred == other.preferred for one, other in twice)
    return same, sum(one.side is not None and one.side == other.side for one, other in twice), len(twice)
