"""The verbs that make the tuned model and ask what it cost: preserve, train, retain, compare-mixtures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.terminal import console
from studio.terminal.options import ConfigOption, DryRunOption, JsonOption, SetOption, WorkspaceOption, open_study

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    for verb in (preserve, train, collect, prefer, retain, compare_mixtures):
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
    from curation.preservation.stage import preserve_workspace

    study = open_study(workspace, config, overrides)
    done = preserve_workspace(study.workspace, study.config, study.progress)
    console.result(done, as_json, "\n".join(f"{count:>6}  {name}" for name, count in done["funnel"].items()))


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
    from training.stage import train_workspace, training_data

    chosen = [*(overrides or ()), *([f"training.backend={backend}"] if backend else [])]
    study = open_study(workspace, config, chosen)
    if preview or dry_run:
        from training.preview import preview_run

        shown = preview_run(training_data(study.workspace, study.config), study.config)
        console.result(shown.as_dict(), as_json, shown.text)
        return
    done = train_workspace(study.workspace, study.config, study.progress, resume, no_plan)
    if is_first_process():
        console.result(done.as_dict(), as_json, f"{done.run}: loss {done.first_loss:.2f} → {done.last_loss:.2f}")


def collect(
    system: Annotated[str, typer.Argument(help="tuned, or a run's name")] = "tuned",
    spend: Annotated[
        Path | None, typer.Option(metavar="STUDY", help="take the held-out votes of an earlier study instead")
    ] = None,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer training questions twice with the tuned model, or base and tuned, for people to vote on; none held out.

    winnow collect --set preference.pairs=base-and-tuned
    """
    from evaluation.collection.spent import spend as spend_votes
    from evaluation.collection.stage import collect_pairs, said_of
    from winnow.study.workspace import Workspace

    study = open_study(workspace, config, overrides)
    if spend is not None:
        spent = spend_votes(study.workspace, study.config, Workspace.find(spend))
        text = "{said} held-out pairs of {from} teach here now; its history says that their votes are spent"
        console.result(spent, as_json, text.format(**spent))
        return
    done = collect_pairs(study.workspace, study.config, console.progress, system)
    done["said"] = len(said_of(study.workspace))
    text = "{pairs} pairs to vote on, {same} of {questions} questions were answered the same twice; {said} teach so far"
    console.result(done, as_json, text.format(**done))


def prefer(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on with the unfinished run")] = False,
    as_json: JsonOption = False,
) -> None:
    """Go on from the tuned adapter by what people preferred or corrected, by DPO or KTO.

    winnow prefer --set preference.method=kto
    """
    from evaluation.collection.stage import said_of
    from training.stage import prefer_workspace
    from winnow.data.files import read_json

    study = open_study(workspace, config, overrides)
    run = prefer_workspace(study.workspace, study.config, said_of(study.workspace), study.progress, resume)
    found = read_json(run / "manifest.json")
    told = {name: found.get(name) for name in ("method", "questions", "kept_back", "steps", "margin")}
    text = f"{run}: {told['method']} on {told['questions']} questions, {told['steps']} updates; winnow answer preferred"
    console.result({"run": str(run), **told}, as_json, text)


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
    from evaluation.mixtures.study import compare_study_mixtures
    from evaluation.mixtures.table import table_text

    study = open_study(workspace, config, overrides)
    found = compare_study_mixtures(
        study.workspace, study.config, external, shares or SHARES, seeds, workers, console.progress
    )
    console.result(found, as_json, f"{table_text(found)}\n\n{found['html']}")
