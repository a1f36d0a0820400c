"""Base models compared before anything is trained: held-out questions and general items through each of them.

found = bake_off(workspace, config, ["smollm2-135m-instruct", "./other-model"], progress)
found["rows"][0]["general"]                 # right answers on general prompts, with the interval

The held-out rows are the study's own. Whoever picks the best of several by them flatters the picked one a little;
base against tuned stays fair, because both are of the same base.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.answering.answers import Answerer, Question, speed, to_answers
from evaluation.answering.stage import System, file_name, generation_settings
from evaluation.bakeoff.licence import licence_of
from evaluation.comparison.compare import compare_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.comparison.several import MEANING, strengths, strengths_text
from evaluation.figures import figure
from evaluation.metrics import METRICS, score_rows
from evaluation.retention.checks import run_check
from evaluation.retention.outcomes import choose
from evaluation.retention.stage import ItemInputs, item_inputs
from winnow.config import AnswersConfig, Config, MetricsConfig, PromptConfig, RetentionConfig
from winnow.data.files import read_jsonl, write_json, write_jsonl, write_text
from winnow.errors import InputError
from winnow.models.device import device
from winnow.models.identity import weight_files
from winnow.models.interface import GenerationSettings, LanguageModel
from winnow.models.local import LocalModel
from winnow.models.names import is_server, resolve_base_model
from winnow.models.prompt import PromptForm
from winnow.page import fill
from winnow.parallel.processes import peak_memory_gb, processes
from winnow.progress import Progress, silent
from winnow.statistics import Interval, wilson
from winnow.study.held_out import HeldOutRow
from winnow.study.inputs import Input
from winnow.study.shared_inputs import held_out_input, tokenizer_input
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

TEMPLATE = Path(__file__).parents[1] / "templates" / "bakeoff.html"


def bake_off(
    workspace: Workspace, config: Config, models: Sequence[str], progress: Progress = silent
) -> dict[str, object]:
    """Measure each model in a process of its own, so that its peak memory is its own; write JSON and a page.

    A model whose manifest still holds isn't run again. Quality is also given as the paired difference to the first.
    """
    if not models:
        raise InputError("no model named; give folders, hub names or URLs: winnow bakeoff smollm2-135m-instruct …")
    rows = []
    with progress("candidates", len(models)) as advance:
        for model in models:
            with processes(1, "spawn") as own_process:
                rows.append(own_process.submit(measure, workspace, config, model).result())
            advance(1)
    answers = [to_answers(read_jsonl(_folder(workspace, model) / "answers.jsonl"), model) for model in models]
    for row, own in zip(rows[1:], answers[1:], strict=True):
        paired = pair_answers(answers[0], own)
        compared = compare_answers(paired, metrics=config.metrics.names, seed=config.seed)
        row["against_first"] = {name: found.difference.as_dict() for name, found in compared.metrics.items()}
    found = {"held_out": len(answers[0]), "metrics": list(config.metrics.names), "rows": rows}
    metric = METRICS[config.metrics.names[0]]
    if len(models) > 2 and metric.better != "neither":
        found["strengths"] = strengths(dict(zip(models, answers, strict=True)), metric, config.seed).as_dict()
    folder = workspace.root / "bakeoff"
    write_json(folder / "bakeoff.json", found)
    write_text(folder / "bakeoff.html", page(found))
    return {**found, "html": str(folder / "bakeoff.html")}


@dataclass(frozen=True)
class BakeoffInputs(ItemInputs):
    """The held-out rows, the general items and the untouched model that answers both."""

    held_out: Input[list[HeldOutRow]]
    system: Input[System]
    tokenizer: Input[Any] | None


def bakeoff_stage(workspace: Workspace, config: Config, name: str) -> Stage[BakeoffInputs]:
    """Declare what one model's row is measured from."""
    inputs = BakeoffInputs(
        **vars(item_inputs(workspace, config)),
        held_out=held_out_input(workspace),
        system=System(name, name).as_input(),
        tokenizer=None if is_server(name) else tokenizer_input(name),
    )
    settings = (config.prompt, config.answers, config.retention, config.metrics)
    folder = _folder(workspace, name)
    return Stage(
        folder / "manifest.json", "bakeoff", inputs, settings, config.seed, code=[__name__], root=workspace.root
    )


def measure(workspace: Workspace, config: Config, name: str) -> dict[str, object]:
    """Run one untouched model over the held-out rows and the general items, unless its results still hold."""
    return bakeoff_stage(workspace, config, name).run(_measure)


def _measure(stage: Stage[BakeoffInputs]) -> dict[str, object]:
    settings, metrics, seed = stage.setting(AnswersConfig), stage.setting(MetricsConfig), stage.seed or 0
    system, cache = stage.inputs.system.open(), stage.folder / "cache.jsonl"
    model = system.load()
    prompt = PromptForm(stage.setting(PromptConfig).template, settings.system)
    answerer = Answerer(model, system.name, system.identity, generation_settings(settings, seed), cache, prompt)
    held_out = stage.inputs.held_out.open()
    said = answerer.answer([Question.of(row) for row in held_out])
    answers = [{"group": row.group, **answer.as_dict()} for row, answer in zip(held_out, said, strict=True)]
    general = _general(stage, model, system)
    stage.outputs = {"answers": stage.folder / "answers.jsonl"}
    write_jsonl(stage.outputs["answers"], answers)
    # before metrics, some of which load a model themselves; a server's memory isn't this process's
    memory = None if is_server(system.base) else _peak_memory_gb()
    return {
        "model": system.name,
        "licence": licence_of(system.base),
        "weights_gb": _weights_gb(system.base),
        "quality": score_rows(answers, metrics.names, cluster="group", seed=seed).as_dict()["metrics"],
        "general": general.as_dict(),
        "peak_memory_gb": memory,
        **speed(said),
    }


def _general(stage: Stage[BakeoffInputs], model: LanguageModel, system: System) -> Interval:
    """Give the share of general items answered right; one whose answer can't be read isn't right.

    Multiple choice is left out for a server: it needs log-likelihoods.
    """
    retention, prompt = stage.setting(RetentionConfig), PromptForm(system=stage.setting(AnswersConfig).system)
    items = stage.inputs.read(retention, stage.seed or 0)
    checked = [item for item in items if item.check is not None]
    settings = GenerationSettings(retention.max_new_tokens, batch_size=model.usual_batch)
    answerer = Answerer(model, system.name, system.identity, settings, stage.folder / "cache.jsonl", prompt)
    said = answerer.answer([Question(item.id, item.prompt) for item in checked])
    right = [
        bool(item.check and run_check(item.check, answer.text)) for item, answer in zip(checked, said, strict=True)
    ]
    if isinstance(model, LocalModel):
        chosen = [item for item in items if item.choices]
        right += [pick == item.right for item, pick in zip(chosen, choose(model, chosen, prompt), strict=True)]
    return wilson(sum(right), len(right))


def _folder(workspace: Workspace, model: str) -> Path:
    return workspace.root / "bakeoff" / file_name(model)


def _weights_gb(name: str) -> float | None:
    folder = Path(resolve_base_model(name))
    return round(sum(file.stat().st_size for file in weight_files(folder)) / 1e9, 2) if folder.is_dir() else None


def _peak_memory_gb() -> float:
    """Tell the most memory that this process held: the GPU's where there is one, else its own."""
    import torch

    if device() == "cuda":
        return round(torch.cuda.max_memory_allocated() / 1e9, 2)
    return round(peak_memory_gb(with_children=False), 2)


def bake_off_text(found: Mapping[str, Any]) -> str:
    """Lay the table out for a terminal."""
    lines = [f"{found['held_out']} held-out questions; general: share of general items answered right"]
    for row in found["rows"]:
        sizes = {"GB of weights": row["weights_gb"], "GB at the peak": row["peak_memory_gb"]}
        known = "".join(f"{size} {unit}, " for unit, size in sizes.items() if size is not None)
        lines.append(f"{row['model']}  ({known}{row['tokens_per_second']} tokens/s, licence {row['licence']})")
        lines += [f"  {name:<12} {figure(value)}" for name, value in row["quality"].items()]
        lines.append(f"  {'general':<12} {figure(row['general'])}")
        for name, value in row.get("against_first", {}).items():
            lines.append(f"  {name:<12} {figure(value, '+')} against {found['rows'][0]['model']}")
    if "strengths" in found:
        lines.append(strengths_text(found["strengths"]))
    return "\n".join(lines)


def page(found: Mapping[str, Any]) -> str:
    """Draw the table as one HTML file."""
    return fill(TEMPLATE, title="Base models", found=found, figure=figure, meaning=MEANING)
