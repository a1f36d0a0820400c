"""The metrics by name, and the mean of each over many rows with its interval.

    score_rows([{"prediction": "Nile", "reference": ["the Nile"]}, …]).figures["token_f1"].as_dict()
    # {"estimate": 0.81, "low": 0.74, "high": 0.87, "n": 120, "unscored": 0, "signature": "token_f1|winnow:…"}

To add a metric, write a function of one pair and give it a row in METRICS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from evaluation.metrics import answering, chrf, numbers, rouge, words
from evaluation.metrics.score import Metric, Score
from evaluation.metrics.semantic import bert_score_metric, semantic_similarity
from winnow.data.columns import Row, clusters, text, texts, with_columns
from winnow.errors import InputError
from winnow.statistics import Interval, mean

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("exact_match", words.exact_match, words.SETTINGS, title="says exactly what the reference says"),
        Metric("token_f1", words.token_f1, words.SETTINGS, title="words shared with the reference (F1)"),
        Metric("token_recall", words.token_recall, words.SETTINGS, title="words of the reference that occur"),
        Metric(
            "numbers",
            numbers.number_recall,
            numbers.SETTINGS,
            score_in=numbers.in_file,
            title="numbers of the reference that occur",
        ),
        Metric("rouge_l", rouge.rouge_l, rouge.SETTINGS, title="words shared in order (ROUGE-L)"),
        Metric("chrf", chrf.chrf, chrf.SETTINGS, scale=(0.0, 100.0), title="pieces of words shared (chrF)"),
        Metric(
            "refusal",
            answering.refusal,
            answering.REFUSAL_SETTINGS,
            better="lower",
            needs_reference=False,
            title="refuses to answer",
        ),
        Metric(
            "length",
            answering.length,
            answering.LENGTH_SETTINGS,
            scale=None,
            better="neither",
            needs_reference=False,
            title="characters of an answer",
        ),
        semantic_similarity(),
        bert_score_metric(),
    )
}
LEXICAL = tuple(name for name, metric in METRICS.items() if not metric.needs_model)

ROWS_A_BLOCK = 1_000  # rows whose words fit in the cache at once

MetricChoice = Sequence[str | Metric] | None


def chosen(metrics: MetricChoice, has_references: bool = True) -> list[Metric]:
    """Give the metrics by name or as they are; by default all that need no model, nor a reference there isn't."""
    if metrics is None:
        return [METRICS[name] for name in LEXICAL if has_references or not METRICS[name].needs_reference]
    unknown = [name for name in metrics if isinstance(name, str) and name not in METRICS]
    if unknown:
        raise InputError(f'there is no metric "{unknown[0]}"; choose from {", ".join(METRICS)}')
    return [METRICS[metric] if isinstance(metric, str) else metric for metric in metrics]


@dataclass(frozen=True, slots=True)
class MetricFigure:
    """A metric's mean over the scored rows, and how many rows are unscored for which reason."""

    interval: Interval
    unscored: Mapping[str, int]
    signature: str

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form; `unscored_because` is there only where something is unscored."""
        counted = {"unscored": sum(self.unscored.values()), "signature": self.signature}
        because = {"unscored_because": dict(self.unscored)} if self.unscored else {}
        return {**self.interval.as_dict(), **counted, **because}


@dataclass(frozen=True, slots=True)
class Scored:
    """Rows scored by every metric: the figure of each, and each row's scores in the order of the rows."""

    figures: dict[str, MetricFigure]
    rows: Sequence[Row]
    scores: dict[str, list[Score]]

    def as_dict(self) -> dict[str, dict[str, dict[str, object]]]:
        """Give the JSON form of the figures."""
        return {"metrics": {name: figure.as_dict() for name, figure in self.figures.items()}}

    def rows_with_scores(self) -> list[Row]:
        """Give each row with `scores`: name → value and explanation."""
        return [
            {**row, "scores": {name: asdict(scores[place]) for name, scores in self.scores.items()}}
            for place, row in enumerate(self.rows)
        ]


def score_rows(
    rows: Iterable[Row],
    metrics: MetricChoice = None,
    columns: Mapping[str, str] | None = None,
    *,
    cluster: str | None = None,
    seed: int = 0,
) -> Scored:
    """Score rows of `prediction` and `reference` (a text or a list; the best counts) with every metric.

    Unscored rows are left out of the mean, counted and explained. `cluster` names a column whose equal values (a
    duplicate group) are drawn together; rows without it stand alone.
    """
    taken = with_columns(rows, columns, needed=["prediction"])
    wanted = chosen(metrics, has_references=any(texts(row.get("reference")) for row in taken))
    groups = clusters(taken, cluster)
    scored = score_all(taken, wanted)
    figures = {
        metric.name: MetricFigure(*summary(metric, scored[metric.name], groups, seed), metric.signature)
        for metric in wanted
    }
    return Scored(figures, taken, scored)


def score_all(rows: Sequence[Row], metrics: Sequence[Metric], prediction: str = "prediction") -> dict[str, list[Score]]:
    """Score every row with every metric, a block of rows at a time so that metrics share one split into words."""
    scores: dict[str, list[Score]] = {metric.name: [] for metric in metrics}
    reading = in_file(metrics, rows, prediction)
    for start in range(0, len(rows), ROWS_A_BLOCK):
        for metric in reading:
            scores[metric.name] += score_each(rows[start : start + ROWS_A_BLOCK], metric, prediction)
    return scores


def in_file(metrics: Sequence[Metric], rows: Sequence[Row], prediction: str = "prediction") -> list[Metric]:
    """Give the metrics as they read these rows: what one text doesn't say, such as its decimal mark, the rows do."""
    if not any(metric.score_in for metric in metrics):
        return list(metrics)
    held = [text for row in rows for text in (*texts(row.get("reference")), *texts(row.get(prediction)))]
    return [metric.in_file(held) for metric in metrics]


def score_each(rows: Sequence[Row], metric: Metric, prediction: str = "prediction") -> list[Score]:
    """Score each row's `prediction` column against its `reference`; what is missing is unscored, with the reason."""
    scores = [_missing(row, metric, prediction) for row in rows]
    scorable = [place for place, score in enumerate(scores) if score is None]
    predictions = [text(rows[place][prediction]) or "" for place in scorable]
    references = [texts(rows[place].get("reference")) for place in scorable]
    found = iter(metric.score_pairs(predictions, references))
    return [score or next(found) for score in scores]


def _missing(row: Row, metric: Metric, prediction: str) -> Score | None:
    if text(row.get(prediction)) is None:
        return Score.unscored("there is no prediction")
    if isinstance(row[prediction], Mapping | list):
        return Score.unscored("the prediction is an object, not a text")
    if metric.needs_reference and not texts(row.get("reference")):
        return Score.unscored("there is no reference")
    return None


def summary(
    metric: Metric, scores: Sequence[Score], groups: Sequence[str] | None = None, seed: int = 0
) -> tuple[Interval, Counter[str]]:
    """Give the mean of the scored rows with its interval, and why the others have no score."""
    places = [place for place, score in enumerate(scores) if score.value is not None]
    values = [value for score in scores if (value := score.value) is not None]
    near = [groups[place] for place in places] if groups else None
    if metric.scale is None and near is None:
        near = [str(place) for place in places]  # lengths of 0 and 1 aren't failures and passes
    interval = mean(values, near, seed=seed, scale=metric.scale)
    unscored = Counter(score.explanation for score in scores if score.value is None)
    return interval, unscored
