"""Training runs of each selection, in both budgets, and what each makes of the same rows.

    run_arms(Experiment(recipe, pool, asked, …), choose_arms(selections), seeds=3)

Truth is asked of likelihoods, since wrong facts hardly move the loss of a small model: is the row's own answer likelier
by the token than another question's, and than the one that contradicts it?
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from evaluation.answering.answers import Answerer, Question
from evaluation.arms.experiment import equal_passes, free_memory
from evaluation.arms.likelihoods import losses
from evaluation.metrics import chosen, score_each
from evaluation.selections.arms import Arm, Selection
from evaluation.selections.choose import Pool, choose
from evaluation.selections.result import SelectionResult
from training.arguments import total_steps
from training.qlora import train
from training.recipe import Recipe
from winnow.data.files import read_json, read_jsonl
from winnow.data.records import Record, canonical_json, content_hash
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.local import LocalModel

METRICS = ("token_f1", "rouge_l")


@dataclass(frozen=True)
class Asked:
    """The rows that every arm is measured on, the group of each, and known wrong answers by the row's id."""

    rows: Sequence[Record]
    groups: Sequence[str]
    contradicted: Mapping[str, str]

    @cached_property
    def others(self) -> list[str]:
        """Another question's answer for each row, of another group and in other words; "" where there is none."""
        draw = random.Random(0)
        found = []
        for row, group in zip(self.rows, self.groups, strict=True):
            pool = [
                other.answer
                for other, its in zip(self.rows, self.groups, strict=True)
                if its != group and other.answer != row.answer
            ]
            found.append(draw.choice(pool) if pool else "")
        return found


@dataclass(frozen=True)
class Experiment:
    """What all arms have in common; `recipe` holds the settings, its task rows are each selection's own."""

    recipe: Recipe
    pool: Pool
    asked: Asked
    answers: GenerationSettings
    folder: Path

    def recipe_of(self, arm: Arm, seed: int) -> Recipe:
        """Make an arm's recipe: raw's updates, or as many passes over its own rows; none stops early."""
        rows = choose(arm.selection, self.pool, seed)
        config = equal_passes(self.recipe.config, len(self.pool.raw))
        if arm.budget == "updates":
            config = config.model_copy(update={"max_steps": total_steps(config, len(self.pool.raw))})
        data = replace(self.recipe.data, train=rows, validation=(), preservation=())
        return replace(self.recipe, data=data, config=config, share=0.0, seed=seed, plan=None)

    def identity(self, arm: Arm, seed: int) -> str:
        """Hash everything that a result depends on."""
        asked = (self.asked.rows, self.asked.groups, sorted(self.asked.contradicted.items()), self.answers)
        made: object = [self.recipe.base, self.recipe.prompt.as_dict()]
        if arm.selection.kind != "base":
            made = self.recipe_of(arm, seed).identity
        seeded = "" if arm.selection.kind == "base" else str(seed)
        return content_hash(canonical_json(made), *map(repr, asked), arm.name, seeded)[:16]

    def prepare(self) -> None:
        """Load the model once: packaged weights are converted before several processes want them."""
        load_local_model(self.recipe.base)

    def result(self, fields: Mapping[str, Any]) -> SelectionResult:
        """Read a result's JSON form."""
        return SelectionResult.from_dict(fields)

    def measure(self, arm: Arm, seed: int) -> SelectionResult:
        """Train one arm, unless it is the base, and measure it on the rows."""
        began, identity = time.perf_counter(), self.identity(arm, seed)
        run, facts, rows = None, dict[str, Any](), 0
        if arm.selection != Selection("base"):
            recipe = self.recipe_of(arm, seed)
            run = train(recipe, self.folder / "runs" / identity, resume=True, no_plan=True)
            facts, rows = read_json(run / "manifest.json"), len(recipe.data.train)
        trained = time.perf_counter() - began
        free_memory()
        model = load_local_model(self.recipe.base, run / "adapter" if run else None)
        values = self.values(model, run)
        hardware = model.model.device.type
        del model
        free_memory()
        hardware = facts["hardware"].get("gpu", facts["hardware"]["machine"]) if facts else hardware
        tokens = sum(line["trained_tokens"] for line in read_jsonl(run / "lineage.jsonl")) if run else 0
        return SelectionResult(
            arm.name, arm.budget, seed, identity, rows, tokens, facts.get("steps", 0), hardware, values,
            round(trained, 1), round(time.perf_counter() - began, 1),
        )  # fmt: skip

    def values(self, model: LocalModel, run: Path | None) -> dict[str, list[float | None]]:
        """Give each measure's value on each row."""
        rows, prompt = self.asked.rows, self.recipe.prompt
        loss = losses(model, prompt, rows, [row.answer for row in rows])
        cache = (run or self.folder) / "answers.jsonl"
        answerer = Answerer(model, "", run.name if run else "base", self.answers, cache, prompt)
        answers = [answer.as_dict() for answer in answerer.answer([Question.of(row) for row in rows])]
        wrong = [self.asked.contradicted.get(row.id, "") for row in rows]
        return {
            "loss": [*loss],
            "truth": _likelier(model, self.recipe, rows, loss, self.asked.others),
            "contradicted": _likelier(model, self.recipe, rows, loss, wrong),
            **{metric.name: [score.value for score in score_each(answers, metric)] for metric in chosen(list(METRICS))},
        }


def _likelier(
    model: LocalModel, recipe: Recipe, rows: Sequence[Record], loss: Sequence[float], others: Sequence[str]
) -> list[float | None]:
    """Give 1 where the row's own answer is likelier by the token than the other, 0 where not, None without another."""
    asked = [place for place, other in enumerate(others) if other]
    found = losses(model, recipe.prompt, [rows[place] for place in asked], [others[place] for place in asked])
    values: list[float | None] = [None] * len(rows)
    for place, other in zip(asked, found, strict=True):
        values[place] = float(loss[place] < other)
    return values
