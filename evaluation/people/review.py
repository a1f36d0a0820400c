"""The blind review of a plan: who has read how much, whose votes count, and who may see which system wrote what.

review = review_of(plan, JudgmentLog(workspace.judgments_file))
review.is_open                  # True: the plan asks for two reviewers, and one has finished
review.shows_systems("ada")     # False: she has, and waits for the other
review.counted                  # the votes of those who ended; who is still reading moves no figure
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from evaluation.people.vote_log import End, Judgment, JudgmentLog, Waiver
from winnow.study.plan import Plan


@dataclass(frozen=True, slots=True)
class Reviewer:
    """How far one person is: the pairs judged at their first showing, and how the review ended, if it did."""

    name: str
    judged: int
    end: End | None = None

    @property
    def has_finished(self) -> bool:
        """Tell whether every pair was judged; an early end leaves some."""
        return self.end is not None and not self.end.remaining

    @property
    def state(self) -> str:
        """Say it in words: finished, ended early with so many left, or still reading."""
        if self.end is None:
            return "still reading"
        return f"ended early, {self.end.remaining} left" if self.end.remaining else "finished"


@dataclass(frozen=True)
class Review:
    """A plan's review as the vote log has it; `raters` is how many people the plan asks for, 0 where a metric decides.

    It is open while fewer have finished than the plan asks for, or somebody has begun and not ended.
    """

    raters: int = 0
    reviewers: tuple[Reviewer, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    judgments: tuple[Judgment, ...] = ()

    @cached_property
    def finished(self) -> list[str]:
        """Name those who judged every pair."""
        return [one.name for one in self.reviewers if one.has_finished]

    @property
    def reading(self) -> list[str]:
        """Name those who have begun and not ended; who waived in the middle reads no more."""
        waived = {waiver.person for waiver in self.waivers}
        return [one.name for one in self.reviewers if one.end is None and one.name not in waived]

    @property
    def is_open(self) -> bool:
        """Tell whether votes are still to come."""
        return len(self.finished) < self.raters or bool(self.reading)

    def admits(self, person: str) -> bool:
        """Tell whether a person may vote: who has begun goes on, others while the plan wants more reviewers."""
        if any(waiver.person == person for waiver in self.waivers):
            return False
        has_begun = any(one.name == person for one in self.reviewers)
        return has_begun or len(self.finished) < max(1, self.raters)

    def shows_systems(self, person: str) -> bool:
        """Tell whether a person may see which system wrote what; "" is somebody without a name.

        Everybody after the review; during it who waived, and who ended, once as many have finished as were planned.
        """
        if not self.is_open or any(waiver.person == person for waiver in self.waivers):
            return True
        ended = any(one.name == person and one.end for one in self.reviewers)
        return ended and len(self.finished) >= self.raters

    @cached_property
    def counted(self) -> list[Judgment]:
        """The judgments of those who ended, early or not."""
        ended = {one.name for one in self.reviewers if one.end}
        return [judgment for judgment in self.judgments if judgment.reviewer in ended]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            "raters": self.raters,
            "open": self.is_open,
            "reviewers": [
                {"name": one.name, "judged": one.judged, "state": one.state, "finished": one.has_finished}
                for one in self.reviewers
            ],
            "waivers": [{"person": waiver.person, "at": waiver.at} for waiver in self.waivers],
        }


def review_of(plan: Plan, log: JudgmentLog) -> Review:
    """Read the review of a plan."""
    judgments, ended, waivers = log.standing(plan.hash)
    ends = {end.reviewer: end for end in ended}
    judged = dict.fromkeys([*dict.fromkeys(judgment.reviewer for judgment in judgments), *ends], 0)
    for judgment in judgments:
        judged[judgment.reviewer] += judgment.repeat == 0 and judgment.verdict != "skip"
    reviewers = tuple(Reviewer(name, n, ends.get(name)) for name, n in judged.items())
    return Review(_raters(plan.fields), reviewers, tuple(waivers), tuple(judgments))


def _raters(fields: Mapping[str, Any]) -> int:
    """Give the people that the plan asks for: none where a metric decides, one where it doesn't say."""
    outcome = fields.get("outcome") or {}
    return int(outcome.get("raters", 1)) if outcome.get("primary", "win_rate") == "win_rate" else 0
