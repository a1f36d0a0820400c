"""Two trainers on one loaded model, of which each makes one update while the other waits: a duel step by step.

aside, ahead = duel(bare, ours, recipe, loaded, folder, warm=4)      # seconds of each one's steps
overhead(aside, ahead)                  # what the second adds, as a share of the first, with its 95 % interval
duel(bare, bare, …)                     # the control: what being the second one adds

A machine that drifts slows neighbouring steps alike, and both threads run on one core, so that a difference of a
hundredth can be seen in a few hundred of them. All that a trainer does lies within its own steps: fetching rows, the
update, its callbacks, its log. Import this module only once the backend is chosen: Unsloth must come before
transformers.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import transformers.trainer
from scipy.stats import bootstrap
from transformers import TrainerCallback

from benchmarks.contenders import Loaded
from training.backends import on_gpu
from training.recipe import Recipe

BLOCK = 10  # neighbouring pairs of steps that the bootstrap draws together: what disturbs one disturbs the next
Contender = Callable[[Recipe, Loaded, Path], Any]
CORE = min(os.sched_getaffinity(0))
PATIENCE_S = 300  # a model's first step may compile for long


class Baton(TrainerCallback):  # type: ignore[misc]
    """Let one thread run at a time; after each update it hands on, and waits. A contender is its thread's name."""

    def __init__(self, names: Sequence[str]) -> None:
        self.seconds: dict[str, list[float]] = {name: [] for name in names}
        self._running = list(names)
        self._holder = names[0]
        self._changed = threading.Condition()
        self._began = 0.0

    def take(self, name: str) -> None:
        """Wait for the baton, then begin to count."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._holder == name, PATIENCE_S):
                raise TimeoutError(f"{name}: the other one didn't hand on in {PATIENCE_S} s")
        self._began = time.perf_counter()

    def leave(self, name: str) -> None:
        """Hand on for good."""
        with self._changed:
            self._running.remove(name)
            self._holder = next(iter(self._running), "")
            self._changed.notify_all()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Count the step once the card has ended it; come back when the other one has made its own."""
        name = threading.current_thread().name
        if on_gpu():
            import torch

            torch.cuda.synchronize()
        self.seconds[name].append(time.perf_counter() - self._began)
        if len(self.seconds[name]) == 1 and on_gpu():  # not sooner: rows are made ready on all cores
            os.sched_setaffinity(0, {CORE})  # this thread's own
        with self._changed:
            self._holder = next((other for other in self._running if other != name), name)
            self._changed.notify_all()
        self.take(name)


def duel(
    first: Contender, second: Contender, recipe: Recipe, loaded: Loaded, folder: Path, warm: int
) -> tuple[list[float], list[float]]:
    """Let both train at once, step by step by turns; return the seconds of each one's steps after `warm`.

    The second has the main thread, the only one that may be told of signals, which Winnow's run listens to.
    """
    here, cores = threading.current_thread(), os.sched_getaffinity(0)
    named, here.name = here.name, "second"
    baton, failures = Baton(["first", "second"]), list[BaseException]()
    transformers.trainer.DEFAULT_CALLBACKS.append(baton)

    def contend(name: str, train: Contender) -> None:
        try:
            baton.take(name)
            train(recipe, loaded, folder / name)
        except BaseException as error:
            failures.append(error)
        finally:
            baton.leave(name)

    aside = threading.Thread(target=contend, args=("first", first), name="first")
    try:
        aside.start()
        contend("second", second)
        aside.join()
    finally:
        here.name = named
        os.sched_setaffinity(0, cores)
        transformers.trainer.DEFAULT_CALLBACKS.remove(baton)
    if failures:
        raise failures[0]
    return baton.seconds["first"][warm:], baton.seconds["second"][warm:]


def overhead(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float]:
    """Return (Σ second / Σ first) − 1 and its 95 % interval: a BCa bootstrap over blocks of neighbouring pairs."""
    pairs = min(len(first), len(second)) // BLOCK * BLOCK
    blocks = [np.asarray(seconds)[:pairs].reshape(-1, BLOCK).sum(axis=1) for seconds in (first, second)]

    def ratio(one: Any, two: Any, axis: int = -1) -> Any:
        return two.sum(axis=axis) / one.sum(axis=axis) - 1

    interval = bootstrap(blocks, ratio, paired=True, rng=np.random.default_rng(0)).confidence_interval
    return float(ratio(*blocks)), float(interval.low), float(interval.high)
