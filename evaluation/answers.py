"""Held-out answers: the same questions, prompt and settings for base and tuned, each answer kept as it comes.

answerer = Answerer(model, "tuned", weights, settings, workspace.answers / "cache.jsonl")
rows = answerer.answer(held_out_rows)       # a second run, or one after a crash, asks only what is missing
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from winnow.chat import to_messages
from winnow.errors import WinnowError
from winnow.files import append_lines, whole_lines
from winnow.language_model import Answering, Generation, GenerationSettings, LanguageModel
from winnow.records import canonical_json, content_hash

PROBE_ROWS = 8
SAME = 1e-3  # nats on a whole answer: two ways through the same weights differ by rounding only

Advance = Callable[[int], None]


@dataclass
class Answerer:
    """Answer questions with one system; `identity` names its weights, so that a cached answer can't be another's."""

    model: Answering
    system: str
    identity: str
    settings: GenerationSettings
    cache_file: Path
    prompt: str | None = None
    _known: dict[str, Generation] = field(default_factory=dict)

    def answer(self, rows: Sequence[dict[str, Any]], advance: Advance = lambda done: None) -> list[dict[str, Any]]:
        """Turn rows `{"id", "question", "answer"}` into `{"id", "question", "reference", "prediction", "system", …}`.

        Only questions without a cached answer are asked.
        """
        self._known = dict(_read_cache(self.cache_file))
        missing = [row for row in rows if self._key(row) not in self._known]
        advance(len(rows) - len(missing))
        chunk = 4 * (self.settings.batch_size or 16)
        for start in range(0, len(missing), chunk):
            part = missing[start : start + chunk]
            prompts = [to_messages(self._prompt_text(row), self.prompt) for row in part]
            made = self.model.answer(prompts, self.settings, advance)
            fresh = {self._key(row): generation for row, generation in zip(part, made, strict=True)}
            kept = ({"key": key, **asdict(generation)} for key, generation in fresh.items())
            append_lines(self.cache_file, *(json.dumps(row, ensure_ascii=False) for row in kept))
            self._known.update(fresh)
        return [self._row(row) for row in rows]

    def _prompt_text(self, row: dict[str, Any]) -> str:
        return str(row.get("prompt", row["question"]))

    def _key(self, row: dict[str, Any]) -> str:
        settings = {k: v for k, v in asdict(self.settings).items() if k != "batch_size"}
        return content_hash(self.identity, canonical_json(settings), self.prompt or "", self._prompt_text(row))

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        generation = self._known[self._key(row)]
        return {
            "id": row["id"],
            "question": row["question"],
            "reference": row["answer"],
            "prediction": generation.text,
            "system": self.system,
            "tokens": generation.tokens,
            "finished": generation.finished,
            "seconds": round(generation.seconds, 4),
            **({"passages": row["passages"]} if "passages" in row else {}),
        }


def _read_cache(path: Path) -> Iterator[tuple[str, Generation]]:
    for row in map(json.loads, whole_lines(path)):
        yield row.pop("key"), Generation(**row)


def probe(model: LanguageModel, rows: Sequence[dict[str, Any]], prompt: str | None = None) -> list[float]:
    """Score the reference answers of the first rows: log-likelihoods that identify the weights in use."""
    from winnow.chat import render

    pairs = [
        (render(model.tokenizer, to_messages(row["question"], prompt)), row["answer"]) for row in rows[:PROBE_ROWS]
    ]
    return [likelihood.total for likelihood in model.log_likelihood(pairs)]


def prove_adapter_off(plain: Sequence[float], disabled: Sequence[float], enabled: Sequence[float]) -> dict[str, Any]:
    """Compare probes of the plain base with the tuned model's, its adapter disabled and enabled.

    Differences are the largest of any row, in nats. Raises WinnowError when disabling the adapter doesn't give
    the base back: then the "base" answers of such a model would be flattered or damaged by the tuning.
    """
    off = max(abs(a - b) for a, b in zip(plain, disabled, strict=True))
    on = max(abs(a - b) for a, b in zip(plain, enabled, strict=True))
    if off > SAME:
        raise WinnowError(f"the base isn't the adapter's base: with the adapter off a probe differs by {off:.4f} nats")
    return {"rows": len(plain), "adapter_off_differs_by": off, "adapter_on_differs_by": on, "adapter_off_is_base": True}


def speed(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Summarise how fast answers came: tokens a second, seconds a question at the median and the 95th percentile."""
    import numpy as np

    seconds = np.array([row["seconds"] for row in rows])
    tokens = sum(row["tokens"] for row in rows)
    return {
        "tokens_per_second": round(float(tokens / max(seconds.sum(), 1e-9)), 1),
        "latency_p50": round(float(np.quantile(seconds, 0.5)), 3),
        "latency_p95": round(float(np.quantile(seconds, 0.95)), 3),
        "tokens": int(tokens),
    }
