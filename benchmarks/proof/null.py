"""The null study: how often random rows are called better or worse than other random rows.

print(text(lines, groups))      # lines of the device's results, three seeds a side
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from evaluation.selections.result import SelectionResult
from evaluation.selections.table import difference
from winnow.statistics import wilson

MEASURES = ("loss", "truth", "contradicted")
REGROUPED = 100  # deals of the runs into comparisons

Sides = Sequence[Sequence[SelectionResult]]


def calls(lines: Sequence[Mapping[str, Any]], groups: Sequence[str]) -> dict[str, Any]:
    """Compare the two sides of each comparison: the share of intervals that leave 0 out, with that share's interval."""
    sides = _sides(lines)
    pairs = [(sides[name], sides[f"{name[:-1]}b"]) for name in sides if name.endswith("a")]
    found = {
        measure: [difference(a, b, groups, measure).interval.excludes(0.0) for a, b in pairs] for measure in MEASURES
    }
    return {
        "comparisons": len(pairs),
        "false_calls": {measure: sum(own) for measure, own in found.items()},
        "rate": {measure: wilson(sum(own), len(own)).as_dict() for measure, own in found.items() if own},
        "regrouped": {measure: _regrouped([*sides.values()], groups, measure) for measure in MEASURES[:2]},
    }


def text(lines: Sequence[Mapping[str, Any]], groups: Sequence[str]) -> str:
    """Say how often random rows were called better than random rows."""
    found = calls(lines, groups)
    called = ", ".join(f"{measure} {count}" for measure, count in found["false_calls"].items())
    count = found["comparisons"]
    rates = ", ".join(f"{name} {one['low']:.1%} to {one['high']:.1%}" for name, one in found["rate"].items())
    dealt = ", ".join(f"{name} {share:.1%}" for name, share in found["regrouped"].items())
    said = (
        f"{count} comparisons of random against random rows; called different: {called} ({rates}); regrouped: {dealt}"
    )
    return f"### Null study\n\n{said}"


def _sides(lines: Sequence[Mapping[str, Any]]) -> dict[str, list[SelectionResult]]:
    sides: defaultdict[str, list[SelectionResult]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line["seed"]):
        own = line["answer"]
        values = {"loss": own, "truth": likelier(own, line["other"])}
        values["contradicted"] = likelier(own, line["contradicted"])
        seed = len(sides[line["arm"]])
        sides[line["arm"]].append(
            SelectionResult(line["arm"], "epochs", seed, "", line["rows"], 0, 0, "", values, 0.0, 0.0)
        )
    return dict(sides)


def _regrouped(sides: Sides, groups: Sequence[str], measure: str) -> float:
    """Give the share of calls where the same runs are dealt out anew, three against three; they are dependent."""
    called = [difference(a, b, groups, measure).interval.excludes(0.0) for a, b in _dealt(sides)]
    return fmean(called) if called else 0.0


def _dealt(sides: Sides) -> Iterator[tuple[Sequence[SelectionResult], Sequence[SelectionResult]]]:
    runs = [run for side in sides for run in side]
    for deal in range(REGROUPED):
        order = random.Random(deal).sample(runs, len(runs))
        dealt = [replace(run, seed=place % 3) for place, run in enumerate(order)]
        yield from ((dealt[at : at + 3], dealt[at + 3 : at + 6]) for at in range(0, len(dealt) - 5, 6))


def likelier(own: Sequence[float], other: Sequence[float | None]) -> list[float | None]:
    """Say of each question whether its own answer costs fewer nats a token: [1.0, 2.0], [1.5, None] → [1.0, None]."""
    return [None if far is None else float(near < far) for near, far in zip(own, other, strict=True)]
