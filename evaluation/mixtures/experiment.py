"""Training runs of each mixture: the same task rows, as often, with nothing, self-written or other rows mixed in.

    winnow compare-mixtures --external instructions.jsonl

Mixed rows come on top of the task rows, so that each arm passes over the task as often; held-out rows aren't looked
at. A result is appended as it comes, and a killed comparison goes on where it was.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from math import inf
from pathlib import Path
from typing import Literal

from evaluation.answering.answers import Answerer, Question
from evaluation.metrics import chosen, score_each
from evaluation.mixtures.result import ArmResult, DomainScores, ItemResult
from evaluation.retention.items import Item
from evaluation.retention.outcomes import Outcome, run_items
from training.arguments import total_steps
from training.qlora import train
from training.recipe import Recipe
from winnow.config import TrainingConfig
from winnow.data.files import append_lines, read_json, whole_lines
from winnow.data.records import Record, canonical_json, content_hash
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.local import LocalModel
from winnow.parallel.processes import processes
from winnow.progress import Progress, silent

SHARES = (0.0, 0.1, 0.25, 0.5)

Source = Literal["nothing", "self-written", "external"]


@dataclass(frozen=True)
class Arm:
    """What is mixed in, its share of the trained tokens, and the loss on it."""

    source: Source
    share: float = 0.0
    loss: Literal["cross_entropy", "kl"] = "cross_entropy"

    @property
    def name(self) -> str:
        """The name in tables and plots."""
        if self.source == "nothing":
            return "task only"
        return f"{self.source} {self.share:.0%}" + (", KL" if self.loss == "kl" else "")


def choose_arms(shares: Sequence[float], middle: float, external: bool) -> list[Arm]:
    """List task only, self-written rows at each share, and at the `middle` one KL and, if asked for, external rows."""
    own = [Arm("self-written", share) for share in shares if share]
    others = [Arm("external", middle)] if external else []
    return [Arm("nothing"), *own, Arm("self-written", middle, "kl"), *others]


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

    def recipe_of(self, arm: Arm, seed: int) -> Recipe:
        """Make an arm's recipe: every one passes over the task rows as often, and none stops early."""
        task = self.recipe.data
        mixed = {"nothing": (), "self-written": self.own, "external": self.external}[arm.source]
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
        """Hash everything that a result depends on."""
        measured = [repr(part) for part in (self.domain, self.items, self.answers, self.general, self.metric)]
        return content_hash(canonical_json(self.recipe_of(arm, seed).identity), *measured)[:16]


def equal_passes(config: TrainingConfig, rows: int) -> TrainingConfig:
    """Turn a limit of updates into passes over so many task rows, and let no validation end the run.

    max_steps 20 where one pass is 10 updates → max_steps None, epochs 2.0
    """
    changes: dict[str, float | None] = {"max_steps": None, "patience": None}
    if config.max_steps:
        one_pass = config.model_copy(update={"max_steps": None, "epochs": 1.0})
        changes["epochs"] = config.max_steps / total_steps(one_pass, rows)
    return config.model_copy(update=changes)


def compare_arms(
    experiment: Experiment,
    arms: Sequence[Arm],
    seeds: int,
    workers: int = 1,
    seconds: float = inf,
    progress: Progress = silent,
) -> list[ArmResult]:
    """Train and measure every arm with every seed; return their results in this order, those known before included.

    With several `workers` so many runs go at once, each in a process of its own. No run begins that, by the longest
    so far, would end after `seconds`.
    """
    began, results = time.perf_counter(), experiment.folder / "results.jsonl"
    wanted = {experiment.identity(arm, seed): (arm, seed) for seed in range(seeds) for arm in arms}
    lines = map(json.loads, whole_lines(results))
    found = [ArmResult.from_dict(line) for line in lines if line["identity"] in wanted]
    known = {result.identity for result in found}

    def in_time() -> Iterator[tuple[Arm, int]]:
        for job in (job for identity, job in wanted.items() if identity not in known):
            longest = max((result.seconds for result in found), default=0.0)
            if time.perf_counter() - began + longest > seconds:
                return
            yield job

    with progress("mixtures", len(wanted)) as advance:
        advance(len(found))
        for result in _in_processes(experiment, in_time(), workers) if workers > 1 else _here(experiment, in_time()):
            append_lines(results, json.dumps(result.as_dict()))
            found.append(result)
            advance(1)
    return sorted(found, key=lambda result: list(wanted).index(result.identity))


def _here(experiment: Experiment, jobs: Iterator[tuple[Arm, int]]) -> Iterator[ArmResult]:
    for arm, seed in jobs:
        yield measure(experiment, arm, seed)


def _in_processes(experiment: Experiment, jobs: Iterator[tuple[Arm, int]], workers: int) -> Iterator[ArmResult]:
    """Keep so many processes busy; the base's answers are made first, for all of them.

    A run that fails is raised once the others have ended.
    """
    run = partial(measure, experiment)
    failed: list[BaseException] = []
    with processes(workers, "spawn") as pool:
        pool.submit(answer_as_base, experiment).result()
        running = {pool.submit(run, *job) for job in islice(jobs, workers)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                if error := one.exception():
                    failed.append(error)
                else:
                    yield one.result()
            running |= {pool.submit(run, *job) for job in islice(jobs, len(done))}
    if failed:
        raise failed[0]


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
    run = train(recipe, experiment.folder / "runs" / identity, resume=True, no_plan=True)
    _free_memory()
    model = load_local_model(recipe.base, run / "adapter")
    ask = partial(_answerer, experiment, model)
    outcomes = run_items(
        model,
        experiment.items,
        ask(experiment.general, None),
        ask(experiment.general, run),
        lambda done: None,
    )
    tuned = _domain(experiment, model, ask(experiment.answers, run))
    with model.without_adapter():
        base = _domain(experiment, model, ask(experiment.answers, None))
    facts = read_json(run / "manifest.json")
    del model, ask
    _free_memory()
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


def _answerer(experiment: Experiment, model: LocalModel, settings: GenerationSettings, run: Path | None) -> Answerer:
    """Answer as a run, or as the base; each has a file of answers of its own."""
    cache = (run or experiment.folder) / "answers.jsonl"
    return Answerer(model, "", run.name if run else "base", settings, cache, experiment.recipe.prompt)


def _domain(experiment: Experiment, model: LocalModel, answerer: Answerer) -> DomainScores:
    """Score the answers by the metric, and the references by their loss: nats a token, less is better."""
    answers = answerer.answer([Question.of(record) for record in experiment.domain])
    (metric,) = chosen([experiment.metric])
    pairs = [(experiment.recipe.prompt.text(model.tokenizer, record), record.answer) for record in experiment.domain]
    scores = score_each([answer.as_dict() for answer in answers], metric)
    losses = [-likelihood.mean for likelihood in model.log_likelihood(pairs)]
    return DomainScores([score.value for score in scores], losses)


def _free_memory() -> None:
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
