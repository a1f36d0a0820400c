"""A review in words: how long it takes, and at its end how long it took and how steady the verdicts were.

>>> minutes(95)
'2 min'
"""

from __future__ import annotations

from evaluation.people.reviewers import ReviewerFigures


def minutes(seconds: float) -> str:
    """Write a time in the words a person plans with."""
    return f"{max(1, round(seconds / 60))} min"


def how_it_went(own: ReviewerFigures) -> str:
    """Tell a reviewer the own time and consistency: "It took you 27 min, mostly 31 s a pair. Of 4 pairs …"."""
    took = f"It took you {minutes(60 * own.minutes)}, mostly {own.seconds_a_pair:.0f} s a pair."
    steady = own.consistency
    if not steady.is_known or steady.estimate is None:
        return f"{took} No pair was shown to you twice, so nothing can be said of how steady your verdicts are."
    same = round(steady.estimate * steady.n)
    return (
        f"{took} {steady.n} pairs came twice, the second time with their sides swapped: of {same} you said the same "
        f"again. With so few pairs that can be anything between {steady.low:.0%} and {steady.high:.0%}."
    )
