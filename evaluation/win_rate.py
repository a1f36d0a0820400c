"""What blind votes say: win rate among decided pairs, exact test, ties, side bias, self-consistency.

    tally(export(log.judgments(plan.hash)))
    # {"wins": 21, "losses": 9, "ties": 8, "both_bad": 2, "win_rate": {…}, "p": 0.043, …}

The item is the unit: several reviewers' votes on one pair count once, by what most of them said. Hidden repeats,
shown with the sides swapped, don't count again; they say how steady a reviewer is. Where items share a group, the
intervals draw it together, and the test counts it once, for the side that won most of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evaluation.verdicts import plurality
from winnow.data.columns import Row
from winnow.errors import InputError
from winnow.statistics import (
    Interval,
    krippendorff_alpha,
    length_controlled_win_rate,
    mean,
    net_share,
    share,
    sign_test,
    wilson,
)

ALPHA = 0.05
OUTCOMES = ("tuned", "base", "tie", "both_bad")
NO_VOTE = ("skip", "flag")
SIGNS = {"tuned": 1.0, "base": -1.0}


def tally(
    votes: Iterable[Row],
    length_difference: Mapping[str, float] | None = None,
    groups: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Count rows `{"id", "preferred", "reviewer", "left", "right", "repeat"}` into a win rate with its test.

    `preferred` is tuned, base, tie or both_bad; skip and flag are no votes. `length_difference` (id → tuned minus
    base) adds the length-controlled line. `groups` is id → group; `groups` of the result is how many the decided
    pairs are of, None where each is its own. `is_difference` says that p <= 0.05, two-sided.
    """
    votes = list(votes)
    _check(votes)
    cast = [vote for vote in votes if vote["preferred"] in OUTCOMES]
    first = [vote for vote in cast if not vote.get("repeat")]
    outcomes = {item: plurality(said) for item, said in _by_item(first).items()}
    figures = _figures(outcomes, groups or {})
    if length_difference is not None:
        figures["length_controlled"] = _length_controlled(outcomes, length_difference)
    counts = Counter(outcomes.values())
    return {
        **{"items": len(outcomes), "wins": counts["tuned"], "losses": counts["base"]},
        **{"ties": counts["tie"], "both_bad": counts["both_bad"]},
        **{name: figure.as_dict() for name, figure in figures.items()},
        **_test(outcomes, groups or {}),
        "not_votes": dict(Counter(vote["preferred"] for vote in votes if vote["preferred"] in NO_VOTE)),
        "side_bias": _side_bias(cast),
        "self_consistency": _self_consistency(cast),
        "reviewers": _reviewers(first),
    }


def _figures(outcomes: Mapping[str, str], groups: Mapping[str, str]) -> dict[str, Interval]:
    signs = {item: SIGNS.get(outcome, 0.0) for item, outcome in outcomes.items()}
    decided = {item: sign for item, sign in signs.items() if sign}
    every, own = (_labels(items, groups) for items in (signs, decided))
    wins, losses = (sum(sign == side for sign in decided.values()) for side in (1, -1))
    halves = [(1 + sign) / 2 for sign in signs.values()]
    return {
        "win_rate": share([sign > 0 for sign in decided.values()], own),
        "ties_as_half": mean(halves, every, scale=(0, 1)),
        "net_margin": mean(list(signs.values()), every, scale=(-1, 1))
        if every
        else net_share(wins, losses, len(signs)),
    }


def _labels(items: Iterable[str], groups: Mapping[str, str]) -> list[str] | None:
    """Give each item's group, itself where it has none; None where no two items share one."""
    labels = [f"group {groups[item]}" if item in groups else f"item {item}" for item in items]
    return labels if len(set(labels)) < len(labels) else None


def _test(outcomes: Mapping[str, str], groups: Mapping[str, str]) -> dict[str, Any]:
    """Test the decided items against a fair coin; items that share a group aren't tossed one by one."""
    decided = [item for item, outcome in outcomes.items() if outcome in SIGNS]
    labels = _labels(decided, groups)
    net: defaultdict[str, float] = defaultdict(float)
    for item, label in zip(decided, labels or decided, strict=True):
        net[label] += SIGNS[outcomes[item]]
    wins, losses = sum(sign > 0 for sign in net.values()), sum(sign < 0 for sign in net.values())
    p = sign_test(wins, losses)
    found = {"p": p, "mid_p": sign_test(wins, losses, mid_p=True), "is_difference": p <= ALPHA}
    return {**found, "groups": len(net) if labels else None}


def _check(votes: Sequence[Row]) -> None:
    for place, vote in enumerate(votes, start=1):
        if vote.get("id") is None or vote.get("preferred") not in (*OUTCOMES, *NO_VOTE):
            raise InputError(
                f"judgment {place}: id {vote.get('id')!r}, preferred {vote.get('preferred')!r}; expected an id and one "
                f"of {', '.join((*OUTCOMES, *NO_VOTE))}"
            )


def _by_item(votes: Iterable[Row]) -> dict[str, list[str]]:
    items: dict[str, list[str]] = defaultdict(list)
    for vote in votes:
        items[str(vote["id"])].append(vote["preferred"])
    return items


def _length_controlled(outcomes: Mapping[str, str], length_difference: Mapping[str, float]) -> Interval:
    known = [(outcome, length_difference[item]) for item, outcome in outcomes.items() if item in length_difference]
    decided = [({"tuned": 1.0, "base": 0.0}[outcome], length) for outcome, length in known if outcome in OUTCOMES[:2]]
    return length_controlled_win_rate([won for won, _ in decided], [length for _, length in decided])


def _side_bias(votes: Iterable[Row]) -> dict[str, Any]:
    """Give the share of decided votes for the left side; sides are balanced, so 0.5 is no bias."""
    decided = [vote for vote in votes if vote["preferred"] in OUTCOMES[:2] and vote.get("left") in OUTCOMES[:2]]
    left = sum(vote["preferred"] == vote["left"] for vote in decided)
    return {**wilson(left, len(decided)).as_dict(), "p": sign_test(left, len(decided) - left)}


def _self_consistency(votes: Iterable[Row]) -> dict[str, Any]:
    """Give how often a reviewer said the same of a pair shown again with its sides swapped."""
    shown: dict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
    for vote in votes:
        shown[str(vote.get("reviewer")), str(vote["id"])][int(vote.get("repeat") or 0)] = vote
    twice = [(both[0], both[1]) for both in shown.values() if {0, 1} <= both.keys()]
    same = sum(one["preferred"] == other["preferred"] for one, other in twice)
    by_side = sum(_side(one) is not None and _side(one) == _side(other) for one, other in twice)
    return {**wilson(same, len(twice)).as_dict(), "same_side_twice": by_side}


def _side(vote: Row) -> str | None:
    return {vote.get("left"): "left", vote.get("right"): "right"}.get(vote["preferred"])


def _reviewers(votes: Sequence[Row]) -> dict[str, Any]:
    """Count the reviewers, and give their agreement where two or more judged the same pairs."""
    several = [said for said in _by_item(votes).values() if len(said) > 1]
    agreement = krippendorff_alpha(several).as_dict() if several else None
    return {"n": len({vote.get("reviewer") for vote in votes}), "krippendorff_alpha": agreement}
