"""The stage that measures retention: general items through base and tuned, and the gate at the plan's margin.

summary = retain_workspace(workspace, config, progress)
enforce(Gate.from_dict(summary["gate"]))         # exit code 4 or 5 where the gate doesn't pass
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from evaluation.answering.answers import Answerer
from evaluation.answering.stage import System, find_system
from evaluation.retention.items import Item, from_prompts, read_final_number, read_multiple_choice, sample
from evaluation.retention.lm_eval_tasks import run_tasks
from evaluation.retention.outcomes import items_needed, run_items, summarise
from winnow.config import Config, PlanConfig, RetentionConfig
from winnow.data.files import write_json, write_jsonl
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.prompt import PromptForm
from winnow.progress import Progress
from winnow.study.general_prompts import GeneralPrompt
from winnow.study.inputs import FileInput, Input, Inputs, Value
from winnow.study.plan import Plan
from winnow.study.shared_inputs import general_prompts_input, held_out_input, plan_input, tokenizer_input
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace


@dataclass(frozen=True)
class ItemInputs(Inputs):
    """The general items: prompts with checks, and the sets and lm-eval tasks that the settings name."""

    general: Input[list[GeneralPrompt]]
    multiple_choice: Input[list[Item]] | None
    final_number: Input[list[Item]] | None
    tasks: Mapping[str, Input[str]]

    def read(self, settings: RetentionConfig, seed: int) -> list[Item]:
        """Read every set, at most `max_items` of each; lm-eval's tasks are run by lm-eval itself."""
        sets = [from_prompts(self.general.open())]
        sets += [named.open() for named in (self.multiple_choice, self.final_number) if named is not None]
        return [item for items in sets for item in sample(items, settings.max_items, seed)]


@dataclass(frozen=True)
class RetainInputs(ItemInputs):
    """The items, the tuned model (its base is it with the adapter off), and the plan with its margin."""

    base: Input[System]
    tuned: Input[System]
    tokenizer: Input[Any]
    plan: Input[Plan]
    system_prompt: Input[str | None]


def retain_stage(workspace: Workspace, config: Config, system: str = "tuned") -> Stage[RetainInputs]:
    """Declare what retention is measured from."""
    base, tuned = (find_system(workspace, config, name) for name in ("base", system))
    inputs = RetainInputs(
        **vars(item_inputs(workspace, config)),
        base=base.as_input(),
        tuned=tuned.as_input(),
        tokenizer=tokenizer_input(base.base),
        plan=plan_input(workspace, config, held_out_input(workspace)),
        system_prompt=Value(config.answers.system),
    )
    folder = workspace.retention / system
    return Stage(
        folder / "manifest.json", "retain", inputs, (config.retention, config.plan), config.seed, code=[__name__],
        root=workspace.root, own=(folder, workspace.retention / "cache.jsonl"),
    )  # fmt: skip


def retain_workspace(workspace: Workspace, config: Config, progress: Progress, system: str = "tuned") -> dict[str, Any]:
    """Write `items.jsonl` and `retention.json` unless they still hold; return the summary with its gate.

    Raises PlanChanged where the study isn't the planned one: the margin was fixed before training.
    """
    return retain_stage(workspace, config, system).run(partial(_retain, progress=progress))


def _retain(stage: Stage[RetainInputs], progress: Progress) -> dict[str, object]:
    inputs, settings, seed = stage.inputs, stage.setting(RetentionConfig), stage.seed or 0
    base, tuned, prompt = inputs.base.open(), inputs.tuned.open(), inputs.system_prompt.open()
    items = inputs.read(settings, seed)
    model = load_local_model(tuned.base, tuned.adapter)
    generation = GenerationSettings(settings.max_new_tokens, batch_size=model.usual_batch)
    cache = stage.folder.parent / "cache.jsonl"
    base_answers, tuned_answers = (
        Answerer(model, system.name, system.identity, generation, cache, PromptForm(system=prompt))
        for system in (base, tuned)
    )
    with progress("general items, base and tuned", 2 * len(items)) as advance:
        outcomes = run_items(model, items, base_answers, tuned_answers, advance)
    with progress("lm-eval tasks, base and tuned", None):
        tasks = [task.open() for task in inputs.tasks.values()]
        outcomes += run_tasks(model, tasks, settings.max_items, seed)
    summary = summarise(outcomes, stage.setting(PlanConfig).margin, seed).as_dict()
    stage.outputs = {"items": stage.folder / "items.jsonl", "summary": stage.folder / "retention.json"}
    write_jsonl(stage.outputs["items"], (outcome.as_dict() for outcome in outcomes))
    write_json(stage.outputs["summary"], summary)
    return summary


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
    return item_inputs(workspace, config).read(config.retention, config.seed)


def item_inputs(workspace: Workspace, config: Config) -> ItemInputs:
    """Find the general items that the configuration names, seen from the workspace."""
    settings = config.retention

    def items(name: str | None, parse: Callable[[Path], list[Item]]) -> Input[list[Item]] | None:
        return None if name is None else FileInput(workspace.root / Path(name).expanduser(), parse)

    return ItemInputs(
        general_prompts_input(settings.prompts, workspace),
        items(settings.multiple_choice, read_multiple_choice),
        items(settings.final_number, read_final_number),
        {task: _task(task, workspace) for task in settings.lm_eval},
    )


def _task(task: str, workspace: Workspace) -> Input[str]:
    """An lm-eval task: one of its own by its name, one in a YAML file by the file's path."""
    if not task.endswith((".yaml", ".yml")):
        return Value(task)
    return FileInput(workspace.root / Path(task).expanduser(), str)
