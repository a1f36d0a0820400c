"""Mixtures in a table and a plot: the gain in the domain against the change of general ability.

    table = tabulate(rows, margin=0.05)
    print(table_text(table))

Intervals are of 95 %, over items; an item's value is its mean over the seeds, whose own range stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import Any

from evaluation.figures import figure
from evaluation.metrics import METRICS
from evaluation.mixtures.result import ArmResult, ItemResult
from evaluation.report import plots
from evaluation.retention.forgetting import forgetting
from evaluation.retention.outcomes import worst
from winnow.page import fill
from winnow.statistics import Interval, mean, noninferiority, paired_difference

TEMPLATE = Path(__file__).parents[1] / "templates" / "mixtures.html"

SHARES = (0.0, 1.0)  # the ends of an item's value where it is a share of the seeds

Values = dict[Any, float]  # by item


def tabulate(rows: Sequence[ArmResult], margin: float) -> dict[str, Any]:
    """Summarise the results of each arm, and compare every arm with the first, item by item."""
    arms: dict[str, list[ArmResult]] = {}
    for row in sorted(rows, key=lambda row: row.seed):
        arms.setdefault(row.arm, []).append(row)
    first = next(iter(arms), "")
    table = [_arm(name, own, margin) for name, own in arms.items()]
    for line in table:
        if line["arm"] != first:
            line["against_first"] = _against(arms[first], arms[line["arm"]])
        line["on_frontier"] = not any(_is_beaten(line, other) for other in table)
    metric = rows[0].metric if rows else ""
    return {"margin": margin, "metric": metric, "first": first, "arms": table}


def _against(first: Sequence[ArmResult], other: Sequence[ArmResult]) -> dict[str, object]:
    changes = {
        "gain": _difference(_scores(first, "tuned"), _scores(other, "tuned"), _scale(first)),
        "right": _difference(_right_changes(first), _right_changes(other), SHARES),
        "lost": _difference(_lost(first), _lost(other), SHARES),
    }
    return {name: change.as_dict() for name, change in changes.items()}


def _arm(name: str, rows: Sequence[ArmResult], margin: float) -> dict[str, Any]:
    right = _right(rows)
    readable = paired_difference(*(list(_readable(rows, side).values()) for side in ("base", "tuned")))
    divergences = _known(rows, lambda item: item.divergence)
    return {
        "arm": name,
        "seeds": len(rows),
        "steps": round(fmean(row.steps for row in rows)),
        "share": fmean(row.share for row in rows),
        "gain": _difference(_scores(rows, "base"), _scores(rows, "tuned"), _scale(rows)).as_dict(),
        "loss": _difference(_losses(rows, "base"), _losses(rows, "tuned"), None).as_dict(),
        "right": right.as_dict(),
        "verdict": worst([noninferiority(right, margin), noninferiority(readable, margin)]),
        "over_seeds": {
            "gain": [_mean_change(_scores([row], "base"), _scores([row], "tuned")) for row in rows],
            "right": [fmean(_right_changes([row]).values()) if _right_changes([row]) else None for row in rows],
        },
        "lost": _lost_share(rows).as_dict(),
        "sets": {
            name: {"right": _right(own).as_dict(), "lost": _lost_share(own).as_dict()}
            for name, own in _sets(rows).items()
        },
        "forgotten": [_forgotten(row) for row in rows],
        "unreadable": {side: sum(1 - value for value in _readable(rows, side).values()) for side in ("base", "tuned")},
        "divergence": mean(list(divergences.values())).as_dict(),
    }


def _scores(rows: Sequence[ArmResult], side: str) -> Values:
    return _over_seeds([dict(enumerate(row.sides[side].score)) for row in rows])


def _losses(rows: Sequence[ArmResult], side: str) -> Values:
    return _over_seeds([dict(enumerate(row.sides[side].loss)) for row in rows])


def _sets(rows: Sequence[ArmResult]) -> dict[str, list[ArmResult]]:
    """Part the results by the sets of general items that a program can check."""
    names = dict.fromkeys(item.set for row in rows for item in row.items if item.checked)
    return {
        name: [replace(row, items=tuple(item for item in row.items if item.set == name)) for row in rows]
        for name in names
    }


def _right(rows: Sequence[ArmResult]) -> Interval:
    base = _known(rows, lambda item: item.base)
    changes = _right_changes(rows)
    return _difference(base, {key: base[key] + change for key, change in changes.items()}, SHARES)


def _right_changes(rows: Sequence[ArmResult]) -> Values:
    """Give each item's change from base to tuned where both answers could be read."""
    return _known(rows, _change)


def _change(item: ItemResult) -> int | None:
    """Give 1 for an item gained, -1 for one lost, 0 for neither; None where an answer couldn't be read."""
    return None if item.base is None or item.tuned is None else item.tuned - item.base


def _lost(rows: Sequence[ArmResult]) -> Values:
    """Give each item's share of seeds in which the base was right and tuned wrong."""
    return _known(rows, lambda item: None if (change := _change(item)) is None else change < 0)


def _lost_share(rows: Sequence[ArmResult]) -> Interval:
    return mean(list(_lost(rows).values()), scale=SHARES)


def _readable(rows: Sequence[ArmResult], side: str) -> Values:
    """Say of each checked item whether its answers could be read, 1 where with every seed."""
    shares = _known(rows, lambda item: float(item.sides[side] is not None) if item.checked else None)
    return {key: float(share == 1) for key, share in shares.items()}


def _known(rows: Sequence[ArmResult], value: Callable[[ItemResult], float | None]) -> Values:
    return _over_seeds([{item.id: value(item) for item in row.items} for row in rows])


def _over_seeds(seeds: Sequence[Mapping[Any, float | None]]) -> Values:
    """Average each item over the seeds that have a value for it."""
    found: dict[Any, list[float]] = {}
    for values in seeds:
        for key, value in values.items():
            if value is not None:
                found.setdefault(key, []).append(float(value))
    return {key: fmean(values) for key, values in found.items()}


def _columns(before: Values, after: Values) -> tuple[list[float], list[float]]:
    both = [key for key in before if key in after]
    return [before[key] for key in both], [after[key] for key in both]


def _difference(before: Values, after: Values, scale: tuple[float, float] | None) -> Interval:
    return paired_difference(*_columns(before, after), scale=scale)


def _scale(rows: Sequence[ArmResult]) -> tuple[float, float] | None:
    """Give the ends between which the scores lie."""
    return METRICS[rows[0].metric].scale


def _mean_change(before: Values, after: Values) -> float | None:
    pairs = list(zip(*_columns(before, after), strict=True))
    return fmean(now - was for was, now in pairs) if pairs else None


def _forgotten(row: ArmResult) -> float | None:
    """Give the share of items lost, corrected for guessing."""
    both = [item for item in row.items if _change(item) is not None]
    base, tuned = ([bool(item.sides[side]) for item in both] for side in ("base", "tuned"))
    return forgetting(base, tuned, [item.options for item in both]).forgetting.estimate if both else None


def _is_beaten(line: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether the other arm gained and kept at least as much, and one of them more, by the estimates."""
    sides = [(line[name]["estimate"], other[name]["estimate"]) for name in ("gain", "right")]
    if any(None in side for side in sides):
        return False
    return all(theirs >= own for own, theirs in sides) and any(theirs > own for own, theirs in sides)


def table_text(table: Mapping[str, Any]) -> str:
    """Write the table as Markdown: every mixture, then set by set, then against the first."""
    return "\n\n".join((_every(table), _by_set(table), _against_first(table)))


def _every(table: Mapping[str, Any]) -> str:
    metric, margin = table["metric"], table["margin"]
    head = (
        *("mixture", "share", "steps", "seeds", f"{metric}, change", "over seeds", "loss, change"),
        *("general right, change", "over seeds", f"at the margin {margin:g}", "general lost 1→0", "without guessing"),
        *("unreadable", "KL to base", "frontier"),
    )
    return _grid(head, [_cells(line) for line in table["arms"]])


def _by_set(table: Mapping[str, Any]) -> str:
    sets = list(dict.fromkeys(name for line in table["arms"] for name in line["sets"]))
    head = ("mixture", *(f"{name}: {part}" for name in sets for part in ("right, change", "lost 1→0")))
    rows = []
    for line in table["arms"]:
        parts = [line["sets"][name] for name in sets]
        cells = [(figure(part["right"], "+"), figure(part["lost"])) for part in parts]
        rows.append([line["arm"], *chain.from_iterable(cells)])
    return _grid(head, rows)


def _against_first(table: Mapping[str, Any]) -> str:
    head = (f"against {table['first']}", table["metric"], "general right", "general lost 1→0")
    others = [line for line in table["arms"] if "against_first" in line]
    rows = [[line["arm"], *(figure(value, "+") for value in line["against_first"].values())] for line in others]
    return _grid(head, rows)


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def _cells(line: Mapping[str, Any]) -> list[str]:
    return [
        *(line["arm"], f"{line['share']:.1%}", str(line["steps"]), str(line["seeds"])),
        *(figure(line["gain"], "+"), _reach(line["over_seeds"]["gain"], "+"), figure(line["loss"], "+")),
        *(figure(line["right"], "+"), _reach(line["over_seeds"]["right"], "+"), line["verdict"]),
        *(
            figure(line["lost"]),
            _reach(line["forgotten"]),
            f"{line['unreadable']['base']:.0f} → {line['unreadable']['tuned']:.0f}",
        ),
        *(figure(line["divergence"]), "yes" if line["on_frontier"] else ""),
    ]


def _reach(values: Sequence[float | None], sign: str = "") -> str:
    """Write the least and the greatest of the seeds' values."""
    known = [value for value in values if value is not None]
    if not known:
        return "can't tell"
    least, most = f"{min(known):{sign}.3f}", f"{max(known):{sign}.3f}"
    return least if least == most else f"{least} to {most}"


def page(table: Mapping[str, Any]) -> str:
    """Draw the table and the plot as one HTML file."""
    points = {line["arm"]: (line["gain"], line["right"]) for line in table["arms"]}
    plane = plots.plane(points, table["metric"], table["margin"])
    return fill(TEMPLATE, title="Mixtures", table=table, plane=plane, figure=figure, reach=_reach)
