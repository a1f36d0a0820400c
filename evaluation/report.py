"""The report of a study: what came in, what was trained, base against tuned, each figure with its interval.

done = write_report(workspace, config)      # report/report.html, report.md, report.json
done["headline"]
"""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

from evaluation.compare import compare_answers
from evaluation.judgments import JudgmentLog, export
from evaluation.meta_evaluation import meta
from evaluation.metrics import METRICS, score_each, score_rows
from evaluation.report_page import page
from evaluation.report_text import headline, markdown
from evaluation.retrieval import hit_rate
from winnow.config import Config
from winnow.errors import InputError, PlanChanged
from winnow.files import read_json, read_jsonl, write_json, write_text
from winnow.plan import CANNOT_PROVE, Plan
from winnow.planning import frozen_plan, held_out_rows
from winnow.workspace import Workspace

Report = dict[str, Any]
Rows = list[dict[str, Any]]

WORST = 5


def write_report(workspace: Workspace, config: Config) -> dict[str, Any]:
    """Gather the study as it stands and write it three ways; returns the headline and the places.

    Raises PlanChanged where the study or an answer isn't of the frozen plan, InputError where answers are missing.
    """
    plan = frozen_plan(workspace, config)
    report = gather(workspace, config, plan)
    places = {kind: workspace.report / f"report.{kind}" for kind in ("html", "md", "json")}
    write_json(places["json"], report)
    write_text(places["md"], markdown(report))
    write_text(places["html"], page(report))
    return {"headline": report["headline"], **{kind: str(path) for kind, path in places.items()}}


def gather(workspace: Workspace, config: Config, plan: Plan) -> Report:
    """Collect every figure of the report."""
    systems = read_answers(workspace, plan)
    base, tuned = systems["base"], systems["tuned"]
    votes = (
        export(JudgmentLog(workspace.judgments_file).judgments(plan.hash)) if workspace.judgments_file.exists() else []
    )
    metrics = list(config.metrics.names)
    report: Report = {
        "plan": {
            "hash": plan.hash,
            "created_at": plan.created_at,
            "amendments": plan.amendments,
            "outcome": plan.fields["outcome"],
            "note": CANNOT_PROVE,
        },
        "curation": _if_there(workspace.curated.root / "report.json"),
        "split": _summary(workspace.split / "manifest.json"),
        "preservation": _summary(workspace.preservation / "manifest.json"),
        "training": training(workspace),
        "comparison": compare_answers(base, tuned, votes, metrics, cluster="group", seed=config.seed),
        "systems": {name: _system(workspace, name, rows, metrics) for name, rows in systems.items()},
        "retention": _if_there(workspace.retention / "report.json"),
        "people": _metric_against_people(base, tuned, votes, metrics),
        **readings(base, tuned, metrics[0], config.seed),
        "slices": slices(base, tuned, metrics[0]),
    }
    return {"headline": headline(report), **report}


def read_answers(workspace: Workspace, plan: Plan) -> dict[str, Rows]:
    """Read every system's answers with the topic and group of their question; base and tuned must be there."""
    about = {row["id"]: row for row in held_out_rows(workspace)}
    systems = {}
    for path in sorted(workspace.answers.glob("*.jsonl")):
        rows = read_jsonl(path)
        if not rows or "system" not in rows[0]:
            continue  # the cache of single answers
        if (found := next((row.get("plan") for row in rows if row.get("plan") != plan.hash), plan.hash)) != plan.hash:
            raise PlanChanged(f"{path}: plan: planned {plan.hash[:12]}, found {str(found)[:12]}; run: winnow answer")
        known = ("topic", "group", "document")
        systems[path.stem] = [
            {**{k: about[row["id"]].get(k) for k in known}, **row} for row in rows if row["id"] in about
        ]
    for name in ("base", "tuned"):
        if name not in systems:
            raise InputError(f"{workspace.answers}/{name}.jsonl: no answers yet; run: winnow answer {name}")
    return systems


def training(workspace: Workspace) -> dict[str, Any]:
    """Tell what was trained, from the run's manifest, and its losses."""
    run = workspace.latest_run()
    manifest = read_json(run / "manifest.json")
    curve = [row for row in read_jsonl(run / "metrics.jsonl") if "loss" in row or "validation_loss" in row]
    kept = ("seconds", "peak_memory_gb", "settings", "hardware", "base", "exploratory", "share", "versions")
    return {"run": run.name, "curve": curve, **{name: manifest.get(name) for name in kept}}


def _system(workspace: Workspace, name: str, rows: Rows, metrics: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "metrics": score_rows(rows, metrics)["metrics"],
        **_summary(workspace.answers / f"{name}.manifest.json"),
    }
    if any(row.get("passages") for row in rows):
        found["hit_rate"] = hit_rate(rows).as_dict()
    return found


def _summary(manifest: Path) -> dict[str, Any]:
    return dict(read_json(manifest)["summary"]) if manifest.exists() else {}


def _if_there(path: Path) -> Any:
    return read_json(path) if path.exists() else None


def _metric_against_people(base: Rows, tuned: Rows, votes: Rows, metrics: list[str]) -> dict[str, Any] | None:
    """Say how well each metric follows the reviewers' own votes."""
    said: defaultdict[str, list[str]] = defaultdict(list)
    codes = {"base": "a", "tuned": "b", "tie": "tie", "both_bad": "tie"}
    for vote in votes:
        if vote["preferred"] in codes and not vote["repeat"]:
            said[vote["id"]].append(codes[vote["preferred"]])
    other = {row["id"]: row for row in tuned}
    judged = [
        {
            "reference": row["reference"],
            "prediction_a": row["prediction"],
            "prediction_b": other[row["id"]]["prediction"],
            "human": said[row["id"]],
        }
        for row in base
        if row["id"] in said and row["id"] in other
    ]
    return meta(judged, metrics) if judged else None


def readings(base: Rows, tuned: Rows, metric: str, seed: int) -> dict[str, Any]:
    """Choose what a reader should see in full: the best, the worst and a random pair, and the worst regressions."""
    gains = _gains(base, tuned, metric)
    ranked = sorted(gains, key=lambda pair: (-pair["gain"], pair["id"]))
    chance = random.Random(seed).choice(ranked) if ranked else None
    shown = {"best": ranked[0], "random": chance, "worst": ranked[-1]} if ranked else {}
    return {"readings": shown, "regressions": [pair for pair in reversed(ranked[-WORST:]) if pair["gain"] < 0]}


def _gains(base: Rows, tuned: Rows, metric: str) -> Rows:
    """Pair the answers with what the metric says each gained, tuned minus base, so that more is better."""
    after = {row["id"]: row for row in tuned}
    pairs = [(row, after[row["id"]]) for row in base if row["id"] in after]
    chosen = METRICS[metric]
    sign = -1 if chosen.better == "lower" else 1
    scores = zip(
        pairs, score_each([b for b, _ in pairs], chosen), score_each([t for _, t in pairs], chosen), strict=True
    )
    return [
        {
            **{name: b[name] for name in ("id", "question", "reference", "topic")},
            "base": b["prediction"],
            "tuned": t["prediction"],
            "gain": sign * (after_score.value - before_score.value),
            "metric": metric,
        }
        for (b, t), before_score, after_score in scores
        if before_score.value is not None and after_score.value is not None
    ]


def slices(base: Rows, tuned: Rows, metric: str) -> Rows:
    """Average the gain by topic, with n and no test: too few rows to conclude anything of one topic."""
    by_topic: defaultdict[Any, list[float]] = defaultdict(list)
    for pair in _gains(base, tuned, metric):
        by_topic[pair["topic"]].append(pair["gain"])
    rows = [{"topic": t, "n": len(g), "gain": sum(g) / len(g), "metric": metric} for t, g in by_topic.items()]
    return sorted(rows, key=lambda row: (-row["n"], str(row["topic"])))
