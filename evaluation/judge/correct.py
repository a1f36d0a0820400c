"""The reviewers' win rate corrected by a judge that spoke of every pair, beside what people say alone.

    found = correct_study(workspace, config, "qwen3-8b", progress)      # a model, or a metric's name
    found["people"], found["corrected"], found["votes_saved"]

People voted on pairs that the plan drew at random (`plan.voted`), or on what a reviewer who ended early had read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.answering.stage import recorded_server
from evaluation.answering.written import read_answers
from evaluation.comparison.pairs import Paired, pair_answers
from evaluation.figures import figure
from evaluation.judge.stage import judge_inputs, judge_study
from evaluation.metrics import METRICS, chosen, score_all
from evaluation.people.queue import is_anytime
from evaluation.people.review import review_of
from evaluation.people.verdicts import plurality
from evaluation.people.vote_log import JudgmentLog, export
from evaluation.people.win_rate import DISAGREE, SIGNS, Vote, first_votes, to_votes
from winnow.config import Config
from winnow.errors import InputError
from winnow.progress import Progress
from winnow.statistics import Corrected, corrected_share
from winnow.study.plan import Plan
from winnow.study.plan_fields import frozen_plan, held_out_rows
from winnow.study.workspace import Workspace

VERDICTS = {"a": -1.0, "b": 1.0}  # of a judge that was shown base as a; a tie, and no verdict, lean to neither
MAX_FACTOR = 2.0  # votes claimed for each cast: more takes a judge better than the judged (Dorner et al., 2410.13341)


@dataclass(frozen=True, slots=True)
class JudgeCorrection:
    """A judge's correction of the votes: of `voted` pairs people spoke, of all `pairs` the judge."""

    judge: str
    pairs: int
    voted: int
    found: Corrected

    @property
    def votes_saved(self) -> float:
        """The votes that need not be cast for an interval as narrow; never more than were."""
        cast = self.found.people.n
        return min(self.found.votes, MAX_FACTOR * cast) - cast

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            **{"judge": self.judge, "pairs": self.pairs, "voted": self.voted, "weight": self.found.weight},
            "people": self.found.people.as_dict(),
            "corrected": self.found.corrected.as_dict(),
            "votes_saved": round(self.votes_saved, 1),
            "reason": self.found.reason,
        }


def correct(paired: Paired, votes: Sequence[Vote], judge: str, predicted: Mapping[str, float]) -> JudgeCorrection:
    """Correct the win rate by what a judge gives each pair: a number that grows with tuned's chance, 0 without one."""
    said = {item: plurality([vote.preferred for vote in first], DISAGREE) for item, first in first_votes(votes).items()}
    signs = {pair.id: SIGNS.get(said[pair.id], 0.0) for pair in paired.pairs if pair.id in said}
    groups = [paired.groups[item] for item in signs]
    found = corrected_share(
        [sign > 0 for sign in signs.values()],
        [sign != 0 for sign in signs.values()],
        [predicted.get(item, 0.0) for item in signs],
        [predicted.get(pair.id, 0.0) for pair in paired.pairs],
        groups if len(set(groups)) < len(groups) else None,
    )
    return JudgeCorrection(judge, len(paired.pairs), len(signs), found)


def leanings(verdicts: Mapping[str, str | None]) -> dict[str, float]:
    """Turn a judge's verdicts by pair into numbers: {"q1": "b", "q2": "a", "q3": None} → 1, -1 and 0 by id."""
    return {item: VERDICTS.get(verdict or "", 0.0) for item, verdict in verdicts.items()}


def metric_leanings(paired: Paired, name: str) -> dict[str, float]:
    """Score both answers of every pair: tuned's less the base's, so that more is better; pairs unscored have none."""
    [metric] = chosen([name])
    if metric.better == "neither":
        raise InputError(f"{name}: neither more nor less of it is better, so it judges nothing; name another metric")
    before, after = (
        score_all([pair.sides[side].as_dict() for pair in paired.pairs], [metric])[name] for side in ("base", "tuned")
    )
    sign = -1 if metric.better == "lower" else 1
    return {
        pair.id: sign * (tuned.value - base.value)
        for pair, base, tuned in zip(paired.pairs, before, after, strict=True)
        if base.value is not None and tuned.value is not None
    }


def correct_study(workspace: Workspace, config: Config, judge: str, progress: Progress) -> dict[str, Any]:
    """Let a model judge every held-out pair, or a metric score it, and correct the reviewers' win rate by it.

    Raises InputError while the blind review is open: nobody may learn from this who leads.
    """
    held_out = held_out_rows(workspace)
    plan = frozen_plan(workspace, config, recorded_server(workspace, config), held_out)
    review = review_of(plan, JudgmentLog(workspace.judgments_file))
    if review.is_open:
        raise InputError("the blind review isn't over, and its votes are nobody's to see; correct them afterwards")
    systems = read_answers(workspace, plan, held_out)
    paired, votes = pair_answers(systems["base"], systems["tuned"]), to_votes(export(review.counted))
    if judge in METRICS:
        predicted = metric_leanings(paired, judge)
    else:
        told = judge_study(workspace, config, judge, progress)
        predicted = leanings(_verdicts(workspace, told["model"]))
    return checked(plan, paired, correct(paired, votes, judge, predicted)).as_dict()


def checked(plan: Plan, paired: Paired, found: JudgeCorrection) -> JudgeCorrection:
    """Refuse votes that were stopped by what they said: such pairs are no random draw of all."""
    if is_anytime(plan) and found.voted < len(paired.pairs):
        raise InputError(
            "the review could stop early, by what its votes said, so the pairs voted on are no random draw; "
            "a judge corrects reviews with plan.stopping fixed"
        )
    return found


def _verdicts(workspace: Workspace, model: str) -> Mapping[str, str | None]:
    read = (judge.open() for judge in judge_inputs(workspace).values())
    return next(judge.verdicts for judge in read if judge.summary["model"] == model)


def correction_text(found: Mapping[str, Any]) -> str:
    """Lay the JSON form out for a terminal: people alone, people and judge, and what that is worth."""
    lines = [
        f"people voted on {found['voted']} of {found['pairs']} pairs; {found['judge']} judged all of them",
        f"  people alone: {figure(found['people'])}",
        f"  corrected by the judge: {figure(found['corrected'])}",
    ]
    return "\n".join([*lines, f"  {worth_text(found)}"])


def worth_text(found: Mapping[str, Any]) -> str:
    """Say how many votes the judge is worth, or why it adds nothing."""
    if found["reason"]:
        return f"the judge adds nothing: {found['reason']}"
    saved, cast = found["votes_saved"], found["people"]["n"]
    most = ", the most that is claimed: only a judge better than the judged is worth more" if saved >= cast else ""
    return f"worth {saved:.0f} more votes beside the {cast} decided ones{most} (weight {found['weight']:+.2f})"
