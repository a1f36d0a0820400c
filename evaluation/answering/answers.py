"""Held-out answers: the same questions, prompt and settings for base and tuned, each answer kept as it comes.

answerer = Answerer(model, "tuned", weights, settings, workspace.answers / "cache.jsonl")
answers = answerer.answer(held_out_rows)    # a second run, or one after a crash, asks only what is missing
to_answers(read_jsonl(path), "tuned")       # a file of answers, of Winnow or of another tool
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from winnow.data.columns import Row, text, texts, with_columns
from winnow.data.files import append_lines, whole_lines
from winnow.data.records import canonical_json, content_hash
from winnow.errors import InputError, WinnowError
from winnow.models.chat import to_messages
from winnow.models.interface import Answering, Generation, GenerationSettings, LanguageModel

PROBE_ROWS = 8
SAME = 1e-3  # nats on a whole answer: two ways through the same weights differ by rounding only

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one system said to one question; `prediction` is None where nothing was said.

    `references` are equally good answers. Answers of one `group` are drawn together; `topic`, `group` and `document`
    are those of the question.
    """

    id: str
    question: str
    references: tuple[str, ...]
    prediction: str | None
    system: str = ""
    tokens: int = 0
    finished: bool = True
    seconds: float = 0.0
    passages: tuple[Mapping[str, str], ...] | None = None
    topic: str | int | None = None
    topic_name: str | None = None
    group: str | None = None
    document: str | None = None

    @property
    def text(self) -> str:
        """The prediction, empty where nothing was said."""
        return self.prediction or ""

    @property
    def reference(self) -> str:
        """The references as one text for a reader."""
        return "\n— or —\n".join(self.references)

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON row; `reference` is a text, or a list where there are several."""
        return {
            "id": self.id,
            "question": self.question,
            "reference": self.references[0] if len(self.references) == 1 else list(self.references),
            "prediction": self.prediction,
            "system": self.system,
            "tokens": self.tokens,
            "finished": self.finished,
            "seconds": self.seconds,
            **({} if self.passages is None else {"passages": list(self.passages)}),
        }


def to_answers(
    rows: Iterable[Row], side: str, columns: Mapping[str, str] | None = None, cluster: str | None = "group"
) -> list[Answer]:
    """Read rows `{"id", "prediction", …}`; `columns` maps our names to theirs, `cluster` names the column of groups.

    Raises InputError, naming the `side`, for an id that is missing or stands twice.
    """
    taken = with_columns(rows, columns, needed=["id", "prediction"])
    ids = [text(row.get("id")) for row in taken]
    if None in ids:
        raise InputError(f"{side}: row {ids.index(None) + 1} has no id; rows are paired by id")
    repeated = [name for name, count in Counter(ids).items() if count > 1]
    if repeated:
        raise InputError(f'{side}: id "{repeated[0]}" stands on {ids.count(repeated[0])} rows; an id is one question')
    return [_answer(str(name), row, cluster) for name, row in zip(ids, taken, strict=True)]


def _answer(name: str, row: Row, cluster: str | None) -> Answer:
    said, passages = row.get("prediction"), row.get("passages")
    return Answer(
        name,
        "\n".join(texts(row.get("question"))),
        tuple(texts(row.get("reference"))),
        None if isinstance(said, Mapping | list) else text(said),
        text(row.get("system")) or "",
        int(row.get("tokens") or 0),
        bool(row.get("finished", True)),
        float(row.get("seconds") or 0.0),
        tuple(passages) if isinstance(passages, list) else None,
        row.get("topic"),
        topic_name(row),
        text(row.get(cluster)) if cluster else None,
        text(row.get("document")),
    )


def topic_name(row: Row) -> str | None:
    """Give the name of a held-out row's topic as the split wrote it, else its `topic` as it stands; None where none is.

    {"topic": 3, "topic_name": "card, cancel, fee"} → "card, cancel, fee"; {"topic": "loans"} → "loans"
    """
    name = row.get("topic") if row.get("topic_name") is None else row["topic_name"]
    return None if name is None else str(name)


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

    def answer(self, rows: Sequence[Row], advance: Advance = lambda done: None) -> list[Answer]:
        """Answer rows `{"id", "question", "answer"}`, whose own answer becomes the reference.

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
        return [self._answered(row) for row in rows]

    def _prompt_text(self, row: Row) -> str:
        return str(row.get("prompt", row["question"]))

    def _key(self, row: Row) -> str:
        settings = {k: v for k, v in asdict(self.settings).items() if k != "batch_size"}
        return content_hash(self.identity, canonical_json(settings), self.prompt or "", self._prompt_text(row))

    def _answered(self, row: Row) -> Answer:
        generation = self._known[self._key(row)]
        return Answer(
            str(row["id"]),
            row["question"],
            (row["answer"],),
            generation.text,
            self.system,
            generation.tokens,
            generation.finished,
            round(generation.seconds, 4),
            tuple(row["passages"]) if "passages" in row else None,
        )


def _read_cache(path: Path) -> Iterator[tuple[str, Generation]]:
    for row in map(json.loads, whole_lines(path)):
        yield row.pop("key"), Generation(**row)


def probe(model: LanguageModel, rows: Sequence[Row], prompt: str | None = None) -> list[float]:
    """Score the reference answers of the first rows: log-likelihoods that identify the weights in use."""
    from winnow.models.chat import render

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


def speed(answers: Sequence[Answer]) -> dict[str, float]:
    """Summarise how fast answers came: tokens a second, seconds a question at the median and the 95th percentile."""
    import numpy as np

    seconds = np.array([answer.seconds for answer in answers])
    tokens = sum(answer.tokens for answer in answers)
    return {
        "tokens_per_second": round(float(tokens / max(seconds.sum(), 1e-9)), 1),
        "latency_p50": round(float(np.quantile(seconds, 0.5)), 3),
        "latency_p95": round(float(np.quantile(seconds, 0.95)), 3),
        "tokens": int(tokens),
    }
