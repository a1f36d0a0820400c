"""The verb that hands a tuned model on: release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.terminal import console
from studio.terminal.options import ConfigOption, JsonOption, WorkspaceOption, open_study
from studio.terminal.search import known_formats

if TYPE_CHECKING:
    from evaluation.release.folder import Release


def register(app: typer.Typer) -> None:
    """Add this module's verb."""
    app.command()(release)


def release(
    formats: Annotated[
        list[str] | None, typer.Argument(metavar="FORMAT…", help="adapter, merged, gguf-f16, gguf-q8_0, ollama")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="folder to write")] = None,
    push: Annotated[str | None, typer.Option(metavar="OWNER/NAME", help="where on the hub it goes")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run/--upload", help="say what would go to the hub, or send it")
    ] = True,
    public: Annotated[bool, typer.Option("--public", help="for everybody to see; private unless said")] = False,
    workspace: WorkspaceOption = Path(),
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Export the tuned model with both cards, if each export answers as the plan asks; exit 4 where one doesn't.

    winnow release merged ollama --push ada/bank-answers
    """
    from evaluation.release.folder import make_release
    from evaluation.release.hub import require_name, upload

    if push:
        require_name(push)
    study = open_study(workspace, config)
    target = out or study.workspace.root / "release"
    made = make_release(study.workspace, study.config, known_formats(formats or ["adapter"]), target, console.progress)
    sent = upload(target, push, public) if push and not dry_run else None
    told = {**made.as_dict(), "push": push, "sent": sent}
    console.result(told, as_json, "\n".join([*_listing(made), _outlook(push, sent, public)]))


def _listing(made: Release) -> list[str]:
    files = [f"{size / 1e6:>10.1f} MB  {name}" for name, size in made.files.items()]
    return [*(one.text for one in made.checks), f"{made.folder}:", *files]


def _outlook(push: str | None, sent: str | None, public: bool) -> str:
    if sent:
        return f"sent: {sent}"
    if push is None:
        return "nothing was sent anywhere; put it on a hub with --push OWNER/NAME"
    seen = "everybody sees" if public else "private"
    return f"a dry run: nothing was sent. These files would go to {push} ({seen}); send them with --upload"
