"""What preservation data buys: domain gain against general ability for each mixture, at equal passes over the task.

python -m benchmarks.mixtures prepare --out mixtures          # general sets and external rows, from the real data
python -m benchmarks.mixtures run --medquad medquad --data mixtures --out results.jsonl --minutes 8   # on a GPU
python -m benchmarks.mixtures table --out results.jsonl

`run` writes a row a training run as it comes and skips those that are there, so it can be called again and again.
Questions that the base writes itself are told apart by their character n-grams here, so that no encoder is needed.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow.config import PreservationConfig, TrainingConfig
from winnow.files import read_jsonl, read_records, write_jsonl
from winnow.records import Record

MODEL = "smollm2-135m-instruct"
SETTINGS = {"batch_size": 32, "accumulation": 1, "epochs": 2, "max_length": 512, "learning_rate": 1e-3}
SETTINGS |= {"gradient_checkpointing": False, "patience": None, "evaluations": 1}
LARGEST_SHARE = 0.5
MULTIPLE_CHOICE, FINAL_NUMBER = 200, 60  # items drawn
ANSWER_TOKENS = 128
BATCH = 256  # texts at once: a small model on a large card is bound by launches


@dataclass(frozen=True)
class Arm:
    """One mixture: what is mixed in, its share of the trained tokens, and the loss on it."""

    name: str
    share: float
    external: bool = False
    loss: str = "cross_entropy"


ARMS = (
    Arm("task only", 0.0),
    Arm("self-written 25 %", 0.25),
    Arm("self-written 25 %, KL", 0.25, loss="kl"),
    Arm("external 25 %", 0.25, external=True),
    Arm("self-written 10 %", 0.1),
    Arm("self-written 50 %", 0.5),
)


def main() -> None:
    """Do the part that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["prepare", "run", "table"])
    parser.add_argument("--medquad", type=Path, default=Path("medquad"), help="folder of train and held_out.jsonl")
    parser.add_argument("--data", type=Path, default=Path("mixtures"), help="folder that `prepare` wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, help="fewer training rows and items, to try it out")
    options = parser.parse_args()
    if options.part == "prepare":
        prepare(options.out)
    elif options.part == "run":
        run(options)
    else:
        print(table(options.out))


def prepare(out: Path) -> None:
    """Write the general sets and the external instruction rows as plain JSON lines."""
    from benchmarks.realdata import load, read

    write_jsonl(out / "mmlu.jsonl", random.Random(0).sample(read("mmlu/val.jsonl.gz"), MULTIPLE_CHOICE))
    write_jsonl(out / "gsm8k.jsonl", random.Random(0).sample(read("gsm8k/test.jsonl.gz"), FINAL_NUMBER))
    external = [{"question": row["question"], "answer": row["answer"]} for row in load("self_instruct")]
    write_jsonl(out / "external.jsonl", [row for row in external if len(row["question"] + row["answer"]) < 1200])


def run(options: argparse.Namespace) -> None:
    """Train and measure every arm and seed that isn't in the results yet, while the time suffices."""
    deadline = time.perf_counter() + 60 * options.minutes
    known = {(row["arm"], row["seed"]) for row in read_jsonl(options.out)} if options.out.exists() else set()
    longest = 0.0
    task = read_records(options.medquad / "train.jsonl")[: options.rows]
    held_out = read_records(options.medquad / "held_out.jsonl")[: options.rows]
    own = self_written(task, options.out.parent / "self-written.jsonl")
    external = read_records(options.data / "external.jsonl")
    items = general_items(options.data, options.rows)
    for seed in range(options.seeds):
        for arm in ARMS:
            if (arm.name, seed) in known or time.perf_counter() + longest > deadline:
                continue
            began = time.perf_counter()
            row = measure(arm, seed, task, held_out, external if arm.external else own, items, options.out.parent)
            row["seconds"] = round(time.perf_counter() - began, 1)
            longest = max(longest, row["seconds"])
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            print({"arm": arm.name, "seed": seed, "seconds": row["seconds"], "gate": row["summary"]["gate"]["right"]})


def measure(
    arm: Arm,
    seed: int,
    task: Sequence[Record],
    held_out: Sequence[Record],
    preservation: Sequence[Record],
    items: Sequence[Any],
    folder: Path,
) -> dict[str, Any]:
    """Train one arm and put held-out questions and general items through base and tuned."""
    from evaluation.answers import Answerer
    from evaluation.metrics.words import token_f1
    from evaluation.retention import run_items, summarise
    from training.qlora import Recipe, TrainingData, train
    from winnow.chat import format_prompt, to_messages
    from winnow.language_model import GenerationSettings, load_local_model

    config = TrainingConfig(**SETTINGS, preservation_loss=arm.loss)
    recipe = Recipe(TrainingData(task, preservation=preservation), MODEL, config, None, arm.share, seed=seed)
    with tempfile.TemporaryDirectory() as work:
        adapter = train(recipe, Path(work) / "run", no_plan=True) / "adapter"
        gc.collect()
        model = load_local_model(MODEL, adapter)
        settings = GenerationSettings(ANSWER_TOKENS, batch_size=BATCH)
        cache = Path(work) / "cache.jsonl"
        base = Answerer(model, "base", "base", settings, folder / "base-answers.jsonl")
        outcomes = run_items(model, items, base, Answerer(model, "tuned", arm.name, settings, cache), lambda done: None)
        pairs = [(format_prompt(model.tokenizer, record.question), record.answer) for record in held_out]

        def domain() -> dict[str, list[float]]:
            made = model.answer([to_messages(record.question) for record in held_out], settings)
            scores = [token_f1(one.text, record.answer).value for one, record in zip(made, held_out, strict=True)]
            return {
                "f1": [score or 0.0 for score in scores],
                "loss": [-one.mean for one in model.log_likelihood(pairs)],
            }

        tuned = domain()
        with model.without_adapter():
            before = domain()
        manifest = json.loads((adapter.parent / "manifest.json").read_text())
    return {
        "arm": arm.name,
        "seed": seed,
        "steps": manifest["steps"],
        "share": manifest["preservation_share"],
        "rows": manifest["rows"],
        "gpu": manifest["hardware"].get("gpu"),
        "base": before,
        "tuned": tuned,
        "items": [
            {"set": o.item.kind, "base": o.base_right, "tuned": o.tuned_right, "divergence": o.divergence}
            for o in outcomes
        ],
        "summary": summarise(outcomes, margin=0.05),
    }


def self_written(task: Sequence[Record], path: Path) -> list[Record]:
    """Let the untouched base write what the largest share needs; kept in a file for the next call."""
    from curation.preservation import token_budget
    from curation.preservation_sieve import sieve
    from curation.self_writing import DialogueLog, Writer
    from winnow.language_model import load_local_model

    if path.exists():
        return read_records(path)
    settings = PreservationConfig(batch_size=BATCH)
    model = load_local_model(MODEL)
    budget = token_budget(model.tokenizer, [record.answer for record in task], LARGEST_SHARE)
    writer = Writer(model, model.tokenizer, settings, seed=0)
    written = writer.write(DialogueLog(path.with_suffix(".log")), 1.2 * budget)
    made = sieve(written, writer.fault, n_gram_vectors, [], settings, budget, seed=0)
    write_jsonl(path, made.kept_rows())
    print({"written": len(written), "kept": len(made.kept), "tokens": sum(d.tokens for d in made.kept)}, flush=True)
    return read_records(path)


def n_gram_vectors(texts: Sequence[str]) -> Any:
    """Place texts by their character n-grams: equal wordings are near, which is what the sieve asks."""
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), n_features=1024, alternate_sign=False)
    return hashing.transform(list(texts)).toarray().astype("float32")


def general_items(data: Path, most: int | None) -> list[Any]:
    """Read the shipped prompts with a check, and the two sets of the real data."""
    from evaluation.general_items import from_prompts, read_final_number, read_multiple_choice, sample
    from winnow.general_prompts import read_general_prompts

    sets = [from_prompts(read_general_prompts("demo", Path())), read_multiple_choice(data / "mmlu.jsonl")]
    sets.append(read_final_number(data / "gsm8k.jsonl"))
    return [item for items in sets for item in sample(items, most, 0)]


def table(out: Path) -> str:
    """Give each arm's means over its seeds, with intervals over the items."""
    from winnow.statistics import mean, paired_difference

    results = read_jsonl(out)
    lines = ["| mixture | seeds | held-out F1, change | held-out loss, change | general right, change | KL to base |"]
    lines.append("|---|---|---|---|---|---|")
    for arm in ARMS:
        rows = [row for row in results if row["arm"] == arm.name]
        if not rows:
            continue
        cells = [arm.name, str(len(rows))]
        for measure_ in ("f1", "loss"):
            before = _over_seeds([row["base"][measure_] for row in rows])
            cells.append(_shown(paired_difference(before, _over_seeds([row["tuned"][measure_] for row in rows]))))
        checked = [[item for item in row["items"] if item["base"] is not None] for row in rows]
        before = _over_seeds([[float(item["base"]) for item in items] for items in checked])
        after = _over_seeds([[float(item["tuned"] or False) for item in items] for items in checked])
        cells.append(_shown(paired_difference(before, after)))
        spoken = [[item["divergence"] for item in row["items"] if item["divergence"] is not None] for row in rows]
        divergence = mean(_over_seeds(spoken))
        cells.append(f"{divergence.estimate:.3f} ({divergence.low:.3f} to {divergence.high:.3f})")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _over_seeds(values: list[list[float]]) -> list[float]:
    """Average each item over the seeds, so that the interval is over items."""
    return [statistics.fmean(column) for column in zip(*values, strict=True)]


def _shown(change: Any) -> str:
    return f"{change.estimate:+.3f} ({change.low:+.3f} to {change.high:+.3f})"


if __name__ == "__main__":
    main()
