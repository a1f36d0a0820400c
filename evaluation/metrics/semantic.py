"""Metrics that need a model: semantic similarity and BERTScore, offline, in batches.

    similarity = semantic_similarity(embed)            # embed: texts → unit vectors
    bert_score = bert_score_metric("models/minilm")    # a local folder
    similarity.score("It grew.", ["It increased."])

An empty text has no meaning to compare, and the vector of a text in a script that the encoder doesn't know says
nothing: both are unscored, and never reach the model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.score import Metric, References, Score

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
PairScorer = Callable[[Sequence[str], Sequence[str]], list[float]]
DEFAULT_EMBEDDER = "all-minilm-l6-v2"
TEXTS_A_BATCH = 32


def semantic_similarity(embed: Embed | None = None, model_name: str = DEFAULT_EMBEDDER) -> Metric:
    """Make the cosine of the two texts' embeddings, -1 to 1; `embed` defaults to the packaged MiniLM."""

    def compare(predictions: Sequence[str], references: Sequence[str]) -> list[float]:
        encode = embed or _sentence_encoder(model_name)
        texts = list(dict.fromkeys([*predictions, *references]))
        vectors = dict(zip(texts, np.asarray(encode(texts), dtype=np.float64), strict=True))
        return [_cosine(vectors[p], vectors[r]) for p, r in zip(predictions, references, strict=True)]

    known = _always if embed else partial(_knows, model_name)
    title = "likeness of meaning (embeddings)"
    return _model_metric("semantic_similarity", compare, f"model:{model_name}|cosine", known, title)


def bert_score_metric(model: str = DEFAULT_EMBEDDER, num_layers: int | None = None) -> Metric:
    """Make BERTScore's F1 (Zhang et al. 2020) with the encoder in a local folder, or the packaged MiniLM.

    `num_layers` defaults to the model's last layer; without rescaling, so values are high and close together.
    """

    def compare(predictions: Sequence[str], references: Sequence[str]) -> list[float]:
        scorer = _bert_scorer(model, num_layers)
        f1 = scorer.score(list(predictions), list(references), batch_size=TEXTS_A_BATCH)[2]
        return [float(value) for value in f1]

    settings = f"model:{model.rstrip('/').rpartition('/')[2]}|layer:{num_layers or 'last'}|idf:no|rescale:no"
    return _model_metric("bert_score", compare, settings, partial(_knows, model), "likeness word by word (BERTScore)")


def _always(text: str) -> bool:
    return True


def _knows(model_name: str, text: str) -> bool:
    """Tell whether an encoder knows a text's script, as far as its vocabulary shows."""
    from winnow.models.names import resolve_embedder
    from winnow.models.scripts import reads

    return reads(resolve_embedder(model_name), text)


def _model_metric(name: str, compare: PairScorer, settings: str, known: Callable[[str], bool], title: str) -> Metric:
    def score_many(predictions: Sequence[str], references: Sequence[References]) -> list[Score]:
        return _best_scores(compare, predictions, references, known)

    def score(prediction: str, references: References) -> Score:
        return score_many([prediction], [references])[0]

    return Metric(name, score, settings, scale=(-1.0, 1.0), needs_model=True, score_many=score_many, title=title)


def _best_scores(
    compare: PairScorer,
    predictions: Sequence[str],
    references: Sequence[References],
    known: Callable[[str], bool],
) -> list[Score]:
    """Compare every scorable (prediction, reference) pair in one call, and keep the best of each row."""
    rows, left, right = [], [], []
    for row, (prediction, wanted) in enumerate(zip(predictions, references, strict=True)):
        for reference in [wanted] if isinstance(wanted, str) else wanted:
            if prediction.strip() and reference.strip() and known(reference) and known(prediction):
                rows.append(row)
                left.append(prediction)
                right.append(reference)
    best: dict[int, float] = {}
    for row, value in zip(rows, compare(left, right) if rows else [], strict=True):
        best[row] = max(value, best.get(row, -np.inf))
    return [
        Score(best[row], f"closest of {rows.count(row)} references")
        if row in best
        else _unscored(prediction, references[row])
        for row, prediction in enumerate(predictions)
    ]


def _unscored(prediction: str, references: References) -> Score:
    if not prediction.strip():
        return Score.unscored("the prediction is empty")
    if not any(map(str.strip, [references] if isinstance(references, str) else references)):
        return Score.unscored("the reference is empty")
    return Score.unscored("the encoder doesn't know the script of these texts; see chrf, which reads every script")


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / norm if norm else 0.0


@cache
def _sentence_encoder(model_name: str) -> Embed:
    from sentence_transformers import SentenceTransformer

    from winnow.models.device import device
    from winnow.models.names import resolve_embedder

    model = SentenceTransformer(str(resolve_embedder(model_name)), device=device())
    return lambda texts: np.asarray(model.encode(list(texts), batch_size=TEXTS_A_BATCH, show_progress_bar=False))


@cache
def _bert_scorer(model: str, num_layers: int | None) -> Any:
    from bert_score import BERTScorer
    from transformers import AutoConfig

    from winnow.models.device import device
    from winnow.models.names import resolve_embedder

    folder = str(resolve_embedder(model))
    layers = num_layers or AutoConfig.from_pretrained(folder).num_hidden_layers
    return BERTScorer(model_type=folder, num_layers=layers, device=device())
