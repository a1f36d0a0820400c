"""Ask any OpenAI-compatible server (vLLM, llama.cpp, Ollama, `transformers serve`) by its URL.

Reached through `winnow.models.load.load_language_model("http://127.0.0.1:8000/v1")`, or ".../v1#MODEL" where
several are served; the key, if the server wants one, comes from the environment variable WINNOW_API_KEY and is never
written anywhere.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from winnow.data.records import Message, canonical_json, content_hash
from winnow.errors import InputError, WinnowError
from winnow.models.chat import TEMPLATE_OPTIONS
from winnow.models.interface import (
    Generation,
    GenerationSettings,
    LogLikelihood,
    Progress,
    ToldGeneration,
    ToldToken,
)
from winnow.models.replies import Choice, Logprobs, ModelReply, Reply, ServedModel, ServedModels
from winnow.models.tokenizer import load_tokenizer

if TYPE_CHECKING:
    import httpx

API_KEY = "WINNOW_API_KEY"  # environment variable
MAX_ATTEMPTS = 4
READ_TIMEOUT_SECONDS = 600.0  # a small machine may take minutes for one long answer
RECENT_SECONDS = 60.0  # a model made since may also be one whose server tells the time
CLOCK_STEP_SECONDS = 1.1  # after which a clock of whole seconds has moved
RETRIED_STATUSES = {408, 409, 429, 500, 502, 503, 504}
REFUSED_STATUSES = {400, 413, 422}  # of one request: a field the server doesn't take, or too long a text
# What not every server takes, the best first: 20 is the protocol's highest number, 5 that of some servers.
TELLING: tuple[Mapping[str, object], ...] = (
    {"logprobs": True, "top_logprobs": 20},
    {"logprobs": True, "top_logprobs": 5},
    {},
)

_NO_TEXT = "its reply has no text; is it an OpenAI-compatible server?"
MAX_SAID_CHARACTERS = 200  # of a server's words in an error

R = TypeVar("R", bound=Reply)
Item = TypeVar("Item")
Result = TypeVar("Result")


class ServerModel:
    """A model behind a URL; requests run side by side, and the server makes the batches."""

    usual_batch = 64  # requests at once

    def __init__(self, url: str, tokenizer: str | None = None, wait: float = 1.0) -> None:
        import httpx

        key = os.environ.get(API_KEY)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        address, _, model = url.partition("#")
        self.url = address.rstrip("/")
        self._wait = wait  # seconds before the second attempt; doubles with each
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(READ_TIMEOUT_SECONDS, connect=10.0))
        self._model = model or self._first_model()
        self.name = f"{self.url} ({self._model})"
        self.tokenizer: Any = None if tokenizer is None else load_tokenizer(tokenizer)
        self._taken: dict[int, int] = {}  # of so many extras to try, the place of the way that the server took

    def answer(
        self,
        conversations: Sequence[Sequence[Message]],
        settings: GenerationSettings,
        progress: Progress | None = None,
    ) -> list[Generation]:
        """Answer each conversation through the server's own chat template, in their order."""
        bodies: list[dict[str, object]] = [{"messages": list(messages)} for messages in conversations]
        return self._generate("chat/completions", bodies, settings, progress)

    def tell(
        self,
        conversations: Sequence[Sequence[Message]],
        settings: GenerationSettings,
        progress: Progress | None = None,
    ) -> list[ToldGeneration]:
        """Answer each conversation greedily, with the probabilities of its tokens where the server tells them.

        A text that the server refuses comes back with what it said; raises InputError where it never took one.
        """

        def told(messages: Sequence[Message]) -> ToldGeneration:
            limits = {"max_tokens": settings.max_new_tokens, "temperature": 0}
            reply = self._chat({"messages": list(messages), **limits}, TELLING)
            if reply.status_code in REFUSED_STATUSES:
                return ToldGeneration("", refusal=_said(reply))
            return self._told(self._read(reply, ModelReply))

        made = self._side_by_side(told, conversations, settings.batch_size or self.usual_batch, progress)
        if made and all(one.refusal for one in made) and len(TELLING) not in self._taken:
            raise InputError(f"{self.name}: refused every request: {made[0].refusal}; check the URL and the model")
        return made

    def complete(
        self, prompts: Sequence[str], settings: GenerationSettings, progress: Progress | None = None
    ) -> list[Generation]:
        """Continue each rendered text until the server's model ends it, in their order."""
        return self._generate("completions", [{"prompt": prompt} for prompt in prompts], settings, progress)

    def log_likelihood(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> list[LogLikelihood]:
        """Score each (rendered prompt, continuation); needs a server that echoes prompts with their logprobs."""

        def score(pair: tuple[str, str]) -> LogLikelihood:
            prompt, continuation = pair
            body = {"prompt": prompt + continuation, "echo": True, "logprobs": 1, "max_tokens": 1, "temperature": 0}
            logs = self._choice(self._post("completions", body)).logprobs or Logprobs()
            offsets, values = logs.text_offset or (), logs.token_logprobs or ()
            if len(offsets) < 2:
                raise InputError(
                    f"{self.name}: doesn't echo log probabilities of a prompt; score with a local model instead"
                )
            inside = range(len(prompt), len(prompt + continuation))
            scored = [value for offset, value in zip(offsets, values, strict=True) if offset in inside]
            return LogLikelihood(tuple(value for value in scored if value is not None))

        return self._side_by_side(score, pairs, self.usual_batch, progress)

    def identity(self) -> dict[str, object]:
        """Give what the server says of the model: its id, owner, time of creation, and the system's fingerprint.

        A time of creation that is the time of asking, as vLLM and llama.cpp give it, identifies nothing and is left
        out. A server may change its weights and say the same: what isn't here can't be hashed.
        """
        about = self._about()
        created = about.created
        if isinstance(created, int | float) and abs(time.time() - created) < RECENT_SECONDS:
            time.sleep(CLOCK_STEP_SECONDS)
            created = created if self._about().created == created else None
        greeting = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1, "temperature": 0}
        fingerprint = self._post_chat(greeting).system_fingerprint or None
        return {"id": self._model, "owner": about.owned_by, "created": created, "fingerprint": fingerprint}

    def _generate(
        self,
        path: str,
        bodies: Sequence[dict[str, object]],
        settings: GenerationSettings,
        progress: Progress | None,
    ) -> list[Generation]:
        repeats: Counter[str] = Counter()
        for body in bodies:
            text = canonical_json(body)
            # Equal prompts must not all get the same sample, hence their ordinal in the seed.
            seed = content_hash(str(settings.seed), text, str(repeats[text]))
            repeats[text] += 1
            body |= {
                "max_tokens": settings.max_new_tokens,
                "temperature": settings.temperature,
                "top_p": settings.top_p,
                "seed": int(seed[:7], 16),
            }

        def generate(body: Mapping[str, object]) -> Generation:
            started = time.perf_counter()
            reply = self._post_chat(body) if "messages" in body else self._post(path, body)
            seconds, choice = time.perf_counter() - started, self._choice(reply)
            return Generation((choice.answer or "").strip(), reply.tokens, choice.finish_reason == "stop", seconds)

        began = time.perf_counter()
        made = self._side_by_side(generate, bodies, settings.batch_size or self.usual_batch, progress)
        # Requests that run side by side each wait for the others: their shares must sum to the time that passed.
        share = (time.perf_counter() - began) / (sum(one.seconds for one in made) or 1.0)
        return [replace(one, seconds=one.seconds * share) for one in made]

    def _side_by_side(
        self, work: Callable[[Item], Result], items: Sequence[Item], workers: int, progress: Progress | None
    ) -> list[Result]:
        def tracked(item: Item) -> Result:
            result = work(item)
            if progress:
                progress(1)
            return result

        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(tracked, items))

    def _told(self, reply: ModelReply) -> ToldGeneration:
        choice = self._choice(reply)
        tokens = (choice.logprobs.content if choice.logprobs else None) or ()
        told = tuple(ToldToken(t.token, {o.token: o.logprob for o in (t, *(t.top_logprobs or ()))}) for t in tokens)
        return ToldGeneration((choice.answer or "").strip(), reply.tokens_read, reply.tokens, told)

    def _post_chat(self, body: Mapping[str, object]) -> ModelReply:
        return self._read(self._chat(body), ModelReply)

    def _chat(self, body: Mapping[str, object], extras: Sequence[Mapping[str, object]] = ({},)) -> httpx.Response:
        """Post a chat with the first of `extras` that the server takes, and with thinking off where it takes that.

        Template options are taken by vLLM and SGLang. What was refused while less was taken isn't tried again.
        """
        options: tuple[Mapping[str, object], ...] = ({"chat_template_kwargs": TEMPLATE_OPTIONS}, {})
        ways = [{**extra, **option} for extra in extras for option in options]
        for place in range(self._taken.get(len(extras), 0), len(ways)):
            reply = self._send("POST", "chat/completions", {**body, **ways[place]})
            if reply.status_code not in REFUSED_STATUSES:
                self._taken[len(extras)] = place
                break
        return reply

    def _post(self, path: str, body: Mapping[str, object]) -> ModelReply:
        return self._read(self._send("POST", path, body), ModelReply)

    def _listed(self) -> tuple[ServedModel, ...]:
        return self._read(self._send("GET", "models"), ServedModels).data

    def _first_model(self) -> str:
        if not (served := self._listed()):
            raise InputError(f"{self.url}: lists no model; start it with one, or name it: {self.url}#MODEL")
        return served[0].id

    def _about(self) -> ServedModel:
        """Give the list's entry for the model in use; the id alone where the server answers without listing it."""
        return next((entry for entry in self._listed() if entry.id == self._model), ServedModel(id=self._model))

    def _send(self, method: str, path: str, body: Mapping[str, object] | None = None) -> httpx.Response:
        """Send one request; retries what may pass by itself, then fails in one line."""
        import httpx

        payload = None if body is None else {"model": self._model, **body}
        problem = ""
        for attempt in range(MAX_ATTEMPTS):
            if attempt:
                time.sleep(self._wait * 2 ** (attempt - 1))
            try:
                reply = self._client.request(method, f"{self.url}/{path}", json=payload)
            except httpx.TransportError as error:
                problem = type(error).__name__
                continue
            if reply.status_code not in RETRIED_STATUSES:
                return reply
            problem = f"HTTP {reply.status_code}"
        raise WinnowError(
            f"{self.url}: no answer after {MAX_ATTEMPTS} attempts ({problem}); "
            "is the server up and its URL ending in /v1?"
        )

    def _read(self, reply: httpx.Response, kind: type[R]) -> R:
        if reply.status_code in (401, 403):
            raise InputError(f"{self.url}: refused (HTTP {reply.status_code}); put the server's key into {API_KEY}")
        try:
            parsed = reply.json()
        except ValueError:
            parsed = None
        if reply.status_code >= 400 or not isinstance(parsed, dict):
            raise InputError(f"{reply.request.url}: {_said(reply)}; check the URL and the model")
        try:
            return kind.model_validate(parsed)
        except ValidationError as error:
            raise WinnowError(f"{self.name}: {_NO_TEXT}") from error

    def _choice(self, reply: ModelReply) -> Choice:
        if not reply.choices or not reply.choices[0].has_answer:
            raise WinnowError(f"{self.name}: {_NO_TEXT}")
        return reply.choices[0]


def _said(reply: httpx.Response) -> str:
    """Quote what a server said of a request that failed: "HTTP 400: unknown model"."""
    return f"HTTP {reply.status_code}: {' '.join(reply.text.split())[:MAX_SAID_CHARACTERS]}"
