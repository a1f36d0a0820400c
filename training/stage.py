"""The stage that trains: a study's split and preservation rows in, the newest run made of exactly these out.

train_workspace(workspace, config, progress)       # a new run, the one that was broken off, or the finished one
recipe_of(data, config, plan)                      # what such a run is made from, hashed as its identity
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training.backends import agreed
from training.leakage import Judged, refuse_leaks
from training.prefer import PreferenceRecipe, prefer
from training.preferences import Said
from training.qlora import train
from training.recipe import Recipe, TrainingData
from training.runs import Run, run_for
from winnow.config import Config
from winnow.data.files import read_jsonl, read_records
from winnow.data.stamps import once
from winnow.errors import InputError
from winnow.models.prompt import prompt_form
from winnow.progress import Progress
from winnow.study.held_out import held_out_row
from winnow.study.plan import Plan
from winnow.study.plan_fields import frozen_plan
from winnow.study.workspace import Workspace

SPENT = "votes on held-out rows are spent on the report; learn from them in a next study, with new held-out rows"


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished run: its folder, and the first and last training loss in nats a token."""

    run: str
    first_loss: float
    last_loss: float
    steps: int

    def as_dict(self) -> dict[str, str | float]:
        """Give the JSON form."""
        return asdict(self)


def train_workspace(
    workspace: Workspace, config: Config, progress: Progress, resume: bool = True, no_plan: bool = False
) -> Trained:
    """Train, or with `resume` go on with the run that was broken off, or confirm the finished one."""
    data = training_data(workspace, config)
    recipe = recipe_of(data, config, None if no_plan else _plan(workspace, config, data))
    run = agreed(run_for(workspace.runs, recipe.identity, resume))
    return _trained(train(recipe, run, resume=resume, no_plan=no_plan, progress=progress))


def prefer_workspace(
    workspace: Workspace, config: Config, said: Sequence[Said], progress: Progress, resume: bool = True
) -> Path:
    """Go on from the newest run by what people said, in a run of its own; returns its folder.

    Raises InputError where a question, or a copy of it, is held out: what was said there is spent on the report, and
    may teach only in a next study with other held-out rows.
    """
    data = training_data(workspace, config)
    refuse_leaks([one.record for one in said], data.held_out, data.judged, SPENT)
    recipe = PreferenceRecipe(
        said, config.models.base, workspace.latest_run() / "adapter", config.training, config.preference,
        _plan(workspace, config, data), prompt_form(config), config.seed,
    )  # fmt: skip
    return prefer(recipe, run_for(workspace.preferred, recipe.identity, resume), resume=resume, progress=progress)


def is_trained(workspace: Workspace, config: Config) -> bool:
    """Tell whether a finished run was made from the rows, settings and plan as they are now.

    The rows are read and hashed once for each state of their files: whoever watches a study asks at every vote.
    """

    def identity() -> dict[str, object]:
        data = training_data(workspace, config)
        return recipe_of(data, config, _plan(workspace, config, data)).identity

    rows = [workspace.split / f"{part}.jsonl" for part in ("train", "validation", "held_out")]
    files = [*rows, workspace.preservation / "preservation.jsonl", workspace.plan_file]
    known = once(f"recipe under {config.model_dump_json()}", files, identity)
    return Run(run_for(workspace.runs, known, resume=True)).finished


def _plan(workspace: Workspace, config: Config, data: TrainingData) -> Plan:
    """Read the frozen plan, verified by the held-out rows that were read already."""
    return frozen_plan(workspace, config, rows=[held_out_row(record) for record in data.held_out])


def recipe_of(data: TrainingData, config: Config, plan: Plan | None) -> Recipe:
    """Gather what a run of this study is made from; without a plan it is exploratory for ever."""
    return Recipe(
        data,
        config.models.base,
        config.training,
        plan=plan,
        share=config.preservation.share,
        prompt=prompt_form(config),
        seed=config.seed,
    )


def training_data(workspace: Workspace, config: Config) -> TrainingData:
    """Read the split and the preservation rows; raises InputError where nothing was split yet."""
    split, preservation = workspace.split, workspace.preservation / "preservation.jsonl"
    if not (split / "train.jsonl").exists():
        raise InputError(f"{split}/train.jsonl: no training rows yet; run: winnow split")
    return TrainingData(
        train=read_records(split / "train.jsonl"),
        validation=read_records(split / "validation.jsonl"),
        preservation=read_records(preservation) if preservation.exists() else (),
        held_out=read_records(split / "held_out.jsonl"),
        judged=Judged.of(workspace, config),
    )


def _trained(run: Path) -> Trained:
    losses = [row["loss"] for row in read_jsonl(run / "metrics.jsonl") if "loss" in row]
    return Trained(str(run), losses[0], losses[-1], len(losses))
