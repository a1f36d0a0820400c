"""The JSON that an OpenAI-compatible server replies with, read into types; fields that aren't used are ignored.

>>> reply = ModelReply.model_validate({"choices": [{"text": "Yes.", "finish_reason": "stop"}], "model": "smollm2"})
>>> reply.choices[0].answer, reply.tokens
('Yes.', 0)
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Reply(BaseModel):
    """Any reply: servers add fields of their own, which are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ReplyMessage(Reply):
    """The assistant's turn of a chat; its content is None where the model said nothing."""

    content: str | None


class TokenLogprob(Reply):
    """A token's text and its log probability."""

    token: str
    logprob: float


class WrittenToken(TokenLogprob):
    """A token that was written, and the likeliest ones in its place."""

    top_logprobs: tuple[TokenLogprob, ...] | None = None


class Logprobs(Reply):
    """Log probabilities: of a chat's tokens in `content`; in two lists of an echoed prompt's and where each begins."""

    content: tuple[WrittenToken, ...] | None = None
    text_offset: tuple[int, ...] | None = None
    token_logprobs: tuple[float | None, ...] | None = None


class Choice(Reply):
    """One answer: the `message` of a chat or the `text` of a completion."""

    message: ReplyMessage | None = None
    text: str | None = None
    finish_reason: object = None
    logprobs: Logprobs | None = None

    @property
    def answer(self) -> str | None:
        """The text of either kind."""
        return self.message.content if self.message else self.text

    @property
    def has_answer(self) -> bool:
        """Tell whether the server sent an answer at all: a null is an empty one, a missing field is none."""
        return self.message is not None or "text" in self.model_fields_set


class Usage(Reply):
    """How many tokens the prompt and the answer took; None where the server doesn't count them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class ModelReply(Reply):
    """The reply to `chat/completions` and to `completions`."""

    choices: tuple[Choice, ...]
    usage: Usage | None = None
    system_fingerprint: object = None

    @property
    def tokens(self) -> int:
        """The tokens of the answer, 0 where the server doesn't count them."""
        return (self.usage.completion_tokens if self.usage else None) or 0

    @property
    def tokens_read(self) -> int:
        """The tokens of the prompt, 0 where the server doesn't count them."""
        return (self.usage.prompt_tokens if self.usage else None) or 0


class ServedModel(Reply):
    """An entry in the list of models; owner and time of creation are only passed on."""

    id: str
    owned_by: object = None
    created: object = None


class ServedModels(Reply):
    """The reply to `models`; `{"data": null}` is an empty list."""

    data: Annotated[tuple[ServedModel, ...], BeforeValidator(lambda found: found or ())] = ()
