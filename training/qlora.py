"""The recipe, told once: records in, a trained adapter in a run folder out; the same on a GPU and on a CPU.

data = TrainingData(train, validation, preservation, held_out)
recipe = Recipe(data, "smollm2-135m-instruct", TrainingConfig(), plan, share=0.25)
folder = train(recipe, Path("runs/first"))
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.arguments import training_arguments
from training.backends import (
    Backend,
    choose_backend,
    first_process_first,
    is_first_process,
    load_tokenizer,
    on_gpu,
    precision,
)
from training.card import write_card
from training.energy import energy_joules, energy_since
from training.leakage import refuse_leaks
from training.memory import estimate_memory, require_memory
from training.mixture import Mixture, mix
from training.recipe import Job, OnValidation, Recipe, TrainingData
from training.rows import Example, Kind, fit, to_dataset, tokenise
from training.runs import Run, open_run, write_lineage
from winnow.config import TrainingConfig
from winnow.data.records import Record
from winnow.errors import InputError, WinnowError
from winnow.models.chat import template_hash
from winnow.models.prompt import BARE
from winnow.progress import Progress, silent
from winnow.study.stage import Stage

if TYPE_CHECKING:
    from training.trainer import AnswerTrainer

__all__ = ["Recipe", "TrainingData", "prepare", "train"]

LOG = logging.getLogger(__name__)


def train(
    recipe: Recipe,
    out: Path,
    *,
    resume: bool = False,
    no_plan: bool = False,
    progress: Progress = silent,
    on_validation: OnValidation = lambda done, loss: None,
) -> Path:
    """Train an adapter and return its run folder; with `resume` go on in it, or return it as it is once finished.

    `on_validation` is told each validation loss and may raise to end the run. Raises InputError without a frozen plan
    (`no_plan` allows it), where held-out rows stand in the training data and where rows don't fit; WinnowError where
    the loss diverges, memory doesn't suffice or a signal ends the run. Under `accelerate launch` every process calls
    this, and the first one writes. Under Unsloth alone the run has a process of its own, and this one stays as it was.
    """
    if recipe.plan is None and not no_plan:
        raise InputError("no frozen plan; define success first: winnow plan freeze, or pass --no-plan to explore")
    refuse_leaks(recipe.data.train, recipe.data.held_out, recipe.data.judged)
    backend = choose_backend(recipe.config)
    with first_process_first() as is_first:
        run = open_run(out, recipe.identity, resume or not is_first)
    if not run.finished:
        backend.run(_train, recipe, run, backend, progress=progress, on_validation=on_validation)
    return run.root


def _train(recipe: Recipe, run: Run, backend: Backend, progress: Progress, on_validation: OnValidation) -> None:
    """Train in the process that the backend chose."""
    tokenizer = load_tokenizer(recipe.source)
    mixture, validation = prepare(tokenizer, recipe)
    longest = max(len(e.input_ids) for e in mixture.examples)
    estimate = estimate_memory(recipe.source, recipe.config, longest, backend.name == "unsloth")
    require_memory(estimate, recipe.config, longest)
    job = Job(recipe, run, mixture.examples, validation, progress, on_validation)
    if not is_first_process():
        _train_within_memory(backend, job)
        return
    write_lineage(run, mixture.examples)
    with Stage(run.manifest_file, "train", recipe.inputs, (recipe.config,), recipe.seed) as stage:
        energy = energy_joules()
        trainer = _train_within_memory(backend, job)
        trainer.model.save_pretrained(run.adapter)
        tokenizer.save_pretrained(run.adapter)
        stage.outputs = {"adapter": run.adapter, "metrics": run.metrics_file, "lineage": run.lineage_file}
        stage.facts = recipe.facts | _results(trainer, backend, recipe.config, mixture)
        stage.facts |= {"template": template_hash(tokenizer), "estimated_memory_gb": round(estimate.total_gb, 2)}
        stage.facts["energy_wh"] = energy_since(energy)
        write_card(run, stage.manifest())


def prepare(tokenizer: Any, recipe: Recipe) -> tuple[Mixture, list[Example]]:
    """Tokenise, settle the rows that are too long, and mix; return the mixture and the validation rows."""
    data, config = recipe.data, recipe.config

    def ready(records: Sequence[Record], kind: Kind) -> list[Example]:
        # Self-written rows that don't fit are no loss: others take their place.
        overlong = config.overlong if kind == "domain" else "drop"
        prompt = recipe.prompt if kind == "domain" else BARE
        return fit(tokenise(tokenizer, records, kind, prompt), config.max_length, overlong)

    mixture = mix(ready(data.train, "domain"), ready(data.preservation, "preservation"), recipe.share, recipe.seed)
    if mixture.short_of_rows:
        LOG.warning(
            "preservation rows make %.0f %% of the tokens, not %.0f %%", 100 * mixture.share, 100 * recipe.share
        )
    return mixture, ready(data.validation, "domain")


def _train_within_memory(backend: Backend, job: Job) -> AnswerTrainer:
    """Train; where memory runs out, halve the batch, double the accumulation, and go on at the last checkpoint."""
    import torch

    config = job.recipe.config
    while True:
        try:
            return _train_once(backend, config, job)
        except (torch.OutOfMemoryError, MemoryError) as error:
            config = _smaller_batch(config, error)
        gc.collect()  # outside the handler: the error holds the frames, and they hold the model
        if on_gpu():
            torch.cuda.empty_cache()


def _smaller_batch(config: TrainingConfig, error: Exception) -> TrainingConfig:
    if config.batch_size == 1:
        raise WinnowError(
            f"out of memory with one row at a time ({str(error).splitlines()[0]}); lower training.max_length, "
            "set training.gradient_checkpointing=true, or take a smaller model"
        ) from error
    smaller = {"batch_size": config.batch_size // 2, "accumulation": 2 * config.accumulation}
    LOG.warning("out of memory: going on with batch_size %(batch_size)d, accumulation %(accumulation)d", smaller)
    return config.model_copy(update=smaller)


def _train_once(backend: Backend, config: TrainingConfig, job: Job) -> AnswerTrainer:
    """Load, build the trainer and let it run to its end; `config` is the recipe's, or with a smaller batch."""
    model, tokenizer = backend.load(job.recipe.source, config, job.recipe.seed)

    from training.callbacks import StopOnSignal, watch
    from training.kl_loss import KlTrainer
    from training.trainer import AnswerTrainer, keep_adapter_in_fp32

    kind: Any = AnswerTrainer
    if config.preservation_loss == "kl":
        preserved = [e.kind == "preservation" for e in job.examples]
        kind = partial(KlTrainer, preserved=preserved, kl_weight=config.kl_weight)
    checkpoint = job.run.last_checkpoint()
    trainer: AnswerTrainer = kind(
        model=model,
        args=training_arguments(config, job.run, len(job.examples), bool(job.validation), job.recipe.seed),
        train_dataset=to_dataset(job.examples),
        eval_dataset=to_dataset(job.validation) if job.validation else None,
        processing_class=tokenizer,
    )
    keep_adapter_in_fp32(trainer.model)
    with StopOnSignal() as signals, watch(trainer, config, job):
        trainer.add_callback(signals)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    signals.raise_if_received(trainer.state, "train")
    return trainer


def _results(trainer: AnswerTrainer, backend: Backend, config: TrainingConfig, mixture: Mixture) -> dict[str, object]:
    """Collect what only the run itself can tell."""
    from training.callbacks import peak_memory_gb

    history = trainer.state.log_history
    validation = [row["eval_loss"] for row in history if "eval_loss" in row]
    return {
        "backend": backend.name,
        "precision": precision(config),
        "batch_size": trainer.args.per_device_train_batch_size,  # smaller than asked for, where memory ran out
        "accumulation": trainer.args.gradient_accumulation_steps,
        "rows": {kind: sum(e.kind == kind for e in mixture.examples) for kind in ("domain", "preservation")},
        "trained_tokens": sum(e.trained_tokens for e in mixture.examples),
        "preservation_share": round(mixture.share, 4),
        "steps": trainer.state.global_step,
        "best_step": trainer.state.best_global_step,
        "train_loss": [row["loss"] for row in history if "loss" in row][-1],
        "validation_loss": {"start": validation[0], "best": min(validation)} if validation else None,
        "peak_memory_gb": peak_memory_gb(),
        "trainable_parameters": sum(p.numel() for p in trainer.model.parameters() if p.requires_grad),
    }
