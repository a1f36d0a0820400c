"""The verbs that walk the whole road: run, demo."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.road import ROAD, Standing
from studio.terminal import console
from studio.terminal.options import ConfigOption, DryRunOption, JsonOption, SetOption, WorkspaceOption, open_study

if TYPE_CHECKING:
    from studio.study import Study


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    for verb in (run, demo):
        app.command()(verb)


def run(
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Run every stage that isn't up to date, from the raw file to the report.

    winnow run --workspace my-study
    """
    study = open_study(workspace, config, overrides)
    if dry_run:
        _show_what_is_to_do(study, as_json)
        return
    done = run_study(study)
    console.result(done, as_json, closing_text(study, done))


def _show_what_is_to_do(study: Study, as_json: bool) -> None:
    """Say how far each stage is, and how long and in how much memory it is expected to run."""
    from studio.forecast import forecast, forecast_text
    from studio.machine import probe

    found = {stage.name: stage.standing(study) for stage in ROAD}
    machine = probe()
    expected = forecast(study, machine)
    told: dict[str, dict[str, Any]] = {name: asdict(one) for name, one in found.items()}
    for one in expected:
        told[one.name]["expected"] = one.as_dict()
    console.result(told, as_json, "\n".join([*_lines(found), "", forecast_text(expected, machine)]))


def run_study(study: Study) -> dict[str, Any]:
    """Run the stages that people don't do, in order, and gather what each says."""
    done: dict[str, Any] = {}
    for stage in ROAD:
        if stage.run is None:
            continue
        began = time.perf_counter()
        console.note(f"── {stage.name}")
        done[stage.name] = stage.run(study)
        gc.collect()  # a stage's models are held by cycles: the next one needs their memory
        console.note(f"   {_took(done[stage.name], time.perf_counter() - began)}")
    return done


def _lines(found: dict[str, Standing]) -> Iterator[str]:
    """Say of each stage whether it is up to date, made before something changed, not made, or people's."""
    for stage in ROAD:
        standing = found[stage.name]
        if standing.done:
            state = f"up to date: {standing.summary}"
        elif standing.made and not stage.by_people:
            state = f"to do again: {', '.join(standing.stale)} changed"
        else:
            state = f"waits for people: {stage.verb}" if stage.by_people else f"to do: {stage.does}"
        yield f"{stage.name:<10} {state}"


def _took(summary: dict[str, Any], seconds: float) -> str:
    return "up to date" if summary.get("current") else f"{seconds:.0f} s"


def closing_text(study: Study, done: dict[str, Any]) -> str:
    """Say what came out, where each file is, and the one command that opens the studio."""
    workspace = study.workspace
    places = {
        "report": workspace.report / "report.html",
        "kept rows": workspace.curated.root / "kept.jsonl",
        "removed rows": workspace.curated.root / "removed.jsonl",
        "plan": workspace.plan_file,
        "adapter": Path(done["train"]["run"]) / "adapter",
        "answers": workspace.answers,
    }
    listing = "\n".join(f"  {name:<13} {path}" for name, path in places.items())
    studio = f"Read the answers blind: winnow studio --workspace {workspace.root}"
    return f"\n{done['report']['headline']}\n\n{listing}\n\n{studio}"


def prepare_demo(folder: Path) -> None:
    """Make the demo's workspace unless it is there; raises InputError where the data isn't installed."""
    from winnow.config import load, render
    from winnow.data.files import write_text
    from winnow.shipped import shipped
    from winnow.study.workspace import CONFIG_NAME

    if (folder / CONFIG_NAME).exists():
        return
    config = load(shipped(CONFIG_NAME))
    sources = tuple(str(shipped(name)) for name in config.ingest.sources)
    config = config.model_copy(update={"ingest": config.ingest.model_copy(update={"sources": sources})})
    write_text(folder / CONFIG_NAME, f"# The demo's study.\n{render(config)}\n")


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="the study's folder")] = Path("demo-workspace"),
    as_json: JsonOption = False,
) -> None:
    """Show the whole road on the shipped banking questions: minutes on two CPU cores.

    winnow demo
    """
    from winnow.parallel.processes import peak_memory_gb

    began = time.perf_counter()
    prepare_demo(folder)
    study = open_study(folder)
    done = run_study(study)
    peak = peak_memory_gb()
    done["demo"] = {"seconds": round(time.perf_counter() - began, 1), "peak_memory_gb": peak}
    took = f"\n\nThe demo took {done['demo']['seconds']:.0f} s and {peak:.1f} GB of memory at its peak."
    console.result(done, as_json, closing_text(study, done) + took)
