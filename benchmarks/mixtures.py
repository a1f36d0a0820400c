"""What preservation data buys: domain gain against general ability for each mixture, at equal passes over the task.

python -m benchmarks.mixtures prepare --data mixtures        # general sets and external rows, from the real data
python -m benchmarks.mixtures run --medquad medquad --data mixtures --out out --workers 6 --minutes 8    # on a GPU
python -m benchmarks.mixtures table --out out

`run` appends a result as it comes and goes on where it was, so it can be called again and again. Questions that the
base writes itself are told apart by their character n-grams here, so that no encoder is needed.
"""

from __future__ import annotations

import argparse
import random
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.arms.experiment import run_arms
from evaluation.mixtures.experiment import Arm, Experiment
from evaluation.mixtures.result import ArmResult
from evaluation.mixtures.table import page, table_text, tabulate
from evaluation.retention.items import Item, from_prompts, read_final_number, read_multiple_choice, sample
from training.recipe import Recipe, TrainingData
from winnow.config import PreservationConfig, TrainingConfig
from winnow.data.files import read_jsonl, read_records, write_json, write_jsonl, write_text
from winnow.data.records import Record
from winnow.models.interface import GenerationSettings
from winnow.parallel.processes import processes
from winnow.study.general_prompts import read_general_prompts

MODEL = "smollm2-135m-instruct"
TRAINING = TrainingConfig(
    backend="trl",
    quantization="none",
    batch_size=16,
    accumulation=2,
    epochs=2,
    max_length=768,  # the longest self-written answers and their questions
    learning_rate=1e-3,
    gradient_checkpointing=False,
    evaluations=1,
)
# Seed by seed in this order. The external rows at hand make a tenth of the tokens, not more.
ARMS = (
    Arm("nothing"),
    Arm("self-written", 0.25),
    Arm("self-written", 0.25, "kl"),
    Arm("self-written", 0.1),
    Arm("external", 0.1),
    Arm("self-written", 0.5),
)
MULTIPLE_CHOICE, FINAL_NUMBER = 200, 60  # items drawn
METRIC, MARGIN = "token_f1", 0.05
BATCH = 352  # answers at once: a small model on a large card is bound by launches
WRITTEN_AT_ONCE = 1600  # dialogues: about what the largest share needs
SURPLUS = 1.05  # tokens written for each needed: no diversity pick here, a mixture draws from all of them
FEATURES = 4096  # of a text's n-grams


def main() -> None:
    """Do the part that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["prepare", "run", "table"])
    parser.add_argument("--medquad", type=Path, default=Path("medquad"), help="folder of train and held_out.jsonl")
    parser.add_argument("--data", type=Path, default=Path("mixtures"), help="folder that `prepare` wrote")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder of the results")
    parser.add_argument("--workers", type=int, default=1, help="runs at once on the one card")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, help="fewer rows, items and tokens, to try it out")
    options = parser.parse_args()
    if options.part == "prepare":
        prepare(options.data)
    elif options.part == "run":
        run(options)
    print(publish(options.out) if options.part == "table" else "")


def prepare(out: Path) -> None:
    """Write the general sets and the external instruction rows as plain JSON lines."""
    from benchmarks.realdata import load, read

    write_jsonl(out / "mmlu.jsonl", random.Random(0).sample(read("mmlu/val.jsonl.gz"), MULTIPLE_CHOICE))
    write_jsonl(out / "gsm8k.jsonl", random.Random(0).sample(read("gsm8k/test.jsonl.gz"), FINAL_NUMBER))
    external = [{"question": row["question"], "answer": row["answer"]} for row in load("self_instruct")]
    write_jsonl(out / "external.jsonl", [row for row in external if len(row["question"] + row["answer"]) < 1200])


def run(options: argparse.Namespace) -> None:
    """Run every mixture and seed that isn't in the results yet, while the time suffices."""
    began = time.perf_counter()
    settings = settings_for(options.rows)
    task = read_records(options.medquad / "train.jsonl")[: options.rows]
    held_out = read_records(options.medquad / "held_out.jsonl")[: options.rows]
    items = general_items(options.data, options.rows)
    protected = [record.question for record in held_out] + [item.prompt for item in items]
    written = options.out / "self-written.jsonl"
    if not written.exists():  # in a process of its own: what it holds of the card goes back
        with processes(1, "spawn") as pool:
            print(pool.submit(write_own, task, protected, settings, written).result(), flush=True)
    experiment = Experiment(
        recipe=Recipe(TrainingData(task), MODEL, TRAINING, plan=None),
        own=read_records(written),
        external=read_records(options.data / "external.jsonl"),
        domain=held_out,
        items=items,
        answers=GenerationSettings(128 if options.rows is None else 16, batch_size=BATCH),
        general=GenerationSettings(128 if options.rows is None else 16, batch_size=BATCH),
        metric=METRIC,
        folder=options.out,
    )
    left = 60 * options.minutes - (time.perf_counter() - began)
    rows = run_arms(experiment, ARMS, options.seeds, options.workers, left)
    print({"runs": len(rows), "wanted": len(ARMS) * options.seeds, "seconds": round(time.perf_counter() - began)})


def settings_for(rows: int | None) -> PreservationConfig:
    """Say how the base writes: many dialogues at once, or for a trial few and short ones."""
    if rows is None:
        return PreservationConfig(batch_size=WRITTEN_AT_ONCE, surplus=SURPLUS)
    return PreservationConfig(batch_size=rows, surplus=1, max_question_tokens=48, max_answer_tokens=160, max_rows=rows)


def write_own(
    task: Sequence[Record], protected: Sequence[str], settings: PreservationConfig, path: Path
) -> dict[str, Any]:
    """Let the untouched base write what the largest share needs, nothing near a protected prompt; give the funnel."""
    from curation.preservation.sieve import sieve
    from curation.preservation.stage import token_budget
    from curation.preservation.writing import DialogueLog, Writer
    from winnow.models.load import load_local_model

    began = time.perf_counter()
    model = load_local_model(MODEL)
    budget = token_budget(model.tokenizer, [record.answer for record in task], max(arm.share for arm in ARMS))
    writer = Writer(model, model.tokenizer, settings, seed=0)
    written = writer.write(DialogueLog(path.with_suffix(".log")), settings.surplus * budget)
    seconds = round(time.perf_counter() - began, 1)
    made = sieve(written, writer.fault, n_gram_vectors, protected, settings, budget=10**9, seed=0)
    write_jsonl(path, made.kept_rows())
    return {**made.funnel, "tokens": made.tokens, "budget": budget, "seconds": seconds}


def n_gram_vectors(texts: Sequence[str]) -> Any:
    """Place texts by their character n-grams: equal wordings are near, which is what the sieve asks."""
    vectors = np.zeros((len(texts), FEATURES), np.float32)
    for row, text in enumerate(texts):
        padded = f" {text.lower()} "
        for size in (3, 4, 5):
            for start in range(len(padded) - size + 1):
                vectors[row, zlib.crc32(padded[start : start + size].encode()) % FEATURES] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9)


def general_items(data: Path, most: int | None) -> list[Item]:
    """Read the shipped prompts with a check, and the two sets of the real data."""
    sets = [from_prompts(read_general_prompts("demo", Path())), read_multiple_choice(data / "mmlu.jsonl")]
    sets.append(read_final_number(data / "gsm8k.jsonl"))
    return [item for items in sets for item in sample(items, most, 0)]


def publish(out: Path) -> str:
    """Write the table of all results, the last of each mixture and seed, as JSON and a page; give it as Markdown."""
    results = map(ArmResult.from_dict, read_jsonl(out / "results.jsonl"))
    last = {(result.arm, result.seed): result for result in results}
    order = {arm.name: place for place, arm in enumerate(ARMS)}
    table = tabulate(sorted(last.values(), key=lambda result: order[result.arm]), MARGIN)
    write_json(out / "mixtures.json", table)
    write_text(out / "mixtures.html", page(table))
    return table_text(table)


if __name__ == "__main__":
    main()
