"""The verdict of a study in one sentence: is tuned better, by whom, when; or that it is out of date, or can't be told.

verdict = verdict_of(study, stations(study))
verdict.chip, verdict.sentence      # "can't tell", "It can't be told whether the tuned model is better. People who …"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.people.review import review_of
from evaluation.people.vote_log import JudgmentLog
from evaluation.report.sentence import verdict_sentence
from studio.stations import Station
from studio.study import Study
from winnow.data.files import read_json
from winnow.errors import WinnowError
from winnow.study import plan


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict in two or three words, and in a sentence; `is_current` is False where something changed since."""

    chip: str
    sentence: str
    is_current: bool = True


def verdict_of(study: Study, found: Sequence[Station]) -> Verdict:
    """Read the verdict from the report; while the blind review is open no figure is told."""
    path = study.workspace.report / "report.json"
    try:
        frozen = plan.read(study.workspace.plan_file) if study.workspace.plan_file.exists() else None
    except WinnowError as error:
        return Verdict("plan edited", str(error), False)
    if not path.exists() or frozen is None:
        return Verdict("no verdict yet", "Whether the tuned model is better is known once the report is written.")
    review = review_of(frozen, JudgmentLog(study.workspace.judgments_file))
    if review.is_open:
        done = f"{len(review.finished)} of {review.raters} planned reviewers have finished"
        return Verdict("can't tell yet", f"People still read the answers blind: {done}.")
    report = read_json(path)
    station = next(one for one in found if one.name == "report")
    if station.state != "done":
        why = "; ".join(station.why) or "it is being written"
        return Verdict("out of date", f"The report is out of date: {why}.", False)
    made = read_json(path.with_name("manifest.json"))["at"]
    return Verdict(_chip(report), verdict_sentence(report, made))


def _chip(report: dict[str, Any]) -> str:
    outcome, comparison = report["plan"]["outcome"]["primary"], report["comparison"]
    found = comparison["judgments"] if outcome == "win_rate" else comparison["metrics"].get(outcome)
    if not found or not found["is_difference"]:
        return "can't tell"
    if outcome == "win_rate":
        return "tuned is better" if found["win_rate"]["estimate"] > 0.5 else "tuned is worse"
    better = (found["difference"]["estimate"] > 0) != (found["better"] == "lower")
    return "tuned is better" if better else "tuned is worse"
