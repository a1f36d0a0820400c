"""The verbs that walk the whole road: run, demo."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.terminal import console
from studio.terminal.curate import curate_study
from studio.terminal.evaluate import answer_study, report_study
from studio.terminal.options import ConfigOption, DryRunOption, JsonOption, SetOption, WorkspaceOption, open_study
from studio.terminal.plan import freeze_plan, split_study
from studio.terminal.tune import preserve_study, train_study

if TYPE_CHECKING:
    from studio.terminal.options import Study

DEMO = Path(__file__).parents[2] / "data" / "demo"

# The road. Each stage is skipped where its manifest says that inputs, settings and outputs are as they were.
STAGES: dict[str, Callable[[Study], Mapping[str, Any]]] = {
    "curate": curate_study,
    "split": split_study,
    "plan": freeze_plan,
    "preserve": preserve_study,
    "train": train_study,
    "answer": lambda study: answer_study(study, ["base", "tuned"]),
    "report": report_study,
}


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
        console.result({"stages": list(STAGES)}, as_json, " → ".join(STAGES))
        return
    done = run_study(study)
    console.result(done, as_json, closing_text(study, done))


def run_study(study: Study) -> dict[str, Any]:
    """Run the stages in order and gather what each says."""
    done: dict[str, Any] = {}
    for name, stage in STAGES.items():
        began = time.perf_counter()
        console.note(f"── {name}")
        done[name] = stage(study)
        gc.collect()  # a stage's models are held by cycles: the next one needs their memory
        console.note(f"   {_took(done[name], time.perf_counter() - began)}")
    return done


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
    """Make the demo's workspace unless it is there; raises InputError outside a clone of the project."""
    from winnow.config import load, render
    from winnow.data.files import write_text
    from winnow.errors import InputError
    from winnow.study.workspace import CONFIG_NAME

    if (folder / CONFIG_NAME).exists():
        return
    if not DEMO.exists():
        raise InputError(f"{DEMO}: the demo's data isn't here; run the demo from a clone of the project")
    config = load(DEMO / CONFIG_NAME)
    sources = tuple(str(DEMO / name) for name in config.ingest.sources)
    config = config.model_copy(update={"ingest": config.ingest.model_copy(update={"sources": sources})})
    write_text(folder / CONFIG_NAME, f"# The demo's study.\n{render(config)}\n")


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="the study's folder")] = Path("demo-workspace"),
    as_json: JsonOption = False,
) -> None:
    """Show the whole road on the shipped banking questions: minutes on two CPU cores.

    winnow demo
    """
    import resource

    began = time.perf_counter()
    prepare_demo(folder)
    study = open_study(folder)
    done = run_study(study)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    done["demo"] = {"seconds": round(time.perf_counter() - began, 1), "peak_memory_gb": round(peak, 2)}
    took = f"\n\nThe demo took {done['demo']['seconds']:.0f} s and {peak:.1f} GB of memory at its peak."
    console.result(done, as_json, closing_text(study, done) + took)
