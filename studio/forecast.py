"""How long a study's stages will take and how much memory they hold, told from its rows, its settings and the machine.

for stage in forecast(study, probe()):
    stage.name, stage.seconds, stage.memory_gb      # "train", 209.0, 4.1

Each stage is a few seconds of loading and a number of operations: rows read, tokens trained, tokens written one after
the other. What an operation costs was fitted to the demo and to `docs/benchmarks.md` on 2 CPU cores and is scaled by
the machine's speeds; a stage's figure is meant to hold within a factor of two, and less than that isn't known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from studio.machine import Machine
from studio.road import ROAD

if TYPE_CHECKING:
    from studio.study import Study

CHARACTERS_A_TOKEN = 4.2  # of English in the tokenizers of small models
TEMPLATE_TOKENS = 35  # that a chat template puts around a question and its answer
STAYS = 0.85  # of the rows, neither removed nor waiting for a person
OPERATIONS_TRAINED = 4  # a weight and token: forward, and the gradients of what passes; frozen weights get none

# Curation, on that machine.
CURATE_START, CURATE_ROW, CURATE_CHARACTER = 30.0, 0.0025, 2.5e-6  # seconds
CURATE_GB, CURATE_ROW_GB = 1.2, 9.5e-6

# Models. Written: how many answers of the base pass the filters' first look, and how long they are.
LOAD_SECONDS, STAGE_SECONDS = 6.0, 7.0
SPLIT_SECONDS, SPLIT_ROW = 1.0, 2e-5
WRITTEN_TOKENS, QUESTION_TOKENS = 100, 60
USUAL_BATCH = {"cpu": 8, "mps": 64, "cuda": 64}
DECODING_SHARE = 0.4  # of a matrix product's speed that single tokens reach
TRAINING_SHARE = 1.0  # that whole rows reach
STEP_FLOOR = {"cpu": 0.0, "mps": 0.05, "cuda": 0.08}  # seconds a written token takes however small the model
UPDATE_FLOOR = {"cpu": 0.0, "mps": 0.4, "cuda": 0.4}  # and a batch that is trained on
NF4_TRAINS, ADAPTER_ANSWERS = 1.4, 1.5  # times as long as without
RUNTIME_GB = {"cpu": 1.3, "mps": 1.3, "cuda": 0.6}
BYTES_A_WEIGHT = {"cpu": 4, "mps": 4, "cuda": 2}


@dataclass(frozen=True)
class Expected:
    """What a stage is expected to take; None where its model runs elsewhere or isn't here yet."""

    name: str
    seconds: float | None
    memory_gb: float | None
    done: bool = False

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Size:
    """How much there is to work on: rows, their characters, and those of their answers."""

    rows: int
    characters: int
    answers: int

    @classmethod
    def of(cls, texts: Iterable[tuple[int, int]]) -> Size:
        """Add up rows given as characters in all and of the answer."""
        rows = characters = answers = 0
        for every, answer in texts:
            rows, characters, answers = rows + 1, characters + every, answers + answer
        return cls(rows, characters, answers)

    def share(self, part: float) -> Size:
        """Take a part of the rows, as long as the others."""
        return Size(*(max(0, round(count * part)) for count in (self.rows, self.characters, self.answers)))


def forecast(study: Study, machine: Machine) -> list[Expected]:
    """Predict each stage that a command does, in the road's order; a stage that holds takes nothing."""
    work = _Work(study, machine)
    ways: dict[str, Callable[[], tuple[float, float]]] = {
        "curate": work.curate,
        "split": work.split,
        "preserve": work.preserve,
        "train": work.train,
        "answer": work.answer,
    }
    told = []
    for stage in ROAD:
        if stage.run is None:
            continue
        if stage.standing(study).done:
            told.append(Expected(stage.name, 0.0, 0.0, done=True))
            continue
        if stage.name in ("preserve", "train", "answer") and work.weights is None:
            told.append(Expected(stage.name, None, None))
            continue
        seconds, memory = ways.get(stage.name, work.short)()
        told.append(Expected(stage.name, round(seconds, 1), round(memory, 2)))
    return told


def total(stages: Iterable[Expected]) -> Expected:
    """Add the stages up: their seconds, and the memory of the one that holds most."""
    known = [stage for stage in stages if stage.seconds is not None and stage.memory_gb is not None]
    seconds = sum(stage.seconds or 0.0 for stage in known)
    return Expected("in all", round(seconds, 1), max((stage.memory_gb or 0.0 for stage in known), default=0.0))


def forecast_text(stages: list[Expected], machine: Machine) -> str:
    """Lay the prediction out for a terminal, with what doesn't fit."""
    lines = [f"  {one.name:<10} {_figures(one)}" for one in (*stages, total(stages))]
    need = total(stages).memory_gb or 0.0
    short = [] if need <= machine.free_gb else [f"  {need:.1f} GB won't fit: {machine.free_gb:.1f} GB are free"]
    return "\n".join(["expected, within a factor of two:", *lines, *short])


def _figures(one: Expected) -> str:
    if one.done:
        return "up to date"
    if one.seconds is None or one.memory_gb is None:
        return "not known: its model runs on a server, or isn't on this machine yet"
    return f"{_clock(one.seconds):>9}  {one.memory_gb:.1f} GB"


def _clock(seconds: float) -> str:
    """Write seconds as people read them: 95 → "1.6 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@dataclass(frozen=True)
class _Work:
    """The work of a study's stages on one machine."""

    study: Study
    machine: Machine

    @cached_property
    def raw(self) -> Size:
        """The rows as they came."""
        from winnow.data.readers import RawRow, read_rows

        def lengths() -> Iterable[tuple[int, int]]:
            for source in self.study.sources:
                for row in read_rows(source):
                    if isinstance(row, RawRow):
                        texts = [len(value) for value in row.values.values() if isinstance(value, str)]
                        yield sum(texts), max(texts, default=0)

        return Size.of(lengths())

    @cached_property
    def trained(self) -> Size:
        """The training rows: those of the split, else the share of the raw ones that usually gets there."""
        from winnow.data.files import read_records

        split, path = self.study.config.split, self.study.workspace.split / "train.jsonl"
        if path.exists():
            return Size.of(
                (len(row.question) + len(row.context) + len(row.answer), len(row.answer)) for row in read_records(path)
            )
        left = STAYS * self.raw.rows - split.held_out - split.validation
        return self.raw.share(max(0.0, left) / self.raw.rows if self.raw.rows else 0.0)

    @cached_property
    def weights(self) -> int | None:
        """The base's parameters; None where its files aren't here."""
        from winnow.models.identity import parameters

        return parameters(self.study.config.models.base)

    @property
    def _slower(self) -> float:
        """How many times longer plain Python takes here than where it was timed."""
        return 1 / self.machine.python

    def curate(self) -> tuple[float, float]:
        rows = self.raw
        seconds = CURATE_START + CURATE_ROW * rows.rows + CURATE_CHARACTER * rows.characters
        return seconds * self._slower, CURATE_GB + CURATE_ROW_GB * rows.rows

    def split(self) -> tuple[float, float]:
        return (SPLIT_SECONDS + SPLIT_ROW * self.raw.rows) * self._slower, CURATE_GB

    def short(self) -> tuple[float, float]:
        """Plan and report: mostly starting."""
        return STAGE_SECONDS * self._slower, CURATE_GB

    def preserve(self) -> tuple[float, float]:
        settings = self.study.config.preservation
        budget = settings.share / (1 - settings.share) * self.trained.answers / CHARACTERS_A_TOKEN
        if not budget:
            return 0.0, 0.0
        batch = settings.batch_size or USUAL_BATCH[self.machine.device]
        batches = -(-settings.surplus * budget // (WRITTEN_TOKENS * batch))
        steps = batches * (settings.max_answer_tokens + QUESTION_TOKENS)
        return self._loading + steps * self._step(batch), self._answering_gb(batch)

    def train(self) -> tuple[float, float]:
        from training.arguments import total_steps

        config, rows = self.study.config.training, self.trained
        share = self.study.config.preservation.share
        each = rows.characters / CHARACTERS_A_TOKEN / max(1, rows.rows) + TEMPLATE_TOKENS
        all_rows = round(rows.rows / (1 - share))
        batches = total_steps(config, all_rows) * config.accumulation
        checks = (config.evaluations + 1) * self.study.config.split.validation / config.batch_size / 3
        one = (
            OPERATIONS_TRAINED * (self.weights or 0) * config.batch_size * each / (TRAINING_SHARE * self.machine.flops)
        )
        one *= NF4_TRAINS if config.quantization == "nf4" else 1.0
        seconds = self._loading + (batches + checks) * max(one, UPDATE_FLOOR[self.machine.device])
        return seconds, self._training_gb(min(config.max_length, round(4 * each)))

    def answer(self) -> tuple[float, float]:
        answers, held_out = self.study.config.answers, self.study.config.split.held_out
        steps = -(-held_out // answers.batch_size) * answers.max_new_tokens
        seconds = (1 + ADAPTER_ANSWERS) * steps * self._step(answers.batch_size)
        return 2 * self._loading + seconds, self._answering_gb(answers.batch_size)

    @property
    def _loading(self) -> float:
        return LOAD_SECONDS * self._slower + BYTES_A_WEIGHT[self.machine.device] * (self.weights or 0) / 2e8

    def _step(self, batch: int) -> float:
        """The seconds of one token of every answer in a batch: all weights are read once, and used once an answer."""
        weights = self.weights or 0
        reading = BYTES_A_WEIGHT[self.machine.device] * weights / self.machine.bandwidth
        using = 2 * weights * batch / (DECODING_SHARE * self.machine.flops)
        return max(reading + using, STEP_FLOOR[self.machine.device])

    def _answering_gb(self, batch: int) -> float:
        held = BYTES_A_WEIGHT[self.machine.device] * (self.weights or 0) / 1e9
        return RUNTIME_GB[self.machine.device] + 1.5 * held + 0.05 * batch

    def _training_gb(self, longest: int) -> float:
        from training.backends import backend_name
        from training.memory import estimate_memory
        from winnow.models.names import resolve_base_model

        config = self.study.config.training
        source = str(resolve_base_model(self.study.config.models.base))
        return estimate_memory(source, config, longest, backend_name(config) == "unsloth").total_gb
