"""The recipe, told once: records in, a trained adapter in a run folder out; the same on a GPU and on a CPU.

data = TrainingData(train, validation, preservation, held_out)
folder = train(data, "smollm2-135m-instruct", TrainingConfig(), Path("runs/first"), plan=plan, share=0.25)
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.backends import Backend, checkpointing, choose_backend, load_tokenizer, on_gpu, precision
from training.card import write_card
from training.leakage import refuse_leaks
from training.mixture import Mixture, mix
from training.rows import Example, fit, to_dataset, tokenise
from training.runs import Run, data_hash, open_run, write_lineage
from winnow.chat import template_hash
from winnow.config import TrainingConfig
from winnow.errors import InputError, WinnowError
from winnow.manifest import Stage
from winnow.models import resolve_base_model, weights_hash
from winnow.plan import Plan
from winnow.records import Record

if TYPE_CHECKING:
    from training.trainer import AnswerTrainer


@dataclass(frozen=True)
class TrainingData:
    """The rows of a run; the held-out ones are only compared with, never trained on."""

    train: Sequence[Record]
    validation: Sequence[Record] = ()
    preservation: Sequence[Record] = ()
    held_out: Sequence[Record] = field(default=(), repr=False)


def train(
    data: TrainingData,
    base: str | Path,
    config: TrainingConfig,
    out: Path,
    *,
    plan: Plan | None,
    share: float = 0.0,
    system: str | None = None,
    seed: int = 0,
    resume: bool = False,
    no_plan: bool = False,
) -> Path:
    """Train an adapter and return its run folder; a finished run is returned as it is when `resume` is set.

    `share` is the part of the trained tokens that preservation rows get. Raises InputError without a frozen plan
    (`no_plan` marks the run exploratory for ever), where held-out rows stand in the training data, and where rows
    don't fit; WinnowError where the loss diverges, memory doesn't suffice or a signal ends the run.
    """
    if plan is None and not no_plan:
        raise InputError("no frozen plan; define success first: winnow plan freeze, or pass --no-plan to explore")
    refuse_leaks(data.train, data.held_out)
    backend = choose_backend(config)
    source = str(resolve_base_model(str(base)))
    identity = _identity(data, source, config, plan, share, system, seed)
    run = open_run(out, identity, resume)
    if run.finished:
        return run.root

    tokenizer = load_tokenizer(source)
    mixture, validation = prepare(tokenizer, data, config, share, system, seed)
    write_lineage(run, mixture.examples)
    with Stage(run.manifest_file, "train", identity["inputs"], (config,), seed) as stage:
        trainer = _train_within_memory(backend, source, config, run, mixture, validation, seed)
        trainer.model.save_pretrained(run.adapter)
        tokenizer.save_pretrained(run.adapter)
        stage.outputs = {"adapter": run.adapter, "metrics": run.metrics_file, "lineage": run.lineage_file}
        stage.facts = (
            identity["facts"] | _results(trainer, backend, config, mixture) | {"template": template_hash(tokenizer)}
        )
        write_card(run, stage.manifest())
    return run.root


def prepare(
    tokenizer: Any, data: TrainingData, config: TrainingConfig, share: float, system: str | None, seed: int
) -> tuple[Mixture, list[Example]]:
    """Tokenise, settle the rows that are too long, and mix; return the mixture and the validation rows."""

    def ready(records: Sequence[Record], kind: Any) -> list[Example]:
        return fit(tokenise(tokenizer, records, kind, system), config.max_length, config.overlong)

    # Self-written rows that don't fit are no loss: others take their place.
    spare = fit(tokenise(tokenizer, data.preservation, "preservation"), config.max_length, "drop")
    return mix(ready(data.train, "domain"), spare, share, seed), ready(data.validation, "domain")


def _identity(
    data: TrainingData,
    source: str,
    config: TrainingConfig,
    plan: Plan | None,
    share: float,
    system: str | None,
    seed: int,
) -> dict[str, Any]:
    """Say what the run is made from: what must be the same for it to go on."""
    return {
        "inputs": {
            "train": data_hash(data.train),
            "validation": data_hash(data.validation),
            "preservation": data_hash(data.preservation),
            "base": weights_hash(source),
        },
        "facts": {
            "base": source,
            "plan": plan.hash if plan else None,
            "exploratory": plan is None,
            "share": share,
            "system": system,
        },
        "settings": config.model_dump(mode="json"),
        "seed": seed,
    }


def _train_within_memory(
    backend: Backend,
    source: str,
    config: TrainingConfig,
    run: Run,
    mixture: Mixture,
    validation: list[Example],
    seed: int,
) -> AnswerTrainer:
    """Train; where memory runs out, halve the batch, double the accumulation, and go on at the last checkpoint."""
    import torch

    while True:
        try:
            return _train_once(backend, source, config, run, mixture, validation, seed)
        except (torch.OutOfMemoryError, MemoryError) as error:
            if config.batch_size == 1:
                raise WinnowError(
                    f"out of memory with one row at a time ({str(error).splitlines()[0]}); lower training.max_length, "
                    "set training.gradient_checkpointing=true, or take a smaller model"
                ) from error
            config = config.model_copy(
                update={"batch_size": config.batch_size // 2, "accumulation": 2 * config.accumulation}
            )
            LOG.warning("out of memory: going on with batch_size %d x %d", config.batch_size, config.accumulation)
        gc.collect()
        if on_gpu():
            torch.cuda.empty_cache()


def _train_once(
    backend: Backend,
    source: str,
    config: TrainingConfig,
    run: Run,
    mixture: Mixture,
    validation: list[Example],
    seed: int,
) -> AnswerTrainer:
    """Load, build the trainer and let it run to its end."""
    from transformers import EarlyStoppingCallback, PrinterCallback

    from training import callbacks
    from training.trainer import AnswerTrainer, Collator, keep_adapter_in_fp32

    model, tokenizer = backend.load(source, config, seed)
    checkpoint = run.last_checkpoint()
    done = int(checkpoint.name.rsplit("-", 1)[1]) if checkpoint else 0
    trainer = AnswerTrainer(
        model=model,
        args=_arguments(config, run, len(mixture.examples), bool(validation), done, seed),
        train_dataset=to_dataset(mixture.examples),
        eval_dataset=to_dataset(validation) if validation else None,
        data_collator=Collator(tokenizer.pad_token_id),
        processing_class=tokenizer,
    )
    if precision(config) != "bf16":
        keep_adapter_in_fp32(trainer.model)
    signals = callbacks.StopOnSignal()
    trainer.remove_callback(PrinterCallback)  # it prints to stdout, which is the result's
    for callback in (
        callbacks.MetricsLog(run.metrics_file, done),
        callbacks.Progress(done),
        callbacks.DivergenceStop(lambda: [mixture.examples[row].id for row in trainer.last_rows]),
        callbacks.FinalEvaluation(bool(validation)),
        signals,
        *([EarlyStoppingCallback(config.patience)] if config.patience and validation else []),
    ):
        trainer.add_callback(callback)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    finally:
        signals.restore()
    if signals.received:
        raise WinnowError(
            f"{signals.received} after step {trainer.state.global_step} of {trainer.state.max_steps}; "
            "the checkpoint is kept, go on with: winnow train --resume"
        )
    return trainer


def _arguments(config: TrainingConfig, run: Run, rows: int, validate: bool, done: int, seed: int) -> Any:
    """Say the recipe in the trainer's own words."""
    from trl import SFTConfig

    steps = total_steps(config, rows)
    interval = -(-steps // config.evaluations)
    compute = precision(config)
    return SFTConfig(
        output_dir=str(run.checkpoints),
        seed=seed,
        data_seed=seed,
        max_length=None,  # rows were settled before
        remove_unused_columns=False,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=config.batch_size,
        gradient_accumulation_steps=config.accumulation,
        num_train_epochs=config.epochs,
        max_steps=config.max_steps or -1,
        learning_rate=config.learning_rate,
        lr_scheduler_type=config.scheduler,
        warmup_steps=config.warmup,
        optim=config.optimizer,
        weight_decay=config.weight_decay,
        max_grad_norm=config.max_grad_norm,
        bf16=compute == "bf16",
        fp16=compute == "fp16",
        use_cpu=not on_gpu(),
        gradient_checkpointing=checkpointing(config),
        dataloader_pin_memory=on_gpu(),
        logging_steps=1,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to=config.report_to,
        run_name=run.root.name,
        eval_strategy="steps" if validate else "no",
        eval_steps=interval if validate else None,
        eval_on_start=validate and not done,
        save_strategy="steps",
        save_steps=interval,
        save_total_limit=2,  # the best and the last
        load_best_model_at_end=validate,
        metric_for_best_model="eval_loss" if validate else None,
        restore_callback_states_from_checkpoint=True,
    )


def total_steps(config: TrainingConfig, rows: int, processes: int = 1) -> int:
    """Count the updates of a run as the trainer does: each pass ends with an update, however few rows are left."""
    if config.max_steps:
        return config.max_steps
    batches = -(-rows // (config.batch_size * processes))
    each = max(1, -(-batches // config.accumulation))
    return max(1, -(-int(config.epochs * each * 1000) // 1000))


def _results(trainer: AnswerTrainer, backend: Backend, config: TrainingConfig, mixture: Mixture) -> dict[str, Any]:
    """Collect what only the run itself can tell."""
    history = trainer.state.log_history
    validation = [row["eval_loss"] for row in history if "eval_loss" in row]
    return {
        "backend": backend.name,
        "precision": precision(config),
        "rows": {kind: sum(e.kind == kind for e in mixture.examples) for kind in ("domain", "preservation")},
        "trained_tokens": sum(e.trained_tokens for e in mixture.examples),
        "preservation_share": round(mixture.share, 4),
        "steps": trainer.state.global_step,
        "best_step": trainer.state.best_global_step,
        "train_loss": [row["loss"] for row in history if "loss" in row][-1],
        "validation_loss": {"start": validation[0], "best": min(validation)} if validation else None,
        "trainable_parameters": sum(p.numel() for p in trainer.model.parameters() if p.requires_grad),
    }


LOG = logging.getLogger(__name__)
