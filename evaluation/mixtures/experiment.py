"""Training runs of each mixture: the same task rows, as often, with nothing, self-written or other rows mixed in.

    winnow compare-mixtures --external instructions.jsonl

Mixed rows come on top of the task rows, so that each arm passes over the task as often; held-out rows aren't looked
at. A result is appended as it comes, and a killed comparison goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from evaluation.answering.answers import Answerer, Question
from evaluation.arms.experiment import equal_passes, free_memory
from evaluation.arms.likelihoods import losses
from evaluation.metrics import chosen, score_each
from evaluation.mixtures.result import ArmResult, DomainScores, ItemResult
from evaluation.retention.items import Item
from evaluation.retention.outcomes import Outcome, run_items
from training.qlora import train
from training.recipe import Recipe
from winnow.data.files import read_json
from winnow.data.records import Record, canonical_json, content_hash
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.local import LocalModel

SHARES = (0.0, 0.1, 0.25, 0.5)

WEAKENED = 0.7  # of the adapter's weights, in the arm that needs no data

Source = Literal["nothing", "self-written", "external", "own prompts"]


@dataclass(frozen=True)
class Arm:
    """What is mixed in, its share of the trained tokens, the loss on it, and how strongly the adapter is applied.

    Rows of "own prompts" are what the base answers to general prompts of the user's. A `strength` below 1 scales the
    trained adapter's weights: between base and tuned model, without another run.
    """

    source: Source
    share: float = 0.0
    loss: Literal["cross_entropy", "kl"] = "cross_entropy"
    strength: float = 1.0

    @property
    def name(self) -> str:
        """The name in tables and plots."""
        if self.source == "nothing":
            return "task only" + (f", adapter × {self.strength:g}" if self.strength != 1 else "")
        return f"{self.source} {self.share:.0%}" + (", KL" if self.loss == "kl" else "")


def choose_arms(shares: Sequence[float], middle: float, external: bool, own_prompts: bool = False) -> list[Arm]:
    """List task only, its adapter weakened, self-written rows at each share, and at the `middle` one the others.

    The others are KL, and if asked for external rows and the base's answers to the user's own prompts.
    """
    own = [Arm("self-written", share) for share in shares if share]
    others = [Arm("external", middle)] if external else []
    others += [Arm("own prompts", middle)] if own_prompts else []
    return [Arm("nothing"), Arm("nothing", strength=WEAKENED), *own, Arm("self-written", middle, "kl"), *others]


@dataclass(frozen=True)
class Experiment:
    """What all arms have in common; `recipe` holds the task rows alone, `domain` rows that no arm trains on."""

    recipe: Recipe
    own: Sequence[Record]
    external: Sequence[Record]
    domain: Sequence[Record]
    items: Sequence[Item]
    answers: GenerationSettings
    general: GenerationSettings
    metric: str
    folder: Path
    prompted: Sequence[Record] = ()

    def recipe_of(self, arm: Arm, seed: int) -> Recipe:
        """Make an arm's recipe: every one passes over the task rows as often, and none stops early."""
        task = self.recipe.data
        mixed = {"nothing": (), "self-written": self.own, "external": self.external, "own prompts": self.prompted}[
            arm.source
        ]
        config = equal_passes(self.recipe.config, len(task.train))
        return replace(
            self.recipe,
            data=replace(task, validation=(), preservation=mixed),
            config=config.model_copy(update={"preservation_loss": arm.loss}),
            share=arm.share,
            seed=seed,
            plan=None,
        )

    def identity(self, arm: Arm, seed: int) -> str:
        """Hash everything that a result depends on, and the arm where another one may have the same rows.

        A study that answers the user's own prompts alone writes the same for both arms, and each is shown.
        """
        measured = [repr(part) for part in (self.domain, self.items, self.answers, self.general, self.metric)]
        weakened = [] if arm.strength == 1 else [str(arm.strength)]
        own = [arm.source] if arm.source == "own prompts" else []
        return content_hash(canonical_json(self.recipe_of(arm, seed).identity), *measured, *weakened, *own)[:16]

    def prepare(self) -> None:
        """Let the untouched base answer what every arm will be asked; the answers stay in a file."""
        answer_as_base(self)

    def measure(self, arm: Arm, seed: int) -> ArmResult:
        """Train one arm, then put domain rows and general items through base and tuned."""
        return measure(self, arm, seed)

    def result(self, fields: Mapping[str, Any]) -> ArmResult:
        """Read a result's JSON form."""
        return ArmResult.from_dict(fields)


def answer_as_base(experiment: Experiment) -> None:
    """Let the untouched base answer what every arm will be asked; the answers stay in a file."""
    model = load_local_model(experiment.recipe.base)
    _answerer(experiment, model, experiment.answers, None).answer([Question.of(record) for record in experiment.domain])
    written = [item for item in experiment.items if not item.choices]
    questions = [Question(item.id, item.prompt) for item in written]
    _answerer(experiment, model, experiment.general, None).answer(questions)


def measure(experiment: Experiment, arm: Arm, seed: int) -> ArmResult:
    """Train one arm, then put domain rows and general items through base and tuned."""
    began = time.perf_counter()
    recipe, identity = experiment.recipe_of(arm, seed), experiment.identity(arm, seed)
    trained = experiment.identity(replace(arm, strength=1.0), seed)  # one run for every strength
    run = train(recipe, experiment.folder / "runs" / trained, resume=True, no_plan=True)
    free_memory()
    model = load_local_model(recipe.base, run / "adapter")
    model.scale_adapter(arm.strength)
    ask = partial(_answerer, experiment, model)
    outcomes = run_items(
        model,
        experiment.items,
        ask(experiment.general, None),
        ask(experiment.general, run, arm.strength),
        lambda done: None,
    )
    tuned = _domain(experiment, model, ask(experiment.answers, run, arm.strength))
    with model.without_adapter():
        base = _domain(experiment, model, ask(experiment.answers, None))
    facts = read_json(run / "manifest.json")
    del model, ask
    free_memory()
    return ArmResult(
        arm.name,
        seed,
        identity,
        facts["steps"],
        facts["preservation_share"],
        facts["rows"],
        facts["hardware"].get("gpu", facts["hardware"]["machine"]),
        experiment.metric,
        base,
        tuned,
        tuple(_item_result(outcome) for outcome in outcomes),
        round(time.perf_counter() - began, 1),
    )


def _item_result(o: Outcome) -> ItemResult:
    item = o.item
    options = len(item.choices)
    return ItemResult(item.id, item.kind, item.is_checked, options, o.base_right, o.tuned_right, o.divergence)


def _answerer(
    experiment: Experiment, model: LocalModel, settings: GenerationSettings, run: Path | None, strength: float = 1.0
) -> Answerer:
    """Answer as a run, or as the base; each has a file of answers of its own."""
    cache = (run or experiment.folder) / "answers.jsonl"
    weights = "base" if run is None else run.name + ("" if strength == 1 else f" × {strength:g}")
    return Answerer(model, "", weights, settings, cache, experiment.recipe.prompt)


def _domain(experiment: Experiment, model: LocalModel, answerer: Answerer) -> DomainScores:
    """Score the answers by the metric, and the references by their loss: nats a token, less is better."""
    answers = answerer.answer([Question.of(record) for record in experiment.domain])
    (metric,) = chosen([experiment.metric])
    scores = score_each([answer.as_dict() for answer in answers], metric)
    references = [record.answer for record in experiment.domain]
    loss = losses(model, experiment.recipe.prompt, experiment.domain, references)
    return DomainScores([score.value for score in scores], loss)
