"""Measure training side by side on one GPU: Winnow against the bare library, Unsloth against TRL and the HF Trainer.

python -m benchmarks.training --out results.jsonl --minutes 8
python -m benchmarks.training --out results.jsonl --models smollm2-135m --backends trl unsloth

Each backend has a process of its own, which loads a model of random weights once. In it each contender trains alone,
for speed and peak memory; then the bare script and Winnow train at once, by turns (`duel`), in rounds that fill
the time. What Winnow adds to a step is timed inside as well, and the functions that each calls in a step are counted.
A result is written as soon as it is there.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import bootstrap

from benchmarks.shapes import make_model
from training.backends import TrlBackend, UnslothBackend, on_gpu
from training.recipe import Recipe
from winnow.config import TrainingConfig
from winnow.models.unsloth import import_unsloth

WARM, STEPS = 4, 14  # updates of a contender alone, the first of which aren't timed
ROUNDS = 4  # duels with a rival; in every other one the two are exchanged
BLOCK = 10  # neighbouring pairs of steps that the bootstrap draws together: what disturbs one disturbs the next
MALLOC = {  # one heap for both threads of a duel, that keeps its pages: else one's heap may be trimmed at every step
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": str(2**33),
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
}
TIME = {"trl": 0.42, "unsloth": 0.42, "hf": 0.16}  # shares of the time
SETTINGS: dict[str, dict[str, Any]] = {
    # One batch an update: what is added once an update weighs most then.
    "qwen3-4b": {"max_length": 2048, "batch_size": 2, "accumulation": 1},
    "smollm2-135m": {"max_length": 192, "batch_size": 32, "accumulation": 1, "gradient_checkpointing": False},
    "tiny": {"max_length": 64, "batch_size": 2, "accumulation": 1},
}


def main() -> None:
    """Run what is asked for, a process a backend, and print the table."""
    options = _options()
    if options.one:
        measure(*options.one, options)
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
    """Measure a backend's contenders in a process of their own; a failure is a row too."""
    command = [sys.executable, "-m", "benchmarks.training", "--one", model, backend]
    command += ["--out", options.out, "--work", options.work, "--tokenizer", options.tokenizer]
    command += ["--minutes", f"{seconds / 60:.3f}", "--rivals", *options.rivals]
    try:
        done = subprocess.run(command, timeout=seconds + 15, check=False, env=os.environ | MALLOC)
        failed = f"exit {done.returncode}" if done.returncode else None
    except subprocess.TimeoutExpired:
        failed = "ran out of time"
    if failed:
        write(options.out, {"model": model, "backend": backend, "failed": failed})


def measure(model: str, backend: str, options: argparse.Namespace) -> None:
    """Load once, let each contender train alone, then both step by step until the time is used."""
    until = time.perf_counter() + 60 * options.minutes
    config = TrainingConfig(**SETTINGS[model], max_steps=STEPS, evaluations=1, overlong="cut")
    if backend == "unsloth":
        import_unsloth()  # before the others
    loader = UnslothBackend() if backend == "unsloth" else TrlBackend()
    from benchmarks.contenders import Loaded, bare, ours_timed_inside, plain, winnow_recipe

    recipe = winnow_recipe(str(options.work / model), config, STEPS)
    loaded = Loaded(loader, recipe.source, config)
    place = {"model": model, "backend": backend, "gpu": _gpu(), "settings": SETTINGS[model], "load_gb": loaded.peak_gb}
    contenders = {"bare": plain} if backend == "hf" else {"bare": bare, "ours": ours_timed_inside}
    for measured in (counted, alone):  # what is compiled is compiled while the calls are counted
        for who, train in contenders.items():
            row = measured(train, recipe, loaded, options.work / f"{model}-{backend}-{who}")
            write(options.out, place | {"who": who, "turn": measured.__name__} | row)
    if backend == "hf":
        return
    from benchmarks.contenders import ours

    bouts = [(rival, number) for rival in options.rivals for number in range(ROUNDS)]
    for done, (rival, number) in enumerate(bouts):
        seconds = (until - time.perf_counter()) / (len(bouts) - done)
        pair = [bare, ours if rival == "ours" else bare]
        told = _bout(pair, number % 2 == 1, recipe, loaded, seconds, row, options.work / f"{model}-{backend}-duel")
        write(options.out, place | {"duel": rival, "round": number} | told)


def counted(train: Callable[..., Any], recipe: Recipe, loaded: Any, folder: Path) -> dict[str, Any]:
    """Let one contender train; give the functions it calls in an update."""
    from benchmarks.contenders import CallCount, watching

    with watching(CallCount(WARM, STEPS)) as count:
        train(recipe, loaded, folder)
    return {"calls": round(count.calls)}


def alone(train: Callable[..., dict[str, Any]], recipe: Recipe, loaded: Any, folder: Path) -> dict[str, Any]:
    """Let one contender train; give its seconds a step, its peak and what it tells itself."""
    from benchmarks.contenders import StepClock, forget_memory, watching
    from training.callbacks import peak_memory_gb  # after the backend: it imports transformers

    forget_memory()
    began = time.perf_counter()
    with watching(StepClock(WARM, STEPS)) as clock:
        told = train(recipe, loaded, folder)
    measured = {
        "seconds_a_step": round(statistics.median(clock.seconds), 4),
        "steps": [round(s, 4) for s in clock.seconds],
        "peak_gb": peak_memory_gb(),
    }
    return measured | told | {"turn_s": round(time.perf_counter() - began, 1)}


def _bout(
    pair: list[Any], exchanged: bool, recipe: Recipe, loaded: Any, seconds: float, turn: dict[str, Any], folder: Path
) -> dict[str, Any]:
    """Let both train by turns for as many steps as the time holds, told by how long a turn took."""
    from benchmarks.contenders import winnow_recipe
    from benchmarks.duel import duel

    starts = max(0.0, turn["turn_s"] - STEPS * turn["seconds_a_step"])
    fitting = int(0.8 * (seconds - 2 * starts) / (2 * turn["seconds_a_step"]))
    steps = WARM + max(1, fitting // BLOCK) * BLOCK
    config = recipe.config.model_copy(update={"max_steps": steps})
    order = -1 if exchanged else 1
    one, two = duel(*pair[::order], winnow_recipe(recipe.base, config, steps), loaded, folder, WARM)[::order]
    return {"steps": {"first": [round(s, 4) for s in one], "second": [round(s, 4) for s in two]}}


def overhead(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float]:
    """Return (Σ second / Σ first) − 1 and its 95 % interval: a BCa bootstrap over blocks of neighbouring pairs."""
    pairs = min(len(first), len(second)) // BLOCK * BLOCK
    blocks = [np.asarray(seconds)[:pairs].reshape(-1, BLOCK).sum(axis=1) for seconds in (first, second)]

    def ratio(one: Any, two: Any, axis: int = -1) -> Any:
        return two.sum(axis=axis) / one.sum(axis=axis) - 1

    interval = bootstrap(blocks, ratio, paired=True, rng=np.random.default_rng(0)).confidence_interval
    return float(ratio(*blocks)), float(interval.low), float(interval.high)


def table(out: Path) -> str:
    """Sum up: a line a contender, and a line for what Winnow adds."""
    results = [json.loads(line) for line in Path(out).read_text().splitlines()]
    timed = [row for row in results if row.get("turn") == "alone"]
    lines = ["| model | backend | who | s/step, median | quartiles | steps | peak GB | loading, GB | estimated GB |"]
    lines.append("|---|---|---|---:|---:|---:|---:|---:|---:|")
    lines += [_line(row) for row in timed]
    notes = [json.dumps(row) for row in results if "failed" in row]
    duels = sorted((row for row in results if "duel" in row), key=_contest)
    notes += [_overhead(contest, list(rounds), results) for contest, rounds in groupby(duels, _contest)]
    return "\n".join([*lines, "", *notes])


def _line(row: dict[str, Any]) -> str:
    low, middle, high = statistics.quantiles(row["steps"], n=4)
    return (
        f"| {row['model']} | {row['backend']} | {row['who']} | {middle:.3f} | {low:.3f} to {high:.3f} "
        f"| {len(row['steps'])} | {row['peak_gb']:.2f} | {row['load_gb']:.2f} | {row.get('estimated_gb', '')} |"
    )


def _contest(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["model"], row["backend"], row["duel"]


def _overhead(contest: tuple[str, str, str], rounds: list[dict[str, Any]], results: list[dict[str, Any]]) -> str:
    """Say what the rival adds to a step, over all rounds; of Winnow also to calls and peak, and its own code."""
    model, backend, rival = contest
    first, second = ([s for row in rounds for s in row["steps"][who]] for who in ("first", "second"))
    more, low, high = overhead(first, second)
    each = ", ".join(f"{sum(row['steps']['second']) / sum(row['steps']['first']) - 1:+.1%}" for row in rounds)
    step = 1000 * statistics.fmean(second)
    told = (
        f"{model}, {backend}: {rival} against bare {more:+.2%} [{low:+.2%}, {high:+.2%}], {len(second)} steps each, "
        f"{step:.0f} ms a step; round by round {each}"
    )
    if rival == "bare":
        return told
    same = [row for row in results if (row["model"], row["backend"]) == (model, backend)]
    bare, ours = ({k: v for row in same if row.get("who") == who for k, v in row.items()} for who in ("bare", "ours"))
    return (
        f"{told}; own code {ours['own_ms']:.2f} ms = {ours['own_ms'] / step:.2%} of a step; "
        f"function calls {ours['calls'] / bare['calls'] - 1:+.1%}; "
        f"peak memory {ours['peak_gb'] / bare['peak_gb'] - 1:+.1%}"
    )


def write(out: Path, row: dict[str, Any]) -> None:
    """Append a result at once, so that what was measured isn't lost with what comes after."""
    with Path(out).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print({key: value for key, value in row.items() if key not in ("steps", "settings")}, flush=True)


def _gpu() -> str:
    import torch

    return torch.cuda.get_device_name(0) if on_gpu() else "none"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="results, one JSON object a line")
    parser.add_argument("--minutes", type=float, default=8, help="start nothing that could end later")
    parser.add_argument("--models", nargs="+", default=["qwen3-4b"], choices=list(SETTINGS))
    parser.add_argument("--backends", nargs="+", default=["trl", "unsloth", "hf"], choices=list(TIME))
    parser.add_argument("--rivals", nargs="+", default=["ours", "bare"], choices=["ours", "bare"], help="of bare")
    parser.add_argument("--tokenizer", type=Path, help="folder of a tokenizer with a chat template")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "winnow-training-benchmark")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tokenizer is None:
        from winnow.models.names import resolve_base_model

        options.tokenizer = resolve_base_model("smollm2-135m-instruct")
    return options


if __name__ == "__main__":
    main()
