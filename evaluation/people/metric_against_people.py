"""Metric against people: how well each metric follows human verdicts, beside baselines it must beat.

    meta([{"reference": …, "prediction": …, "human": 1}, …])                # AUC; ratings: Kendall's tau-b
    meta([{"prediction_a": …, "prediction_b": …, "human": "a"}, …])         # pairwise accuracy, ties calibrated

"Longer wins" and "random" are rows of the same table. A metric beats them only when the paired interval of the
difference to each lies above 0; else it can't be a headline.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.figures import figure
from evaluation.metrics import Metric, chosen
from evaluation.metrics.table import MetricChoice
from evaluation.people.judged_rows import LONGER, Floats, Judged, Statistic, numbers_by_metric, read_judged
from evaluation.people.tie_calibration import calibrated_verdicts
from winnow.data.columns import Row, clusters, texts, with_columns
from winnow.statistics import (
    Interval,
    auc,
    auc_influence,
    kendall_tau_b,
    mean,
    paired_difference,
    tau_influence,
    wilson,
)

RANDOM = "random"
BASELINES = (LONGER, RANDOM)


@dataclass(frozen=True)
class Following:
    """How one metric follows people: the figure, and per scored item a value whose mean is the figure."""

    figure: Interval
    items: NDArray[np.int64]
    values: Floats
    extra: Mapping[str, Interval | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetricStanding:
    """One metric's row of the table: how it follows people, and the paired difference to each baseline (`above`)."""

    statistic: Statistic
    figure: Interval
    extra: Mapping[str, Interval | float]
    unscored: int
    beats_baseline: bool = False
    above: Mapping[str, Interval] | None = None
    is_baseline: bool = False
    signature: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form; the figure stands under the name of its statistic."""
        extra = {name: value.as_dict() if isinstance(value, Interval) else value for name, value in self.extra.items()}
        return {
            self.statistic: self.figure.as_dict(),
            **extra,
            "unscored": self.unscored,
            **({"is_baseline": True} if self.is_baseline else {}),
            "beats_baseline": self.beats_baseline,
            **({} if self.above is None else {"above": {name: row.as_dict() for name, row in self.above.items()}}),
            **({} if self.signature is None else {"signature": self.signature}),
        }


@dataclass(frozen=True, slots=True)
class MetaEvaluation:
    """The table of metrics and baselines, over so many rows that people judged."""

    judged: Judged
    rows: int
    metrics: dict[str, MetricStanding]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        people, counts = self.judged.people, self.judged.counts
        return {
            "statistic": self.judged.statistic,
            "rows": self.rows,
            "unjudged": self.rows - len(self.judged.rows),
            **({} if counts is None else {"verdicts": dict(counts)}),
            "people": None if people is None else people.as_dict(),
            "metrics": {name: row.as_dict() for name, row in self.metrics.items()},
        }


def meta(
    rows: Iterable[Row],
    metrics: MetricChoice = None,
    columns: Mapping[str, str] | None = None,
    *,
    judges: Sequence[str] = (),
    cluster: str = "question",
    seed: int = 0,
) -> MetaEvaluation:
    """Say how well each metric follows the `human` column, by the statistic that its kind allows.

    `columns` maps our names to theirs; several human columns are given as "one,two,three". `judges` names columns
    with a judge's verdicts or scores, which become rows of the table. Rows with one value of `cluster` are drawn
    together. Rows that nobody judged are counted and left out.
    """
    taken = with_columns(rows, columns, needed=["human"])
    judged = read_judged(taken)
    labels = clusters(judged.rows, cluster)
    groups = None if labels is None else np.unique(labels, return_inverse=True)[1]
    wanted = _wanted(metrics, judged.rows)
    numbers = numbers_by_metric(judged, wanted, judges)
    found = {name: _following(judged, values, groups, seed) for name, values in numbers.items()}
    signatures = {metric.name: metric.signature for metric in wanted}
    table = {
        name: replace(
            _entry(judged, found[name], found[LONGER], numbers[LONGER], groups, seed), signature=signatures.get(name)
        )
        for name in found
    }
    table[LONGER] = _baseline(judged, found[LONGER])
    table[RANDOM] = _baseline(judged, _random(judged, np.arange(len(judged.rows))))
    return MetaEvaluation(judged, len(taken), table)


def _wanted(metrics: MetricChoice, rows: Sequence[Row]) -> list[Metric]:
    """Leave out what has no better direction: length is the baseline "longer" itself."""
    has_references = any(texts(row.get("reference")) for row in rows)
    return [metric for metric in chosen(metrics, has_references) if metric.better != "neither"]


def _following(judged: Judged, numbers: Floats, groups: NDArray[np.int64] | None, seed: int) -> Following:
    """Hold one metric's numbers against people, on the items it could score."""
    items = np.flatnonzero(~np.isnan(numbers))
    values, human = numbers[items], judged.human[items]
    near = None if groups is None else groups[items].tolist()
    if judged.statistic == "pairwise_accuracy":
        return _pairwise(items, values, human, near, seed)
    if judged.statistic == "auc":
        figure = auc(values, human, near)
        influence = auc_influence(values, human > 0) if 0 < human.sum() < len(human) else np.zeros(len(items))
    else:
        figure = kendall_tau_b(values, human, near)
        is_constant = not len(items) or not np.ptp(values) or not np.ptp(human)
        influence = np.zeros(len(items)) if is_constant else tau_influence(values, human)
    return Following(figure, items, figure.estimate + influence)


def _pairwise(
    items: NDArray[np.int64], differences: Floats, human: Floats, near: list[int] | None, seed: int
) -> Following:
    if len(human) and not human.any():
        return Following(Interval.unknown(len(items), "people tied every pair"), items, np.zeros(len(items)))
    signs, epsilon = calibrated_verdicts(differences, human, seed)
    right = (signs == human).astype(float)
    decided = human != 0
    guess = np.sign(differences)[decided]
    # where people decided, a tie of the metric is half right, as a coin would be
    halves = (guess == human[decided]) + (guess == 0) / 2
    own = None if near is None else np.asarray(near)[decided].tolist()
    extra: dict[str, Interval | float] = {
        "epsilon": epsilon,
        "decided_accuracy": mean(halves, own, seed=seed, scale=(0, 1)),
    }
    return Following(mean(right, near, seed=seed, scale=(0, 1)), items, right, extra)


def _random(judged: Judged, items: NDArray[np.int64]) -> Following:
    """Give what guessing gets: half of the decided pairs, an AUC of 0.5, a tau-b of 0; without sampling error."""
    n = len(items)
    if not n:
        return Following(Interval.unknown(0, "no item has a score"), items, np.zeros(0))
    if judged.statistic == "pairwise_accuracy":
        values = np.abs(judged.human[items]) / 2
        share = wilson(float(2 * values.sum()), n)
        return Following(Interval(share.estimate / 2, share.low / 2, share.high / 2, n), items, values)
    if not np.ptp(judged.human[items]):
        return Following(Interval.unknown(n, "people gave every item the same verdict"), items, np.zeros(n))
    chance = 0.5 if judged.statistic == "auc" else 0.0
    return Following(Interval(chance, chance, chance, n), items, np.full(n, chance))


def _baseline(judged: Judged, following: Following) -> MetricStanding:
    unscored = len(judged.rows) - len(following.items)
    return MetricStanding(judged.statistic, following.figure, following.extra, unscored, is_baseline=True)


def _entry(
    judged: Judged,
    following: Following,
    longer: Following,
    lengths: Floats,
    groups: NDArray[np.int64] | None,
    seed: int,
) -> MetricStanding:
    """Give one metric's row of the table: its figure, and the paired difference to each baseline."""
    if len(longer.items) != len(following.items):  # a baseline is held against the same rows
        only = np.full(len(lengths), np.nan)
        only[following.items] = lengths[following.items]
        longer = _following(judged, only, groups, seed)
    baselines = {LONGER: longer, RANDOM: _random(judged, following.items)}
    near = None if groups is None else groups[following.items].tolist()
    against = {name: _difference(judged.statistic, following, other, near, seed) for name, other in baselines.items()}
    beats = following.figure.is_known and all(
        _is_above(against[name], following.figure, other.figure) for name, other in baselines.items()
    )
    unscored = len(judged.rows) - len(following.items)
    return MetricStanding(judged.statistic, following.figure, following.extra, unscored, beats, against)


def _difference(statistic: Statistic, one: Following, other: Following, near: list[int] | None, seed: int) -> Interval:
    if math.isnan(one.figure.estimate) or math.isnan(other.figure.estimate):
        return Interval.unknown(len(one.items), one.figure.reason or other.figure.reason)
    scale = (0, 1) if statistic == "pairwise_accuracy" else None  # an influence on an AUC has no ends
    return paired_difference(other.values, one.values, near, seed=seed, scale=scale)


def _is_above(difference: Interval, figure: Interval, baseline: Interval) -> bool:
    """Tell by the paired interval; a difference without spread (a perfect metric) by the two intervals apart."""
    return difference.low > 0 if difference.is_known else figure.low > baseline.high


def meta_text(found: Mapping[str, Any]) -> str:
    """Lay the table out for a terminal: best first, baselines marked, what beats them named."""
    statistic = found["statistic"]
    ranked = sorted(found["metrics"].items(), key=lambda item: -(item[1][statistic]["estimate"] or -1))
    lines = [f"{statistic} over {found['rows'] - found['unjudged']:,} judged rows"]
    lines += [f"  {name:20} {figure(row[statistic])}  {_standing(row)}" for name, row in ranked]
    if people := found["people"]:
        alpha = people["krippendorff_alpha"]
        lines.append(f"  people among themselves: Krippendorff's alpha {figure(alpha)}")
    return "\n".join(lines)


def _standing(row: Mapping[str, Any]) -> str:
    standing = "beats the baselines" if row["beats_baseline"] else "doesn't beat the baselines"
    decided = row.get("decided_accuracy", {}).get("estimate")
    shown = "" if decided is None else f"  ({decided:.3f} of the decided pairs)"
    return ("baseline" if row.get("is_baseline") else standing) + shown
