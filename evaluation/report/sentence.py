"""The verdict of a report in a sentence that needs no statistics, with its n, its interval, who read, and the date.

verdict_sentence(report, "2026-11-29T14:18:09+00:00")
# The tuned model is better. People who didn't know which was which preferred its answer in 75 % of 28 pairs …
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from evaluation.figures import NO_HEADLINE, doubt, standing
from evaluation.metrics import METRICS

BETTER = {True: "The tuned model is better", False: "The tuned model is worse"}
CANT_TELL = "It can't be told whether the tuned model is better"


def verdict_sentence(report: Mapping[str, Any], made: str) -> str:
    """Say the planned outcome: what was found, in how many, how sure, by whom, when; "can't be told" is an answer."""
    outcome = report["plan"]["outcome"]["primary"]
    said = _by_people(report) if outcome == "win_rate" else _by_metric(report, outcome)
    return f"{said} {_when(made)}"


def _by_people(report: Mapping[str, Any]) -> str:
    votes, review = report["comparison"]["judgments"], report["review"]
    if not votes or votes["win_rate"]["estimate"] is None:
        return f"{CANT_TELL}: {'no pair was decided' if votes else 'nobody has read the answers blind'}."
    done = [one["name"] for one in review["reviewers"] if one["finished"]]
    rate = votes["win_rate"]
    found = (
        f"People who didn't know which was which preferred its answer in {rate['estimate']:.0%} of {rate['n']} pairs "
        f"that they decided{_between(rate)}; {votes['ties'] + votes['both_bad']} of {votes['items']} pairs were no "
        f"better or worse{_disagreed(votes)}."
    )
    if len(done) < review["raters"]:
        return f"Not decided yet: {len(done)} of {review['raters']} planned reviewers have finished. {found}"
    lead = BETTER[rate["estimate"] > 0.5] if votes["is_difference"] else CANT_TELL
    return f"{lead}. {found} Read by {_people([one['name'] for one in review['reviewers']])}."


def _by_metric(report: Mapping[str, Any], name: str) -> str:
    row = report["comparison"]["metrics"].get(name)
    if not row or row["difference"]["estimate"] is None or standing(report, name) == NO_HEADLINE:
        return f"{CANT_TELL}: the planned metric, {_title(name)}, says nothing that can be relied on here."
    difference = row["difference"]
    is_better = (difference["estimate"] > 0) != (row["better"] == "lower")
    lead = BETTER[is_better] if row["is_difference"] else CANT_TELL
    return (
        f"{lead}: {_title(name)} went from {row['base']['estimate']:.2f} to {row['tuned']['estimate']:.2f} over "
        f"{difference['n']} questions, a difference of {difference['estimate']:+.2f}{_between(difference, '+.2f')}"
        f"{doubt(row)}."
    )


def _title(name: str) -> str:
    return METRICS[name].title if name in METRICS else name


def _between(interval: Mapping[str, Any], form: str = ".0%") -> str:
    if interval["low"] is None:
        return ""
    return f" (somewhere between {interval['low']:{form}} and {interval['high']:{form}}, with 95 % confidence)"


def _disagreed(votes: Mapping[str, Any]) -> str:
    count = votes["disagreements"]
    return f", and the reviewers disagreed on {count}" if count else ""


def _people(names: list[str]) -> str:
    return f"{len(names)} {'person' if len(names) == 1 else 'people'}: {', '.join(names)}"


def _when(made: str) -> str:
    day = datetime.fromisoformat(made)
    return f"As of {day.day} {day:%B %Y}."
