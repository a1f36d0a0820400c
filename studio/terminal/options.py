"""Options that every verb shares, and the study that they open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from winnow.config import Config
    from winnow.study.workspace import Workspace

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", envvar="WINNOW_WORKSPACE", help="the study's folder, or one inside it")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", help="another winnow.yaml")]
SetOption = Annotated[list[str] | None, typer.Option("--set", help="override, as in training.rank=32; repeatable")]
JsonOption = Annotated[bool, typer.Option("--json", help="print the result as JSON on stdout")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="say what would be done, and do nothing")]
ByOption = Annotated[str, typer.Option("--by", envvar="WINNOW_USER", help="who decides; kept in the ledger")]


@dataclass(frozen=True)
class Study:
    """A workspace and the settings with which to work on it."""

    workspace: Workspace
    config: Config


def open_study(workspace: Path, config: Path | None = None, overrides: list[str] | None = None) -> Study:
    """Find the workspace and read its settings, or those of another file."""
    from winnow.config import load
    from winnow.study.workspace import CONFIG_NAME, Workspace

    found = Workspace.find(workspace)
    return Study(found, load(config or found.root / CONFIG_NAME, overrides or ()))
