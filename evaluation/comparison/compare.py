"""Base against tuned over the same questions: paired differences per metric, and the votes where there are any.

    compare_answers(pair_answers(base, tuned), votes).metrics["token_f1"].difference

The ids that only one side has are listed, never dropped in silence. Every interval is over items, or over groups of
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.comparison.pairs import Paired
from evaluation.figures import counts_text, exact, figure, how_tested, is_doubted, lone_text
from evaluation.metrics import Metric, Score, chosen, score_all, summary
from evaluation.metrics.score import Better
from evaluation.metrics.table import MetricChoice
from evaluation.people.win_rate import Tally, Vote, tally
from winnow.data.columns import group_labels
from winnow.statistics import Interval, net_signs, paired_difference, sign_test


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """One metric's two means and the paired difference, tuned minus base, over the items scored on both sides.

    `sign_p` is of the exact sign test of those improved against those regressed, each group of items counted once: it
    says nothing of how much, and so holds however rare and large a difference may be.
    """

    base: Interval
    tuned: Interval
    difference: Interval
    improved: int
    regressed: int
    equal: int
    unscored: int
    sign_p: float
    better: Better
    signature: str

    @property
    def is_difference(self) -> bool:
        """Tell whether the interval of the difference lies wholly on one side of zero."""
        return self.difference.excludes(0.0)

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {
            "base": self.base.as_dict(),
            "tuned": self.tuned.as_dict(),
            "difference": self.difference.as_dict(),
            "is_difference": self.is_difference,
            **{"improved": self.improved, "regressed": self.regressed, "equal": self.equal},
            "unscored": self.unscored,
            "sign_p": self.sign_p,
            "better": self.better,
            "signature": self.signature,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every metric's difference over the paired answers, and what the votes say; `strangers` are votes' unknown ids."""

    paired: Paired
    metrics: dict[str, MetricDifference]
    votes: Tally | None = None
    strangers: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form; `judgments` is null without votes."""
        votes = {**self.votes.as_dict(), "unknown_ids": list(self.strangers)} if self.votes else None
        return {
            "pairs": len(self.paired.pairs),
            "only_in": self.paired.only_in,
            "metrics": {name: row.as_dict() for name, row in self.metrics.items()},
            "judgments": votes,
        }


def compare_answers(
    paired: Paired, votes: Iterable[Vote] = (), metrics: MetricChoice = None, *, seed: int = 0
) -> Comparison:
    """Compare the paired answers by every metric: a difference is tuned minus base.

    A pair unscored on either side is left out of the difference and counted. Pairs of one group are drawn together.
    """
    pairs = paired.pairs
    sides = [[pair.scored_row(side) for pair in pairs] for side in ("base", "tuned")]
    wanted = chosen(metrics, has_references=any(pair.references for pair in pairs))
    scores = [score_all(rows, wanted) for rows in sides]
    groups = group_labels([pair.group for pair in pairs])
    found = {
        metric.name: _paired(metric, scores[0][metric.name], scores[1][metric.name], groups, seed) for metric in wanted
    }
    votes = list(votes)
    lengths = {pair.id: float(pair.characters_longer) for pair in pairs}
    together = {pair.id: label for pair, label in zip(pairs, groups, strict=True)} if groups else None
    known = {*lengths, *paired.only_base, *paired.only_tuned}
    strangers = sorted({vote.id for vote in votes} - known)
    return Comparison(paired, found, tally(votes, lengths, together) if votes else None, tuple(strangers))


def _paired(
    metric: Metric, base: Sequence[Score], tuned: Sequence[Score], groups: Sequence[str] | None, seed: int
) -> MetricDifference:
    both = [(place, b.value, t.value) for place, (b, t) in enumerate(zip(base, tuned, strict=True))]
    scored = [(place, b, t) for place, b, t in both if b is not None and t is not None]
    near = [groups[place] for place, _, _ in scored] if groups else None
    values = [b for _, b, _ in scored], [t for _, _, t in scored]
    up, down = sum(t > b for _, b, t in scored), sum(t < b for _, b, t in scored)
    improved, regressed = (down, up) if metric.better == "lower" else (up, down)
    before, after = ([side[place] for place, _, _ in scored] for side in (base, tuned))
    return MetricDifference(
        summary(metric, before, near, seed)[0],
        summary(metric, after, near, seed)[0],
        paired_difference(*values, near, seed=seed, scale=metric.scale),
        improved,
        regressed,
        len(scored) - up - down,
        len(both) - len(scored),
        sign_test(*net_signs([t - b for _, b, t in scored], near)),
        metric.better,
        metric.signature,
    )


def comparison_text(found: Mapping[str, Any]) -> str:
    """Lay the JSON form of a comparison out for a terminal."""
    lines = [f"{found['pairs']:,} questions answered by both"]
    lines += [lone_text(found["only_in"])] if any(found["only_in"].values()) else []
    lines += [f"  {name:20} {_line(row)}" for name, row in found["metrics"].items()]
    if votes := found["judgments"]:
        rate = f"tuned's win rate among decided pairs: {figure(votes['win_rate'])}"
        lines.append(f"votes: {counts_text(votes)}; {rate}, {how_tested(votes)}")
    return "\n".join(lines)


def _line(row: Mapping[str, Any]) -> str:
    counts = f"{row['improved']} improved, {row['regressed']} regressed, {row['equal']} equal"
    told = "a difference" if row["is_difference"] else "can't tell a difference"
    why = f": {row['difference']['reason']}" if is_doubted(row) else ""
    return f"tuned - base {figure(row['difference'], '+')}  {counts} ({exact(row['sign_p'])}): {told}{why}"
