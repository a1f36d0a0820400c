"""The verbs that make the tuned model: preserve, train, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands import console
from commands.options import ConfigOption, DryRunOption, JsonOption, SetOption, WorkspaceOption, open_study

if TYPE_CHECKING:
    from commands.options import Study


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    for verb in (preserve, train):
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


def preserve_study(study: Study) -> dict[str, Any]:
    """Write preservation rows unless those on disk still hold."""
    from curation.preservation import preserve_workspace

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
    chosen = [*(overrides or ()), *([f"training.backend={backend}"] if backend else [])]
    study = open_study(workspace, config, chosen)
    if preview or dry_run:
        from training.preview import preview_run

        shown = preview_run(training_data(study), study.config)
        console.result(shown, as_json, shown["text"])
        return
    done = train_study(study, resume=resume, no_plan=no_plan)
    console.result(done, as_json, f"{done['run']}: loss {done['first_loss']:.2f} → {done['last_loss']:.2f}")


def training_data(study: Study) -> Any:
    """Read the split and the preservation rows."""
    from training.qlora import TrainingData
    from winnow.errors import InputError
    from winnow.files import read_records

    split = study.workspace.split
    if not (split / "train.jsonl").exists():
        raise InputError(f"{split}/train.jsonl: no training rows yet; run: winnow split")
    preservation = study.workspace.preservation / "preservation.jsonl"
    return TrainingData(
        train=read_records(split / "train.jsonl"),
        validation=read_records(split / "validation.jsonl"),
        preservation=read_records(preservation) if preservation.exists() else (),
        held_out=read_records(split / "held_out.jsonl"),
    )


def train_study(study: Study, resume: bool = True, no_plan: bool = False) -> dict[str, Any]:
    """Train, or go on with the run that was broken off, or confirm the one that is finished."""
    from training.qlora import Recipe
    from training.qlora import train as train_adapter
    from training.runs import run_for
    from winnow.planning import frozen_plan

    config = study.config
    recipe = Recipe(
        training_data(study),
        config.models.base,
        config.training,
        plan=None if no_plan else frozen_plan(study.workspace, config),
        share=config.preservation.share,
        system=config.answers.system,
        seed=config.seed,
    )
    run = run_for(study.workspace.runs, recipe.identity, resume)
    return summary_of(train_adapter(recipe, run, resume=resume, no_plan=no_plan, progress=console.progress))


def summary_of(run: Path) -> dict[str, Any]:
    """Tell a run's place and how its loss fell."""
    from winnow.files import read_jsonl

    losses = [row["loss"] for row in read_jsonl(run / "metrics.jsonl") if "loss" in row]
    return {"run": str(run), "first_loss": losses[0], "last_loss": losses[-1], "steps": len(losses)}
