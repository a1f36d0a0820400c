"""A study as people work on it: its workspace, the settings to work with, and who is told how far work is.

study = open_study(Path("my-study"), overrides=["training.rank=32"])
study.workspace.curated, study.config.training.rank
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.progress import Progress, silent

if TYPE_CHECKING:
    from winnow.config import Config
    from winnow.study.workspace import Workspace


@dataclass(frozen=True)
class Study:
    """A workspace and the settings with which to work on it; `progress` is shown by terminal or page."""

    workspace: Workspace
    config: Config
    progress: Progress = silent

    @property
    def sources(self) -> list[str]:
        """The sources that the settings list: files as seen from the study's folder, names on the hub as they are."""
        from winnow.data.formats.arrow import HUB_PREFIX

        names, root = self.config.ingest.sources, self.workspace.root
        return [name if name.startswith(HUB_PREFIX) else str(root / name) for name in names]


def open_study(
    workspace: Path, config: Path | None = None, overrides: Sequence[str] | None = None, progress: Progress = silent
) -> Study:
    """Find the workspace at or above a folder and read its settings, or those of another file."""
    from winnow.config import load
    from winnow.models.device import choose
    from winnow.study.workspace import CONFIG_NAME, Workspace

    found = Workspace.find(workspace)
    settings = load(config or found.root / CONFIG_NAME, overrides or ())
    choose(settings.device)
    return Study(found, settings, progress)
