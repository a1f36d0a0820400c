"""What the terminal shows: results on stdout, progress and notes on stderr.

with console.progress("embedding", total=3200) as advance:
    advance(64)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

Advance = Callable[[int], None]


def note(text: str) -> None:
    """Say something on stderr."""
    typer.echo(text, err=True)


def result(value: Mapping[str, Any], as_json: bool, text: str) -> None:
    """Print a result: the JSON for machines, the text for people."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str) if as_json else text)


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Advance]:
    """Show a bar with an estimate while the block runs; yields the function that moves it on.

    Where stderr isn't a terminal nothing is drawn: a log needs no bars, and an error stays one line.
    """
    if not sys.stderr.isatty():
        yield lambda steps: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as bars:
        task = bars.add_task(description, total=total)
        yield lambda steps: bars.advance(task, steps)
        if total is None:  # the bar closes on what was counted, or on the one thing that was done
            done = max(bars.tasks[0].completed, 1)
            bars.update(task, total=done, completed=done)
