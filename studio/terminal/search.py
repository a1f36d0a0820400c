"""The verbs that look further than one run: export, sweep, curve and compare-selections."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.terminal import console
from studio.terminal.options import ConfigOption, JsonOption, SetOption, WorkspaceOption, open_study

if TYPE_CHECKING:
    from training.export.export import Exported, Format


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    for verb in (export, sweep, curve, compare_selections):
        app.command()(verb)


def export(
    formats: Annotated[
        list[str] | None, typer.Argument(metavar="FORMAT…", help="adapter, merged, gguf-f16, gguf-q8_0, ollama")
    ] = None,
    run: Annotated[str | None, typer.Option(help="a run's name; the last finished one unless named")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="folder to write")] = None,
    parity: Annotated[int, typer.Option(min=0, help="held-out prompts to compare each export with the adapter on")] = 8,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the tuned model in other tools' formats, and say in how many answers each differs from the adapter.

    winnow export merged ollama
    """
    from training.export.export import export_run
    from winnow.study.plan_fields import held_out_rows

    study = open_study(workspace, config)
    wanted = known_formats(formats or ["merged"])
    folder = study.workspace.runs / run if run else study.workspace.latest_run()
    target = out or study.workspace.root / "export"
    questions = held_out_rows(study.workspace)[:parity]
    done = export_run(folder, target, wanted, questions, console.progress)
    console.result(done.as_dict(), as_json, export_text(done))


def known_formats(names: list[str]) -> list[Format]:
    """Take the names of formats; raises InputError at one that isn't known."""
    from training.export.export import FORMATS
    from winnow.errors import InputError

    if unknown := [name for name in names if name not in FORMATS]:
        raise InputError(f"{unknown[0]}: unknown format; there are {', '.join(FORMATS)}")
    return [name for name in FORMATS if name in names]


def export_text(done: Exported) -> str:
    """List the files that were written, and say of each export how it compares with the adapter."""
    from training.export.parity import parity_text

    lines = [f"{name:<10} {path}" for name, path in done.files.items()]
    told = [parity_text(name, figures) for name, figures in done.parity.items()]
    return "\n".join([*lines, *(told or ["no answers were compared with the adapter's"])])


def sweep(
    trials: Annotated[int, typer.Option(help="settings to try")] = 20,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search rank, learning rate, modules, epochs and mixture on the validation rows, never on the held-out ones.

    winnow sweep --trials 20
    """
    from training.search.sweep import sweep as search
    from training.stage import recipe_of, training_data

    study = open_study(workspace, config, overrides)
    folder = study.workspace.root / "sweep"
    recipe = recipe_of(training_data(study.workspace, study.config), study.config, plan=None)
    found = search(recipe, folder, trials, console.progress)
    _show([trial.as_dict() for trial in found], folder / "sweep.md", as_json)


def curve(
    seeds: Annotated[int, typer.Option(help="runs a size")] = 3,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train on 10, 25, 50 and 100 % of the rows: where does more data stop paying?

    winnow curve --seeds 3
    """
    from training.search.sweep import curve as grow
    from training.stage import recipe_of, training_data

    study = open_study(workspace, config, overrides)
    folder = study.workspace.root / "curve"
    runs = grow(
        recipe_of(training_data(study.workspace, study.config), study.config, plan=None),
        folder,
        seeds=seeds,
        progress=console.progress,
    )
    _show([run.as_dict() for run in runs], folder / "curve.md", as_json)


def compare_selections(
    arms: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SELECTION…", help="raw, cleaned, curated:N, random:N, longest:N, ifd:N; the plan's unless named"
        ),
    ] = None,
    gold: Annotated[Path | None, typer.Option(help="rows of a person's, as one more arm")] = None,
    contradicted: Annotated[
        Path | None, typer.Option(help="known wrong answers to validation questions, for the measure of truth")
    ] = None,
    seeds: Annotated[int | None, typer.Option(help="runs an arm; the plan's unless given", min=1)] = None,
    final: Annotated[
        bool, typer.Option("--final", help="ask the held-out rows, once, as the frozen plan says")
    ] = False,
    workers: Annotated[int, typer.Option(help="runs at once, shared between the GPUs there are", min=1)] = 1,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train the same recipe on several selections of the study's rows: does curation pay, on this data?

    winnow compare-selections raw cleaned curated:800 random:800
    """
    from evaluation.selections.study import Request, compare_study_selections
    from evaluation.selections.table import table_text

    study = open_study(workspace, config, overrides)
    request = Request(tuple(arms or ()), seeds, gold, contradicted, final)
    found = compare_study_selections(study.workspace, study.config, request, workers, console.progress)
    console.result(found, as_json, f"{table_text(found)}\n\n{found['html']}")


def _show(runs: list[dict[str, object]], table: Path, as_json: bool) -> None:
    places = {"table": str(table), "plot": str(table.with_suffix(".svg"))}
    text = table.read_text(encoding="utf-8")
    console.result({"runs": runs, **places}, as_json, "\n".join([text, *places.values()]))
