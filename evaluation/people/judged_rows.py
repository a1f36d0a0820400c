"""Rows that people judged, read into numbers: their verdicts, and what each metric says of the same rows.

    judged = read_judged(rows)                    # pairs, right or wrong, or ratings, by what the rows hold
    numbers = numbers_by_metric(judged, metrics)  # higher is better; for a pair, a's score minus b's

A verdict that can't be read is an error with its row; a row that nobody judged is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics import METRICS, Metric, Score, score_all
from evaluation.people.verdicts import Agreement, agreement, pair_verdicts, plurality, ratings
from winnow.data.columns import Row, with_columns
from winnow.errors import InputError

Floats = NDArray[np.float64]
Statistic = Literal["pairwise_accuracy", "auc", "tau_b"]

SIGNS = {"a": 1.0, "b": -1.0, "tie": 0.0}
LONGER = "longer"


@dataclass(frozen=True)
class Judged:
    """The rows people judged: `human` holds 1, 0, -1 for a, tie, b; or 0/1; or a rating, which has no `counts`."""

    statistic: Statistic
    rows: Sequence[Row]
    human: Floats
    people: Agreement | None
    counts: Mapping[str, int] | None = None


def read_judged(rows: Sequence[Row]) -> Judged:
    """Read the `human` column: verdicts on pairs where there is a `prediction_a`, else 0/1 or ratings.

    Raises InputError for a verdict that can't be read, and when there is nothing to judge.
    """
    paired = is_pairs(rows)
    with_columns(rows, None, needed=["prediction_a", "prediction_b"] if paired else ["prediction"])
    return _read_pairs(rows) if paired else _read_single(rows)


def is_pairs(rows: Sequence[Row]) -> bool:
    """Tell whether rows hold two answers each."""
    return any(row.get("prediction_a") is not None for row in rows)


def _read_pairs(rows: Sequence[Row]) -> Judged:
    spoken = pair_verdicts([row.get("human") for row in rows])
    kept = [place for place, verdicts in enumerate(spoken) if verdicts]
    decided = [plurality(spoken[place]) for place in kept]
    human = np.array([SIGNS[verdict] for verdict in decided])
    return Judged(
        "pairwise_accuracy", [rows[place] for place in kept], human, agreement(spoken, "nominal"), Counter(decided)
    )


def _read_single(rows: Sequence[Row]) -> Judged:
    spoken = ratings([row.get("human") for row in rows])
    is_binary = {value for values in spoken for value in values} <= {0.0, 1.0}
    means = {place: float(np.mean(values)) for place, values in enumerate(spoken) if values}
    split = [place for place, value in means.items() if is_binary and value == 0.5]
    kept = [place for place in means if place not in set(split)]
    people = agreement(spoken, "nominal" if is_binary else "ordinal")
    taken = [rows[place] for place in kept]
    values = np.array([means[place] for place in kept])
    if not is_binary:
        return Judged("tau_b", taken, values, people)
    good = (values > 0.5).astype(float)
    counts = {"1": int(good.sum()), "0": int((1 - good).sum()), "split": len(split)}
    return Judged("auc", taken, good, people, counts)


def numbers_by_metric(judged: Judged, metrics: Sequence[Metric], judges: Sequence[str] = ()) -> dict[str, Floats]:
    """Give each metric's number per row, higher is better, NaN where unscored; for a pair a's minus b's.

    Length comes last as the baseline "longer". `judges` names columns of the rows with a judge's own verdicts.
    """
    every = [*metrics, METRICS["length"]]
    if judged.statistic == "pairwise_accuracy":
        sides = [score_all(judged.rows, every, f"prediction_{side}") for side in "ab"]
        read = {name: _values(sides[0][name]) - _values(sides[1][name]) for name in sides[0]}
    else:
        read = {name: _values(scores) for name, scores in score_all(judged.rows, every).items()}
    lengths = read.pop("length")
    oriented = {metric.name: read[metric.name] * (-1 if metric.better == "lower" else 1) for metric in metrics}
    spoken = {name: _judge(judged, name) for name in judges}
    return {**oriented, **spoken, LONGER: lengths}


def _values(scores: Sequence[Score]) -> Floats:
    return np.array([np.nan if score.value is None else score.value for score in scores], dtype=float)


def _judge(judged: Judged, column: str) -> Floats:
    if column not in {name for row in judged.rows for name in row}:
        raise InputError(f'no row has a column "{column}" with a judge\'s verdicts')
    cells = [row.get(column) for row in judged.rows]
    if judged.statistic == "pairwise_accuracy":
        return np.array([SIGNS[plurality(one)] if one else np.nan for one in pair_verdicts(cells)])
    return np.array([float(np.mean(one)) if one else np.nan for one in ratings(cells)])
