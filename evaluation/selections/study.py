"""The selections of a study: its rows as they came in, as curation left them, and what the plan says of comparing them.

found = compare_study_selections(workspace, config, Request(), workers=1, progress=silent)
found["tables"]["updates"]["claims"][0]["sentence"], found["html"]

Every arm is measured on the validation rows. The held-out rows are asked once, after `winnow plan freeze`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from curation.ingest import read_pairs
from evaluation.answering.stage import generation_settings
from evaluation.arms.experiment import run_arms
from evaluation.arms.likelihoods import losses
from evaluation.report.history import remember_selections
from evaluation.selections.arms import Selection, choose_arms, selection
from evaluation.selections.choose import Pool
from evaluation.selections.experiment import Asked, Experiment
from evaluation.selections.page import page, plots
from evaluation.selections.table import table_text, tabulate
from training.leakage import Judged, leaks, refuse_leaks
from training.recipe import Recipe, TrainingData
from winnow.config import Config, SelectionsPlan
from winnow.data.files import read_jsonl, read_records, write_json, write_text
from winnow.data.records import Record, canonical_json, to_records
from winnow.errors import InputError
from winnow.models.embedder import Embedder
from winnow.models.load import load_local_model
from winnow.models.prompt import prompt_form
from winnow.models.tokenizer import load_tokenizer
from winnow.progress import Progress
from winnow.study.plan_fields import frozen_plan, held_out_rows
from winnow.study.workspace import Workspace
from winnow.text.topics import Topics


@dataclass(frozen=True)
class Request:
    """What is asked for beyond the plan: other arms and seeds (exploratory), files of gold and of wrong rows."""

    arms: Sequence[str] = ()
    seeds: int | None = None
    gold: Path | None = None
    contradicted: Path | None = None
    final: bool = False


def compare_study_selections(
    workspace: Workspace, config: Config, request: Request, workers: int, progress: Progress
) -> dict[str, object]:
    """Run what is missing of every selection, budget and seed; write the tables as JSON, Markdown and a page.

    Raises InputError without the rows that are asked, where `final` isn't planned or was done, and where arms or seeds
    of a frozen plan are changed in a final comparison.
    """
    planned, plan = _planned(workspace, config, request)
    arms = [selection(name) for name in planned.arms]
    folder = workspace.root / "selections" / ("final" if request.final else "validation")
    if request.final and (folder / "selections.json").exists():
        raise InputError(
            f"{folder}: the held-out rows were asked already, and once was planned; the result stands there"
        )
    experiment, left_out = _experiment(workspace, config, arms, request, folder)
    results = run_arms(experiment, choose_arms(arms), planned.seeds, workers, progress=progress)
    asked = {"asked": "held-out" if request.final else "validation", "plan": plan, "left_out_as_leaks": left_out}
    table = asked | tabulate(results, experiment.asked.groups, planned.measure, planned.margin)
    if request.final:
        remember_selections(workspace, table)
    return table | _publish(table, folder)


def _publish(table: Mapping[str, Any], folder: Path) -> dict[str, str]:
    html = folder / "selections.html"
    drawn = plots(table)
    for budget, svg in drawn.items():
        write_text(folder / f"{budget}.svg", svg)
    write_text(folder / "selections.md", table_text(table) + "\n")
    write_text(html, page(table, drawn))
    write_json(folder / "selections.json", table)  # last: its presence means that the comparison ended
    return {"html": str(html)}


def _planned(workspace: Workspace, config: Config, request: Request) -> tuple[SelectionsPlan, str | None]:
    """Give what is compared and by what, and the frozen plan's hash where it plans exactly this."""
    settings = config.plan.selections or SelectionsPlan()
    changes = {"arms": tuple(request.arms) or None, "seeds": request.seeds}
    wanted = settings.model_copy(update={name: value for name, value in changes.items() if value is not None})
    if request.gold and "gold" not in wanted.arms:
        wanted = wanted.model_copy(update={"arms": (*wanted.arms, "gold")})
    plan = frozen_plan(workspace, config) if workspace.plan_file.exists() else None
    frozen = plan.fields["outcome"].get("selections") if plan else None
    is_planned = canonical_json(frozen) == canonical_json(wanted.model_dump(mode="json"))
    if request.final and not is_planned:
        raise InputError(
            "--final asks the held-out rows, once, as a frozen plan says, and none plans these arms and seeds; set "
            "plan.selections, then: winnow plan freeze (or amend)"
        )
    return wanted, plan.hash if plan and is_planned else None


def _experiment(
    workspace: Workspace, config: Config, arms: Sequence[Selection], request: Request, folder: Path
) -> tuple[Experiment, int]:
    held_out_rows(workspace)  # says what to run where nothing was split yet
    part = workspace.split / ("held_out.jsonl" if request.final else "validation.jsonl")
    asked = read_records(part)
    if not asked:
        raise InputError("selections are compared on validation rows, and there are none; set split.validation")
    pool, left_out = _pool(workspace, config, arms, request)
    groups = [str(row.get("group", place)) for place, row in enumerate(read_jsonl(part))]
    training = config.training.model_copy(update={"overlong": "cut"} if config.training.overlong == "stop" else {})
    recipe = Recipe(TrainingData(()), config.models.base, training, plan=None, prompt=prompt_form(config))
    contradicted = _contradicted(request.contradicted, asked)
    answers = generation_settings(config.answers, config.seed)
    return Experiment(recipe, pool, Asked(asked, groups, contradicted), answers, folder), left_out


def _pool(workspace: Workspace, config: Config, arms: Sequence[Selection], request: Request) -> tuple[Pool, int]:
    """Gather what the arms choose from; no row of it tells a validation or held-out row. Counts those left out."""
    curated, kinds = workspace.curated, {arm.kind for arm in arms}
    apart = [row for part in ("validation", "held_out") for row in read_records(workspace.split / f"{part}.jsonl")]
    judged, ids = Judged.of(workspace, config), {row.id for row in apart}
    came_in = [row for row in to_records(curated.records()) if row.id not in ids and row.answer.strip()]
    told = {row for row, *_ in leaks(came_in, apart, judged)}
    raw = [row for row in came_in if row.id not in told]
    flags = curated.view().flags
    cleaned = [row for row in read_records(workspace.split / "train.jsonl") if row.id not in flags]
    if "gold" in kinds and request.gold is None:
        raise InputError("the arm gold needs a file of rows; pass --gold FILE")
    gold = read_pairs(str(request.gold)) if request.gold and "gold" in kinds else []
    refuse_leaks(gold, apart, judged, "take these rows out of the file of gold rows")
    embedder = Embedder(config.models.embedder, workspace.embeddings)
    pool = Pool(
        raw,
        cleaned,
        gold,
        config.selection,
        Topics.read(curated.topics_file),
        embedder.embed([row.question for row in cleaned]) if "curated" in kinds else np.zeros((0, 1), np.float32),
        _tokens(config, raw) if "longest" in kinds else {},
        _difficulty(config, raw) if "ifd" in kinds else {},
    )
    return pool, len(told)


def _tokens(config: Config, rows: Sequence[Record]) -> dict[str, int]:
    tokenizer = load_tokenizer(config.models.base)
    count: Callable[[str], int] = lambda text: len(tokenizer(text, add_special_tokens=False)["input_ids"])  # noqa: E731
    return {row.id: count(row.answer) for row in rows}


def _difficulty(config: Config, rows: Sequence[Record]) -> dict[str, float]:
    """Measure IFD under the untouched base: the loss of each answer with its question by that without."""
    model, prompt = load_local_model(config.models.base), prompt_form(config)
    answers = [row.answer for row in rows]
    given = losses(model, prompt, rows, answers)
    alone = losses(model, prompt, [replace(row, question="", context="", history=()) for row in rows], answers)
    return {row.id: with_it / bare for row, with_it, bare in zip(rows, given, alone, strict=True) if bare > 0}


def _contradicted(file: Path | None, asked: Sequence[Record]) -> dict[str, str]:
    """Read known wrong answers, a row a question; raises InputError where none is to a question that is asked."""
    if file is None:
        return {}
    wrong = {row.question.strip(): row.answer for row in read_pairs(str(file))}
    found = {row.id: wrong[row.question.strip()] for row in asked if row.question.strip() in wrong}
    if not found:
        raise InputError(f"{file}: none of its questions is among the {len(asked)} that are asked")
    return found
