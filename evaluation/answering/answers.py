"""Answers of a system to questions: asked in batches, each kept in a file as it comes, so that none is asked twice.

answerer = Answerer(model, "tuned", weights, settings, workspace.answers / "cache.jsonl")
answers = answerer.answer(questions)        # a second run, or one after a crash, asks only what is missing
to_answers(read_jsonl(path), "tuned")       # a file of answers, of Winnow or of another tool
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from winnow.data.columns import Row, text, texts, with_columns
from winnow.data.files import append_lines, whole_lines
from winnow.data.records import Message, Record, canonical_json, content_hash
from winnow.data.surroundings import messages_in
from winnow.errors import InputError, WinnowError
from winnow.models.interface import Answering, Generation, GenerationSettings, LanguageModel
from winnow.models.prompt import BARE, PromptForm
from winnow.study.held_out import HeldOutRow, topic_name

MAX_PROBE_QUESTIONS = 8
MAX_SAME_WEIGHTS_NATS = 1e-3  # on a whole answer: two ways through the same weights differ by rounding only

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What a system is asked, and what stands around it; `reference` and `references` are equally good answers.

    `passages` are what retrieval found; they stand in the `context` too.
    """

    id: str
    question: str
    reference: str = ""
    references: tuple[str, ...] = ()
    context: str = ""
    system: str = ""
    history: tuple[Message, ...] = ()
    passages: tuple[Mapping[str, str], ...] | None = None

    @classmethod
    def of(cls, row: HeldOutRow | Record) -> Question:
        """Ask what a row asks, its own answer the reference."""
        return cls(row.id, row.question, row.answer, row.references, row.context, row.system, row.history)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one system said to one question; `prediction` is None where nothing was said.

    `context`, `history` and `system_prompt` are what the system read beside the question; `references` are equally good
    answers. Answers of one `group` are drawn together; `topic`, `group` and `document` are those of the question.
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
    context: str = ""
    history: tuple[Message, ...] = ()
    system_prompt: str = ""

    @property
    def beside(self) -> dict[str, object]:
        """Give what the system read beside the question, as JSON, where there is something."""
        around = {"context": self.context, "history": list(self.history), "system_prompt": self.system_prompt}
        return {name: value for name, value in around.items() if value}

    @property
    def text(self) -> str:
        """The prediction, empty where nothing was said."""
        return self.prediction or ""

    @property
    def reference(self) -> str:
        """The references as one text for a reader."""
        return "\n— or —\n".join(self.references)

    def as_dict(self) -> dict[str, object]:
        """Give the JSON row; `reference` is a text, or a list where there are several."""
        return {
            "id": self.id,
            "question": self.question,
            **self.beside,
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
        "\n\n".join(texts(row.get("context"))),
        messages_in(row.get("history")),
        text(row.get("system_prompt")) or "",
    )


@dataclass
class Answerer:
    """Answer questions with one system; `identity` names its weights, so that a cached answer can't be another's."""

    model: Answering
    system: str
    identity: str
    settings: GenerationSettings
    cache_file: Path
    prompt: PromptForm = BARE
    _known: dict[str, Generation] = field(default_factory=dict)

    def answer(self, questions: Sequence[Question], advance: Advance = lambda done: None) -> list[Answer]:
        """Answer the questions, in their order; only those without a cached answer are asked."""
        self._known = dict(_read_cache(self.cache_file))
        missing = [question for question in questions if self._key(question) not in self._known]
        advance(len(questions) - len(missing))
        chunk = 4 * (self.settings.batch_size or 16)
        for start in range(0, len(missing), chunk):
            part = missing[start : start + chunk]
            prompts = [self.prompt.messages(question) for question in part]
            made = self.model.answer(prompts, self.settings, advance)
            fresh = {self._key(question): generation for question, generation in zip(part, made, strict=True)}
            kept = ({"key": key, **asdict(generation)} for key, generation in fresh.items())
            append_lines(self.cache_file, *(json.dumps(row, ensure_ascii=False) for row in kept))
            self._known.update(fresh)
        return [self._answered(question) for question in questions]

    def _key(self, question: Question) -> str:
        settings = {k: v for k, v in asdict(self.settings).items() if k != "batch_size"}
        return content_hash(self.identity, canonical_json(settings), canonical_json(self.prompt.messages(question)))

    def _answered(self, question: Question) -> Answer:
        generation = self._known[self._key(question)]
        return Answer(
            question.id,
            question.question,
            (question.reference, *question.references),
            generation.text,
            self.system,
            generation.tokens,
            generation.finished,
            round(generation.seconds, 4),
            question.passages,
            context=question.context if self.prompt.shows_context else "",
            history=question.history,
            system_prompt=question.system or self.prompt.system or "",
        )


def _read_cache(path: Path) -> Iterator[tuple[str, Generation]]:
    for row in map(json.loads, whole_lines(path)):
        yield row.pop("key"), Generation(**row)


def probe(model: LanguageModel, questions: Sequence[Question], prompt: PromptForm = BARE) -> list[float]:
    """Score the references of the first questions: log-likelihoods that identify the weights in use."""
    asked = questions[:MAX_PROBE_QUESTIONS]
    pairs = [(prompt.text(model.tokenizer, question), question.reference) for question in asked]
    return [likelihood.total for likelihood in model.log_likelihood(pairs)]


@dataclass(frozen=True, slots=True)
class AdapterProof:
    """How far a tuned model is from its base, adapter off and on: the largest difference of any probe, in nats."""

    rows: int
    adapter_off_differs_by: float
    adapter_on_differs_by: float

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return {**asdict(self), "adapter_off_is_base": True}


def prove_adapter_off(plain: Sequence[float], disabled: Sequence[float], enabled: Sequence[float]) -> AdapterProof:
    """Compare probes of the plain base with the tuned model's, its adapter disabled and enabled.

    [-10.0], [-10.0], [-12.0] → off 0.0, on 2.0. Raises WinnowError where disabling the adapter doesn't give the base
    back: then the "base" answers of such a model would be flattered or damaged by the tuning.
    """
    off = max(abs(a - b) for a, b in zip(plain, disabled, strict=True))
    on = max(abs(a - b) for a, b in zip(plain, enabled, strict=True))
    if off > MAX_SAME_WEIGHTS_NATS:
        raise WinnowError(f"the base isn't the adapter's base: with the adapter off a probe differs by {off:.4f} nats")
    return AdapterProof(len(plain), off, on)


def speed(answers: Sequence[Answer]) -> dict[str, float]:
    """Divide all tokens by all seconds, and take the median and 95th percentile of the seconds of a question.

    Two answers of 8 tokens, 1 and 3 seconds → tokens_per_second 4.0, latency_p50 2.0, latency_p95 2.9, tokens 16
    """
    import numpy as np

    seconds = np.array([answer.seconds for answer in answers])
    tokens = sum(answer.tokens for answer in answers)
    return {
        "tokens_per_second": round(float(tokens / max(seconds.sum(), 1e-9)), 1),
        "latency_p50": round(float(np.quantile(seconds, 0.5)), 3),
        "latency_p95": round(float(np.quantile(seconds, 0.95)), 3),
        "tokens": int(tokens),
    }
