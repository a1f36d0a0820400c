"""Measure training side by side on one GPU: Winnow against the bare library, Unsloth against TRL and the HF Trainer.

python -m benchmarks.training --out results.jsonl --minutes 8
python -m benchmarks.training --out results.jsonl --models smollm2-135m --backends trl unsloth

Models are random weights of the named shape, made here: speed and memory don't depend on what they know, and
nothing is fetched. Each contender runs in a process of its own: what one leaves compiled or allocated would count
for the next. Each result is written as it comes.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.backends import TrlBackend, UnslothBackend, checkpointing, on_gpu, precision
from training.qlora import Recipe, TrainingData, train
from training.rows import fit, to_dataset, tokenise
from winnow.config import TrainingConfig
from winnow.records import Record, new_record

STEPS, WARM = 16, 4  # updates a run, and those left out of the median
TEXT = "A bank may charge interest on money that it lends, and pay some on money that people keep with it."
CONTENDERS = [("trl", "bare"), ("trl", "ours"), ("unsloth", "bare"), ("unsloth", "ours"), ("hf", "bare")]
SECONDS_A_PROCESS = 110  # what must be left of the budget to start one


@dataclass(frozen=True)
class Shape:
    """A model's shape and how it is trained."""

    kind: str
    sizes: dict[str, Any]
    settings: dict[str, Any]


SHAPES = {
    "qwen3-4b": Shape(
        "qwen3",
        {
            "hidden_size": 2560,
            "num_hidden_layers": 36,
            "intermediate_size": 9728,
            "num_attention_heads": 32,
            "num_key_value_heads": 8,
            "head_dim": 128,
            "vocab_size": 151936,
        },
        {"max_length": 2048, "batch_size": 2, "accumulation": 4},
    ),
    "smollm2-135m": Shape(
        "llama",
        {
            "hidden_size": 576,
            "num_hidden_layers": 30,
            "intermediate_size": 1536,
            "num_attention_heads": 9,
            "num_key_value_heads": 3,
            "vocab_size": 49152,
        },
        {"max_length": 192, "batch_size": 32, "accumulation": 1, "gradient_checkpointing": False},
    ),
    "tiny": Shape(
        "llama",
        {
            "hidden_size": 64,
            "num_hidden_layers": 2,
            "intermediate_size": 128,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "vocab_size": 49152,
        },
        {"max_length": 64, "batch_size": 2, "accumulation": 2},
    ),
}


def main() -> None:
    """Run what is asked for, a process a contender, and print the table."""
    options = _options()
    if options.one:
        measure(*options.one, options.work, options.out)
        return
    deadline = time.perf_counter() + 60 * options.minutes
    for model in options.models:
        make_model(model, options.tokenizer, options.work)
        for backend, who in CONTENDERS:
            if backend in options.backends:
                contend(model, backend, who, options, deadline)
    print(table(options.out))


def contend(model: str, backend: str, who: str, options: argparse.Namespace, deadline: float) -> None:
    """Measure one contender in a process of its own, if the time suffices; a failure is a row too."""
    place = {"model": model, "backend": backend, "who": who}
    left = deadline - time.perf_counter()
    if left < SECONDS_A_PROCESS:
        write(options.out, place | {"skipped": "no time left"})
        return
    command = [sys.executable, "-m", "benchmarks.training", "--one", model, backend, who]
    command += ["--out", options.out, "--work", options.work, "--tokenizer", options.tokenizer]
    try:
        done = subprocess.run(command, timeout=left, check=False)
    except subprocess.TimeoutExpired:
        write(options.out, place | {"failed": "ran out of time"})
        return
    if done.returncode:
        write(options.out, place | {"failed": f"exit {done.returncode}"})


def measure(model: str, backend: str, who: str, work: Path, out: Path) -> None:
    """Train once and write the row."""
    config = TrainingConfig(**SHAPES[model].settings, max_steps=STEPS, evaluations=1, overlong="cut")
    source, estimated = str(work / model), None
    loader = UnslothBackend() if backend == "unsloth" else TrlBackend()  # Unsloth must be imported before the others
    began = time.perf_counter()
    if who == "ours":
        seconds, estimated = ours(source, backend, config, work / f"run-{model}-{backend}")
    else:
        seconds = bare(source, backend, loader, config, work / "bare")
    row = {
        "model": model,
        "backend": backend,
        "who": who,
        "seconds_a_step": round(statistics.median(seconds[WARM:]), 4),
        "steps": [round(s, 4) for s in seconds],
        "peak_gb": _peak_gb(),
        "estimated_gb": estimated,
        "whole_seconds": round(time.perf_counter() - began, 1),
        "precision": precision(config),
        "gpu": _gpu(),
        "settings": SHAPES[model].settings,
    }
    write(out, row)


def ours(source: str, backend: str, config: TrainingConfig, folder: Path) -> tuple[list[float], float]:
    """Train as `winnow train` does; return seconds a step and the memory that was foreseen."""
    shutil.rmtree(folder, ignore_errors=True)
    settings = config.model_copy(update={"backend": backend})
    run = train(Recipe(TrainingData(rows(config)), source, settings, plan=None), folder, no_plan=True)
    metrics = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    manifest = json.loads((run / "manifest.json").read_text())
    return [row["seconds"] for row in metrics if "loss" in row], manifest["estimated_memory_gb"]


def bare(source: str, backend: str, loader: Any, config: TrainingConfig, folder: Path) -> list[float]:
    """Train as the libraries' own examples do, on the same tokens; return seconds a step."""
    model, tokenizer = loader.load(source, config, seed=0)
    examples = fit(tokenise(tokenizer, rows(config), "domain"), config.max_length, "cut")
    dataset = to_dataset(examples).remove_columns("row")
    clock = step_clock()
    shared = {
        "output_dir": str(folder),
        "max_steps": STEPS,
        "per_device_train_batch_size": config.batch_size,
        "gradient_accumulation_steps": config.accumulation,
        "learning_rate": config.learning_rate,
        "bf16": precision(config) == "bf16",
        "use_cpu": not on_gpu(),
        "gradient_checkpointing": checkpointing(config),
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": on_gpu(),
    }
    if backend == "hf":
        from transformers import DataCollatorForSeq2Seq, Trainer, TrainingArguments

        model.enable_input_require_grads()
        collator = DataCollatorForSeq2Seq(tokenizer)
        trainer = Trainer(model, TrainingArguments(**shared), collator, dataset, callbacks=[clock])
    else:
        from trl import SFTConfig, SFTTrainer

        arguments = SFTConfig(max_length=config.max_length, **shared)
        trainer = SFTTrainer(model, arguments, train_dataset=dataset, processing_class=tokenizer, callbacks=[clock])
    trainer.train()
    return clock.seconds


def step_clock() -> Any:
    """Make a callback that notes the seconds from one update's end to the next one's."""
    from transformers import TrainerCallback

    class StepClock(TrainerCallback):
        def __init__(self) -> None:
            self.seconds: list[float] = []
            self.last = 0.0

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.last = time.perf_counter()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            now = time.perf_counter()
            self.seconds.append(now - self.last)
            self.last = now

    return StepClock()


def rows(config: TrainingConfig) -> list[Record]:
    """Make rows that fill `max_length` and enough of them for every update."""
    draw, words = random.Random(0), TEXT.split()
    count = STEPS * config.batch_size * config.accumulation
    return [
        new_record(f"What is case {i}?", " ".join(draw.choice(words) for _ in range(2 * config.max_length)))
        for i in range(count)
    ]


def make_model(name: str, tokenizer_folder: Path, work: Path) -> None:
    """Write random bf16 weights of the shape, with the tokenizer beside them."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    folder = work / name
    if (folder / "config.json").exists():
        return
    began = time.perf_counter()
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    ids = {f"{role}_token_id": getattr(tokenizer, f"{role}_token_id") for role in ("bos", "eos", "pad")}
    shape = SHAPES[name]
    config = AutoConfig.for_model(shape.kind, **shape.sizes, **ids, tie_word_embeddings=True, dtype="bfloat16")
    with torch.device("cuda" if on_gpu() else "cpu"):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    print(
        f"{name}: {model.num_parameters() / 1e9:.2f}B random weights in {time.perf_counter() - began:.0f} s", flush=True
    )


def table(out: Path) -> str:
    """Sum up: a line a contender, seconds and memory as medians of its turns, ours beside bare."""
    results = [json.loads(line) for line in Path(out).read_text().splitlines()]
    lines = ["| model | backend | who | s/step | peak GB | estimated GB |", "|---|---|---|---|---|---|"]
    measured = [row for row in results if "seconds_a_step" in row]
    for key in dict.fromkeys((row["model"], row["backend"], row["who"]) for row in measured):
        turns = [row for row in measured if (row["model"], row["backend"], row["who"]) == key]
        seconds = statistics.median(s for row in turns for s in row["steps"][WARM:])
        peak = max(row["peak_gb"] for row in turns)
        lines.append(f"| {' | '.join(key)} | {seconds:.3f} | {peak:.2f} | {turns[-1]['estimated_gb'] or ''} |")
    return "\n".join(lines)


def write(out: Path, row: dict[str, Any]) -> None:
    """Append a result at once, so that what was measured isn't lost with what comes after."""
    with Path(out).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print({key: value for key, value in row.items() if key not in ("steps", "settings")}, flush=True)


def _peak_gb() -> float:
    from training.callbacks import peak_memory_gb  # after the backend: it imports transformers

    return peak_memory_gb()


def _gpu() -> str:
    import torch

    return torch.cuda.get_device_name(0) if on_gpu() else "none"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="results, one JSON object a line")
    parser.add_argument("--minutes", type=float, default=8, help="start nothing that could end later")
    parser.add_argument("--models", nargs="+", default=["qwen3-4b", "smollm2-135m"], choices=list(SHAPES))
    parser.add_argument("--backends", nargs="+", default=["trl", "unsloth", "hf"], choices=["trl", "unsloth", "hf"])
    parser.add_argument("--tokenizer", type=Path, help="folder of a tokenizer with a chat template")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "winnow-training-benchmark")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tokenizer is None:
        from winnow.models import resolve_base_model

        options.tokenizer = resolve_base_model("smollm2-135m-instruct")
    return options


if __name__ == "__main__":
    main()
