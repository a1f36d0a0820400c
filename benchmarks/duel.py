"""Two trainers on one loaded model, of which one makes an update while the other waits: a duel step by step.

one, two = duel(bare, ours, recipe, loaded, folder, warm=4)      # seconds of each one's steps

They go first by turns, A B, B A, A B, …, so that neither has the better place: of each one's steps every other one
follows its own. A machine that drifts slows neighbouring steps alike, and both threads run on one core, so that a
difference of a hundredth can be seen in a few hundred of them. For the whole of a duel one thread may be luckier than
the other, with its memory for one: hold several, and exchange the two. All that a trainer does lies within its own
steps: fetching rows, the update, its callbacks, its log. Import this module only once the backend is chosen: Unsloth
must come before transformers.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import transformers.trainer
from transformers import TrainerCallback

from benchmarks.contenders import Loaded
from training.backends import on_gpu
from training.recipe import Recipe

Contender = Callable[[Recipe, Loaded, Path], Any]
CORE = min(os.sched_getaffinity(0))
PATIENCE_S = 300  # a model's first step may compile for long


class Baton(TrainerCallback):  # type: ignore[misc]
    """Let one thread run at a time; after its first update, and then after every other one, it hands on, and waits.

    The second one begins with two. A contender is its thread's name.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.seconds: dict[str, list[float]] = {name: [] for name in names}
        self._running = list(names)
        self._holder = self._leads = names[0]
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
        """Count the step once the card has ended it; where the turn is the other one's, come back after that."""
        name = threading.current_thread().name
        if on_gpu():
            import torch

            torch.cuda.synchronize()
        self.seconds[name].append(time.perf_counter() - self._began)
        if len(self.seconds[name]) == 1 and on_gpu():  # not sooner: rows are made ready on all cores
            os.sched_setaffinity(0, {CORE})  # this thread's own
        if len(self.seconds[name]) % 2 == (name == self._leads):
            with self._changed:
                self._holder = next((other for other in self._running if other != name), name)
                self._changed.notify_all()
        self.take(name)


def duel(
    first: Contender, second: Contender, recipe: Recipe, loaded: Loaded, folder: Path, warm: int
) -> tuple[list[float], list[float]]:
    """Let both train at once, each in a thread of its own, by turns; return the seconds of their steps after `warm`."""
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

    both = [
        threading.Thread(target=contend, args=each, name=each[0]) for each in (("first", first), ("second", second))
    ]
    try:
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    finally:
        transformers.trainer.DEFAULT_CALLBACKS.remove(baton)
    if failures:
        raise failures[0]
    return baton.seconds["first"][warm:], baton.seconds["second"][warm:]
