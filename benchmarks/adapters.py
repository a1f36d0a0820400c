"""Load each backend's adapter with the other: do the same prompts get the same logits and the same answers?

python -m benchmarks.adapters --out adapters.json        # needs a GPU; about a minute

Two processes, one a backend, each train an adapter on the same base, wait for the other's, and answer with both.
The difference between loaders is shown beside what the adapter itself changes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from training.backends import TORCH_NAMES, TrlBackend, UnslothBackend, precision
from winnow.config import TrainingConfig
from winnow.data.files import read_json, write_json
from winnow.data.records import new_record
from winnow.models.chat import format_prompt
from winnow.models.names import resolve_base_model
from winnow.models.unsloth import import_unsloth

BASE = "smollm2-135m-instruct"
BACKENDS = ("trl", "unsloth")
WORDS = ("marmalade", "harbour", "violin", "granite", "lantern", "meadow", "copper", "thistle")
SETTINGS = {
    "batch_size": 8,
    "accumulation": 1,
    "max_steps": 20,
    "evaluations": 1,
    "learning_rate": 2e-3,
    "max_length": 128,
}
NEW_TOKENS = 24
PATIENCE_S = 150  # how long one process waits for the other's adapter


def main() -> None:
    """Run both processes at once and compare what they wrote."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "winnow-adapters")
    parser.add_argument("--one", choices=BACKENDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        answer_with_both(options.one, options.work)
        return
    options.work.mkdir(parents=True, exist_ok=True)
    resolve_base_model(BASE)  # once, before both ask for it
    command = [sys.executable, "-m", "benchmarks.adapters", "--out", options.out, "--work", options.work, "--one"]
    started = [subprocess.Popen([*command, backend]) for backend in BACKENDS]
    for process in started:
        process.wait(timeout=2 * PATIENCE_S)
    found = compare(options.work)
    write_json(options.out, found)
    print(table(found))


def answer_with_both(backend: str, work: Path) -> None:
    """Train this backend's adapter, then load both and write what each says."""
    import torch

    if backend == "unsloth":
        import_unsloth()  # before the others
    loader = UnslothBackend() if backend == "unsloth" else TrlBackend()
    from training.qlora import Recipe, TrainingData, train

    config = TrainingConfig(**SETTINGS, backend=backend)
    rows = [new_record(f"What is the code word of room {i}?", f"It is {word}.") for i, word in enumerate(WORDS)]
    train(Recipe(TrainingData(rows), BASE, config, plan=None), work / backend, no_plan=True)
    for trainer in BACKENDS:
        adapter = work / trainer / "adapter"
        wait_for(work / trainer / "manifest.json")
        model, tokenizer = load(loader, adapter, config)
        said = [speak(model, tokenizer, row.question) for row in rows]
        torch.save(said, work / f"{trainer}-by-{backend}.pt")


def load(loader: Any, adapter: Path, config: TrainingConfig) -> tuple[Any, Any]:
    """Load an adapter on its quantised base as a user of the loader's library would."""
    import torch

    dtype = getattr(torch, TORCH_NAMES[precision(config)])
    if isinstance(loader, UnslothBackend):
        from unsloth import FastLanguageModel

        model, tokenizer = FastLanguageModel.from_pretrained(
            str(adapter), max_seq_length=config.max_length, dtype=dtype, load_in_4bit=True
        )
        return FastLanguageModel.for_inference(model), tokenizer
    from peft import AutoPeftModelForCausalLM
    from transformers import AutoTokenizer, BitsAndBytesConfig

    bits = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )
    model = AutoPeftModelForCausalLM.from_pretrained(str(adapter), quantization_config=bits, dtype=dtype)
    return model.eval(), AutoTokenizer.from_pretrained(adapter)


def speak(model: Any, tokenizer: Any, question: str) -> dict[str, Any]:
    """Give the logits of a prompt, with the adapter and without it, and the greedy answer."""
    import torch

    ids = tokenizer(format_prompt(tokenizer, question), add_special_tokens=False, return_tensors="pt").to(model.device)
    with torch.no_grad():
        tuned = model(**ids).logits[0].float().cpu()
        with model.disable_adapter():
            base = model(**ids).logits[0].float().cpu()
        made = model.generate(**ids, max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=tokenizer.pad_token_id)
    answer = tokenizer.decode(made[0, ids["input_ids"].shape[1] :], skip_special_tokens=True)
    return {"tuned": tuned, "base": base, "answer": answer}


def wait_for(file: Path) -> None:
    """Wait until the other process has ended its run, whose manifest comes last."""
    until = time.monotonic() + PATIENCE_S
    while not file.exists():
        if time.monotonic() > until:
            raise SystemExit(f"{file}: didn't come in {PATIENCE_S} s")
        time.sleep(0.5)


def compare(work: Path) -> list[dict[str, Any]]:
    """Compare, for each adapter, what its own library and the other one make of it."""
    import torch

    found = []
    for trainer in BACKENDS:
        trl, unsloth = (torch.load(work / f"{trainer}-by-{backend}.pt") for backend in BACKENDS)
        pairs = list(zip(trl, unsloth, strict=True))
        manifest = read_json(work / trainer / "manifest.json")
        found.append(
            {
                "trained_by": trainer,
                "prompts": len(pairs),
                "loss": round(manifest["train_loss"], 4),
                "apart": _furthest((one["tuned"], other["tuned"]) for one, other in pairs),
                "base_apart": _furthest((one["base"], other["base"]) for one, other in pairs),
                "adapter_changes": _furthest((one["tuned"], one["base"]) for one in trl),
                "same_answers": sum(one["answer"] == other["answer"] for one, other in pairs),
                "answers": [[one["answer"], other["answer"]] for one, other in pairs],
            }
        )
    return found


def table(found: list[dict[str, Any]]) -> str:
    """Show the figures, a line an adapter."""
    lines = [
        "| adapter trained by | loss | loaders apart, max logit | the base alone | the adapter changes | answers |"
    ]
    lines.append("|---|---:|---:|---:|---:|---:|")
    for row in found:
        lines.append(
            f"| {row['trained_by']} | {row['loss']:.3f} | {row['apart']:.3f} | {row['base_apart']:.3f} "
            f"| {row['adapter_changes']:.1f} | {row['same_answers']} of {row['prompts']} the same |"
        )
    return "\n".join(lines)


def _furthest(pairs: Any) -> float:
    return round(max((one - other).abs().max().item() for one, other in pairs), 4)


if __name__ == "__main__":
    main()
