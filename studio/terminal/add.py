"""The verb that lets a study grow: add."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.terminal import console
from studio.terminal.curate import OutOption, find_curated
from studio.terminal.options import ConfigOption, DryRunOption, JsonOption, SetOption, WorkspaceOption, open_study


def register(app: typer.Typer) -> None:
    """Add this module's verb."""
    app.command()(add)


def add(
    files: Annotated[
        list[str] | None, typer.Argument(help="more rows; none: read the sources again, some of which have changed")
    ] = None,
    out: OutOption = None,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Add rows to what was curated: only what is new is measured, and earlier rows keep their ids and decisions.

    winnow add more.jsonl
    """
    from curation.growth.news import read_news
    from curation.stage import earlier_sources, require_kept
    from studio import additions

    curated, given = find_curated(out, workspace), files or []
    study = None if out else open_study(workspace, config, overrides)
    sources = study.sources if study else earlier_sources(curated)[0]
    if dry_run:
        every = additions.joined(sources, given)
        console.result({"sources": every, "out": str(curated.root)}, as_json, f"would curate {', '.join(every)}")
        return
    report = (
        additions.add_to_study(given, study)
        if study
        else additions.add_to_folder(given, curated, overrides or [], console.progress)
    )
    require_kept(report, curated)
    lines = additions.lines_of(curated)
    if study:
        lines += additions.plan_lines(study.workspace, study.config)
        lines += (
            [] if not study.workspace.split.exists() else ["next: winnow split, or winnow run for all that is stale"]
        )
    told = {**read_news(curated).as_json(), "kept": report["kept"], "lines": lines}
    console.result(told, as_json, "\n".join([*lines, f"{report['kept']} of {report['input']} rows are kept"]))
