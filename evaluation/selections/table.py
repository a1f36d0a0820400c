"""Selections in two tables, equal updates and equal epochs, with a sentence a claim.

    table = tabulate(results, groups, measure="loss", margin=0.02)
    print(table_text(table))

Differences are paired by row and seed; both are drawn at random (`winnow.statistics.crossed`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from evaluation.figures import figure
from evaluation.selections.arms import BUDGETS
from evaluation.selections.result import BETTER, SCALES, SelectionResult
from winnow.statistics import Crossed, crossed_difference

CLAIMS = (
    ("curated", "random"),
    ("curated", "raw"),
    ("cleaned", "raw"),
    ("cleaned", "curated"),
    ("gold", "cleaned"),
    ("longest", "random"),
    ("ifd", "random"),
    ("random", "raw"),
)  # "the first beats the second", of the kinds that were compared
TITLES = {"updates": "Equal updates", "epochs": "Equal epochs"}

Results = Mapping[str, Sequence[SelectionResult]]  # by arm, each arm's by seed


def tabulate(
    results: Sequence[SelectionResult], groups: Sequence[str], measure: str, margin: float
) -> dict[str, object]:
    """Summarise each arm under each budget, and judge every claim by the `measure`; raw and base stand in both."""
    tables = {}
    for budget in BUDGETS:
        arms: dict[str, list[SelectionResult]] = {}
        for result in sorted(results, key=lambda one: one.seed):
            if result.budget == budget or result.arm in ("raw", "base"):
                arms.setdefault(result.arm, []).append(result)
        tables[budget] = {
            "arms": [_arm(name, own, arms, groups, measure) for name, own in arms.items()],
            "claims": [claim_of(arms, *pair, groups, measure, margin) for pair in _pairs(arms)],
        }
    return {"measure": measure, "margin": margin, "rows": len(groups), "tables": tables}


def _arm(
    name: str, own: Sequence[SelectionResult], arms: Results, groups: Sequence[str], measure: str
) -> dict[str, object]:
    found: dict[str, object] = {
        "arm": name,
        "seeds": len(own),
        "rows": own[0].rows,
        "tokens": round(fmean(one.tokens for one in own)),
        "steps": own[0].steps,
        "training_seconds": round(fmean(one.training_seconds for one in own), 1),
        "means": {key: _mean([value for one in own for value in one.values[key]]) for key in own[0].values},
    }
    if "raw" in arms and name != "raw":
        found["against_raw"] = difference(arms["raw"], own, groups, measure).interval.as_dict()
    return found


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _pairs(arms: Results) -> list[tuple[str, str]]:
    """Name the arms of each claim: kinds with a number of rows are compared at the same number."""
    kinds = [(name.partition(":")[0], name) for name in arms]
    return [
        (one, other)
        for better, worse in CLAIMS
        for kind, one in kinds
        if kind == better
        for against, other in kinds
        if against == worse and (":" not in one or ":" not in other or one.split(":")[1] == other.split(":")[1])
    ]


def difference(
    base: Sequence[SelectionResult], other: Sequence[SelectionResult], groups: Sequence[str], measure: str
) -> Crossed:
    """Give other minus base over the rows that both scored with every seed they share; the base has one for all."""
    before, after = ({one.seed: one.values[measure] for one in side} for side in (base, other))
    if base[0].arm == "base" or other[0].arm == "base":
        seeds = sorted({*before, *after})
        before, after = (
            {seed: side.get(seed, next(iter(side.values()))) for seed in seeds} for side in (before, after)
        )
    shared = sorted(before.keys() & after.keys())
    sides = [
        np.array([side[seed] for seed in shared], dtype=float).reshape(len(shared), -1) for side in (before, after)
    ]
    scored = np.isfinite(sides[0]).all(axis=0) & np.isfinite(sides[1]).all(axis=0)
    kept = [group for group, known in zip(groups, scored, strict=True) if known]
    return crossed_difference(sides[0][:, scored], sides[1][:, scored], kept, scale=SCALES[measure])


def claim_of(
    arms: Results, arm: str, against: str, groups: Sequence[str], measure: str, margin: float
) -> dict[str, object]:
    """Judge "arm beats against": supported, contradicted or can't tell, with a sentence."""
    found = difference(arms[against], arms[arm], groups, measure)
    verdict = judge(found, measure)
    told = {"arm": arm, "against": against, "verdict": verdict, "difference": found.interval.as_dict()}
    return {**told, "sentence": _sentence(found, arm, against, verdict, measure, margin)}


def judge(found: Crossed, measure: str) -> str:
    """Say whether the first is better: where the interval lies on one side of 0."""
    if not found.interval.excludes(0.0):
        return "can't tell"
    return "supported" if (found.interval.estimate > 0) == BETTER[measure] else "contradicted"


def _sentence(found: Crossed, arm: str, against: str, verdict: str, measure: str, margin: float) -> str:
    said = f"{arm} beats {against} in {measure}: {verdict}, {figure(found.interval.as_dict(), '+')}"
    if verdict != "can't tell" or not found.interval.is_known:
        return f"{said}."
    if max(abs(found.interval.low), abs(found.interval.high)) < margin:
        return f"{said}; no difference beyond the margin of {margin:g}."
    return f"{said}; no difference that this data can show: {_enough(found, margin)}."


def _enough(found: Crossed, margin: float) -> str:
    """Say what it would take to find a difference of the margin in four studies of five."""
    items, seeds = found.items_needed(margin), found.seeds_needed(margin)
    ways = [f"{items:,} rows with {found.seeds} seeds"] if items else []
    ways += [f"{seeds:,} seeds on these rows"] if seeds and seeds > found.seeds else []
    told = " or ".join(ways) or "neither more rows nor more seeds alone; both"
    return f"one of {margin:g} would take {told}"


def table_text(table: Mapping[str, Any]) -> str:
    """Write both tables as Markdown, each with its claims below."""
    return "\n\n".join(_budget_text(TITLES[budget], part, table) for budget, part in table["tables"].items())


def _budget_text(title: str, part: Mapping[str, Any], table: Mapping[str, Any]) -> str:
    measures = list(part["arms"][0]["means"]) if part["arms"] else []
    against = f"{table['measure']}, against raw"
    head = ("selection", "rows", "tokens", "steps", "seeds", "seconds", *measures, against)
    rows = [_cells(line, measures) for line in part["arms"]]
    grid = "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))
    claims = "\n".join(f"- {claim['sentence']}" for claim in part["claims"])
    return f"## {title}\n\n{grid}\n\n{claims}".rstrip()


def _cells(line: Mapping[str, Any], measures: Sequence[str]) -> list[str]:
    counts = [f"{line[name]:,}" for name in ("rows", "tokens", "steps", "seeds")]
    means = [line["means"][name] for name in measures]
    shown = ["can't tell" if value is None else f"{value:.3f}" for value in means]
    change = figure(line["against_raw"], "+") if "against_raw" in line else ""
    return [line["arm"], *counts, f"{line['training_seconds']:g}", *shown, change]
