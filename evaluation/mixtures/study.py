"""The mixtures of a study: its training rows, its base's own rows at the largest share, gains on its validation rows.

found = compare_study_mixtures(workspace, config, None, (0.1, 0.25, 0.5), seeds=3, workers=1, progress=silent)
found["arms"][0]["gain"], found["html"]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from curation.ingest import read_pairs
from curation.preservation.stage import preserve_workspace
from evaluation.answering.stage import generation_settings
from evaluation.arms.experiment import run_arms
from evaluation.mixtures.experiment import Arm, Experiment, choose_arms
from evaluation.mixtures.table import page, table_text, tabulate
from evaluation.retention.stage import read_items
from training.leakage import Judged, refuse_leaks
from training.recipe import Recipe, TrainingData
from winnow.config import Config
from winnow.data.files import read_records, write_json, write_text
from winnow.data.records import Record
from winnow.errors import InputError
from winnow.models.interface import GenerationSettings
from winnow.models.prompt import prompt_form
from winnow.progress import Progress
from winnow.study.plan_fields import held_out_rows
from winnow.study.workspace import Workspace

MIDDLE_SHARE = 0.25  # share of the arms that differ in something else, where the study's own share is 0


def compare_study_mixtures(
    workspace: Workspace,
    config: Config,
    external: Path | None,
    shares: Sequence[float],
    seeds: int,
    workers: int,
    progress: Progress,
) -> dict[str, object]:
    """Run what is missing of every mixture and seed; write the table as JSON, Markdown and a page with the plot.

    Raises InputError without validation rows, where a share isn't below 1, and where external rows are validation or
    held-out rows.
    """
    if wrong := [share for share in shares if not 0 <= share < 1]:
        raise InputError(f"share {wrong[0]:g} of the trained tokens: give 0 or more and less than 1, as in 0.25")
    middle = config.preservation.share or MIDDLE_SHARE
    arms = choose_arms(shares, middle, external is not None, config.preservation.prompts is not None)
    experiment = _experiment(workspace, config, arms, [] if external is None else read_pairs(str(external)), progress)
    rows = run_arms(experiment, arms, seeds, workers, progress=progress)
    table = tabulate(rows, config.plan.margin)
    html = experiment.folder / "mixtures.html"
    write_json(experiment.folder / "mixtures.json", table)
    write_text(experiment.folder / "mixtures.md", table_text(table) + "\n")
    write_text(html, page(table))
    return {**table, "html": str(html)}


def _experiment(
    workspace: Workspace, config: Config, arms: Sequence[Arm], external: Sequence[Record], progress: Progress
) -> Experiment:
    held_out_rows(workspace)  # says what to run where nothing was split yet
    validation = read_records(workspace.split / "validation.jsonl")
    if not validation:
        raise InputError("mixtures are compared on validation rows, and there are none; set split.validation")
    train = read_records(workspace.split / "train.jsonl")
    held_out = read_records(workspace.split / "held_out.jsonl")
    judged = Judged.of(workspace, config)
    refuse_leaks(external, [*validation, *held_out], judged, "take these rows out of the file of external rows")
    folder, most = workspace.root / "mixtures", max(arm.share for arm in arms)
    data = TrainingData(train, held_out=held_out, judged=judged)
    return Experiment(
        recipe=Recipe(data, config.models.base, config.training, plan=None, prompt=prompt_form(config)),
        own=_written(workspace, config, {"share": most}, folder / "self-written", progress),
        external=external,
        domain=validation,
        items=read_items(workspace, config),
        answers=generation_settings(config.answers, config.seed),
        general=GenerationSettings(config.retention.max_new_tokens),
        metric=config.metrics.names[0],
        folder=folder,
        prompted=_prompted(workspace, config, arms, folder / "own-prompts", progress),
    )


def _prompted(
    workspace: Workspace, config: Config, arms: Sequence[Arm], folder: Path, progress: Progress
) -> Sequence[Record]:
    """Let the base answer the user's own general prompts, and write no questions; () without an arm of them."""
    shares = [arm.share for arm in arms if arm.source == "own prompts"]
    return _written(workspace, config, {"share": shares[0], "prompts_only": True}, folder, progress) if shares else ()


def _written(
    workspace: Workspace, config: Config, changes: Mapping[str, object], folder: Path, progress: Progress
) -> Sequence[Record]:
    """Let the base write what the largest share needs; smaller shares draw from the same rows."""
    settings = config.preservation.model_copy(update=changes)
    preserve_workspace(workspace, config.model_copy(update={"preservation": settings}), progress, folder)
    return read_records(folder / "preservation.jsonl")
