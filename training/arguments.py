"""The settings of a run in the trainer's own words."""

from __future__ import annotations

import importlib.util
import math
from typing import Any

from training.backends import checkpointing, on_gpu, precision, processes
from training.runs import Run
from winnow.config import TrainingConfig
from winnow.errors import InputError
from winnow.models.device import device


def training_arguments(config: TrainingConfig, run: Run, rows: int, validate: bool, seed: int) -> Any:
    """Build TRL's SFTConfig."""
    from trl import SFTConfig

    # KL needs logits, which the default loss never makes
    loss = "nll" if config.preservation_loss == "kl" else None
    order = "group_by_length" if config.group_by_length else "random"
    return SFTConfig(
        **common_arguments(config, run, rows, validate, seed), loss_type=loss, train_sampling_strategy=order
    )


def common_arguments(config: TrainingConfig, run: Run, rows: int, validate: bool, seed: int) -> dict[str, object]:
    """Give what all of TRL's trainers are told; validation and checkpoints fall on the same steps, to keep the best."""
    _require_tracker(config.report_to)
    interval = -(-total_steps(config, rows, processes()) // config.evaluations)
    compute = precision(config)
    return {
        "output_dir": str(run.checkpoints),
        "run_name": run.root.name,
        "report_to": config.report_to,
        "seed": seed,
        "data_seed": seed,
        # rows
        "max_length": None,  # settled before
        "remove_unused_columns": False,
        "per_device_train_batch_size": config.batch_size,
        "per_device_eval_batch_size": config.batch_size,
        "gradient_accumulation_steps": config.accumulation,
        "num_train_epochs": config.epochs,
        "max_steps": config.max_steps or -1,
        "dataloader_pin_memory": on_gpu(),
        # optimisation
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": config.scheduler,
        "warmup_steps": config.warmup,
        "optim": config.optimizer,
        "weight_decay": config.weight_decay,
        "max_grad_norm": config.max_grad_norm,
        # arithmetic: SFTConfig's own default is bf16 with checkpointing, on a CPU too
        "bf16": compute == "bf16",
        "fp16": compute == "fp16",
        "use_cpu": device() == "cpu",
        "gradient_checkpointing": checkpointing(config),
        # watching
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "disable_tqdm": True,
        "eval_strategy": "steps" if validate else "no",
        "eval_steps": interval if validate else None,
        "eval_on_start": validate and run.last_checkpoint() is None,
        "save_strategy": "steps",
        "save_steps": interval,
        "save_total_limit": 2,  # the best and the last
        "load_best_model_at_end": validate,
        "metric_for_best_model": "eval_loss" if validate else None,
        "restore_callback_states_from_checkpoint": True,  # early stopping's count of evaluations without a gain
    }


def _require_tracker(name: str) -> None:
    if name != "none" and importlib.util.find_spec(name) is None:
        raise InputError(f"training.report_to is {name}, which isn't installed; run: pip install {name}")


def total_steps(config: TrainingConfig, rows: int, processes: int = 1) -> int:
    """Count the updates of a run as the trainer does: each pass ends with an update, however few rows are left."""
    if config.max_steps:
        return config.max_steps
    batches = -(-rows // (config.batch_size * processes))
    each = max(1, -(-batches // config.accumulation))
    return max(1, math.ceil(config.epochs * each))
