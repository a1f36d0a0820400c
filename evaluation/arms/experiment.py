"""Every arm of an experiment with every seed: results appended as they come, a killed comparison goes on.

    results = run_arms(experiment, arms, seeds=3, workers=4, progress=console.progress)

What an arm is, how it is trained and what is measured is the experiment's own (`evaluation/mixtures/`,
`evaluation/selections/`).
"""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from functools import partial
from itertools import islice
from math import inf
from multiprocessing import current_process
from pathlib import Path
from typing import Any, Protocol, TypeVar

from training.arguments import total_steps
from winnow.config import TrainingConfig
from winnow.data.files import append_lines, whole_lines
from winnow.parallel.processes import processes
from winnow.progress import Progress, silent


class Result(Protocol):
    """What one arm scored with one seed; `identity` is the hash of all that it depends on."""

    @property
    def identity(self) -> str: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    def as_dict(self) -> Mapping[str, object]: ...  # noqa: D102


A = TypeVar("A")
R = TypeVar("R", bound=Result)
Taken = TypeVar("Taken", contravariant=True)
Made = TypeVar("Made", bound=Result, covariant=True)


class Experiment(Protocol[Taken, Made]):
    """How an arm is made and measured; `folder` holds the results and the runs."""

    @property
    def folder(self) -> Path: ...  # noqa: D102
    def identity(self, arm: Taken, seed: int) -> str:
        """Hash everything that a result depends on."""

    def prepare(self) -> None:
        """Make what every run needs, once."""

    def measure(self, arm: Taken, seed: int) -> Made:
        """Train one arm with one seed, and measure it."""

    def result(self, fields: Mapping[str, Any]) -> Made:
        """Read a result's JSON form."""


def run_arms(
    experiment: Experiment[A, R],
    arms: Sequence[A],
    seeds: int,
    workers: int = 1,
    seconds: float = inf,
    progress: Progress = silent,
) -> list[R]:
    """Train and measure every arm with every seed; return their results in this order, those known before included.

    With several `workers` so many runs go at once, each in a process of its own, and where there are several GPUs each
    process keeps to one. No run begins that, by the longest so far, would end after `seconds`.
    """
    began, results = time.perf_counter(), experiment.folder / "results.jsonl"
    wanted = {experiment.identity(arm, seed): (arm, seed) for seed in range(seeds) for arm in arms}
    lines = map(json.loads, whole_lines(results))
    found = [experiment.result(line) for line in lines if line["identity"] in wanted]
    known = {result.identity for result in found}

    def in_time() -> Iterator[tuple[A, int]]:
        for job in (job for identity, job in wanted.items() if identity not in known):
            longest = max((result.seconds for result in found), default=0.0)
            if time.perf_counter() - began + longest > seconds:
                return
            yield job

    with progress("runs", len(wanted)) as advance:
        advance(len(found))
        for result in _in_processes(experiment, in_time(), workers) if workers > 1 else _here(experiment, in_time()):
            append_lines(results, json.dumps(result.as_dict()))
            found.append(result)
            advance(1)
    return sorted(found, key=lambda result: list(wanted).index(result.identity))


def _here(experiment: Experiment[A, R], jobs: Iterator[tuple[A, int]]) -> Iterator[R]:
    for arm, seed in jobs:
        yield experiment.measure(arm, seed)


def _in_processes(experiment: Experiment[A, R], jobs: Iterator[tuple[A, int]], workers: int) -> Iterator[R]:
    """Keep so many processes busy; what all of them need is made first.

    A run that fails is raised once the others have ended.
    """
    failed: list[BaseException] = []
    run: Callable[[A, int], R] = partial(_on_one_card, experiment)
    with processes(workers, "spawn") as pool:
        pool.submit(experiment.prepare).result()
        running = {pool.submit(run, arm, seed) for arm, seed in islice(jobs, workers)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                if error := one.exception():
                    failed.append(error)
                else:
                    yield one.result()
            running |= {pool.submit(run, arm, seed) for arm, seed in islice(jobs, len(done))}
    if failed:
        raise failed[0]


def _on_one_card(experiment: Experiment[A, R], arm: A, seed: int) -> R:
    """Measure in a worker that sees one GPU alone, its own by turns."""
    if "WINNOW_CARD" not in os.environ:
        os.environ["WINNOW_CARD"] = card = card_of(current_process()._identity[-1] - 1, visible_cards())
        if card:
            os.environ["CUDA_VISIBLE_DEVICES"] = card
    return experiment.measure(arm, seed)


def visible_cards() -> list[str]:
    """Name the GPUs that this process may use, without starting CUDA on one of them."""
    from torch.cuda import device_count

    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    return given.split(",") if given else [str(place) for place in range(device_count())]


def card_of(worker: int, cards: Sequence[str]) -> str:
    """Give a worker its GPU by turns: worker 3 of cards 0 and 1 → "1"; "" where there are none."""
    return cards[worker % len(cards)] if cards else ""


def equal_passes(config: TrainingConfig, rows: int) -> TrainingConfig:
    """Turn a limit of updates into passes over so many rows, and let no validation end the run.

    max_steps 20 where one pass is 10 updates → max_steps None, epochs 2.0
    """
    changes: dict[str, float | None] = {"max_steps": None, "patience": None}
    if config.max_steps:
        one_pass = config.model_copy(update={"max_steps": None, "epochs": 1.0})
        changes["epochs"] = config.max_steps / total_steps(one_pass, rows)
    return config.model_copy(update=changes)


def free_memory() -> None:
    """Give back what a model held that is no longer referred to, on the GPU too."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
