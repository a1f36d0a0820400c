"""The report of a study: what came in, what was trained, base against tuned, each figure with its interval.

done = write_report(workspace, config)      # report/report.html, report.md, report.json, and what others open
done["headline"]
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from evaluation.again import compare_again
from evaluation.cards import write_cards
from evaluation.compare import compare_answers
from evaluation.costs import costs
from evaluation.held_out import AGAIN, recorded_server
from evaluation.judging import read_judges
from evaluation.judgments import JudgmentLog, export
from evaluation.llm_comparator import comparator
from evaluation.meta_evaluation import meta
from evaluation.metrics import METRICS, score_rows
from evaluation.reading import Rows, gains, readings, slices
from evaluation.report_markdown import markdown
from evaluation.report_page import page
from evaluation.report_text import headline
from evaluation.retrieval import hit_rate
from evaluation.several import strengths
from evaluation.verdicts import plurality
from winnow.config import Config
from winnow.errors import InputError, PlanChanged
from winnow.files import read_json, read_jsonl, write_json, write_text
from winnow.plan import CANNOT_PROVE, Plan
from winnow.planning import frozen_plan, held_out_rows
from winnow.workspace import Workspace

Report = dict[str, Any]

VERDICTS = {"base": "a", "tuned": "b", "tie": "tie", "both_bad": "tie"}  # as judged pairs are written for `meta`


def write_report(workspace: Workspace, config: Config) -> dict[str, Any]:
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
    votes = export(JudgmentLog(workspace.judgments_file).judgments(plan.hash))
    report = gather(workspace, config, plan, systems, votes)
    places = {kind: workspace.report / f"report.{kind}" for kind in ("html", "md", "json")}
    write_json(places["json"], report)
    write_text(places["md"], markdown(report))
    write_text(places["html"], page(report))
    write_json(workspace.report / "llm_comparator.json", comparator(systems["base"], systems["tuned"], votes))
    write_cards(workspace, report)
    return {"headline": report["headline"], **{kind: str(path) for kind, path in places.items()}}


def gather(workspace: Workspace, config: Config, plan: Plan, systems: dict[str, Rows], votes: Rows) -> Report:
    """Collect every figure of the report."""
    base, tuned = systems["base"], systems["tuned"]
    metrics = list(config.metrics.names)
    outcomes = _outcomes(votes)
    judges = read_judges(workspace)
    said = {name: judge.pop("verdicts") for name, judge in judges.items() if judge["current"]}
    gained = gains(systems, metrics[0])
    report: Report = {
        "plan": {
            "hash": plan.hash,
            "created_at": plan.created_at,
            "amendments": plan.amendments,
            "outcome": plan.fields["outcome"],
            "server": recorded_server(workspace, config),
            "note": CANNOT_PROVE,
        },
        "curation": _if_there(workspace.curated.root / "report.json"),
        "split": _summary(workspace.split / "manifest.json"),
        "preservation": _summary(workspace.preservation / "manifest.json"),
        "training": training(workspace, plan),
        "comparison": compare_answers(base, tuned, votes, metrics, cluster="group", seed=config.seed),
        "others": _others(systems, config),
        "strengths": _strengths(systems, config),
        "again": compare_again(base, systems[AGAIN], config) if AGAIN in systems else None,
        "systems": {name: _system(workspace, name, rows, config) for name, rows in systems.items()},
        "retention": {
            path.parent.name: read_json(path) for path in sorted(workspace.retention.glob("*/retention.json"))
        },
        "judges": judges,
        "people": _metric_against_people(base, tuned, outcomes, metrics, said),
        "old_votes": _old_votes(workspace, plan, votes),
        **readings(gained, config.seed),
        "slices": slices(gained, {item: plurality(said) for item, said in outcomes.items()}),
    }
    return {"headline": headline(report), **report}


def read_answers(workspace: Workspace, plan: Plan, held_out: Rows) -> dict[str, Rows]:
    """Read every system's answers with the topic and group of their question; raises PlanChanged for another plan's."""
    about = {row["id"]: row for row in held_out}
    systems = {}
    for path in sorted(workspace.answers.glob("*.jsonl")):
        rows = read_jsonl(path)
        if not rows or "system" not in rows[0]:
            continue  # the cache of single answers
        _check_plan(path, plan, {str(row.get("plan")) for row in rows}, f"winnow answer {path.stem}")
        known = ("topic", "topic_name", "group", "document")
        systems[path.stem] = [
            {**{k: about[row["id"]].get(k) for k in known}, **row} for row in rows if row["id"] in about
        ]
    return {name: systems[name] for name in sorted(systems, key=_main_first)}


def _main_first(system: str) -> tuple[bool, bool, str]:
    return system != "base", system != "tuned", system


def _check_plan(path: Path, plan: Plan, found: set[str], remedy: str) -> None:
    if strange := sorted(found - {plan.hash}):
        raise PlanChanged(f"{path}: plan: planned {plan.hash[:12]}, found {strange[0][:12]}; run: {remedy}")


def training(workspace: Workspace, plan: Plan) -> dict[str, Any]:
    """Tell what was trained, from the run's manifest, and its losses.

    A run of a plan that was amended since is still the study's; raises PlanChanged for any other plan's.
    """
    run = workspace.latest_run()
    manifest = read_json(run / "manifest.json")
    earlier = {amendment["previous"] for amendment in plan.amendments}
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


def _system(workspace: Workspace, name: str, rows: Rows, config: Config) -> dict[str, Any]:
    found: dict[str, Any] = {
        "metrics": score_rows(rows, list(config.metrics.names), cluster="group", seed=config.seed)["metrics"],
        "costs": costs(rows, config.costs),
        **_summary(workspace.answers / f"{name}.manifest.json"),
    }
    if any(row.get("passages") for row in rows):
        found["hit_rate"] = hit_rate(rows).as_dict()
    return found


def _others(systems: dict[str, Rows], config: Config) -> list[dict[str, Any]]:
    """Compare each further system with the base, and retrieval beside tuning with tuning alone."""
    pairs = [("base", name) for name in systems if name not in ("base", "tuned", AGAIN)]
    if "tuned-retrieval" in systems:
        pairs.append(("tuned", "tuned-retrieval"))
    return [
        {
            "one": one,
            "other": other,
            "metrics": compare_answers(
                systems[one], systems[other], (), list(config.metrics.names), cluster="group", seed=config.seed
            )["metrics"],
        }
        for one, other in pairs
    ]


def _strengths(systems: dict[str, Rows], config: Config) -> dict[str, Any] | None:
    """Rank more than two systems by the planned metric, where people decide by the first of the plan's."""
    different = {name: rows for name, rows in systems.items() if name != AGAIN}
    names = config.metrics.names
    metric = METRICS[config.plan.primary if config.plan.primary in names else names[0]]
    if len(different) < 3 or metric.better == "neither":
        return None
    return strengths(different, metric, "group", config.seed)


def _summary(manifest: Path) -> dict[str, Any]:
    return dict(read_json(manifest)["summary"]) if manifest.exists() else {}


def _if_there(path: Path) -> Any:
    return read_json(path) if path.exists() else None


def _outcomes(votes: Rows) -> dict[str, list[str]]:
    """Gather what was said of each pair at its first showing."""
    said: defaultdict[str, list[str]] = defaultdict(list)
    for vote in votes:
        if vote["preferred"] in VERDICTS and not vote["repeat"]:
            said[vote["id"]].append(vote["preferred"])
    return dict(said)


def _metric_against_people(
    base: Rows, tuned: Rows, outcomes: dict[str, list[str]], metrics: list[str], judges: dict[str, dict[str, Any]]
) -> dict[str, Any] | None:
    """Say how well each metric, and each judge by its verdicts, follows the reviewers' own votes."""
    other = {row["id"]: row for row in tuned}
    judged = [
        {
            "reference": row["reference"],
            "prediction_a": row["prediction"],
            "prediction_b": other[row["id"]]["prediction"],
            "human": [VERDICTS[word] for word in outcomes[row["id"]]],
            "group": row.get("group"),
            **{name: verdicts[row["id"]] for name, verdicts in judges.items()},
        }
        for row in base
        if row["id"] in outcomes and row["id"] in other
    ]
    return meta(judged, metrics, judges=list(judges), cluster="group") if judged else None


def _old_votes(workspace: Workspace, plan: Plan, votes: Rows) -> dict[str, int]:
    """Count votes that don't belong here: of a plan amended since, or cast before these answers were written."""
    log = JudgmentLog(workspace.judgments_file)
    manifests = [workspace.answers / f"{name}.manifest.json" for name in ("base", "tuned")]
    written = max((read_json(path)["at"] for path in manifests if path.exists()), default="")
    return {
        "of_amended_plans": sum(len(log.judgments(amendment["previous"])) for amendment in plan.amendments),
        "before_the_answers": sum(vote["at"] < written for vote in votes),
    }
