"""Callbacks of the trainer: metrics log, progress bar, divergence check, and a stop on signals that keeps a checkpoint.

with StopOnSignal() as signals, watch(trainer, config, job):
    trainer.train()

Import this module only once the backend is chosen: Unsloth must come before transformers.
"""

from __future__ import annotations

import json
import logging
import math
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch
from transformers import EarlyStoppingCallback, PrinterCallback, TrainerCallback

from training.arguments import total_steps
from training.recipe import DivergenceError, Job, OnValidation
from winnow.config import TrainingConfig
from winnow.errors import WinnowError
from winnow.models.device import device
from winnow.parallel import processes
from winnow.progress import Advance, silent

LOG = logging.getLogger(__name__)

WINDOW_STEPS = 10  # steps: the estimate comes after so many, and divergence is judged on their mean
DIVERGED_RATIO = 2.0  # times the lowest mean: a loss that doubled doesn't come back
DIVERGED_NATS = 1.0  # and risen by so much: near zero doubling means nothing


@contextmanager
def watch(trainer: Any, config: TrainingConfig, job: Job) -> Iterator[None]:
    """Add the callbacks of a run, and show a bar while it lasts."""
    checkpoint = job.run.last_checkpoint()
    done = int(checkpoint.name.rsplit("-", 1)[1]) if checkpoint else 0
    progress = job.progress if trainer.is_world_process_zero() else silent
    with progress("training", total_steps(config, len(job.examples), trainer.args.world_size)) as advance:
        advance(done)
        trainer.remove_callback(PrinterCallback)  # it prints to stdout, which is the result's
        if trainer.is_world_process_zero():
            trainer.add_callback(MetricsLog(job.run.metrics_file, done, lambda: trainer.tokens_read))
        trainer.add_callback(StepCounter(advance, done))
        trainer.add_callback(DivergenceStop(lambda: [job.examples[row].id for row in trainer.last_rows]))
        trainer.add_callback(FinalEvaluation(bool(job.validation)))
        trainer.add_callback(ValidationListener(job.on_validation))
        if job.validation and config.patience:
            trainer.add_callback(EarlyStoppingCallback(config.patience))
        yield


class ValidationListener(TrainerCallback):  # type: ignore[misc]
    """Call `on_validation` with each validation loss."""

    def __init__(self, tell: OnValidation) -> None:
        self._tell = tell

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, float], **_: Any) -> None:
        """Pass on the share of steps done and the validation loss."""
        self._tell(state.global_step / state.max_steps, metrics["eval_loss"])


class MetricsLog(TrainerCallback):  # type: ignore[misc]
    """Append one JSON object a step, and one a validation, to `metrics.jsonl`.

    Loss is the mean per trained token in nats; `tokens_per_second` counts prompts too, but no padding.
    """

    def __init__(self, path: Path, done: int, tokens_read: Callable[[], int]) -> None:
        self.path = path
        self._tokens_read = tokens_read
        self._at = 0.0
        self._tokens = 0
        _keep_until(path, done)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Start the clock."""
        self._at = time.perf_counter()

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Write the step's row."""
        place = {"step": state.global_step, "epoch": round(state.epoch or 0, 4)}
        if "loss" in logs:
            self._append(place | self._step(logs))
        elif "eval_loss" in logs:
            self._append(place | {"validation_loss": logs["eval_loss"]})
            self._at = time.perf_counter()  # validation isn't the next step's time

    def _step(self, logs: dict[str, float]) -> dict[str, float | None]:
        now, tokens = time.perf_counter(), self._tokens_read()
        seconds, self._at = now - self._at, now
        trained, self._tokens = tokens - self._tokens, tokens
        return {
            "loss": logs["loss"],
            "learning_rate": logs.get("learning_rate"),
            "grad_norm": logs.get("grad_norm"),
            "seconds": round(seconds, 3),
            "tokens_per_second": round(trained / seconds, 1),
            "peak_memory_gb": peak_memory_gb(),
        }

    def _append(self, row: dict[str, float | None]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


class StepCounter(TrainerCallback):  # type: ignore[misc]
    """Move the progress bar, and say once how long the run will take."""

    def __init__(self, advance: Advance, done: int) -> None:
        self._advance = advance
        self._first = done
        self._began = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Start the clock."""
        self._began = time.perf_counter()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Count the step."""
        self._advance(1)
        if state.global_step - self._first == WINDOW_STEPS and state.is_world_process_zero:
            each = (time.perf_counter() - self._began) / WINDOW_STEPS
            left = each * (state.max_steps - state.global_step)
            LOG.info("step %d of %d, %.2f s a step, %.0f s left", state.global_step, state.max_steps, each, left)


class DivergenceStop(TrainerCallback):  # type: ignore[misc]
    """Raise DivergenceError if the loss is NaN, or its mean over 10 steps both doubled and rose by a nat."""

    def __init__(self, last_rows: Callable[[], list[str]]) -> None:
        self._last_rows = last_rows
        self._losses: deque[float] = deque(maxlen=WINDOW_STEPS)
        self._lowest = math.inf

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Judge the step's loss and gradient."""
        if "loss" not in logs:
            return
        loss, norm = logs["loss"], logs.get("grad_norm", 0.0)
        # Under fp16 the scaler skips a step whose gradient overflows: that alone is no divergence.
        if not math.isfinite(loss) or (not math.isfinite(norm) and not args.fp16):
            self._stop(state.global_step, f"loss {loss}, gradient norm {norm}")
        self._losses.append(loss)
        mean = sum(self._losses) / len(self._losses)
        if len(self._losses) == WINDOW_STEPS:
            self._lowest = min(self._lowest, mean)
            if mean > max(DIVERGED_RATIO * self._lowest, self._lowest + DIVERGED_NATS):
                self._stop(
                    state.global_step, f"mean loss of {WINDOW_STEPS} steps {mean:.2f}, lowest was {self._lowest:.2f}"
                )

    def _stop(self, step: int, what: str) -> None:
        raise DivergenceError(
            f"training diverged at step {step}: {what}; last rows: {', '.join(self._last_rows())}; "
            "look at these rows, or halve training.learning_rate"
        )


class FinalEvaluation(TrainerCallback):  # type: ignore[misc]
    """Validate and keep a checkpoint at the last step too, wherever the interval falls."""

    def __init__(self, validates: bool) -> None:
        self._validates = validates

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Ask for both at the end."""
        if state.global_step >= state.max_steps:
            control.should_evaluate = self._validates
            control.should_save = True


class StopOnSignal(TrainerCallback):  # type: ignore[misc]
    """Turn SIGTERM and SIGINT into: finish the step, keep a checkpoint, end."""

    def __init__(self) -> None:
        self.received: str | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # only there does Python let handlers be set
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Ask for the end."""
        if self.received:
            control.should_save = control.should_training_stop = True

    def raise_if_received(self, state: Any, verb: str) -> None:
        """Raise WinnowError with the command that goes on from the checkpoint, where a signal ended the training."""
        if self.received:
            raise WinnowError(
                f"{self.received} after step {state.global_step} of {state.max_steps}; the checkpoint is kept, go on "
                f"with: winnow {verb} --resume"
            )

    def _note(self, number: int, frame: Any) -> None:
        self.received = signal.Signals(number).name


def peak_memory_gb() -> float:
    """Tell the most memory used so far: allocated on the GPU, else resident in this process."""
    if device() == "cuda":
        return round(torch.cuda.max_memory_allocated() / 1e9, 3)
    return processes.peak_memory_gb(with_children=False)


def _keep_until(path: Path, step: int) -> None:
    """Drop the rows that a stopped run wrote after the checkpoint from which it goes on."""
    if path.exists():
        whole = [line for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
        kept = [line for line in whole if step and json.loads(line)["step"] <= step]
        path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")
