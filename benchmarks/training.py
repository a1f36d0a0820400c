"""Measure training side by side on one GPU: Winnow against the bare library, Unsloth against TRL and the HF Trainer.

python -m benchmarks.training --out results.jsonl --minutes 8
python -m benchmarks.training --out results.jsonl --models smollm2-135m --backends trl unsloth

Each backend has a process of its own, which loads a model of random weights once. In it the bare script and Winnow
train by turns, a few updates each, for as long as the time allows: whatever else slows the machine down slows
neighbouring turns alike. What Winnow adds to a step is timed inside as well. A turn is written as soon as it ends.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.shapes import make_model
from training.backends import TrlBackend, UnslothBackend, on_gpu
from winnow.config import TrainingConfig

WARM, STEPS = 2, 20  # updates a turn, the first of which aren't timed
ORDER = ("bare", "ours", "ours", "bare")  # neither always comes first
COMPILES = 2  # turns at the start that aren't timed: each contender's first
TIME = {"trl": 0.42, "unsloth": 0.42, "hf": 0.16}  # shares of the time
SETTINGS: dict[str, dict[str, Any]] = {
    # One batch an update: what is added once an update weighs most then.
    "qwen3-4b": {"max_length": 2048, "batch_size": 2, "accumulation": 1},
    "smollm2-135m": {"max_length": 192, "batch_size": 32, "accumulation": 1, "gradient_checkpointing": False},
    "tiny": {"max_length": 64, "batch_size": 2, "accumulation": 1},
}


@dataclass(frozen=True)
class Pair:
    """A turn of the bare script and one of ours beside it."""

    bare: dict[str, Any]
    ours: dict[str, Any]

    @property
    def overhead(self) -> float:
        """By how much ours took longer, as a share of bare."""
        return float(self.ours["seconds_a_step"] / self.bare["seconds_a_step"] - 1)


def main() -> None:
    """Run what is asked for, a process a backend, and print the table."""
    options = _options()
    if options.one:
        alternate(*options.one, options)
        return
    deadline = time.perf_counter() + 60 * options.minutes
    queue = [(model, backend) for model in options.models for backend in options.backends]
    for model in options.models:
        make_model(model, options.tokenizer, options.work)
    for place, (model, backend) in enumerate(queue):
        share = TIME[backend] / sum(TIME[later] for _, later in queue[place:])
        contend(model, backend, share * (deadline - time.perf_counter()), options)
    print(table(options.out))


def contend(model: str, backend: str, seconds: float, options: argparse.Namespace) -> None:
    """Let a backend's contenders take turns in a process of their own; a failure is a row too."""
    command = [sys.executable, "-m", "benchmarks.training", "--one", model, backend]
    command += ["--out", options.out, "--work", options.work, "--tokenizer", options.tokenizer]
    command += ["--minutes", f"{seconds / 60:.3f}"]
    try:
        done = subprocess.run(command, timeout=seconds + 15, check=False)
        failed = f"exit {done.returncode}" if done.returncode else None
    except subprocess.TimeoutExpired:
        failed = "ran out of time"
    if failed:
        write(options.out, {"model": model, "backend": backend, "failed": failed})


def alternate(model: str, backend: str, options: argparse.Namespace) -> None:
    """Load once, then let bare and ours train by turns until the time is used."""
    began = time.perf_counter()
    config = TrainingConfig(**SETTINGS[model], max_steps=STEPS, evaluations=1, overlong="cut")
    loader = UnslothBackend() if backend == "unsloth" else TrlBackend()  # Unsloth must be imported before the others
    from benchmarks.contenders import Loaded, bare, forget_memory, ours, plain, watch_steps, winnow_recipe

    recipe = winnow_recipe(str(options.work / model), config, STEPS)
    loaded, clock = Loaded(loader, recipe.source, config), watch_steps(WARM, STEPS)
    contenders = {"bare": plain if backend == "hf" else bare, "ours": ours}
    order = ("bare",) if backend == "hf" else ORDER
    place = {"model": model, "backend": backend, "gpu": _gpu(), "settings": SETTINGS[model], "load_gb": loaded.peak_gb}
    for turn, who in enumerate(itertools.cycle(order)):
        started = time.perf_counter()
        forget_memory()
        told = contenders[who](recipe, loaded, options.work / f"{model}-{backend}-{who}")
        ended = time.perf_counter()
        measured = {
            "seconds_a_step": round(statistics.median(clock.seconds), 4),
            "steps": [round(s, 4) for s in clock.seconds],
            "peak_gb": _peak_gb(),
        }
        write(options.out, place | {"who": who, "turn": turn} | measured | told | {"turn_s": round(ended - started, 1)})
        if ended - began + 1.3 * (ended - started) > 60 * options.minutes:
            return


def table(out: Path) -> str:
    """Sum up: a line a contender, and a line for what Winnow adds."""
    results = [json.loads(line) for line in Path(out).read_text().splitlines()]
    measured = [row for row in results if "steps" in row]
    lines = ["| model | backend | who | s/step, median | quartiles | steps | peak GB | loading, GB | estimated GB |"]
    lines.append("|---|---|---|---:|---:|---:|---:|---:|---:|")
    notes = [json.dumps(row) for row in results if "failed" in row]
    for model, backend in dict.fromkeys((row["model"], row["backend"]) for row in measured):
        turns = [row for row in measured if (row["model"], row["backend"]) == (model, backend)]
        timed = turns[COMPILES:] if backend != "hf" else turns[1:] or turns
        for who in dict.fromkeys(row["who"] for row in timed):
            lines.append(_line(who, [row for row in timed if row["who"] == who]))
        notes += _overhead(model, backend, timed)
    return "\n".join([*lines, "", *notes])


def _line(who: str, turns: list[dict[str, Any]]) -> str:
    steps = [s for row in turns for s in row["steps"]]
    low, middle, high = statistics.quantiles(steps, n=4)
    peaks = sorted({f"{row['peak_gb']:.2f}" for row in turns})
    first = turns[0]
    return (
        f"| {first['model']} | {first['backend']} | {who} | {middle:.3f} | {low:.3f} to {high:.3f} | {len(steps)} "
        f"| {', '.join(peaks)} | {first['load_gb']:.2f} | {first.get('estimated_gb', '')} |"
    )


def _overhead(model: str, backend: str, turns: list[dict[str, Any]]) -> list[str]:
    """Compare each turn with its neighbour; say what Winnow's own code takes of a step."""
    neighbours = [{one["who"]: one, two["who"]: two} for one, two in zip(turns[::2], turns[1::2], strict=False)]
    pairs = [Pair(**pair) for pair in neighbours if len(pair) == 2]
    if len(pairs) < 2:
        return []
    changes = [pair.overhead for pair in pairs]
    own = statistics.median(pair.ours["own_ms"] for pair in pairs)
    step = 1000 * statistics.median(pair.ours["seconds_a_step"] for pair in pairs)
    memory = max(pair.ours["peak_gb"] for pair in pairs) / max(pair.bare["peak_gb"] for pair in pairs) - 1
    return [
        f"{model}, {backend}: ours took {statistics.median(changes):+.1%} of bare's time a step (pairs of turns: "
        f"{', '.join(f'{change:+.1%}' for change in changes)}); its own code {own:.2f} ms = {own / step:.2%} "
        f"of a step; peak memory {memory:+.1%}"
    ]


def write(out: Path, row: dict[str, Any]) -> None:
    """Append a result at once, so that what was measured isn't lost with what comes after."""
    with Path(out).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print({key: value for key, value in row.items() if key not in ("steps", "settings")}, flush=True)


def _peak_gb() -> float:
    from training.callbacks import peak_memory_gb  # after the backend: it imports transformers

    return peak_memory_gb()


def _gpu() -> str:
    import torch

    return torch.cuda.get_device_name(0) if on_gpu() else "none"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="results, one JSON object a line")
    parser.add_argument("--minutes", type=float, default=8, help="start nothing that could end later")
    parser.add_argument("--models", nargs="+", default=["qwen3-4b"], choices=list(SETTINGS))
    parser.add_argument("--backends", nargs="+", default=["trl", "unsloth", "hf"], choices=list(TIME))
    parser.add_argument("--tokenizer", type=Path, help="folder of a tokenizer with a chat template")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "winnow-training-benchmark")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tokenizer is None:
        from winnow.models import resolve_base_model

        options.tokenizer = resolve_base_model("smollm2-135m-instruct")
    return options


if __name__ == "__main__":
    main()
