"""One full run on real questions: MedQuAD curated here, SmolLM2-135M trained on 1,000 rows, base and tuned compared.

python -m benchmarks.medquad prepare --out medquad            # curates and splits; needs the real data
python -m benchmarks.medquad train --data medquad --out run   # on a GPU or a CPU; nothing is fetched
python -m benchmarks.medquad table --out run                  # the figures with their intervals, and the curve
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path
from typing import Any

from winnow.config import TrainingConfig, load
from winnow.data.files import read_json, read_jsonl, read_records, write_json, write_jsonl

MODEL = "smollm2-135m-instruct"
TAKEN, TRAINED, VALIDATION, HELD_OUT = 2400, 1000, 64, 100
WORDS = (20, 160)  # of an answer: longer ones the model couldn't learn to write in one run
SETTINGS = {"batch_size": 8, "accumulation": 1, "epochs": 3, "max_length": 512, "evaluations": 12, "patience": None}


def main() -> None:
    """Do the part that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["prepare", "train", "table"])
    parser.add_argument("--data", type=Path, default=Path("medquad"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], help="as in learning_rate=1e-3", metavar="NAME=VALUE")
    options = parser.parse_args()
    if options.part == "prepare":
        print(json.dumps(prepare(options.out)))
    elif options.part == "train":
        changes = {name: json.loads(value) for name, _, value in (item.partition("=") for item in options.set)}
        print(json.dumps(run(options.data, options.out, SETTINGS | changes)))
    else:
        print(table(options.out))


def prepare(out: Path) -> dict[str, int]:
    """Curate a random part of the set and split it by duplicate group; write the three files of a split."""
    from benchmarks.realdata import load as load_rows
    from curation.split.stage import split_curated
    from curation.stage import curate_sources
    from winnow.study.workspace import Curated

    rows = [row for row in load_rows("medquad") if WORDS[0] <= len(row["answer"].split()) <= WORDS[1]]
    sample = random.Random(0).sample(rows, TAKEN)
    source = out / "medquad.jsonl"
    write_jsonl(source, ({"question": row["question"], "answer": row["answer"]} for row in sample))
    config = load(None, [f"split.held_out={HELD_OUT}", f"split.validation={VALIDATION}", "split.flagged=train"])
    curated = Curated(out / "curated")
    report = curate_sources([str(source)], curated, config)
    split_curated(curated, out, config)
    train = read_jsonl(out / "train.jsonl")[:TRAINED]
    write_jsonl(out / "train.jsonl", train)
    return {"taken": TAKEN, "kept": report["kept"], "train": len(train)}


def run(data: Path, out: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Train, answer the held-out questions as base and as tuned, and write both with the run's figures."""
    from training.qlora import Recipe, TrainingData, train
    from winnow.models.load import load_local_model

    began = time.perf_counter()
    parts = TrainingData(read_records(data / "train.jsonl"), read_records(data / "validation.jsonl"))
    held_out = read_records(data / "held_out.jsonl")
    folder = train(Recipe(parts, MODEL, TrainingConfig(**settings), plan=None), out / "run", no_plan=True, resume=True)
    trained = time.perf_counter() - began
    tuned = load_local_model(MODEL, folder / "adapter")
    with tuned.without_adapter():
        write_jsonl(out / "base.jsonl", answers(tuned, held_out))
    write_jsonl(out / "tuned.jsonl", answers(tuned, held_out))
    manifest = read_json(folder / "manifest.json")
    wanted = ("steps", "rows", "trained_tokens", "validation_loss", "backend", "precision", "peak_memory_gb")
    figures = {name: manifest[name] for name in (*wanted, "hardware", "estimated_memory_gb")}
    figures |= {"train_seconds": round(trained, 1), "answer_seconds": round(time.perf_counter() - began - trained, 1)}
    write_json(out / "figures.json", figures)
    return figures


def answers(model: Any, held_out: Any) -> list[dict[str, Any]]:
    """Answer greedily, and score the reference answer in nats a token."""
    from winnow.models.chat import format_prompt, to_messages
    from winnow.models.interface import GenerationSettings

    made = model.answer([to_messages(r.question) for r in held_out], GenerationSettings(200, batch_size=len(held_out)))
    likelihoods = model.log_likelihood([(format_prompt(model.tokenizer, r.question), r.answer) for r in held_out])
    return [
        {"id": r.id, "question": r.question, "reference": r.answer, "prediction": g.text, "loss": -likelihood.mean}
        for r, g, likelihood in zip(held_out, made, likelihoods, strict=True)
    ]


def table(out: Path) -> str:
    """Compare base and tuned pair by pair, and list the validation loss by step."""
    from evaluation.metrics.rouge import rouge_l
    from evaluation.metrics.words import token_f1
    from winnow.statistics import mean, paired_difference

    base, tuned = read_jsonl(out / "base.jsonl"), read_jsonl(out / "tuned.jsonl")
    lines = ["| | base | tuned | tuned - base, 95 % |", "|---|---|---|---|"]
    scores = {
        "ROUGE-L": lambda row: float(rouge_l(row["prediction"], row["reference"]).value or 0),
        "token F1": lambda row: float(token_f1(row["prediction"], row["reference"]).value or 0),
        "loss of the reference, nats a token": lambda row: row["loss"],
        "words of the answer": lambda row: float(len(row["prediction"].split())),
    }
    for name, score in scores.items():
        before, after = [score(row) for row in base], [score(row) for row in tuned]
        change = paired_difference(before, after, scale=(0, 1) if name in ("ROUGE-L", "token F1") else None)
        lines.append(
            f"| {name} | {mean(before).estimate:.3f} | {mean(after).estimate:.3f} "
            f"| {change.estimate:+.3f} ({change.low:+.3f} to {change.high:+.3f}), n = {change.n} |"
        )
    curve = [row for row in read_jsonl(out / "run" / "metrics.jsonl") if "validation_loss" in row]
    lines += ["", "| step | validation loss |", "|---|---|"]
    lines += [f"| {row['step']} | {row['validation_loss']:.3f} |" for row in curve]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
