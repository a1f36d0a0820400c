"""The report of a study: what came in, what was trained, base against tuned, each figure with its interval.

done = write_report(workspace, config)      # report/report.html, report.md, report.json, and what others open
done["headline"]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evaluation.answering.answers import Answer, to_answers
from evaluation.answering.retrieval import hit_rate
from evaluation.answering.stage import AGAIN, recorded_server
from evaluation.comparison.again import compare_again
from evaluation.comparison.paired import compare_answers
from evaluation.comparison.pairs import Paired, pair_answers
from evaluation.comparison.several import Strengths, strengths
from evaluation.figures import headline
from evaluation.judge.stage import ReadJudge, read_judges
from evaluation.metrics import METRICS, score_rows
from evaluation.people.metric_against_people import meta
from evaluation.people.verdicts import plurality
from evaluation.people.vote_log import JudgmentLog, export
from evaluation.people.win_rate import Vote, first_votes, to_votes
from evaluation.report.cards import write_cards
from evaluation.report.costs import costs
from evaluation.report.llm_comparator import comparator
from evaluation.report.markdown import markdown
from evaluation.report.page import page
from evaluation.report.readings import Systems, gains, readings, slices
from winnow.config import Config
from winnow.data.files import read_json, read_jsonl, write_json, write_text
from winnow.errors import InputError, PlanChanged
from winnow.study.plan import CANNOT_PROVE, Plan
from winnow.study.plan_fields import Rows, frozen_plan, held_out_rows
from winnow.study.workspace import Workspace

Report = dict[str, Any]  # report.json and its parts

VERDICTS = {"base": "a", "tuned": "b", "tie": "tie", "both_bad": "tie"}  # as judged pairs are written for `meta`


def write_report(workspace: Workspace, config: Config) -> dict[str, str]:
    """Gather the study as it stands and write it three ways; returns the headline and the places.

    The pairs go to `llm_comparator.json` too, the findings into the cards. Raises PlanChanged where the study, the run
    or an answer isn't of the frozen plan, InputError where answers are missing.
    """
    held_out = held_out_rows(workspace)
    plan = frozen_plan(workspace, config, recorded_server(workspace, config), held_out)
    systems = read_answers(workspace, plan, held_out)
    for name in ("base", "tuned"):
        if name not in systems:
            raise InputError(f"{workspace.answers}/{name}.jsonl: no answers yet; run: winnow answer {name}")
    votes = to_votes(export(JudgmentLog(workspace.judgments_file).judgments(plan.hash)))
    report = gather(workspace, config, plan, systems, votes)
    places = {kind: workspace.report / f"report.{kind}" for kind in ("html", "md", "json")}
    write_json(places["json"], report)
    write_text(places["md"], markdown(report))
    write_text(places["html"], page(report))
    paired = pair_answers(systems["base"], systems["tuned"])
    write_json(workspace.report / "llm_comparator.json", comparator(paired, votes))
    write_cards(workspace, report)
    return {"headline": report["headline"], **{kind: str(path) for kind, path in places.items()}}


def gather(workspace: Workspace, config: Config, plan: Plan, systems: Systems, votes: Sequence[Vote]) -> Report:
    """Collect every figure of the report in its JSON form."""
    metrics = list(config.metrics.names)
    paired = pair_answers(systems["base"], systems["tuned"])
    said = {item: [vote.preferred for vote in first] for item, first in first_votes(votes).items()}
    judges = read_judges(workspace)
    gained = gains(systems, metrics[0])
    chosen, regressions = readings(gained, config.seed)
    ranked = _strengths(systems, config)
    report: Report = {
        "plan": {
            "hash": plan.hash,
            "created_at": plan.created_at,
            "amendments": [amendment.as_dict() for amendment in plan.amendments],
            "outcome": plan.fields["outcome"],
            "server": recorded_server(workspace, config),
            "note": CANNOT_PROVE,
        },
        "curation": _if_there(workspace.curated.root / "report.json"),
        "split": _summary(workspace.split / "manifest.json"),
        "preservation": _summary(workspace.preservation / "manifest.json"),
        "training": training(workspace, plan),
        "comparison": compare_answers(paired, votes, metrics, seed=config.seed).as_dict(),
        "others": _others(systems, config),
        "strengths": ranked.as_dict() if ranked else None,
        "again": compare_again(systems["base"], systems[AGAIN], config).as_dict() if AGAIN in systems else None,
        "systems": {name: _system(workspace, name, answers, config) for name, answers in systems.items()},
        "retention": {
            path.parent.name: read_json(path) for path in sorted(workspace.retention.glob("*/retention.json"))
        },
        "judges": {name: judge.as_dict() for name, judge in judges.items()},
        "people": _metric_against_people(paired, said, metrics, judges),
        "old_votes": _old_votes(workspace, plan, votes),
        "readings": {name: gain.as_dict() for name, gain in chosen.items()},
        "regressions": [gain.as_dict() for gain in regressions],
        "slices": [asdict(row) for row in slices(gained, {item: plurality(words) for item, words in said.items()})],
    }
    return {"headline": headline(report), **report}


def read_answers(workspace: Workspace, plan: Plan, held_out: Rows) -> dict[str, list[Answer]]:
    """Read every system's answers with the topic and group of their question; raises PlanChanged for another plan's."""
    about = {row["id"]: row for row in held_out}
    systems = {}
    for path in sorted(workspace.answers.glob("*.jsonl")):
        rows = read_jsonl(path)
        if not rows or "system" not in rows[0]:
            continue  # the cache of single answers
        _check_plan(path, plan, {str(row.get("plan")) for row in rows}, f"winnow answer {path.stem}")
        known = ("topic", "topic_name", "group", "document")
        of_study = [{**{k: about[row["id"]].get(k) for k in known}, **row} for row in rows if row["id"] in about]
        systems[path.stem] = to_answers(of_study, path.stem)
    return {name: systems[name] for name in sorted(systems, key=_main_first)}


def _main_first(system: str) -> tuple[bool, bool, str]:
    return system != "base", system != "tuned", system


def _check_plan(path: Path, plan: Plan, found: set[str], remedy: str) -> None:
    if strange := sorted(found - {plan.hash}):
        raise PlanChanged(f"{path}: plan: planned {plan.hash[:12]}, found {strange[0][:12]}; run: {remedy}")


def training(workspace: Workspace, plan: Plan) -> Report:
    """Tell what was trained, from the run's manifest, and its losses.

    A run of a plan that was amended since is still the study's; raises PlanChanged for any other plan's.
    """
    run = workspace.latest_run()
    manifest = read_json(run / "manifest.json")
    earlier = {amendment.previous for amendment in plan.amendments}
    if not manifest.get("exploratory"):
        _check_plan(run / "manifest.json", plan, {str(manifest.get("plan"))} - earlier, "winnow train")
    curve = [row for row in read_jsonl(run / "metrics.jsonl") if "loss" in row or "validation_loss" in row]
    kept = (
        "seconds",
        "peak_memory_gb",
        "settings",
        "hardware",
        "base",
        "exploratory",
        "preservation_share",
        "versions",
    )
    told = {"run": run.name, "curve": curve, "parity": _if_there(run / "parity.json")}
    return told | {name: manifest.get(name) for name in kept}


def _system(workspace: Workspace, name: str, answers: Sequence[Answer], config: Config) -> Report:
    rows = [{**answer.as_dict(), "group": answer.group, "document": answer.document} for answer in answers]
    found: Report = {
        **score_rows(rows, config.metrics.names, cluster="group", seed=config.seed).as_dict(),
        "costs": costs(answers, config.costs).as_dict(),
        **_summary(workspace.answers / f"{name}.manifest.json"),
    }
    if any(row.get("passages") for row in rows):
        found["hit_rate"] = hit_rate(rows).as_dict()
    return found


def _others(systems: Systems, config: Config) -> list[Report]:
    """Compare each further system with the base, and retrieval beside tuning with tuning alone."""
    pairs = [("base", name) for name in systems if name not in ("base", "tuned", AGAIN)]
    if "tuned-retrieval" in systems:
        pairs.append(("tuned", "tuned-retrieval"))
    return [
        {
            "one": one,
            "other": other,
            "metrics": compare_answers(
                pair_answers(systems[one], systems[other]), (), config.metrics.names, seed=config.seed
            ).as_dict()["metrics"],
        }
        for one, other in pairs
    ]


def _strengths(systems: Systems, config: Config) -> Strengths | None:
    """Rank more than two systems by the planned metric, where people decide by the first of the plan's."""
    different = {name: answers for name, answers in systems.items() if name != AGAIN}
    names = config.metrics.names
    metric = METRICS[config.plan.primary if config.plan.primary in names else names[0]]
    if len(different) < 3 or metric.better == "neither":
        return None
    return strengths(different, metric, config.seed)


def _summary(manifest: Path) -> Report:
    return dict(read_json(manifest)["summary"]) if manifest.exists() else {}


def _if_there(path: Path) -> Any:
    return read_json(path) if path.exists() else None


def _metric_against_people(
    paired: Paired, said: Mapping[str, list[str]], metrics: list[str], judges: Mapping[str, ReadJudge]
) -> Report | None:
    """Say how well each metric, and each judge by its verdicts, follows the reviewers' own votes."""
    verdicts = {name: judge.verdicts for name, judge in judges.items() if judge.is_current}
    judged = [
        {
            **pair.as_judged_row(),
            "human": [VERDICTS[word] for word in said[pair.id]],
            "group": pair.group,
            **{name: by_id[pair.id] for name, by_id in verdicts.items()},
        }
        for pair in paired.pairs
        if pair.id in said
    ]
    return meta(judged, metrics, judges=list(verdicts), cluster="group").as_dict() if judged else None


def _old_votes(workspace: Workspace, plan: Plan, votes: Sequence[Vote]) -> dict[str, int]:
    """Count votes that don't belong here: of a plan amended since, or cast before these answers were written."""
    log = JudgmentLog(workspace.judgments_file)
    manifests = [workspace.answers / f"{name}.manifest.json" for name in ("base", "tuned")]
    written = max((read_json(path)["at"] for path in manifests if path.exists()), default="")
    return {
        "of_amended_plans": sum(len(log.judgments(amendment.previous)) for amendment in plan.amendments),
        "before_the_answers": sum(vote.at < written for vote in votes),
    }
