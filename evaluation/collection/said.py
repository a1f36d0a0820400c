"""Votes on two answers to a question as what a model learns from: which answer is good, and which is bad.

said_by_votes([record], [("It may be Rome.", "Paris.")], votes, {})
# one vote for the second: [Said(record, good=("Paris.",), bad=("It may be Rome.",), source="vote")]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evaluation.people.verdicts import plurality
from evaluation.people.win_rate import DISAGREE, Vote, first_votes
from training.preferences import Said
from winnow.data.records import Record

SIDES = ("base", "tuned")  # as the blind screen calls its two columns: the first answer and the second
SPENT = "spent.jsonl"  # what an earlier study's held-out votes said, among what was collected

Answers = tuple[str, str]


def said_by_votes(
    records: Sequence[Record], answers: Sequence[Answers], votes: Iterable[Vote], corrected: Mapping[str, str]
) -> list[Said]:
    """Turn what most reviewers preferred into a good and a bad answer.

    A tie, and a pair on which they disagree, teach nothing. Where the row's id is in `corrected`, that text is good and
    both answers are bad; where both are bad and nobody wrote a better one, there is no good answer.
    """
    words = {item: plurality([vote.preferred for vote in said], DISAGREE) for item, said in first_votes(votes).items()}
    pairs = zip(records, answers, strict=True)
    found = [_said(record, both, words.get(record.id), corrected.get(record.id)) for record, both in pairs]
    return [one for one in found if one is not None]


def _said(record: Record, both: Answers, word: str | None, right: str | None) -> Said | None:
    if right is not None:
        return Said(record, (right,), tuple(text for text in both if text != right), "correction")
    if word == "both_bad":
        return Said(record, (), both, "vote")
    if word not in SIDES:
        return None
    good = SIDES.index(word)
    return Said(record, (both[good],), (both[1 - good],), "vote")
