"""The figures of a report, gathered from the study's files into the JSON form that pages and cards are drawn from.

report = gather(stage, read_systems(stage.inputs))
report["comparison"]["metrics"]["token_f1"]["difference"]       # {"estimate": 0.09, "low": 0.05, "high": 0.13, "n": 50}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evaluation.answering.answers import Answer
from evaluation.answering.retrieval import hit_rate
from evaluation.answering.stage import AGAIN, CLOSED_SUFFIX
from evaluation.answering.written import check_plan
from evaluation.comparison.again import compare_again
from evaluation.comparison.compare import compare_answers
from evaluation.comparison.pairs import Paired, pair_answers
from evaluation.comparison.several import Strengths, strengths
from evaluation.figures import Report, headline
from evaluation.judge.correct import correct, leanings
from evaluation.judge.stage import ReadJudge
from evaluation.metrics import METRICS, score_rows
from evaluation.people.metric_against_people import meta
from evaluation.people.queue import drawn, is_anytime
from evaluation.people.stopping import stopping
from evaluation.people.verdicts import plurality
from evaluation.people.win_rate import DISAGREE, Vote, first_votes
from evaluation.report.costs import costs
from evaluation.report.inputs import ReportInputs, TrainedRun
from evaluation.report.readings import Systems, gains, readings, slices
from winnow.config import CostsConfig, MetricsConfig, PlanConfig
from winnow.errors import InputError
from winnow.study.plan import CANNOT_PROVE, Plan
from winnow.study.stage import Stage

VERDICTS = {"base": "a", "tuned": "b", "tie": "tie", "both_bad": "tie"}  # as judged pairs are written for `meta`
OF_RUN = (
    "seconds", "peak_memory_gb", "settings", "hardware", "base", "exploratory", "preservation_share", "versions",
)  # fmt: skip
BEYOND_TUNED = ("tuned-retrieval", "preferred")  # systems that are the tuned model and something more


def read_systems(inputs: ReportInputs) -> dict[str, list[Answer]]:
    """Read every system's answers; PlanChanged for another plan's, InputError where base or tuned has none."""
    plan, held_out = inputs.plan.open(), inputs.held_out.open()
    written = {name: answers.open() for name, answers in inputs.answers.items()}
    for name in ("base", "tuned"):
        if name not in written or not written[name].answers:
            raise InputError(f"{name}: no answers to report yet; run: winnow answer {name}")
    return {name: one.of_plan(plan, held_out) for name, one in written.items() if one.answers}


def gather(stage: Stage[ReportInputs], systems: Systems) -> Report:
    """Collect every figure of the report in its JSON form; the headline stands first."""
    inputs, seed = stage.inputs, stage.seed or 0
    plan, metrics = inputs.plan.open(), list(stage.setting(MetricsConfig).names)
    paired, cast = pair_answers(systems["base"], systems["tuned"]), inputs.votes.open()
    votes, review = cast.votes, cast.review
    said = {item: [vote.preferred for vote in first] for item, first in first_votes(votes).items()}
    judges, gained = [judge.open() for judge in inputs.judges.values()], gains(systems, metrics[0])
    outcomes = {item: plurality(words, DISAGREE) for item, words in said.items()}
    current = _current(inputs, judges)
    chosen, regressions = ({}, []) if review.is_open else readings(gained, seed)
    ranked = _strengths(systems, metrics, stage.setting(PlanConfig).primary, seed)
    report = {
        "plan": _plan(inputs),
        "look": inputs.look.open(),
        "curation": inputs.curation.open(),
        "split": inputs.split.open(),
        "preservation": inputs.preservation.open(),
        "training": _training(inputs, plan),
        "comparison": _comparison(paired, votes, plan, metrics, seed),
        "others": _others(systems, metrics, seed),
        "contexts": _contexts(systems, metrics, seed),
        "strengths": ranked.as_dict() if ranked else None,
        "again": _again(systems, metrics, inputs.is_greedy.open(), seed),
        "systems": {name: _system(stage, name, answers, metrics) for name, answers in systems.items()},
        "retention": {name: found.open() for name, found in inputs.retention.items()},
        "selections": {name: found.open() for name, found in inputs.selections.items()},
        "judges": {judge.name: {**judge.summary, "current": judge.name in current} for judge in judges},
        "corrections": _corrections(inputs, paired, votes, current),
        "people": _metric_against_people(paired, said, metrics, current),
        "review": review.as_dict(),
        "old_votes": _old_votes(inputs),
        "readings": {name: gain.as_dict() for name, gain in chosen.items()},
        "regressions": [gain.as_dict() for gain in regressions],
        "slices": [asdict(row) for row in slices(gained, outcomes)],
    }
    return {"headline": headline(report), **report}


def _comparison(paired: Paired, votes: Sequence[Vote], plan: Plan, metrics: list[str], seed: int) -> Report:
    """Compare base with tuned; where the review could stop early, what its looks have decided is what holds."""
    found: dict[str, Any] = compare_answers(paired, votes, metrics, seed=seed).as_dict()
    looks = stopping(plan, votes, drawn(plan, paired.groups)) if votes else None
    if looks is None:
        return found
    held = {"win_rate": looks.win_rate.as_dict(), "is_difference": looks.decided_after is not None}
    return found | {"judgments": found["judgments"] | held | {"stopping": looks.as_dict()}}


def _plan(inputs: ReportInputs) -> Report:
    plan = inputs.plan.open()
    return {
        "hash": plan.hash,
        "created_at": plan.created_at,
        "amendments": [amendment.as_dict() for amendment in plan.amendments],
        "outcome": plan.fields["outcome"],
        "server": inputs.server.open(),
        "note": CANNOT_PROVE,
    }


def _training(inputs: ReportInputs, plan: Plan) -> Report:
    """Tell what was trained, from the run's manifest, and its losses.

    A run of a plan that was amended since is still the study's; raises PlanChanged for any other plan's.
    """
    run: TrainedRun = inputs.run.open()
    earlier = {amendment.previous for amendment in plan.amendments}
    if not run.manifest.get("exploratory"):
        found = frozenset({str(run.manifest.get("plan"))} - earlier)
        check_plan(run.folder / "manifest.json", plan, found, "winnow train")
    curve = [row for row in inputs.losses.open() if "loss" in row or "validation_loss" in row]
    told = {"run": run.folder.name, "curve": curve, "parity": inputs.parity.open()}
    return told | {name: run.manifest.get(name) for name in OF_RUN}


def _system(stage: Stage[ReportInputs], name: str, answers: Sequence[Answer], metrics: list[str]) -> Report:
    """Give a system's means, costs and speed, and how often retrieval found the source where passages were given."""
    rows = [{**answer.as_dict(), "group": answer.group} for answer in answers]
    manifest = stage.inputs.answer_manifests[name].open()
    found = {
        **score_rows(rows, metrics, cluster="group", seed=stage.seed or 0).as_dict(),
        "costs": costs(answers, stage.setting(CostsConfig)).as_dict(),
        **(manifest["summary"] if manifest else {}),
    }
    found_sources = {"hit_rate": hit_rate(answers).as_dict()} if any(answer.passages for answer in answers) else {}
    return {**found, **found_sources}


def _again(systems: Systems, metrics: list[str], is_greedy: bool, seed: int) -> Report | None:
    if AGAIN not in systems:
        return None
    return compare_again(systems["base"], systems[AGAIN], metrics, is_greedy=is_greedy, seed=seed).as_dict()


def _others(systems: Systems, metrics: list[str], seed: int) -> list[Report]:
    """Compare each further system with the base, and what was added to tuning, passages or votes, with tuning alone."""
    pairs = [("base", name) for name in systems if name not in ("base", "tuned", AGAIN)]
    pairs += [("tuned", name) for name in BEYOND_TUNED if name in systems]
    return [_compared(systems, one, other, metrics, seed) for one, other in pairs]


def _contexts(systems: Systems, metrics: list[str], seed: int) -> list[Report]:
    """Compare each system without the rows' contexts with the same system reading them."""
    closed = [name for name in systems if CLOSED_SUFFIX in name]
    pairs = [(name, opened) for name in closed if (opened := name.replace(CLOSED_SUFFIX, "")) in systems]
    return [_compared(systems, one, other, metrics, seed) for one, other in pairs]


def _compared(systems: Systems, one: str, other: str, metrics: list[str], seed: int) -> Report:
    found = compare_answers(pair_answers(systems[one], systems[other]), (), metrics, seed=seed)
    return {"one": one, "other": other, "metrics": {name: row.as_dict() for name, row in found.metrics.items()}}


def _strengths(systems: Systems, metrics: list[str], planned: str, seed: int) -> Strengths | None:
    """Rank more than two systems by the planned metric, where people decide by the first of the plan's."""
    different = {name: answers for name, answers in systems.items() if name != AGAIN}
    metric = METRICS[planned if planned in metrics else metrics[0]]
    if len(different) < 3 or metric.better == "neither":
        return None
    return strengths(different, metric, seed)


def _current(inputs: ReportInputs, judges: Sequence[ReadJudge]) -> dict[str, ReadJudge]:
    """Choose the judges that have read the answers that are reported, by their names."""
    reported = {side: inputs.answers[side].fingerprint() for side in ("base", "tuned")}
    return {judge.name: judge for judge in judges if judge.has_read(reported)}


def _corrections(
    inputs: ReportInputs, paired: Paired, votes: Sequence[Vote], judges: Mapping[str, ReadJudge]
) -> dict[str, Report]:
    """Correct the win rate by each judge of all pairs, once people voted on a random part of them."""
    is_part = 0 < len(first_votes(votes)) < len(paired.pairs)
    if not is_part or is_anytime(inputs.plan.open()) or inputs.votes.open().review.is_open:
        return {}
    return {name: correct(paired, votes, name, leanings(judge.verdicts)).as_dict() for name, judge in judges.items()}


def _metric_against_people(
    paired: Paired, said: Mapping[str, list[str]], metrics: list[str], judges: Mapping[str, ReadJudge]
) -> Report | None:
    """Say how well each metric, and each judge by its verdicts, follows the reviewers' own votes."""
    judged = [
        {
            **pair.as_judged_row(),
            "human": [VERDICTS[word] for word in said[pair.id]],
            "group": pair.group,
            **{name: judge.verdicts[pair.id] for name, judge in judges.items()},
        }
        for pair in paired.pairs
        if pair.id in said
    ]
    return meta(judged, metrics, judges=list(judges), cluster="group").as_dict() if judged else None


def _old_votes(inputs: ReportInputs) -> dict[str, int]:
    """Count votes that don't belong here: of a plan amended since, or cast before these answers were written."""
    cast, manifests = inputs.votes.open(), [inputs.answer_manifests[side].open() for side in ("base", "tuned")]
    written = max((manifest["at"] for manifest in manifests if manifest), default="")
    return {
        "of_amended_plans": cast.of_amended_plans,
        "before_the_answers": sum(vote.at < written for vote in cast.votes),
    }
