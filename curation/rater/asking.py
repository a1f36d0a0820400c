"""Asking a model for ratings: here by its probabilities of the digits, on a server by its reply.

asker = asker_of(RaterConfig(model="smollm2-135m-instruct"))
asker.rate(["Rate … Reply with that one digit, and nothing else."])     # [Rating(3.1, "3: 40 %, 4: 31 %, …")]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Protocol

from curation.rater.rating import TOO_LONG, Rating, rating_of, weighed
from winnow.config.quality import RaterConfig
from winnow.models.chat import format_prompt, to_messages
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.models.names import is_server

if TYPE_CHECKING:
    from winnow.models.local import LocalModel
    from winnow.models.server import ServerModel

BYTES_A_TOKEN = 4  # of a text in UTF-8, roughly, where the tokenizer isn't here
ROWS_A_BATCH = 64  # asked here before their ratings are on disk

Advance = Callable[[int], None]


class Asker(Protocol):
    """A model that rates prompts."""

    is_here: bool  # whether nothing leaves this machine
    written: int  # tokens that a rating takes at most

    @property
    def way(self) -> str:
        """How it comes to a rating, which another way may not reuse."""

    @property
    def batch(self) -> int:
        """Prompts whose ratings are stored together."""

    def rate(self, prompts: Sequence[str], advance: Advance | None = None) -> list[Rating]:
        """Rate each prompt, in their order."""

    def tokens(self, prompts: Sequence[str]) -> int:
        """Count the tokens that the model reads, roughly where its tokenizer isn't here."""


@dataclass
class LocalAsker:
    """A model that runs here: the expected rating by its probabilities of the digits right after the prompt."""

    name: str
    highest: int
    way = "digits"
    batch = ROWS_A_BATCH
    is_here = True
    written = 0

    @cached_property
    def _model(self) -> LocalModel:
        return load_local_model(self.name)

    def rate(self, prompts: Sequence[str], advance: Advance | None = None) -> list[Rating]:
        """Rate each prompt, in their order; one longer than the model reads has no rating."""
        rendered = [format_prompt(self._model.tokenizer, prompt) for prompt in prompts]
        digits = [str(rating) for rating in range(1, self.highest + 1)]
        counts = self._counts(rendered)
        chosen = self._model.choose(rendered, digits, advance)
        return [
            weighed(logs, count) if logs else Rating(nan, TOO_LONG) for logs, count in zip(chosen, counts, strict=True)
        ]

    def tokens(self, prompts: Sequence[str]) -> int:
        """Count the tokens that the model reads."""
        return sum(self._counts([format_prompt(self._model.tokenizer, prompt) for prompt in prompts]))

    def _counts(self, rendered: Sequence[str]) -> list[int]:
        encoded = self._model.tokenizer(list(rendered), add_special_tokens=False)["input_ids"] if rendered else []
        return [len(ids) for ids in encoded]


@dataclass
class ServerAsker:
    """A model on a server: the expected rating where it tells probabilities, else the digit of its reply."""

    url: str
    highest: int
    written: int
    requests: int
    is_here = False

    @property
    def way(self) -> str:
        """The reply's length is part of the way: a longer one may come to a rating."""
        return f"reply:{self.written}"

    @property
    def batch(self) -> int:
        """Four rounds of requests side by side."""
        return 4 * self.requests

    @cached_property
    def _model(self) -> ServerModel:
        from winnow.models.server import ServerModel

        return ServerModel(self.url)

    def rate(self, prompts: Sequence[str], advance: Advance | None = None) -> list[Rating]:
        """Rate each prompt, in their order; a reply that is no rating, or a prompt that is refused, has none."""
        settings = GenerationSettings(self.written, batch_size=self.requests)
        told = self._model.tell([to_messages(prompt) for prompt in prompts], settings, advance)
        return [rating_of(one, self.highest) for one in told]

    def tokens(self, prompts: Sequence[str]) -> int:
        """Estimate the tokens that the model reads from the bytes of the prompts."""
        return sum(len(prompt.encode()) for prompt in prompts) // BYTES_A_TOKEN


def asker_of(settings: RaterConfig) -> Asker:
    """Choose by the model's name; its weights are loaded, or its server is asked, when the first prompt is."""
    assert settings.model is not None, "quality.rater.model is null: nobody is asked"
    if is_server(settings.model):
        return ServerAsker(settings.model, settings.highest, settings.reply_tokens, settings.requests)
    return LocalAsker(settings.model, settings.highest)
