"""The stage that measures retention: general items through base and tuned, and the gate at the plan's margin.

summary = retain_workspace(workspace, config, progress)
enforce(Gate.from_dict(summary["gate"]))         # exit code 4 or 5 where the gate doesn't pass
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evaluation.answers import Answerer
from evaluation.general_items import Item, from_prompts, read_final_number, read_multiple_choice, sample
from evaluation.held_out import find_system
from evaluation.lm_eval_tasks import run_tasks
from evaluation.retention import items_needed, run_items, summarise
from winnow.config import Config
from winnow.files import write_json, write_jsonl
from winnow.general_prompts import general_prompts_file, read_general_prompts
from winnow.language_model import GenerationSettings, load_local_model
from winnow.manifest import Stage
from winnow.planning import frozen_plan
from winnow.progress import Progress
from winnow.workspace import Workspace


def retain_workspace(workspace: Workspace, config: Config, progress: Progress, system: str = "tuned") -> dict[str, Any]:
    """Write `items.jsonl` and `retention.json` unless they still hold; return the summary with its gate.

    Raises PlanChanged where the study isn't the planned one: the margin was fixed before training.
    """
    plan = frozen_plan(workspace, config)
    base, tuned = find_system(workspace, config, "base"), find_system(workspace, config, system)
    inputs: dict[str, Path | str] = {**_sources(workspace, config)}
    inputs |= {"base": base.identity, "tuned": tuned.identity, "plan": plan.hash}
    folder = workspace.retention / system
    stage = Stage(folder / "manifest.json", "retain", inputs, (config.retention, config.plan), config.seed)

    def work(stage: Stage) -> dict[str, Any]:
        items = read_items(workspace, config)
        model = load_local_model(tuned.base, tuned.adapter)
        settings = GenerationSettings(config.retention.max_new_tokens, batch_size=model.usual_batch)
        cache = workspace.retention / "cache.jsonl"
        prompt = config.answers.system
        base_answers = Answerer(model, base.name, base.identity, settings, cache, prompt)
        tuned_answers = Answerer(model, tuned.name, tuned.identity, settings, cache, prompt)
        with progress("general items, base and tuned", 2 * len(items)) as advance:
            outcomes = run_items(model, items, base_answers, tuned_answers, advance)
        with progress("lm-eval tasks, base and tuned", None):
            outcomes += run_tasks(model, _tasks(workspace, config), config.retention.max_items, config.seed)
        summary = summarise(outcomes, config.plan.margin, config.seed).as_dict()
        stage.outputs = {"items": folder / "items.jsonl", "summary": folder / "retention.json"}
        write_jsonl(stage.outputs["items"], (outcome.as_dict() for outcome in outcomes))
        write_json(stage.outputs["summary"], summary)
        return summary

    return stage.run(work)


def items_for_margin(workspace: Workspace, config: Config) -> dict[str, int]:
    """Count the items that a program can check, those of lm-eval aside, and those that the plan's margin needs."""
    checked = sum(item.is_checked for item in read_items(workspace, config))
    return {"checked": checked, "needed": items_needed(config.plan.margin)}


def items_text(items: dict[str, int], margin: float) -> str:
    """Say before training whether the gate will be able to tell."""
    told = f"the retention margin {margin:g} needs about {items['needed']} checked items, there are {items['checked']}"
    if items["checked"] >= items["needed"]:
        return told
    return f"{told}: expect an inconclusive gate, add retention.multiple_choice or final_number, or widen plan.margin"


def read_items(workspace: Workspace, config: Config) -> list[Item]:
    """Read every set that the configuration names, at most `max_items` of each."""
    paths = _sources(workspace, config)
    sets = [from_prompts(read_general_prompts(config.retention.prompts, workspace.root))]
    if "multiple_choice" in paths:
        sets.append(read_multiple_choice(paths["multiple_choice"]))
    if "final_number" in paths:
        sets.append(read_final_number(paths["final_number"]))
    return [item for items in sets for item in sample(items, config.retention.max_items, config.seed)]


def _tasks(workspace: Workspace, config: Config) -> list[str]:
    """Give the names of lm-eval's own tasks as they are, those of YAML files as paths."""
    return [
        str(workspace.root / Path(task).expanduser()) if task.endswith((".yaml", ".yml")) else task
        for task in config.retention.lm_eval
    ]


def _sources(workspace: Workspace, config: Config) -> dict[str, Path]:
    named = {"multiple_choice": config.retention.multiple_choice, "final_number": config.retention.final_number}
    paths = {name: workspace.root / Path(value).expanduser() for name, value in named.items() if value is not None}
    return {"general": general_prompts_file(config.retention.prompts, workspace.root), **paths}
