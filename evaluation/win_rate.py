"""What blind votes say: win rate among decided pairs, exact test, ties, side bias, self-consistency.

    tally(export(log.judgments(plan.hash)))
    # {"wins": 21, "losses": 9, "ties": 8, "both_bad": 2, "win_rate": {…}, "p": 0.043, …}

The item is the unit: several reviewers' votes on one pair count once, by what most of them said. Hidden repeats,
shown with the sides swapped, don't count again; they say how steady a reviewer is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evaluation.rows import Row
from evaluation.verdicts import plurality
from winnow.errors import InputError
from winnow.statistics import (
    Interval,
    krippendorff_alpha,
    length_controlled_win_rate,
    mean,
    net_share,
    sign_test,
    wilson,
)

ALPHA = 0.05
OUTCOMES = ("tuned", "base", "tie", "both_bad")
NO_VOTE = ("skip", "flag")


def tally(votes: Iterable[Row], length_difference: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Count rows `{"id", "preferred", "reviewer", "left", "right", "repeat"}` into a win rate with its test.

    `preferred` is tuned, base, tie or both_bad; skip and flag are no votes. `length_difference` (id → tuned minus
    base) adds the length-controlled line. `is_difference` says that p <= 0.05, two-sided.
    """
    votes = list(votes)
    _check(votes)
    cast = [vote for vote in votes if vote["preferred"] in OUTCOMES]
    first = [vote for vote in cast if not vote.get("repeat")]
    outcomes = {item: plurality(said) for item, said in _by_item(first).items()}
    counts = Counter(outcomes.values())
    wins, losses = counts["tuned"], counts["base"]
    n = len(outcomes)
    p = sign_test(wins, losses)
    halves = [{"tuned": 1.0, "base": 0.0}.get(outcome, 0.5) for outcome in outcomes.values()]
    figures = {
        "win_rate": wilson(wins, wins + losses),
        "ties_as_half": mean(halves, scale=(0, 1)),
        "net_margin": net_share(wins, losses, n),
    }
    if length_difference is not None:
        figures["length_controlled"] = _length_controlled(outcomes, length_difference)
    return {
        **{"items": n, "wins": wins, "losses": losses, "ties": counts["tie"], "both_bad": counts["both_bad"]},
        **{name: figure.as_dict() for name, figure in figures.items()},
        **{"p": p, "mid_p": sign_test(wins, losses, mid_p=True), "is_difference": p <= ALPHA},
        "not_votes": dict(Counter(vote["preferred"] for vote in votes if vote["preferred"] in NO_VOTE)),
        "side_bias": _side_bias(cast),
        "self_consistency": _self_consistency(cast),
        "reviewers": _reviewers(first),
    }


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
