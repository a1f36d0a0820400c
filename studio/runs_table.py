"""Training runs as a person compares them: their curves, smoothed, and the settings in which they differ.

curves(run / "metrics.jsonl")["loss"][0]        # Point(step=1, value=4.32, kind="training")
differences(runs_of(workspace))                 # only the columns that aren't the same in all
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from winnow.data.files import read_json
from winnow.study.workspace import Workspace

SMOOTHING = 0.85  # weight of what came before, in the smoothed line
CURVES = ("loss", "learning_rate", "grad_norm", "tokens_per_second", "peak_memory_gb")


class Point(NamedTuple):
    """A value of a curve at a step of training; `kind` is "training", "smoothed" or "validation"."""

    step: int
    value: float
    kind: str


@dataclass(frozen=True)
class Run:
    """A finished run: its name, what it took, and its settings."""

    name: str
    minutes: float
    memory_gb: float | None
    settings: dict[str, str]

    def as_row(self) -> dict[str, object]:
        """Give the run as a row of a table."""
        return {"run": self.name, "minutes": self.minutes, "GB": self.memory_gb, **self.settings}


def curves(metrics_file: Path) -> dict[str, list[Point]]:
    """Read a run's curves; the loss also smoothed, and the validation loss beside it. The run may still be writing."""
    rows = _rows(metrics_file)
    found = {name: [_point(row, name, "training") for row in rows if row.get(name) is not None] for name in CURVES}
    found["loss"] += _smoothed(found["loss"])
    found["loss"] += [_point(row, "validation_loss", "validation") for row in rows if "validation_loss" in row]
    return found


def _rows(metrics_file: Path) -> list[dict[str, Any]]:
    rows = []
    for line in metrics_file.read_text(encoding="utf-8").split("\n")[:-1]:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:  # a curve with a gap says more than none; the page Study names the line
            continue
    return rows


def _point(row: Mapping[str, Any], name: str, kind: str) -> Point:
    return Point(row["step"], row[name], kind)


def _smoothed(points: Sequence[Point]) -> list[Point]:
    """Weigh each value with those before it; the weights of what isn't there at the start are left out."""
    total, weight, smooth = 0.0, 0.0, []
    for point in points:
        total, weight = SMOOTHING * total + point.value, SMOOTHING * weight + 1
        smooth.append(Point(point.step, total / weight, "smoothed"))
    return smooth


def runs_of(workspace: Workspace) -> list[Run]:
    """List the finished runs, the newest first."""
    found = []
    for path in sorted(workspace.runs.glob("*/manifest.json"), reverse=True):
        manifest = read_json(path)
        settings = {name: str(value) for name, value in (manifest.get("settings") or {}).items()}
        memory = manifest.get("peak_memory_gb")
        found.append(Run(path.parent.name, round((manifest.get("seconds") or 0) / 60, 1), memory, settings))
    return found


def differences(found: Sequence[Run]) -> list[dict[str, object]]:
    """Give the runs as rows with only those settings that aren't the same in all."""
    rows = [run.as_row() for run in found]
    every = dict.fromkeys(name for row in rows for name in row)
    names = [name for name in every if len({str(row.get(name)) for row in rows}) > 1]
    return [{name: row.get(name) for name in dict.fromkeys(("run", *names))} for row in rows]


def minutes_of(steps: int, metrics_file: Path | None) -> float | None:
    """Estimate how long so many steps take, by the median step of an earlier run; None without one."""
    if metrics_file is None:
        return None
    seconds = [row["seconds"] for row in _rows(metrics_file) if row.get("seconds")]
    return round(steps * statistics.median(seconds) / 60, 1) if seconds else None
