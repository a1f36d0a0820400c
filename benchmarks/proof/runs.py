"""Which arms × seeds a packed file takes, which of them share a stack, and which rows each learns.

for work in works(packs):
    runs = work.runs(model)              # made by the process that takes them: IFD is scored by the model first

Needs torch and transformers alone, as `device.py` does, which trains and measures them.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stacked import Stack  # type: ignore[import-not-found]

PLAN = json.loads((Path(__file__).parent / "plan.json").read_text(encoding="utf-8"))
NULL_AT_ONCE = 5  # comparisons of the null study in one stack
MEASURING = 40  # what measuring an adapter takes, in updates
PASS = 6  # what a pass takes however few adapters share it, in adapters

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

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What a result is known by."""
        return self.file, self.arm, self.budget, self.seed


@dataclass(frozen=True, slots=True)
class Work:
    """Runs that share a stack; `null` ones answer no questions in words. `size` goes with the seconds they take."""

    name: str
    size: int
    runs: Callable[[Any], list[Run]]
    null: bool = False


def works(packs: Mapping[str, Pack], tiny: bool = False) -> Iterator[Work]:
    """Yield the stacks in the plan's order: the base first, each file's two tables, the null study after the second."""
    for number, file in enumerate(PLAN["files"]):
        name = f"{file['pool']}-{file['strength'] * 100:.0f}"
        if name in packs:
            yield Work(f"{name}, base", size(1, 0), lambda _, name=name: [Run(name, "base", "updates", 0, [], 0)])
            yield from _stacks(name, packs[name], tiny)
        if number == 1:
            yield from _null(packs, tiny)


def size(runs: int, updates: int) -> int:
    """Measure a stack by its updates and what is asked of it afterwards, over all its adapters."""
    return (runs + PASS) * (updates + MEASURING)


def _stacks(name: str, pack: Pack, tiny: bool) -> Iterator[Work]:
    """Part a file's runs: all arms with raw's updates, a seed a stack; the chosen rows' passes, the larger arms'."""
    known = [arm for arm in PLAN["arms"] if ":" in arm or arm in pack["arms"]]
    few = [arm for arm in known if ":" in arm]
    many = [arm for arm in known if arm not in (*few, "raw")]  # raw's two budgets are one
    seeds = PLAN["seeds"][: 1 if tiny else None]
    raw, longest = len(pack["arms"]["raw"]), max(len(pack["arms"][arm]) for arm in many)
    parts = [(f"equal updates, seed {seed}", known, "updates", [seed], updates(raw)) for seed in seeds]
    parts += [("equal epochs, chosen rows", few, "epochs", seeds, updates(PLAN["chosen"]))]
    parts += [("equal epochs, all rows", many, "epochs", seeds, updates(longest))]
    for title, arms, budget, own, most in parts:
        yield Work(f"{name}, {title}", size(len(arms) * len(own), most), partial(_runs, name, pack, arms, budget, own))


def _runs(name: str, pack: Pack, arms: Sequence[str], budget: str, seeds: Sequence[int], model: Any) -> list[Run]:
    everything, found = updates(len(pack["arms"]["raw"])), []
    for arm in arms:
        for seed in seeds:
            rows = rows_of(arm, pack, seed, model)
            found.append(Run(name, arm, budget, seed, rows, everything if budget == "updates" else updates(len(rows))))
    return found


def _null(packs: Mapping[str, Pack], tiny: bool) -> Iterator[Work]:
    """Yield the null study: random rows against random rows, each comparison with seeds of its own."""
    study = PLAN["null_study"]
    name = f"{study['pool']}-{study['strength'] * 100:.0f}"
    if name not in packs:
        return
    count, each = min(int(study["arm"].partition(":")[2]), len(packs[name]["arms"]["raw"])), 2 * study["seeds_a_side"]
    for first in range(0, study["comparisons"], NULL_AT_ONCE):
        comparisons = range(first, first + NULL_AT_ONCE)[: 1 if tiny else None]
        runs = partial(_null_runs, name, packs[name], comparisons, count)
        yield Work(f"null study, from {first}", size(len(comparisons) * each, updates(count)), runs, null=True)


def _null_runs(name: str, pack: Pack, comparisons: Sequence[int], count: int, _: Any) -> list[Run]:
    sides, runs = PLAN["null_study"]["seeds_a_side"], []
    for comparison in comparisons:
        for turn in range(2 * sides):
            seed = 1000 + comparison * 2 * sides + turn
            rows = random.Random(seed).sample(pack["arms"]["raw"], count)
            runs.append(Run(name, f"null {comparison}{'ab'[turn // sides]}", "epochs", seed, rows, updates(count)))
    return runs


def updates(rows: int) -> int:
    """Count the updates of the planned passes over so many rows."""
    return int(PLAN["passes"]) * math.ceil(rows / PLAN["training"]["batch_size"])


def rows_of(arm: str, pack: Pack, seed: int, model: Any) -> list[int]:
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
    return hardest(model, pack)[:count]


_IFD: dict[int, list[int]] = {}  # by pack, so that its two tables ask once


def hardest(model: Any, pack: Pack) -> list[int]:
    """Order raw rows by IFD under the base: below 1 from the highest on, then the others from the lowest."""
    if id(pack) not in _IFD:
        raw, bare = pack["arms"]["raw"], pack["alone"][0]
        rows = [(pack["rows"][place][1:][: pack["rows"][place][0]], pack["rows"][place][1:][pack["rows"][place][0] :])
                for place in raw]  # fmt: skip
        stack = Stack(model, [0], 1, 1)
        try:
            given, alone = stack.losses(rows)[0], stack.losses([(bare, answer) for _, answer in rows])[0]
        finally:
            stack.close()
        ifd = {place: with_it / without for place, with_it, without in zip(raw, given, alone, strict=True)}
        _IFD[id(pack)] = sorted(raw, key=lambda at: (ifd[at] >= 1, ifd[at] if ifd[at] >= 1 else -ifd[at], at))
    return _IFD[id(pack)]
