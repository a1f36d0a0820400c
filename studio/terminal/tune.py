"""The verbs that make the tuned model and ask what it cost: preserve, train, retain, compare-mixtures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.terminal import console
from studio.terminal.options import ConfigOption, DryRunOption, JsonOption, SetOption, WorkspaceOption, open_study

if TYPE_CHECKING:
    from curation.preservation.stage import PreservationSummary
    from studio.terminal.options import Study
    from training.recipe import Recipe
    from winnow.study.plan import Plan


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    for verb in (preserve, train, retain, compare_mixtures):
        app.command()(verb)


def preserve(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let the untouched base model write the data that keeps what it knew.

    winnow preserve --set preservation.share=0.25
    """
    done = preserve_study(open_study(workspace, config, overrides))
    console.result(done, as_json, "\n".join(f"{count:>6}  {name}" for name, count in done["funnel"].items()))


def preserve_study(study: Study) -> PreservationSummary:
    """Write preservation rows unless those on disk still hold."""
    from curation.preservation.stage import preserve_workspace

    return preserve_workspace(study.workspace, study.config, console.progress)


def train(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    backend: Annotated[str | None, typer.Option(help="auto, unsloth or trl")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on with the unfinished run")] = False,
    no_plan: Annotated[bool, typer.Option("--no-plan", help="explore; the run is marked so for ever")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="show three rows as the model sees them")] = False,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Tune the base model by QLoRA on the training rows and the preservation rows.

    winnow train --backend trl
    """
    from training.backends import is_first_process

    chosen = [*(overrides or ()), *([f"training.backend={backend}"] if backend else [])]
    study = open_study(workspace, config, chosen)
    if preview or dry_run:
        from training.preview import preview_run

        shown = preview_run(training_data(study), study.config)
        console.result(shown.as_dict(), as_json, shown.text)
        return
    done = train_study(study, resume=resume, no_plan=no_plan)
    if is_first_process():
        console.result(done, as_json, f"{done['run']}: loss {done['first_loss']:.2f} → {done['last_loss']:.2f}")


def training_data(study: Study) -> Any:
    """Read the split and the preservation rows."""
    from training.leakage import Judged
    from training.qlora import TrainingData
    from winnow.data.files import read_records
    from winnow.errors import InputError

    split = study.workspace.split
    if not (split / "train.jsonl").exists():
        raise InputError(f"{split}/train.jsonl: no training rows yet; run: winnow split")
    preservation = study.workspace.preservation / "preservation.jsonl"
    return TrainingData(
        train=read_records(split / "train.jsonl"),
        validation=read_records(split / "validation.jsonl"),
        preservation=read_records(preservation) if preservation.exists() else (),
        held_out=read_records(split / "held_out.jsonl"),
        judged=Judged.of(study.workspace, study.config),
    )


def train_study(study: Study, resume: bool = True, no_plan: bool = False) -> dict[str, Any]:
    """Train, or go on with the run that was broken off, or confirm the one that is finished."""
    from training.backends import agreed
    from training.qlora import train as train_adapter
    from training.runs import run_for
    from winnow.study.plan_fields import frozen_plan

    recipe = recipe_of(study, None if no_plan else frozen_plan(study.workspace, study.config))
    run = agreed(run_for(study.workspace.runs, recipe.identity, resume))
    return summary_of(train_adapter(recipe, run, resume=resume, no_plan=no_plan, progress=console.progress))


def recipe_of(study: Study, plan: Plan | None) -> Recipe:
    """Gather what a run of this study is made from."""
    from training.qlora import Recipe

    config = study.config
    return Recipe(
        training_data(study),
        config.models.base,
        config.training,
        plan=plan,
        share=config.preservation.share,
        system=config.answers.system,
        seed=config.seed,
    )


def summary_of(run: Path) -> dict[str, Any]:
    """Tell a run's place and how its loss fell."""
    from winnow.data.files import read_jsonl

    losses = [row["loss"] for row in read_jsonl(run / "metrics.jsonl") if "loss" in row]
    return {"run": str(run), "first_loss": losses[0], "last_loss": losses[-1], "steps": len(losses)}


def retain(
    system: Annotated[str, typer.Argument(help="tuned, or a run's name")] = "tuned",
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask base and tuned the same general things; exit 4 where too much was forgotten, 5 where the data can't tell.

    winnow retain
    """
    from evaluation.retention.outcomes import Gate, enforce
    from evaluation.retention.stage import retain_workspace

    study = open_study(workspace, config, overrides)
    found = retain_workspace(study.workspace, study.config, console.progress, system)
    gate = Gate.from_dict(found["gate"])
    text = f"retention: {gate.result} at the margin {gate.margin:g} ({gate.items_needed} items would tell)"
    console.result(found, as_json, text)
    enforce(gate)


def compare_mixtures(
    external: Annotated[Path | None, typer.Option(help="instruction rows of others, to mix in instead")] = None,
    shares: Annotated[list[float] | None, typer.Option("--share", help="of trained tokens; repeatable")] = None,
    seeds: Annotated[int, typer.Option(help="runs a mixture", min=1)] = 3,
    workers: Annotated[int, typer.Option(help="runs at once; a large GPU takes several of a small model", min=1)] = 1,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train with several mixtures and show which domain gain costs how much general ability, on validation rows.

    winnow compare-mixtures --external instructions.jsonl --seeds 3
    """
    from evaluation.mixtures.experiment import SHARES
    from evaluation.mixtures.stage import compare_study_mixtures
    from evaluation.mixtures.table import table_text

    study = open_study(workspace, config, overrides)
    found = compare_study_mixtures(
        study.workspace, study.config, external, shares or SHARES, seeds, workers, console.progress
    )
    console.result(found, as_json, f"{table_text(found)}\n\n{found['html']}")
