"""Go on from a tuned adapter by what people prefer: DPO or KTO, the tuned adapter itself the reference.

recipe = PreferenceRecipe(said, "smollm2-135m-instruct", adapter, TrainingConfig(), PreferenceConfig())
folder = prefer(recipe, Path("preferred/first"))        # a run's folder as training writes it

TRL keeps a frozen copy of the adapter beside the one that learns and switches between the two, so that the base stands
in memory once, in four bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from training.arguments import common_arguments, total_steps
from training.backends import Backend, choose_backend
from training.memory import estimate_memory, require_memory
from training.preferences import Row, Said, paired_rows, said_hash, single_rows
from training.runs import Run, open_run
from winnow.config import PreferenceConfig, TrainingConfig
from winnow.data.files import write_jsonl, write_text
from winnow.data.records import content_hash
from winnow.errors import InputError
from winnow.models.chat import template_hash
from winnow.models.identity import weights_hash
from winnow.models.names import resolve_base_model
from winnow.models.prompt import BARE, PromptForm
from winnow.progress import Progress, silent
from winnow.study.inputs import Input, Inputs, Loaded
from winnow.study.plan import Plan
from winnow.study.shared_inputs import local, tokenizer_input
from winnow.study.stage import Stage

PAIRED = 2  # answers that a row of DPO holds, each with its prompt

CARD = """# {name}

The adapter `{adapter}` of `{base}`, gone on with by {method}: {questions} questions of its training rows whose answers
people voted on or corrected. The reference is that adapter itself, beta {beta:g}.

Preferred over rejected answers on {kept_back} questions kept back: {margin}.

A larger margin isn't a better answer: answer the held-out rows with this run, and let people read them blind.
"""


@dataclass(frozen=True)
class PreferenceInputs(Inputs):
    """What was said, the adapter that is gone on with, the base's weights and tokenizer."""

    said: Input[list[Said]]
    adapter: Input[Path]
    base: Input[str]
    tokenizer: Input[Any]


@dataclass(frozen=True)
class PreferenceRecipe:
    """What was said of which answers, the adapter to go on from, and how; `plan` is that of the adapter's study."""

    said: Sequence[Said]
    base: str
    adapter: Path
    config: TrainingConfig
    preference: PreferenceConfig
    plan: Plan | None = None
    prompt: PromptForm = BARE
    seed: int = 0

    @cached_property
    def source(self) -> str:
        """The base model's folder or hub name."""
        return str(resolve_base_model(self.base))

    @property
    def settings(self) -> TrainingConfig:
        """Training's settings with those of preference in their place."""
        own = self.preference
        changed = {"learning_rate": own.learning_rate, "epochs": own.epochs, "max_steps": own.max_steps}
        return self.config.model_copy(update=changed)

    @property
    def inputs(self) -> PreferenceInputs:
        """What goes in."""
        return PreferenceInputs(
            Loaded(lambda: said_hash(self.said), lambda: list(self.said)),
            Loaded(lambda: weights_hash(self.adapter), lambda: self.adapter, (self.adapter,)),
            Loaded(lambda: weights_hash(self.source), lambda: self.source, local(self.source)),
            tokenizer_input(self.base),
        )

    @property
    def facts(self) -> dict[str, object]:
        """The part of the manifest that is known before the first step."""
        plan = self.plan.hash if self.plan else None
        told = {"base": self.base, "adapter": self.adapter.parent.name, "plan": plan, "exploratory": self.plan is None}
        return {**told, "prompt": self.prompt.as_dict()}

    @property
    def identity(self) -> dict[str, object]:
        """What must be equal for an interrupted run to be resumed."""
        settings = {
            "training": self.settings.model_dump(mode="json"),
            "preference": self.preference.model_dump(mode="json"),
        }
        return {"inputs": self.inputs.fingerprints(), "facts": self.facts, "settings": settings, "seed": self.seed}

    def parts(self) -> tuple[list[Said], list[Said]]:
        """Part the questions into those that are learned from and those kept back, by their ids."""
        ranked = sorted(self.said, key=lambda one: content_hash(str(self.seed), one.record.id, "kept back"))
        kept_back = round(self.preference.validation * len(ranked))
        return ranked[kept_back:], ranked[:kept_back]


def prefer(recipe: PreferenceRecipe, out: Path, *, resume: bool = False, progress: Progress = silent) -> Path:
    """Train by preference and return the run's folder; with `resume` go on in it, or return it once finished.

    Raises InputError where nothing can be learned from what was said, WinnowError where memory doesn't suffice or a
    signal ends the run. Under Unsloth the run has a process of its own, as training has.
    """
    backend = choose_backend(recipe.settings)
    run = open_run(out, recipe.identity, resume)
    if not run.finished:
        backend.run(_prefer, recipe, run, backend, progress=progress)
    return run.root


def _prefer(recipe: PreferenceRecipe, run: Run, backend: Backend, progress: Progress) -> None:
    tokenizer = recipe.inputs.tokenizer.open()
    learned, kept_back = (_rows(recipe, tokenizer, part) if part else [] for part in recipe.parts())
    if not learned:
        raise InputError("every question was kept back; lower preference.validation, or collect more votes")
    longest = max(len(row["prompt_ids"]) + len(row.get("chosen_ids") or row["completion_ids"]) for row in learned)
    config = recipe.settings
    # a pair is two rows at once, and a reference's pass needs no gradients
    doubled = config.model_copy(update={"batch_size": PAIRED * config.batch_size})
    estimate = estimate_memory(recipe.source, doubled, longest, backend.name == "unsloth", prefers=True)
    require_memory(estimate, doubled, longest)
    with Stage(run.manifest_file, "prefer", recipe.inputs, (config, recipe.preference), recipe.seed) as stage:
        trainer = _trained(recipe, run, backend, learned, kept_back, progress)
        trainer.model.save_pretrained(run.adapter, selected_adapters=["default"])
        tokenizer.save_pretrained(run.adapter)
        write_jsonl(run.lineage_file, ({"id": row["id"], "tokens": len(row["prompt_ids"])} for row in learned))
        stage.outputs = {"adapter": run.adapter, "metrics": run.metrics_file, "lineage": run.lineage_file}
        stage.facts = recipe.facts | _results(trainer, recipe, backend, len(kept_back))
        stage.facts |= {"template": template_hash(tokenizer), "estimated_memory_gb": round(estimate.total_gb, 2)}
        write_text(run.card_file, _card(run, stage.facts, recipe))


def _rows(recipe: PreferenceRecipe, tokenizer: Any, said: Sequence[Said]) -> list[Row]:
    config = recipe.settings
    if recipe.preference.method == "dpo":
        return paired_rows(tokenizer, said, recipe.prompt, config.max_length)
    return single_rows(tokenizer, said, recipe.prompt, config.max_length, config.batch_size)


def _trained(
    recipe: PreferenceRecipe, run: Run, backend: Backend, learned: list[Row], kept_back: list[Row], progress: Progress
) -> Any:
    """Load the base with the adapter, build TRL's trainer and let it run to its end."""
    from training.callbacks import FinalEvaluation, MetricsLog, StepCounter, StopOnSignal
    from training.trainer import keep_adapter_in_fp32

    config, checkpoint = recipe.settings, run.last_checkpoint()
    trainer = build(recipe, run, backend, learned, kept_back)
    keep_adapter_in_fp32(trainer.model)
    done = int(checkpoint.name.rsplit("-", 1)[1]) if checkpoint else 0
    with StopOnSignal() as signals, progress("preferring", total_steps(config, len(learned))) as advance:
        advance(done)
        for callback in (
            MetricsLog(run.metrics_file, done, lambda: 0), StepCounter(advance, done),
            FinalEvaluation(bool(kept_back)), signals,
        ):  # fmt: skip
            trainer.add_callback(callback)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    signals.raise_if_received(trainer.state, "prefer")
    return trainer


class RowsAsTheyAre:
    """A trainer that makes no tokens of its own: the rows are asked as the model is trained and answers."""

    def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
        return dataset


def build(recipe: PreferenceRecipe, run: Run, backend: Backend, learned: list[Row], kept_back: list[Row]) -> Any:
    """Build TRL's trainer on rows that are tokens already."""
    model, tokenizer = backend.load(recipe.source, recipe.settings, recipe.seed, recipe.adapter)

    from datasets import Dataset
    from transformers import PrinterCallback
    from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer

    from training.trainer import GoesOn

    config = recipe.settings
    trainers: dict[str, tuple[Any, Any]] = {"dpo": (DPOTrainer, DPOConfig), "kto": (KTOTrainer, KTOConfig)}
    trainer_of, settings_of = trainers[recipe.preference.method]
    common = common_arguments(config, run, len(learned), bool(kept_back), recipe.seed)
    trainer = type("Ready", (RowsAsTheyAre, GoesOn, trainer_of), {})(
        model=model,
        args=settings_of(**common, beta=recipe.preference.beta),
        train_dataset=Dataset.from_list(learned),
        eval_dataset=Dataset.from_list(kept_back) if kept_back else None,
        processing_class=tokenizer,
    )
    trainer.remove_callback(PrinterCallback)  # it prints to stdout, which is the result's
    return trainer


def _results(trainer: Any, recipe: PreferenceRecipe, backend: Backend, kept_back: int) -> dict[str, object]:
    """Collect what only the run itself can tell; the margin is in nats, over the reference's own."""
    from training.callbacks import peak_memory_gb

    history = trainer.state.log_history
    margins = [row["eval_rewards/margins"] / recipe.preference.beta for row in history if "eval_rewards/margins" in row]
    return {
        "method": recipe.preference.method,
        "backend": backend.name,
        "questions": len(recipe.said),
        "kept_back": kept_back,
        "steps": trainer.state.global_step,
        "train_loss": [row["loss"] for row in history if "loss" in row][-1],
        "margin": {"start": margins[0], "end": margins[-1]} if margins else None,
        "peak_memory_gb": peak_memory_gb(),
    }


def _card(run: Run, facts: dict[str, Any], recipe: PreferenceRecipe) -> str:
    margin = facts["margin"]
    told = f"{margin['start']:+.2f} → {margin['end']:+.2f} nats" if margin else "not measured"
    own = {"name": run.root.name, "beta": recipe.preference.beta, "margin": told}
    return CARD.format(**{**facts, **own})
