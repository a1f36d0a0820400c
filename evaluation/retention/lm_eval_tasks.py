"""Tasks of lm-eval as general items: the same ones through base and tuned, an item right or wrong as the task says.

    outcomes = run_tasks(model, ["arc_easy", "tasks/mine.yaml"], most=200, seed=0)

Needs the extra: pip install 'winnow-studio[lm-eval]'. Prompts are the task's own, without the chat template, as in
published results. A task reads its data from the hub, or, if its YAML says `dataset_path: json`, from local files.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from evaluation.retention.items import Item
from evaluation.retention.outcomes import Outcome
from winnow.errors import InputError, require
from winnow.models.local import LocalModel

PASS_OR_FAIL = ("acc", "exact_match")  # the tasks' metrics that are 0 or 1 for an item, the usual ones first
Sample = dict[str, Any]


def run_tasks(model: LocalModel, tasks: Sequence[str], most: int | None, seed: int) -> list[Outcome]:
    """Run each task, a name or a YAML file, with the adapter off and on; at most `most` items of each.

    Raises InputError where lm-eval isn't installed, a task isn't known or has no data, and where it scores no item
    as right or wrong.
    """
    if not tasks:
        return []
    require("lm_eval", "lm-eval")
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    from lm_eval.models.huggingface import HFLM  # type: ignore[import-not-found,unused-ignore]

    size = model.usual_batch
    inside = HFLM(pretrained=model.model, tokenizer=model.tokenizer, batch_size=size, max_batch_size=size)
    outcomes = []
    for task in tasks:
        with model.without_adapter():
            before = _samples(inside, task, most, seed)
        after = _samples(inside, task, most, seed)
        outcomes += [_outcome(task, number, was, after[number]) for number, was in before.items()]
    return outcomes


def _samples(inside: Any, task: str, most: int | None, seed: int) -> dict[int, Sample]:
    """Run one task and give its items by their number; where it filters answers in several ways, by the first."""
    from lm_eval import simple_evaluate  # type: ignore[import-not-found,unused-ignore]
    from lm_eval.tasks import TaskManager  # type: ignore[import-not-found,unused-ignore]

    own = Path(task) if task.endswith((".yaml", ".yml")) else None
    try:
        name = str(yaml.safe_load(own.read_text(encoding="utf-8"))["task"]) if own else task
        found = simple_evaluate(
            inside,
            tasks=[name],
            limit=most,
            bootstrap_iters=0,
            task_manager=TaskManager(include_path=str(own.parent) if own else None),
            random_seed=seed,
            numpy_random_seed=seed,
            torch_random_seed=seed,
            fewshot_random_seed=seed,
        )
    except (OSError, KeyError, ValueError, TypeError, ConnectionError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise InputError(f"lm-eval task {task} doesn't run: {said[0]}; check retention.lm_eval and its data") from error
    by_number: dict[int, Sample] = {}
    for samples in found["samples"].values():
        for sample in samples:
            by_number.setdefault(int(sample["doc_id"]), sample)
    return by_number


def _outcome(task: str, number: int, base: Sample, tuned: Sample) -> Outcome:
    """Put an item into our terms: the options of multiple choice count for what guessing explains."""
    metric = next((name for name in PASS_OR_FAIL if name in base["metrics"]), None)
    if metric is None:
        known = ", ".join(base["metrics"])
        raise InputError(
            f"lm-eval task {task} scores {known}; retention needs right or wrong ({' or '.join(PASS_OR_FAIL)})"
        )
    options = [str(arguments[1]) for arguments in base["arguments"]] if len(base["arguments"]) > 1 else []
    item = Item(
        id=f"{Path(task).stem}-{number}",
        kind=Path(task).stem,
        prompt=str(base["arguments"][0][0]),
        check=None if options else {"type": "lm_eval", "metric": metric},
        choices=tuple(options),
    )
    was, now = (_answer(sample, options) for sample in (base, tuned))
    return Outcome(item, was, now, bool(base[metric]), bool(tuned[metric]))


def _answer(sample: Sample, options: Sequence[str]) -> str:
    """Give the likeliest option, or what was written."""
    if not options:
        return str(sample["filtered_resps"][0])
    scores = [float(answer[0]) for answer in sample["filtered_resps"]]
    return options[scores.index(max(scores))]
