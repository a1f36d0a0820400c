"""The two that `benchmarks.training` compares, on one loaded model: the bare library script, and Winnow.

Import this module only once the backend is chosen: Unsloth must come before transformers.
"""

from __future__ import annotations

import gc
import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import transformers.trainer
from transformers import TrainerCallback
from trl import SFTTrainer
from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

import training.callbacks
from training import qlora
from training.backends import Backend, checkpointing, on_gpu, precision
from training.callbacks import peak_memory_gb
from training.recipe import Recipe, TrainingData
from training.rows import fit, to_dataset, tokenise
from training.trainer import IS_PLAIN_TRL, AnswerTrainer, Collator
from winnow.config import TrainingConfig
from winnow.data.records import Record, new_record
from winnow.progress import Progress

T = TypeVar("T")
Watch = TypeVar("Watch", bound=TrainerCallback)
TEXT = "A bank may charge interest on money that it lends, and pay some on money that people keep with it."


class Loaded:
    """A backend that hands out one loaded model for every trainer."""

    def __init__(self, backend: Backend, source: str, config: TrainingConfig) -> None:
        self.name = backend.name
        self._model = backend.load(source, config, seed=0)
        self.peak_gb = peak_memory_gb()

    def run(self, work: Callable[..., T], *arguments: Any, progress: Progress, **callbacks: Callable[..., Any]) -> T:
        """Do the work here: the benchmark's process is the backend's own already."""
        return work(*arguments, progress=progress, **callbacks)

    def load(self, source: str, config: TrainingConfig, seed: int) -> tuple[Any, Any]:
        """Return what was loaded."""
        return self._model


class StepClock(TrainerCallback):  # type: ignore[misc]
    """Note when each update ended; the card is waited for only where the measured steps begin and where they end."""

    def __init__(self, warm: int, steps: int) -> None:
        self._waits = (warm, steps)
        self._ends: list[float] = []

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Begin anew."""
        self._ends = []

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Note the time."""
        if state.global_step in self._waits and on_gpu():
            import torch

            torch.cuda.synchronize()
        self._ends.append(time.perf_counter())

    @property
    def seconds(self) -> list[float]:
        """Seconds of each measured step."""
        ends = self._ends[self._waits[0] - 1 :]
        return [later - sooner for sooner, later in pairwise(ends)]


class CallCount(TrainerCallback):  # type: ignore[misc]
    """Count the functions, Python's and C's, that the training thread calls: no machine is too noisy for that."""

    def __init__(self, warm: int, steps: int) -> None:
        self._from, self._until = warm, steps
        self._calls = 0

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Begin after the first updates, end with the last one."""
        if state.global_step == self._from:
            sys.setprofile(self._count)
        elif state.global_step == self._until:
            sys.setprofile(None)

    def _count(self, frame: Any, event: str, _: Any) -> None:
        self._calls += event in ("call", "c_call")

    @property
    def calls(self) -> float:
        """Calls an update."""
        return self._calls / (self._until - self._from)


class Stopwatch:
    """Add up the seconds within some functions, less those within others that they call."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[..., Any], sign: int = 1) -> Callable[..., Any]:
        """Time every call of the function."""

        @wraps(function)
        def timed(*args: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*args, **options)
            finally:
                self.seconds += sign * (time.perf_counter() - began)

        return timed


@contextmanager
def own_time() -> Iterator[Stopwatch]:
    """Time what Winnow adds to the library's loop: its callbacks, and what its collator and its loss do besides."""
    watch = Stopwatch()
    added = [kind for kind in vars(training.callbacks).values() if isinstance(kind, type)]
    added = [kind for kind in added if kind.__module__ == training.callbacks.__name__]
    places = [(kind, name, 1) for kind in added for name in vars(kind) if name in ("on_step_end", "on_log")]
    places += [(Collator, "__call__", 1), (DataCollatorForLanguageModeling, "__call__", -1)]
    library = transformers.Trainer if IS_PLAIN_TRL else SFTTrainer  # whose loss ours asks for
    places += [(AnswerTrainer, "compute_loss", 1), (library, "compute_loss", -1)]
    before = [getattr(kind, name) for kind, name, _ in places]
    for (kind, name, sign), function in zip(places, before, strict=True):
        setattr(kind, name, watch.around(function, sign))
    try:
        yield watch
    finally:
        for (kind, name, _), function in zip(places, before, strict=True):
            setattr(kind, name, function)


def forget_memory() -> None:
    """Let the last trainer go, and begin to count the peak anew."""
    import torch

    gc.collect()
    if on_gpu():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


@contextmanager
def watching(watch: Watch) -> Iterator[Watch]:
    """Put a watch into every trainer that is made meanwhile, bare or ours."""
    transformers.trainer.DEFAULT_CALLBACKS.append(watch)
    try:
        yield watch
    finally:
        transformers.trainer.DEFAULT_CALLBACKS.remove(watch)


def winnow_recipe(source: str, config: TrainingConfig, steps: int) -> Recipe:
    """Rows that fill `max_length`, enough for every update; the weights are hashed once a recipe."""
    return Recipe(TrainingData(rows(config, steps)), source, config, plan=None)


def ours_timed_inside(recipe: Recipe, loaded: Loaded, folder: Path) -> dict[str, Any]:
    """Train as `ours` does, and count the milliseconds of our own code in a step."""
    with own_time() as watch:
        told = ours(recipe, loaded, folder)
    return {"own_ms": round(1000 * watch.seconds / recipe.config.max_steps, 3)} | told


def ours(recipe: Recipe, loaded: Loaded, folder: Path) -> dict[str, Any]:
    """Train as `winnow train` does; return what its manifest says of memory and energy."""
    shutil.rmtree(folder, ignore_errors=True)
    choose, qlora.choose_backend = qlora.choose_backend, lambda config: loaded
    try:
        run = qlora.train(recipe, folder, no_plan=True)
    finally:
        qlora.choose_backend = choose
    manifest = json.loads((run / "manifest.json").read_text())
    return {
        "estimated_gb": manifest["estimated_memory_gb"],
        "energy_wh": manifest["energy_wh"],
        "loss": manifest["train_loss"],
    }


def bare(recipe: Recipe, loaded: Loaded, folder: Path) -> dict[str, Any]:
    """Train as TRL's own examples do: same rows, same settings, a line of log a step."""
    from trl import SFTConfig

    model, tokenizer = loaded.load(recipe.source, recipe.config, 0)
    arguments = SFTConfig(max_length=recipe.config.max_length, **shared_settings(recipe.config, folder))
    trainer = SFTTrainer(model, arguments, train_dataset=dataset(recipe, tokenizer), processing_class=tokenizer)
    trainer.train()
    return {"loss": _last_loss(trainer)}


def plain(recipe: Recipe, loaded: Loaded, folder: Path) -> dict[str, Any]:
    """Train as with transformers alone: all logits at once."""
    from transformers import DataCollatorForSeq2Seq, Trainer, TrainingArguments

    model, tokenizer = loaded.load(recipe.source, recipe.config, 0)
    model.enable_input_require_grads()
    arguments = TrainingArguments(**shared_settings(recipe.config, folder))
    trainer = Trainer(model, arguments, DataCollatorForSeq2Seq(tokenizer), dataset(recipe, tokenizer))
    trainer.train()
    return {"loss": _last_loss(trainer)}


def shared_settings(config: TrainingConfig, folder: Path) -> dict[str, Any]:
    """Name Winnow's settings in the library's words; left unsaid, each library would choose others."""
    return {
        "output_dir": str(folder),
        "max_steps": config.max_steps,
        "per_device_train_batch_size": config.batch_size,
        "gradient_accumulation_steps": config.accumulation,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": config.scheduler,
        "warmup_steps": config.warmup,
        "optim": config.optimizer,
        "weight_decay": config.weight_decay,
        "max_grad_norm": config.max_grad_norm,
        "seed": 0,
        "data_seed": 0,
        "bf16": precision(config) == "bf16",
        "use_cpu": not on_gpu(),
        "gradient_checkpointing": checkpointing(config),
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": on_gpu(),
    }


def dataset(recipe: Recipe, tokenizer: Any) -> Any:
    """Make the rows that the bare scripts train on: the same tokens, in the same order."""
    examples = fit(tokenise(tokenizer, recipe.data.train, "domain"), recipe.config.max_length, "cut")
    return to_dataset(examples).remove_columns("row")


def rows(config: TrainingConfig, steps: int) -> list[Record]:
    """Make pairs longer than `max_length`, to be cut to it."""
    draw, words = random.Random(0), TEXT.split()
    return [
        new_record(f"What is case {i}?", " ".join(draw.choice(words) for _ in range(2 * config.max_length)))
        for i in range(steps * config.batch_size * config.accumulation)
    ]


def _last_loss(trainer: Any) -> float:
    return float([row["loss"] for row in trainer.state.log_history if "loss" in row][-1])
