"""Metrics: one pair of texts in, a Score out; aggregation and intervals are apart.

    METRICS["rouge_l"].score("the cat sat", ["a cat sat", "the cat sat down"])
    score_rows(rows, metrics=["numbers", "token_recall"])
    as_evaluate("numbers").compute(predictions=[…], references=[…])

METRICS is the table of contents. A score that can't be computed is None with its reason, never 0.
"""

from evaluation.metrics.huggingface import as_evaluate
from evaluation.metrics.score import Metric, Score
from evaluation.metrics.semantic import bert_score_metric, semantic_similarity
from evaluation.metrics.table import LEXICAL, METRICS, chosen, score_all, score_each, score_rows, summary

__all__ = [
    "LEXICAL",
    "METRICS",
    "Metric",
    "Score",
    "as_evaluate",
    "bert_score_metric",
    "chosen",
    "score_all",
    "score_each",
    "score_rows",
    "semantic_similarity",
    "summary",
]
