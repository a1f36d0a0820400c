"""Options that every verb shares, and the study that they open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio import study
from studio.study import Study
from studio.terminal import console

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", envvar="WINNOW_WORKSPACE", help="the study's folder, or one inside it")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", help="another winnow.yaml")]
SetOption = Annotated[list[str] | None, typer.Option("--set", help="override, as in training.rank=32; repeatable")]
JsonOption = Annotated[bool, typer.Option("--json", help="print the result as JSON on stdout")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="say what would be done, and do nothing")]
ByOption = Annotated[str, typer.Option("--by", envvar="WINNOW_USER", help="who decides; kept in the ledger")]


def open_study(workspace: Path, config: Path | None = None, overrides: list[str] | None = None) -> Study:
    """Open the study of a folder, its progress shown on stderr."""
    return study.open_study(workspace, config, overrides, console.progress)
