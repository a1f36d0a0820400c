"""Compare the memory that a run is foreseen to take with what it takes, on shapes that the estimate wasn't fitted to.

python -m benchmarks.memory --out memory.jsonl --tokenizer folder        # needs a GPU; about 90 seconds

A process a backend, both at once: each counts its own memory. Three updates reach the peak: the optimizer's state is
there from the second one on. A point is written as soon as it is measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.shapes import make_model
from training.backends import Backend, TrlBackend, UnslothBackend
from winnow.config import TrainingConfig
from winnow.models.unsloth import import_unsloth

STEPS = 3
POINTS: list[tuple[str, dict[str, Any]]] = [
    ("qwen3-0.6b", {"max_length": 8192, "batch_size": 2}),
    ("llama-1b", {"max_length": 1024, "batch_size": 1, "rank": 32}),
    ("qwen3-1.7b", {"max_length": 512, "batch_size": 4, "gradient_checkpointing": False}),
]


def main() -> None:
    """Measure both backends side by side, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder of a tokenizer with a chat template")
    parser.add_argument("--seconds", type=float, default=150, help="start no point after so long")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "winnow-training-benchmark")
    parser.add_argument("--backends", nargs="+", default=["trl", "unsloth"], choices=["trl", "unsloth"])
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one, options)
        return
    for name in dict.fromkeys(name for name, _ in POINTS):
        make_model(name, options.tokenizer, options.work)
    command = [sys.executable, "-m", "benchmarks.memory", "--out", options.out, "--tokenizer", options.tokenizer]
    command += ["--seconds", str(options.seconds), "--work", options.work, "--one"]
    started = [subprocess.Popen([*command, backend]) for backend in options.backends]
    for process in started:
        process.wait(timeout=2 * options.seconds)
    print(table(options.out))


def measure(backend: str, options: argparse.Namespace) -> None:
    """Take one point after another in this process."""
    until = time.perf_counter() + options.seconds
    if backend == "unsloth":
        import_unsloth()  # before the others
    loader: Backend = UnslothBackend() if backend == "unsloth" else TrlBackend()
    from benchmarks.contenders import forget_memory

    for name, settings in POINTS:
        if time.perf_counter() > until:
            return
        forget_memory()
        with Path(options.out).open("a", encoding="utf-8") as file:
            file.write(json.dumps(take(name, settings, loader, options.work)) + "\n")


def take(name: str, settings: dict[str, Any], loader: Backend, work: Path) -> dict[str, Any]:
    """Load and train once; give the peaks of both, in GB."""
    from benchmarks.contenders import Loaded, forget_memory, ours, winnow_recipe
    from training.callbacks import peak_memory_gb

    config = TrainingConfig(
        **settings, accumulation=1, max_steps=STEPS, evaluations=1, overlong="cut", backend=loader.name
    )
    recipe = winnow_recipe(str(work / name), config, STEPS)
    loaded = Loaded(loader, recipe.source, config)
    forget_memory()
    estimated = ours(recipe, loaded, work / f"memory-{loader.name}")["estimated_gb"]
    row = {"model": name, "backend": loader.name, "settings": settings, "estimated_gb": estimated}
    return row | {"load_gb": loaded.peak_gb, "peak_gb": peak_memory_gb()}


def table(out: Path) -> str:
    """Show the points, and by how much the estimate is off."""
    lines = ["| model | settings | backend | loading, GB | training, GB | estimated, GB | off by |"]
    lines += ["|---|---|---|---:|---:|---:|---:|"]
    for row in map(json.loads, Path(out).read_text().splitlines()):
        settings = ", ".join(f"{name} {value}" for name, value in row["settings"].items())
        off = row["estimated_gb"] / row["peak_gb"] - 1
        lines.append(
            f"| {row['model']} | {settings} | {row['backend']} | {row['load_gb']:.2f} "
            f"| {row['peak_gb']:.2f} | {row['estimated_gb']:.2f} "
            f"| {off:+.0%} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
