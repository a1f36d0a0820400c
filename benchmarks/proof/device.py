"""Train and measure every arm of the packed files on one GPU or several, with torch and transformers alone.

python benchmarks/proof/device.py --pack pack --model model --out "$OUT" --minutes 9 --workers 4 [--done earlier]

A stack of arms × seeds is one piece of work. Each process, on a GPU of those there are, takes the first piece that is
free and that, by the pieces it did so far, ends in time; what none could take stays free, and is told at the end of
`log.txt` apart from what failed. Results are appended to a gzipped file a process as they come; what lies in `--done`
isn't run again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # beside a copy of the repository, or alone

import stacked  # type: ignore[import-not-found]
from runs import PLAN, Pack, Run, Work, works  # type: ignore[import-not-found]
from stacked import Example, Job, Settings, Stack  # type: ignore[import-not-found]

ANSWER_TOKENS = 64  # longest answer, of held-out questions and of general prompts
DIGITS = 5  # of a value that is written

Key = tuple[str, str, str, int]


def main() -> None:
    """Start the processes, wait for them, and tell what was left out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--done", type=Path, help="folder of earlier results")
    parser.add_argument("--minutes", type=float, default=9)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--tiny", action="store_true", help="few rows, questions and updates, to try it out")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    pieces = list(works(read_packs(options), options.tiny))
    context = multiprocessing.get_context("spawn")
    taken, began = context.Array("b", len(pieces)), time.time()
    workers = [
        context.Process(target=work_off, args=(place, options, began, taken)) for place in range(options.workers)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for piece, is_taken in zip(pieces, taken, strict=True):
        if not is_taken:
            told(options.out, -1, began, f"left out for want of time: {piece.name}")
    print("ended", round(time.time() - began), "s", flush=True)


def work_off(place: int, options: argparse.Namespace, began: float, taken: Any) -> None:
    """Load the model and take one piece of work after another."""
    import torch
    from transformers import AutoModelForCausalLM

    cards = torch.cuda.device_count()
    torch.set_num_threads(4 if cards else 1)
    if cards:
        torch.cuda.set_device(place % cards)
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.bfloat16 if cards else torch.float32)
    model.to("cuda" if cards else "cpu").eval()
    told(options.out, place, began, "loaded")
    packs, done = read_packs(options), finished(options.done)
    pieces, pace = list(works(packs, options.tiny)), 0.0
    while (piece := claim(pieces, taken, pace, began + 60 * options.minutes - time.time())) is not None:
        start = time.time()
        say = partial(told, options.out, place, began)
        results = within_memory(partial(worked, model, piece, packs, done), piece.name, say)
        if not results:
            continue
        with gzip.open(options.out / f"results-{place}.jsonl.gz", "at", encoding="utf-8") as out:
            out.writelines(json.dumps(result, separators=(",", ":")) + "\n" for result in results)
        seconds = time.time() - start
        pace = max(pace, seconds / piece.size)
        peak = f", {torch.cuda.max_memory_allocated() / 1e9:.0f} GB" if cards else ""
        told(options.out, place, began, f"{piece.name}: {len(results)} runs, {seconds:.0f} s{peak}")


def claim(pieces: Sequence[Work], taken: Any, pace: float, seconds_left: float) -> Work | None:
    """Take the first free piece that ends in time at this pace (seconds a unit of size); nothing else is marked.

    claim(pieces, taken, pace=0.05, seconds_left=60)     # leaves a piece of size 8,000 to a quicker process
    """
    with taken.get_lock():
        for number, piece in enumerate(pieces):
            if not taken[number] and pace * piece.size <= seconds_left and seconds_left > 0:
                taken[number] = 1
                return piece
    return None


def worked(model: Any, piece: Work, packs: Mapping[str, Pack], done: Collection[Key]) -> list[dict[str, Any]]:
    """Give a result for each run of a piece that isn't done."""
    runs = [run for run in piece.runs(model) if run.key not in done]
    return run(model, runs, packs, piece.null) if runs else []


def within_memory(work: Callable[[], list[Any]], name: str, say: Callable[[str], None]) -> list[Any]:
    """Do a piece of work; where memory ran out, again with passes half as large."""
    import torch

    try:
        return work()
    except torch.OutOfMemoryError:  # the second try is outside: the error holds the frames, and they hold the stack
        say(f"out of memory, again with smaller passes: {name}")
    stacked.TRAINED_AT_ONCE //= 2
    stacked.TOKENS_AT_ONCE //= 2
    stacked.SEQUENCES_AT_ONCE //= 2
    torch.cuda.empty_cache()
    return work()


def told(out: Path, place: int, began: float, line: str) -> None:
    """Append a line to the log, with the seconds since the start; process −1 is the one that starts the others."""
    said = f"{time.time() - began:6.0f} s, process {place}: {line}"
    print(said, flush=True)
    with (out / "log.txt").open("a", encoding="utf-8") as file:
        file.write(said + "\n")


def finished(folder: Path | None) -> Collection[Key]:
    """Tell which runs lie in a folder of earlier results."""
    found: set[Key] = set()
    for path in sorted(folder.glob("*.jsonl.gz")) if folder else ():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        found |= {(line["file"], line["arm"], line["budget"], line["seed"]) for line in lines}
    return found


def read_packs(options: argparse.Namespace) -> dict[str, Pack]:
    """Read every pack of the folder by its file's name."""
    return {path.name.removesuffix(".json.gz"): read(path, options.tiny) for path in options.pack.glob("*.json.gz")}


def read(path: Path, tiny: bool) -> Pack:
    """Read a pack; for a trial few rows and questions of it."""
    pack: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    if tiny and "asked" in pack:
        pack["asked"] = {name: values[:3] for name, values in pack["asked"].items()}
        pack["arms"] = {name: rows[:10] for name, rows in pack["arms"].items()}
    elif tiny:
        pack |= {"mmlu": pack["mmlu"][:2], "written": pack["written"][:2]}
    return pack


def run(model: Any, runs: Sequence[Run], packs: Mapping[str, Pack], null: bool) -> list[dict[str, Any]]:
    """Train a stack and measure it; one result a run, with its part of the stack's seconds."""
    import torch

    began, recipe, pack = time.time(), PLAN["training"], packs[runs[0].file]
    settings = Settings(
        recipe["rank"], recipe["alpha"], recipe["batch_size"], recipe["learning_rate"], recipe["warmup"],
        recipe["weight_decay"], recipe["max_grad_norm"],
    )  # fmt: skip
    examples = [Example(row[1:], row[0]) for row in pack["rows"]]
    jobs = [Job([examples[place] for place in one.rows], one.updates, one.seed) for one in runs]
    stack = Stack(model, [one.seed for one in runs], settings.rank, settings.alpha)
    try:
        history = stack.train(jobs, settings) if jobs[0].updates else [[] for _ in jobs]
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        trained = time.time() - began
        measured = measure(stack, pack, packs["general"], null)
    finally:
        stack.close()
    share = trained / sum(one.updates for one in runs) if jobs[0].updates else 0.0
    return [
        {
            **{"file": one.file, "arm": one.arm, "budget": one.budget, "seed": one.seed},
            **{"rows": len(one.rows), "updates": one.updates, "seconds": round(share * one.updates, 2)},
            "tokens": sum(len(row.ids) - row.start for row in job.rows),
            "train_loss": [round(loss, 4) for loss in losses],
            "chosen": one.rows if one.arm.startswith("ifd") and one.seed == 0 else [],
            **{name: values[place] for name, values in measured.items()},
        }
        for place, (one, job, losses) in enumerate(zip(runs, jobs, history, strict=True))
    ]


def measure(stack: Stack, pack: Pack, general: Pack, null: bool) -> dict[str, list[Any]]:
    """Give each adapter's values on the held-out questions and, but for the null study, its answers in words."""
    asked = pack["asked"]
    found: dict[str, list[Any]] = {}
    for name in ("answer", "other", "contradicted"):
        known = [place for place, answer in enumerate(asked[name]) if answer]
        values = stack.losses([(asked["prompt"][place], asked[name][place]) for place in known])
        own = [dict(zip(known, row, strict=True)) for row in values]
        found[name] = [[round(row[at], DIGITS) if at in row else None for at in range(len(asked[name]))] for row in own]
    if null:
        return found
    choices = general["mmlu"]
    found["mmlu"] = stack.choices([one["prompt"] for one in choices], [one["letters"] for one in choices])
    prompts = [*asked["prompt"], *(one["prompt"] for one in general["written"])]
    answers = stack.write(prompts, ANSWER_TOKENS, general["ends"])
    found["answers"] = [own[: len(asked["prompt"])] for own in answers]
    found["general"] = [own[len(asked["prompt"]) :] for own in answers]
    return found


if __name__ == "__main__":
    main()
