"""One small interface to every language model: answer, continue a text, score a text.

A model of `winnow.models.load` answers one text a conversation, in their order:

    model.answer([to_messages("What is an ISA?")], GenerationSettings(max_new_tokens=100))[0].text
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

from winnow.data.records import Message
from winnow.errors import InputError

Precision = Literal["auto", "float32", "bfloat16", "nf4"]
MAX_TOKENIZERS = 8  # of models that one process works with
Progress = Callable[[int], None]  # called with the number of texts done since its last call


@dataclass(frozen=True, slots=True)
class GenerationSettings:
    """How to generate: temperature 0 is greedy; batch_size None is the model's `usual_batch`."""

    max_new_tokens: int = 160
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    batch_size: int | None = None


@dataclass(frozen=True, slots=True)
class Generation:
    """What a model wrote; special tokens it wrote in mid-text stay visible.

    `tokens` excludes the end token, `finished` says that the model ended by itself, `seconds` is this text's
    share of its batch's time.
    """

    text: str
    tokens: int
    finished: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class ToldToken:
    """A token that a model wrote, and the log probabilities of the likeliest ones in its place, itself among them."""

    text: str
    likeliest: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ToldGeneration:
    """What a model wrote, token by token where it tells their probabilities, () where it doesn't.

    `read` and `written` count tokens. `refusal` is what a server said that didn't take this one text, such as one
    longer than its model reads; nothing was written then.
    """

    text: str
    read: int = 0
    written: int = 0
    tokens: tuple[ToldToken, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class LogLikelihood:
    """Natural-log probabilities of each token of a continuation, given what stands before it."""

    tokens: tuple[float, ...]

    @property
    def total(self) -> float:
        """The log probability of the whole continuation."""
        return sum(self.tokens)

    @property
    def mean(self) -> float:
        """The log probability a token; exp(-mean) is the perplexity. 0 for an empty continuation."""
        return self.total / len(self.tokens) if self.tokens else 0.0


class Answering(Protocol):
    """Whatever answers conversations."""

    def answer(
        self,
        conversations: Sequence[Sequence[Message]],
        settings: GenerationSettings,
        progress: Progress | None = None,
    ) -> list[Generation]:
        """Answer each conversation through the model's chat template, in their order."""


class LanguageModel(Answering, Protocol):
    """A model that answers, continues and scores; the same settings give the same texts."""

    name: str
    tokenizer: Any  # None where a server's tokenizer isn't known

    @property
    def usual_batch(self) -> int:
        """Texts at once that suit where the model runs."""

    def complete(
        self, prompts: Sequence[str], settings: GenerationSettings, progress: Progress | None = None
    ) -> list[Generation]:
        """Continue each rendered text until its turn ends, in their order."""

    def log_likelihood(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> list[LogLikelihood]:
        """Score each (rendered prompt, continuation), in their order."""


def tokenizer_of(source: Path | str) -> Any:
    """Load the tokenizer of a folder, such as an adapter's, or of a hub name; as `load_tokenizer` does, once."""
    try:
        return _load_once(str(source), _stamp(Path(source)))
    except (OSError, ValueError) as error:
        raise InputError(f'tokenizer of "{source}" doesn\'t load: {str(error).strip().splitlines()[0]}') from error


@lru_cache(maxsize=MAX_TOKENIZERS)
def _load_once(source: str, _: tuple[tuple[str, int, int], ...]) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(source, trust_remote_code=False)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return names, sizes and times of a folder's files but its weights: another template is another tokenizer."""
    if not folder.is_dir():
        return ()
    found = ((path.name, path.stat()) for path in sorted(folder.iterdir()) if path.is_file())
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found if not name.endswith(".safetensors"))
