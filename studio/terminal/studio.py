"""The verbs around the work: init, studio, doctor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from studio.terminal import console
from studio.terminal.options import JsonOption, WorkspaceOption, open_study


def register(app: typer.Typer) -> None:
    """Add this module's verbs."""
    for verb in (init, studio, doctor):
        app.command()(verb)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="the study's folder")],
    files: Annotated[list[Path] | None, typer.Argument(help="raw question-answer files")] = None,
) -> None:
    """Make a workspace: winnow.yaml, in which a comment states each setting's effect.

    winnow init my-study faq.jsonl
    """
    from winnow.config import Config, IngestConfig, render
    from winnow.data.files import write_text
    from winnow.errors import InputError
    from winnow.study.workspace import CONFIG_NAME

    target = folder / CONFIG_NAME
    if target.exists():
        raise InputError(f"{target}: is there already; edit it, or choose another folder")
    if missing := [str(file) for file in files or [] if not file.exists()]:
        raise InputError(f"{missing[0]}: no such file; check the path")
    sources = tuple(str(file.resolve()) for file in files or [])
    config = Config(ingest=IngestConfig(sources=sources))
    write_text(target, f"# A study's settings. Run it with: winnow run --workspace {folder}\n{render(config)}\n")
    typer.echo(f"{target}\nnext: winnow run --workspace {folder}")


def studio(
    workspace: WorkspaceOption = Path(),
    port: Annotated[int, typer.Option(help="on 127.0.0.1")] = 8501,
) -> None:
    """Open the studio in a browser; in a folder without a study its start page makes one from a file.

    winnow studio --workspace my-study
    """
    import os
    import sys

    from winnow.errors import InputError
    from winnow.study.workspace import Workspace

    try:
        folder = Workspace.find(workspace).root
    except InputError:
        if not workspace.is_dir():
            raise
        folder = workspace.resolve()
    os.environ["WINNOW_WORKSPACE"] = str(folder)
    options = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.fileWatcherType": "none",  # an environment inside the folder would flood inotify
        "server.headless": "true",
        "runner.postScriptGC": "false",  # walks every row that is held after each press, .3 s at 100,000
        "browser.gatherUsageStats": "false",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    app = str(Path(__file__).parents[2] / "app.py")
    command = [sys.executable, "-m", "studio.browser.serving", "run", app, *flags]
    console.note(f"the studio of {folder}: http://127.0.0.1:{port}")
    os.execv(sys.executable, command)


def doctor(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Say what this machine can do: GPU, backends, models, Argilla, disk; and what the study's stages will take here.

    winnow doctor --workspace my-study
    """
    from studio.terminal.examination import examine

    findings = examine(workspace)
    width = max(len(finding["what"]) for finding in findings)
    marks = {True: "ok ", False: "no ", None: "-  "}
    lines = [f"{marks[f['ok']]} {f['what']:<{width}}  {f['found']}" for f in findings]
    expected = _expected(workspace)
    console.result({"findings": findings, **expected.told}, as_json, "\n".join([*lines, "", expected.text]))


class _Outlook(NamedTuple):
    """What a study's stages are expected to take, as JSON and in words."""

    told: Mapping[str, object]
    text: str


def _expected(workspace: Path) -> _Outlook:
    """Predict the stages of a study, or say why nothing can be told: there is none, or a file of it is missing."""
    from studio.forecast import forecast, forecast_text
    from studio.machine import probe
    from winnow.errors import InputError

    try:
        study, machine = open_study(workspace), probe()
        stages = forecast(study, machine)
    except InputError as error:
        return _Outlook({"expected": []}, f"how long a study's stages will take isn't told: {error}")
    told = {"machine": machine.as_dict(), "expected": [one.as_dict() for one in stages]}
    return _Outlook(told, forecast_text(stages, machine))
