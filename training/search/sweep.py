"""Hyperparameter search and learning curve by the validation loss; held-out rows are never read.

sweep(recipe, Path("sweep"), trials=20)          # needs the extra: pip install 'winnow-studio[sweep]'
curve(recipe, Path("curve"))                     # 10, 25, 50, 100 % of the rows, three seeds each

Both go on where they stopped, within a trial or run too: what is finished isn't trained again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from training.arguments import total_steps
from training.qlora import train
from training.recipe import DivergenceError, Recipe, TrainingData
from training.search.plot import Point, scatter
from winnow.config import TrainingConfig
from winnow.config.training import ALL_LINEAR
from winnow.data.files import read_json, write_json, write_text
from winnow.errors import InputError, require
from winnow.progress import Progress, silent

TARGETS = {"attention": ALL_LINEAR[:4], "all linear": ALL_LINEAR}
CURVE_SHARES = (0.1, 0.25, 0.5, 1.0)  # of the training rows
CURVE_SEEDS = 3  # runs a share


@dataclass(frozen=True)
class Trial:
    """One try of the sweep: `complete` or `pruned`, its best validation loss, and the settings that were drawn."""

    number: int
    state: str
    validation_loss: float | None
    params: Mapping[str, float | str]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form, the settings flat beside the rest."""
        return {"trial": self.number, "state": self.state, "validation_loss": self.validation_loss, **self.params}


@dataclass(frozen=True)
class CurveRun:
    """One run of the curve: how many rows it was trained on, its seed, and its best validation loss."""

    rows: int
    seed: int
    validation_loss: float

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return asdict(self)


def sweep(recipe: Recipe, out: Path, trials: int, progress: Progress = silent) -> list[Trial]:
    """Try settings until `trials` are judged; return them best first, and write `sweep.json`, `sweep.md`, `sweep.svg`.

    Rank, learning rate, target modules, epochs and preservation share are searched by TPE; a trial whose validation
    loss is worse than the median at the same place, or diverges, is pruned. Every trial is exploratory. Raises
    InputError without validation rows.
    """
    if not recipe.data.validation:
        raise InputError(
            "a sweep chooses by the validation loss, and there are no validation rows; set split.validation"
        )
    study = _study(out, recipe)
    with progress("sweep", trials) as advance:
        advance(_judged(study))
        for trial in _trials(study, trials):
            study.tell(trial, *_try(trial, recipe, out))
            advance(1)
    judged = [Trial(t.number, t.state.name.lower(), t.value, t.params) for t in study.trials]
    judged.sort(key=lambda trial: (trial.state != "complete", trial.validation_loss or 0.0))
    _publish(
        out, "sweep", "learning rate", [(float(trial.params.get("learning_rate", 0.0)), trial) for trial in judged]
    )
    return judged


def _study(out: Path, recipe: Recipe) -> Any:
    """Open the record of trials; raises InputError where it holds those of other rows or settings."""
    optuna = require("optuna", "sweep")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    out.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        study_name="winnow",
        storage=f"sqlite:///{out / 'study.sqlite'}",
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=1),
    )
    if study.user_attrs.get("recipe", recipe.identity) != recipe.identity:
        raise InputError(f"{out}: holds a sweep of other rows or settings; delete the folder to begin anew")
    study.set_user_attr("recipe", recipe.identity)
    # A sampler that goes on must not draw what it drew before.
    study.sampler = optuna.samplers.TPESampler(seed=recipe.seed + len(study.trials))
    return study


def _judged(study: Any) -> int:
    return sum(trial.state.is_finished() for trial in study.trials)


def _trials(study: Any, wanted: int) -> Iterator[Any]:
    """Yield the trials that were broken off, then new ones, until `wanted` are judged."""
    import optuna

    for frozen in study.get_trials(states=[optuna.trial.TrialState.RUNNING]):
        yield optuna.trial.Trial(study, frozen._trial_id)
    while _judged(study) < wanted:
        yield study.ask()


def _try(trial: Any, recipe: Recipe, out: Path) -> tuple[float | None, Any]:
    """Train with the trial's settings, or go on with it; return its validation loss, or that it was pruned."""
    import optuna

    changes = {
        "rank": trial.suggest_categorical("rank", [8, 16, 32, 64]),
        "learning_rate": trial.suggest_float("learning_rate", 5e-5, 2e-3, log=True),
        "target_modules": TARGETS[trial.suggest_categorical("target_modules", list(TARGETS))],
        "epochs": float(trial.suggest_int("epochs", 1, 4)),
    }
    changes["alpha"] = changes["rank"]
    share = trial.suggest_float("share", 0.0, 0.5, step=0.1) if recipe.data.preservation else 0.0

    def judge(done: float, loss: float) -> None:
        trial.report(loss, round(done * recipe.config.evaluations))
        if trial.should_prune():
            raise optuna.TrialPruned

    candidate = replace(recipe, config=recipe.config.model_copy(update=changes), share=share, plan=None)
    try:
        run = train(candidate, out / f"trial-{trial.number:03d}", no_plan=True, resume=True, on_validation=judge)
    except (optuna.TrialPruned, DivergenceError):
        return None, optuna.trial.TrialState.PRUNED
    return float(read_json(run / "manifest.json")["validation_loss"]["best"]), None


def curve(
    recipe: Recipe,
    out: Path,
    shares: Sequence[float] = CURVE_SHARES,
    seeds: int = CURVE_SEEDS,
    progress: Progress = silent,
) -> list[CurveRun]:
    """Train on growing parts of the rows with several seeds; returns a row a run, and writes the table and plot.

    Every run gets the updates of the whole set, so that a smaller part is seen more often rather than less long.
    """
    if not recipe.data.validation:
        raise InputError("a curve compares validation losses, and there are no validation rows; set split.validation")
    runs: list[CurveRun] = []
    with progress("curve", len(shares) * seeds) as advance:
        for share in shares:
            for seed in range(seeds):
                part, config = _part(recipe, share, seed)
                candidate = replace(recipe, data=part, config=config, seed=seed, plan=None)
                run = train(candidate, out / f"{share:g}-seed-{seed}", no_plan=True, resume=True)
                loss = read_json(run / "manifest.json")["validation_loss"]
                runs.append(CurveRun(len(part.train), seed, loss["best"]))
                advance(1)
    _publish(out, "curve", "rows", [(float(run.rows), run) for run in runs])
    return runs


def _part(recipe: Recipe, share: float, seed: int) -> tuple[TrainingData, TrainingConfig]:
    rows = list(recipe.data.train)
    chosen = random.Random(seed).sample(rows, max(1, round(share * len(rows))))
    config = recipe.config.model_copy(update={"max_steps": total_steps(recipe.config, len(rows))})
    return replace(recipe.data, train=chosen), config


def _publish(out: Path, name: str, x_name: str, judged: Sequence[tuple[float, Trial | CurveRun]]) -> None:
    """Write rows as JSON, as a Markdown table, and as a plot of the validation loss over the number beside each."""
    rows = [one.as_dict() for _, one in judged]
    write_json(out / f"{name}.json", rows)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    lines += [f"| {' | '.join(_shown(row.get(column)) for column in columns)} |" for row in rows]
    write_text(out / f"{name}.md", "\n".join(lines) + "\n")
    shown = [(x, one.validation_loss, str(one.as_dict())) for x, one in judged if one.validation_loss is not None]
    if shown:
        best = min(loss for _, loss, _ in shown)
        points = [Point(x, loss, label, loss == best) for x, loss, label in shown]
        write_text(out / f"{name}.svg", scatter(points, x_name, "validation loss, nats a token"))


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "" if value is None else str(value)
