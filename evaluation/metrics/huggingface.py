"""Every metric as an `evaluate.Metric`, which works offline and under `evaluate.combine`.

    evaluate.combine([as_evaluate("rouge_l"), as_evaluate("numbers")]).compute(
        predictions=["Nile"], references=["the Nile"])

Each gives its mean under its own name, and `<name>_low`, `_high`, `_n`, `_unscored` beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.metrics.score import Metric
from evaluation.metrics.table import METRICS, in_file, score_each, summary


def as_evaluate(metric: str | Metric) -> Any:
    """Make an `evaluate.Metric` of a metric or of its name; references may be texts or lists of texts."""
    import datasets
    import evaluate

    chosen = METRICS[metric] if isinstance(metric, str) else metric
    one = datasets.Value("string")
    several = datasets.Sequence(datasets.Value("string"))
    needs = {"predictions": one}

    class WinnowMetric(evaluate.Metric):  # type: ignore[misc]
        def _info(self) -> Any:
            return evaluate.MetricInfo(
                description=chosen.signature,
                citation="",
                inputs_description=chosen.score.__doc__ or chosen.name,
                features=[
                    datasets.Features({**needs, "references": one}),
                    datasets.Features({**needs, "references": several}),
                ],
            )

        def _compute(self, predictions: Sequence[str], references: Sequence[Any]) -> dict[str, object]:
            rows = [{"prediction": p, "reference": r} for p, r in zip(predictions, references, strict=True)]
            interval, unscored = summary(chosen, score_each(rows, in_file([chosen], rows)[0]))
            figures = {"low": interval.low, "high": interval.high, "n": interval.n}
            figures["unscored"] = sum(unscored.values())
            return {chosen.name: interval.estimate, **{f"{chosen.name}_{key}": value for key, value in figures.items()}}

    return WinnowMetric(config_name=chosen.name)
