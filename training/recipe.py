"""The recipe of a run: rows, base model, settings and seed in one value, which is hashed and compared on resume."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from training.leakage import Judged
from training.rows import Example
from training.runs import Run, data_hash
from winnow.config import TrainingConfig
from winnow.data.records import Record
from winnow.errors import WinnowError
from winnow.models.identity import weights_hash
from winnow.models.names import resolve_base_model
from winnow.models.prompt import BARE, PromptForm
from winnow.progress import Progress
from winnow.study.inputs import Input, Inputs, Loaded
from winnow.study.plan import Plan
from winnow.study.shared_inputs import local, tokenizer_input


@dataclass(frozen=True)
class TrainingData:
    """The rows of a run; the held-out ones are only compared with, never trained on."""

    train: Sequence[Record]
    validation: Sequence[Record] = ()
    preservation: Sequence[Record] = ()
    held_out: Sequence[Record] = field(default=(), repr=False)
    judged: Judged = field(default_factory=Judged, repr=False)  # how copies between the two are told


@dataclass(frozen=True)
class RecipeInputs(Inputs):
    """The rows of a run, the base's weights by their folder or hub name, and its tokenizer."""

    train: Input[list[Record]]
    validation: Input[list[Record]]
    preservation: Input[list[Record]]
    base: Input[str]
    tokenizer: Input[Any]


@dataclass(frozen=True)
class Recipe:
    """Rows, model and settings of a run; `share` is the part of the trained tokens that preservation rows get.

    `prompt` is how a row is asked; without a `plan` the run is exploratory for ever.
    """

    data: TrainingData
    base: str
    config: TrainingConfig
    plan: Plan | None
    share: float = 0.0
    prompt: PromptForm = BARE
    seed: int = 0

    @cached_property
    def source(self) -> str:
        """The base model's folder or hub name."""
        return str(resolve_base_model(self.base))

    @property  # not cached: a recipe travels to the process that trains, and what opens inputs doesn't
    def inputs(self) -> RecipeInputs:
        """What goes in: the rows, which are in memory, the weights and the tokenizer."""
        data, source = self.data, self.source

        def rows(part: Sequence[Record]) -> Input[list[Record]]:
            return Loaded(lambda: data_hash(part), lambda: list(part))

        weights = Loaded(lambda: weights_hash(source), lambda: source, local(source))
        return RecipeInputs(
            rows(data.train), rows(data.validation), rows(data.preservation), weights, tokenizer_input(self.base)
        )

    @property
    def facts(self) -> dict[str, object]:
        """The part of the manifest that is known before the first step."""
        return {
            "base": self.base,
            "plan": self.plan.hash if self.plan else None,
            "exploratory": self.plan is None,
            "share": self.share,
            "prompt": self.prompt.as_dict(),
        }

    @property
    def identity(self) -> dict[str, object]:
        """What must be equal for an interrupted run to be resumed: inputs, facts, settings, seed."""
        settings = self.config.model_dump(mode="json")
        return {"inputs": self.inputs.fingerprints(), "facts": self.facts, "settings": settings, "seed": self.seed}


OnValidation = Callable[[float, float], None]  # told the share of the steps that is done, and the validation loss


class DivergenceError(WinnowError):
    """The loss went wrong for good: with these settings the run can't end well."""


@dataclass(frozen=True)
class Job:
    """A recipe made ready: its rows as tokens, its folder, and who is told how it goes."""

    recipe: Recipe
    run: Run
    examples: list[Example]
    validation: list[Example]
    progress: Progress
    on_validation: OnValidation
