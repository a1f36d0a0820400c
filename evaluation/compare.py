"""Base against tuned over the same questions: paired differences per metric, and the votes where there are any.

    compare_answers(base_rows, tuned_rows, votes)["metrics"]["token_f1"]["difference"]

Rows are paired by `id`; ids that only one side has are listed, never dropped in silence. Every interval is over
items, or over clusters of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evaluation.metrics import Metric, Score, chosen, score_all, summary
from evaluation.metrics.table import MetricChoice
from evaluation.report_text import exact_p, figure
from evaluation.win_rate import tally
from winnow.data.columns import Row, clusters, text, texts, with_columns
from winnow.errors import InputError
from winnow.statistics import paired_difference

LISTED = 10  # ids that the text names


def compare_answers(
    base: Iterable[Row],
    tuned: Iterable[Row],
    votes: Iterable[Row] = (),
    metrics: MetricChoice = None,
    *,
    columns: Mapping[str, str] | None = None,
    cluster: str | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Compare two files of answers `{"id", "prediction", "reference"}`: `difference` is tuned minus base.

    A row unscored on either side is left out of the difference and counted. `only_in` lists the ids that have no
    counterpart. `judgments` is null without votes. Raises InputError for repeated ids, and for an id whose
    question or reference isn't the same in both files.
    """
    before, after = rows_by_id(base, columns, "base"), rows_by_id(tuned, columns, "tuned")
    ids = [name for name in before if name in after]
    if not ids:
        raise InputError("base and tuned have no id in common; answer the same questions with both")
    _check_same_questions(before, after, ids)
    pair = [before[name] for name in ids], [after[name] for name in ids]
    wanted = chosen(metrics, has_references=any(texts(row.get("reference")) for row in pair[0]))
    scores = score_all(pair[0], wanted), score_all(pair[1], wanted)
    groups = clusters(pair[0], cluster)
    found = {
        metric.name: _paired(metric, scores[0][metric.name], scores[1][metric.name], groups, seed) for metric in wanted
    }
    votes = list(votes)
    lengths = {name: _length(after[name]) - _length(before[name]) for name in ids}
    together = dict(zip(ids, groups, strict=True)) if groups else None
    strangers = sorted({str(vote.get("id")) for vote in votes} - {*before, *after})
    return {
        "pairs": len(ids),
        "only_in": {"base": [i for i in before if i not in after], "tuned": [i for i in after if i not in before]},
        "metrics": found,
        "judgments": {**tally(votes, lengths, together), "unknown_ids": strangers} if votes else None,
    }


def rows_by_id(rows: Iterable[Row], columns: Mapping[str, str] | None, side: str) -> dict[str, dict[str, Any]]:
    """Index one side's answers by id; raises InputError for an id that is missing or stands twice."""
    taken = with_columns(rows, columns, needed=["id", "prediction"])
    ids = [text(row.get("id")) for row in taken]
    if None in ids:
        raise InputError(f"{side}: row {ids.index(None) + 1} has no id; rows are paired by id")
    repeated = [name for name, count in Counter(ids).items() if count > 1]
    if repeated:
        raise InputError(f'{side}: id "{repeated[0]}" stands on {ids.count(repeated[0])} rows; an id is one question')
    return {str(name): row for name, row in zip(ids, taken, strict=True)}


def _check_same_questions(before: Mapping[str, Row], after: Mapping[str, Row], ids: Sequence[str]) -> None:
    for name in ids:
        for field in ("question", "reference"):
            one, other = texts(before[name].get(field)), texts(after[name].get(field))
            if one and other and one != other:
                raise InputError(f'id "{name}": the {field} differs between base and tuned; they must be the same')


def _length(row: Row) -> int:
    return len((text(row.get("prediction")) or "").strip())


def _paired(
    metric: Metric, base: Sequence[Score], tuned: Sequence[Score], groups: Sequence[str] | None, seed: int
) -> dict[str, Any]:
    """Give one metric's two means and the paired difference, over the items scored on both sides."""
    both = [(place, b.value, t.value) for place, (b, t) in enumerate(zip(base, tuned, strict=True))]
    scored = [(place, b, t) for place, b, t in both if b is not None and t is not None]
    near = [groups[place] for place, _, _ in scored] if groups else None
    difference = paired_difference([b for _, b, _ in scored], [t for _, _, t in scored], near, seed=seed)
    up, down = sum(t > b for _, b, t in scored), sum(t < b for _, b, t in scored)
    improved, regressed = (down, up) if metric.better == "lower" else (up, down)
    kept = [[side[place] for place, _, _ in scored] for side in (base, tuned)]
    return {
        "base": summary(metric, kept[0], near, seed)[0].as_dict(),
        "tuned": summary(metric, kept[1], near, seed)[0].as_dict(),
        "difference": difference.as_dict(),
        "is_difference": difference.excludes(0.0),
        **{"improved": improved, "regressed": regressed, "equal": len(scored) - up - down},
        "unscored": len(both) - len(scored),
        "better": metric.better,
        "signature": metric.signature,
    }


def comparison_text(found: Mapping[str, Any]) -> str:
    """Lay the comparison out for a terminal."""
    lines = [f"{found['pairs']:,} questions answered by both"]
    lines += [_only(side, ids) for side, ids in found["only_in"].items() if ids]
    lines += [f"  {name:20} {_line(row)}" for name, row in found["metrics"].items()]
    if votes := found["judgments"]:
        counts = f"{votes['wins']} wins, {votes['losses']} losses, {votes['ties']} ties, {votes['both_bad']} both bad"
        lines.append(
            f"votes: {counts}; tuned's win rate among decided pairs: {figure(votes['win_rate'])}, {exact_p(votes)}"
        )
    return "\n".join(lines)


def _only(side: str, ids: Sequence[str]) -> str:
    return f"only in {side}: {len(ids)} ({', '.join(ids[:LISTED])}{', …' if len(ids) > LISTED else ''})"


def _line(row: Mapping[str, Any]) -> str:
    counts = f"{row['improved']} improved, {row['regressed']} regressed, {row['equal']} equal"
    verdict = "a difference" if row["is_difference"] else "can't tell a difference"
    return f"tuned - base {figure(row['difference'], '+')}  {counts}: {verdict}"
