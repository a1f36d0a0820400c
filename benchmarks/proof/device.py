"""Train and measure every arm of the packed files on one GPU, with torch and transformers alone.

python benchmarks/proof/device.py --pack pack --model model --out "$OUT" --minutes 9 --workers 3

A stack of arms × seeds is one piece of work; the processes take them in the plan's order, and each appends its results
to a gzipped file of its own as they come. No stack begins that, by the longest so far, would end too late: what is left
out is told apart from what failed by `log.txt`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # beside a copy of the repository, or alone

import stacked  # type: ignore[import-not-found]
from stacked import Example, Job, Settings, Stack  # type: ignore[import-not-found]

PLAN = json.loads((Path(__file__).parent / "plan.json").read_text(encoding="utf-8"))
ANSWER_TOKENS = 64  # longest answer, of held-out questions and of general prompts
DIGITS = 5  # of a value that is written

Pack = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One arm with one seed: which rows, and how many updates."""

    file: str
    arm: str
    budget: str
    seed: int
    rows: list[int]
    updates: int


@dataclass(frozen=True, slots=True)
class Work:
    """Runs that share a stack; `null` ones answer no questions in words."""

    name: str
    runs: Callable[[], list[Run]]  # made by the process that takes them: IFD is scored first
    null: bool = False


def main() -> None:
    """Start the processes and wait for them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=9)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--tiny", action="store_true", help="few rows, questions and updates, to try it out")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    taken, lock = context.Value("i", 0), context.Lock()
    began = time.time()
    workers = [
        context.Process(target=work_off, args=(place, options, began, taken, lock)) for place in range(options.workers)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("ended", round(time.time() - began), "s", flush=True)


def work_off(place: int, options: argparse.Namespace, began: float, taken: Any, lock: Any) -> None:
    """Load the model and take one piece of work after another."""
    import torch
    from transformers import AutoModelForCausalLM

    gpu = torch.cuda.is_available()
    torch.set_num_threads(4 if gpu else 1)
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.bfloat16 if gpu else torch.float32)
    model.to("cuda" if gpu else "cpu").eval()
    told(options.out, place, began, "loaded")
    packs = {path.name.removesuffix(".json.gz"): read(path, options.tiny) for path in options.pack.glob("*.json.gz")}
    longest = 0.0
    for number, work in enumerate(works(model, packs, options.tiny)):
        with lock:
            if number < taken.value:
                continue
            taken.value = number + 1
        if time.time() - began + longest > 60 * options.minutes:
            told(options.out, place, began, f"left out for want of time: {work.name}")
            continue
        start = time.time()
        runs = work.runs()
        try:
            results = run(model, runs, packs, work.null)
        except torch.OutOfMemoryError:  # outside the handler: the error holds the frames, and they hold the stack
            results = None
            told(options.out, place, began, f"out of memory, again with smaller passes: {work.name}")
        if results is None:
            stacked.TRAINED_AT_ONCE //= 2
            stacked.TOKENS_AT_ONCE //= 2
            stacked.SEQUENCES_AT_ONCE //= 2
            torch.cuda.empty_cache()
            results = run(model, runs, packs, work.null)
        with gzip.open(options.out / f"results-{place}.jsonl.gz", "at", encoding="utf-8") as out:
            out.writelines(json.dumps(result, separators=(",", ":")) + "\n" for result in results)
        longest = max(longest, time.time() - start)
        peak = f", {torch.cuda.max_memory_allocated() / 1e9:.0f} GB" if gpu else ""
        told(options.out, place, began, f"{work.name}: {len(runs)} runs, {time.time() - start:.0f} s{peak}")


def told(out: Path, place: int, began: float, line: str) -> None:
    """Append a line to the log, with the seconds since the start."""
    said = f"{time.time() - began:6.0f} s, process {place}: {line}"
    print(said, flush=True)
    with (out / "log.txt").open("a", encoding="utf-8") as file:
        file.write(said + "\n")


def read(path: Path, tiny: bool) -> Pack:
    """Read a pack; for a trial few rows and questions of it."""
    pack: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    if tiny and "asked" in pack:
        pack["asked"] = {name: values[:3] for name, values in pack["asked"].items()}
        pack["arms"] = {name: rows[:10] for name, rows in pack["arms"].items()}
    elif tiny:
        pack |= {"mmlu": pack["mmlu"][:2], "written": pack["written"][:2]}
    return pack


def works(model: Any, packs: Mapping[str, Pack], tiny: bool) -> Iterator[Work]:
    """Yield the stacks in the plan's order: the base first, each file's two tables, the null study after the second."""
    for number, file in enumerate(PLAN["files"]):
        name = f"{file['pool']}-{file['strength'] * 100:.0f}"
        if name in packs:
            yield Work(f"{name}, base", partial(list, [Run(name, "base", "updates", 0, [], 0)]))
            yield from _stacks(name, packs[name], partial(hardest, model, packs[name]), tiny)
        if number == 1:
            yield from _null(packs, tiny)


def _stacks(name: str, pack: Pack, ifd: Any, tiny: bool) -> Iterator[Work]:
    """Part a file's runs: all arms with raw's updates; the chosen rows, then the larger arms, with their own passes."""
    known = [arm for arm in PLAN["arms"] if ":" in arm or arm in pack["arms"]]
    few = [arm for arm in known if ":" in arm]
    many = [arm for arm in known if arm not in (*few, "raw")]  # raw's two budgets are one
    seeds = PLAN["seeds"][: 1 if tiny else None]
    for title, arms, budget in (
        ("equal updates", known, "updates"),
        ("equal epochs, chosen rows", few, "epochs"),
        ("equal epochs, all rows", many, "epochs"),
    ):
        yield Work(f"{name}, {title}", partial(_runs, name, pack, arms, budget, seeds, ifd))


def _runs(name: str, pack: Pack, arms: Sequence[str], budget: str, seeds: Sequence[int], ifd: Any) -> list[Run]:
    everything, found = updates(len(pack["arms"]["raw"])), []
    for arm in arms:
        for seed in seeds:
            rows = rows_of(arm, pack, seed, ifd)
            found.append(Run(name, arm, budget, seed, rows, everything if budget == "updates" else updates(len(rows))))
    return found


def _null(packs: Mapping[str, Pack], tiny: bool) -> Iterator[Work]:
    """Yield the null study: random rows against random rows, each comparison with seeds of its own."""
    study = PLAN["null_study"]
    name = f"{study['pool']}-{study['strength'] * 100:.0f}"
    if name not in packs:
        return
    for first in range(0, study["comparisons"], 5):
        yield Work(f"null study, from {first}", partial(_null_runs, name, packs[name], first, tiny), null=True)


def _null_runs(name: str, pack: Pack, first: int, tiny: bool) -> list[Run]:
    study, raw = PLAN["null_study"], pack["arms"]["raw"]
    count, each = min(int(study["arm"].partition(":")[2]), len(raw)), 2 * study["seeds_a_side"]
    runs = []
    for comparison in range(first, first + 5)[: 1 if tiny else None]:
        for turn in range(each):
            seed = 1000 + comparison * each + turn
            rows = random.Random(seed).sample(raw, count)
            side = "ab"[turn // study["seeds_a_side"]]
            runs.append(Run(name, f"null {comparison}{side}", "epochs", seed, rows, updates(count)))
    return runs


def updates(rows: int) -> int:
    """Count the updates of the planned passes over so many rows."""
    return int(PLAN["passes"]) * math.ceil(rows / PLAN["training"]["batch_size"])


def rows_of(arm: str, pack: Pack, seed: int, ifd: Any) -> list[int]:
    """Give the places of an arm's rows; those of curation were chosen before, the others are here."""
    if arm in pack["arms"]:
        return list(pack["arms"][arm])
    kind, _, number = arm.partition(":")
    raw = pack["arms"]["raw"]
    count = min(int(number), len(raw))
    if kind == "random":
        return random.Random(seed).sample(raw, count)
    if kind == "longest":
        return sorted(raw, key=lambda place: (pack["rows"][place][0] - len(pack["rows"][place]), place))[:count]
    return list(ifd())[:count]


_IFD: dict[int, list[int]] = {}  # by pack, so that its two tables ask once


def hardest(model: Any, pack: Pack) -> list[int]:
    """Order raw rows by IFD under the base: below 1 from the highest on, then the others from the lowest."""
    if id(pack) not in _IFD:
        raw, bare = pack["arms"]["raw"], pack["alone"][0]
        rows = [(pack["rows"][place][1:][: pack["rows"][place][0]], pack["rows"][place][1:][pack["rows"][place][0] :])
                for place in raw]  # fmt: skip
        stack = Stack(model, [0], 1, 1)
        given, alone = stack.losses(rows)[0], stack.losses([(bare, answer) for _, answer in rows])[0]
        stack.close()
        ifd = {place: with_it / without for place, with_it, without in zip(raw, given, alone, strict=True)}
        _IFD[id(pack)] = sorted(raw, key=lambda at: (ifd[at] >= 1, ifd[at] if ifd[at] >= 1 else -ifd[at], at))
    return _IFD[id(pack)]


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
