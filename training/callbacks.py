"""What is watched while the trainer runs: metrics, progress, divergence, a polite end.

Import this module only once the backend is chosen: Unsloth must come before transformers.
"""

from __future__ import annotations

import json
import math
import resource
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from winnow.errors import WinnowError

WINDOW = 10  # steps: the estimate comes after so many, and divergence is judged on their mean
DIVERGED = 2.0  # times the lowest mean: a loss that doubled doesn't come back
NATS = 1.0  # and risen by so much: near zero doubling means nothing


class MetricsLog(TrainerCallback):  # type: ignore[misc]
    """Append one JSON object a step, and one a validation, to `metrics.jsonl`.

    Loss is the mean per trained token in nats; `tokens_per_second` counts prompts too, but no padding.
    """

    def __init__(self, path: Path, from_step: int) -> None:
        self.path = path
        self._keep_until(from_step)
        self._at = 0.0
        self._tokens = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Start the clock."""
        self._at = time.perf_counter()

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Write the step's row."""
        if not state.is_world_process_zero:
            return
        if "loss" in logs:
            now, tokens = time.perf_counter(), logs.get("num_tokens", 0.0)
            speed = (tokens - self._tokens) / (now - self._at) if tokens > self._tokens else None
            self._at, self._tokens = now, tokens
            self._append(
                step=state.global_step,
                epoch=round(state.epoch, 4),
                loss=logs["loss"],
                learning_rate=logs.get("learning_rate"),
                grad_norm=logs.get("grad_norm"),
                tokens_per_second=speed and round(speed, 1),
                peak_memory_gb=peak_memory_gb(),
            )
        elif "eval_loss" in logs:
            self._append(step=state.global_step, epoch=round(state.epoch or 0, 4), validation_loss=logs["eval_loss"])
            self._at = time.perf_counter()  # validation isn't the next step's time

    def _append(self, **row: Any) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def _keep_until(self, step: int) -> None:
        """Drop what a stopped run wrote after the checkpoint from which it goes on."""
        if self.path.exists():
            lines = self.path.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if step and line.endswith("}") and json.loads(line)["step"] <= step]
            self.path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")


class Progress(TrainerCallback):  # type: ignore[misc]
    """Show a bar with loss and time left on a terminal; elsewhere one line with the estimate after ten steps."""

    def __init__(self, resumed_at: int) -> None:
        self._first = resumed_at
        self._bar: Any = None
        self._task: Any = None
        self._began = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Open the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._began = time.perf_counter()
        console = Console(stderr=True)
        if state.is_world_process_zero and console.is_terminal:
            columns = (TextColumn("training"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
            self._bar = Bar(*columns, TimeRemainingColumn(), console=console, transient=True)
            self._task = self._bar.add_task("", total=state.max_steps, completed=state.global_step)
            self._bar.start()

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Move the bar."""
        if self._bar and "loss" in logs:
            self._bar.update(self._task, completed=state.global_step, description=f"loss {logs['loss']:.3f}")

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Estimate once, when the speed is known."""
        done = state.global_step - self._first
        if done == WINDOW < state.max_steps - self._first and state.is_world_process_zero and not self._bar:
            each = (time.perf_counter() - self._began) / done
            left = each * (state.max_steps - state.global_step)
            place = f"step {state.global_step} of {state.max_steps}"
            sys.stderr.write(f"training: {place}, {each:.2f} s a step, about {left:.0f} s left\n")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Close the bar."""
        if self._bar:
            self._bar.stop()


class DivergenceStop(TrainerCallback):  # type: ignore[misc]
    """Raise WinnowError where the loss isn't a number any more, or has doubled for good."""

    def __init__(self, last_rows: Callable[[], list[str]]) -> None:
        self._last_rows = last_rows
        self._losses: deque[float] = deque(maxlen=WINDOW)
        self._lowest = math.inf

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Judge the step's loss and gradient."""
        if "loss" not in logs:
            return
        loss = logs["loss"]
        if not math.isfinite(loss) or not math.isfinite(logs.get("grad_norm") or 0.0):
            self._stop(state.global_step, f"loss {loss}, gradient norm {logs.get('grad_norm')}")
        self._losses.append(loss)
        mean = sum(self._losses) / len(self._losses)
        if len(self._losses) == WINDOW:
            self._lowest = min(self._lowest, mean)
            if mean > max(DIVERGED * self._lowest, self._lowest + NATS):
                self._stop(state.global_step, f"mean loss of {WINDOW} steps {mean:.2f}, lowest was {self._lowest:.2f}")

    def _stop(self, step: int, what: str) -> None:
        raise WinnowError(
            f"training diverged at step {step}: {what}; last rows: {', '.join(self._last_rows())}; "
            "look at these rows, or halve training.learning_rate"
        )


class StopOnSignal(TrainerCallback):  # type: ignore[misc]
    """Turn SIGTERM and SIGINT into: finish the step, keep a checkpoint, end."""

    def __init__(self) -> None:
        self.received: str | None = None
        self._before: dict[int, Any] = {}

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Listen, where this thread may."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._note)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Ask for the end."""
        if self.received:
            control.should_save = control.should_training_stop = True

    def restore(self) -> None:
        """Put back the handlers that stood before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: Any) -> None:
        self.received = signal.Signals(number).name


class FinalEvaluation(TrainerCallback):  # type: ignore[misc]
    """Validate and keep a checkpoint at the last step too, wherever the interval falls."""

    def __init__(self, validate: bool) -> None:
        self._validate = validate

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Ask for both at the end."""
        if state.global_step >= state.max_steps:
            control.should_evaluate = self._validate
            control.should_save = True


def peak_memory_gb() -> float:
    """Tell the most memory used so far: allocated on the GPU, else resident in this process."""
    if torch.cuda.is_available():
        return round(torch.cuda.max_memory_allocated() / 1e9, 3)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 3)
