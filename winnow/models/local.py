"""Run a language model here, through transformers: batched, seeded, with or without an adapter.

Reached through `winnow.models.load.load_language_model`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from winnow.data.records import Message, content_hash
from winnow.errors import InputError, WinnowError
from winnow.models.chat import end_of_turn_ids, render
from winnow.models.continuing import continue_texts
from winnow.models.interface import Generation, GenerationSettings, LogLikelihood, Precision, Progress
from winnow.models.names import resolve_base_model
from winnow.models.tokenizer import load_tokenizer
from winnow.models.weights import load_adapter, load_weights

Pair = tuple[str, str]
TOKEN_BUDGET = 8192  # tokens read at once when scoring
LOGIT_BUDGET = 10**8  # logits held at once when scoring: 400 MB in float32
GPU_BATCH = 64  # texts at once: what a 4B model fits into an 8 GB card
CPU_BATCH = 24  # texts at once: beyond, arithmetic sets a small model's pace and no longer the reading of its weights
CPU_CACHE_BYTES = 2 << 30  # keys and values of the texts at once
CACHED_TOKENS = 1024  # of a text, question and answer


class LocalModel:
    """A causal model and its tokenizer; an adapter, if any, is on unless a method says otherwise."""

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        self.name = name
        self.model = model
        self.tokenizer = tokenizer
        self._end_ids = _end_ids(model, tokenizer)
        self._pad_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else self._end_ids[0]
        self._context = int(getattr(model.config, "max_position_embeddings", 0) or 1 << 30)

    @classmethod
    def load(cls, name: str, adapter: Path | None, precision: Precision) -> LocalModel:
        """Load base weights in the given precision, and the adapter on top."""
        from transformers.utils import logging

        logging.disable_progress_bar()
        source = str(resolve_base_model(name))
        try:
            tokenizer = load_tokenizer(name)
            model = load_weights(source, precision)
            if adapter is not None:
                model = load_adapter(model, adapter)
        except (OSError, ValueError, RuntimeError) as error:
            what = f'model "{name}"' + (f' with adapter "{adapter}"' if adapter else "")
            raise InputError(f"{what} doesn't load: {str(error).strip().splitlines()[0]}") from error
        return cls(name, model.eval(), tokenizer)

    @property
    def on_gpu(self) -> bool:
        """Tell whether the weights are on a GPU."""
        return str(self.model.device.type) != "cpu"

    @property
    def usual_batch(self) -> int:
        """Texts at once: 64 on a GPU; on a CPU 24, or as many as leave keys and values within 2 GiB.

        SmolLM2-135M keeps 45 KiB a token in float32, 45 MiB a text of 1,024 tokens: 24 texts. Qwen3 4B: 7.
        """
        if self.on_gpu:
            return GPU_BATCH
        config = self.model.config.get_text_config()
        heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
        width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
        bytes_a_text = 2 * 4 * config.num_hidden_layers * heads * width * CACHED_TOKENS
        return int(max(1, min(CPU_BATCH, CPU_CACHE_BYTES // bytes_a_text)))

    def answer(
        self,
        conversations: Sequence[Sequence[Message]],
        settings: GenerationSettings,
        progress: Progress | None = None,
    ) -> list[Generation]:
        """Answer each conversation through the model's chat template, in their order."""
        prompts = [render(self.tokenizer, messages) for messages in conversations]
        return self.complete(prompts, settings, progress)

    def complete(
        self, prompts: Sequence[str], settings: GenerationSettings, progress: Progress | None = None
    ) -> list[Generation]:
        """Continue each rendered text until its turn ends, in their order.

        Texts of like length share a batch. Each batch draws from a seed made of `settings.seed`, the batch's own
        texts and how often they came before in this call: what ran earlier changes nothing.
        """
        encoded = self._encode(prompts, settings.max_new_tokens)
        order = sorted(range(len(prompts)), key=lambda row: (-len(encoded[row]), row))
        size = settings.batch_size or self.usual_batch
        generations: dict[int, Generation] = {}
        repeats: Counter[str] = Counter()
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            texts = content_hash(*(prompts[row] for row in rows))
            seed = int(content_hash(str(settings.seed), texts, str(repeats[texts]))[:15], 16)
            repeats[texts] += 1
            batch = self._generate([encoded[row] for row in rows], settings, seed)
            generations.update(zip(rows, batch, strict=True))
            if progress:
                progress(len(rows))
        return [generations[row] for row in range(len(prompts))]

    def log_likelihood(self, pairs: Sequence[tuple[str, str]], progress: Progress | None = None) -> list[LogLikelihood]:
        """Score each (rendered prompt, continuation), in their order.

        The two are tokenised apart, as generation produces them: the continuation starts a token of its own.
        """
        return self._score(
            pairs,
            lambda ids, lengths: [
                LogLikelihood(tuple(logs.gather(1, wanted[:, None])[:, 0].tolist()))
                for logs, wanted in self._log_probabilities(ids, lengths)
            ],
            progress,
        )

    def choose(
        self, prompts: Sequence[str], options: Sequence[str], progress: Progress | None = None
    ) -> list[dict[str, float]]:
        """Give the log probability of each option right after each rendered prompt, in one pass a prompt.

        The options differ in their last token alone, as "1" to "5" do; raises InputError where the tokenizer writes
        them otherwise. A prompt longer than the model reads has no probabilities: {}.
        """
        spelled = self.tokenizer(list(options), add_special_tokens=False)["input_ids"]
        if len({tuple(ids[:-1]) for ids in spelled}) > 1 or len({ids[-1] for ids in spelled}) < len(options):
            raise InputError(f"{self.name}: writes {', '.join(options)} in tokens that can't be told apart by the last")
        lengths = [len(ids) for ids in self.tokenizer(list(prompts), add_special_tokens=False)["input_ids"]]
        fits = [row for row, length in enumerate(lengths) if length + len(spelled[0]) <= self._context]
        ends = [ids[-1] for ids in spelled]

        def last(ids: list[list[int]], counts: list[int]) -> list[dict[str, float]]:
            found = [logs[-1, ends].tolist() for logs, _ in self._log_probabilities(ids, counts)]
            return [dict(zip(options, values, strict=True)) for values in found]

        chosen = dict(zip(fits, self._score([(prompts[row], options[0]) for row in fits], last, progress), strict=True))
        if progress and len(fits) < len(prompts):
            progress(len(prompts) - len(fits))
        return [chosen.get(row, {}) for row in range(len(prompts))]

    def divergence_from_base(self, pairs: Sequence[Pair], progress: Progress | None = None) -> list[tuple[float, ...]]:
        """Give KL(base ‖ tuned) in nats at each token of the continuations; all 0 without an adapter.

        The base is this model with its adapter off: one more forward pass, no second copy of the weights.
        """

        def divergences(ids: list[list[int]], lengths: list[int]) -> list[tuple[float, ...]]:
            tuned = [logs for logs, _ in self._log_probabilities(ids, lengths)]
            with self.without_adapter():
                base = [logs for logs, _ in self._log_probabilities(ids, lengths)]
            return [tuple((b.exp() * (b - t)).sum(-1).clamp(min=0).tolist()) for b, t in zip(base, tuned, strict=True)]

        return self._score(pairs, divergences, progress)

    def without_adapter(self) -> AbstractContextManager[Any]:
        """Turn the adapter off inside a `with` block: the base model answers."""
        disable = getattr(self.model, "disable_adapter", None)
        return nullcontext() if disable is None else disable()

    def scale_adapter(self, factor: float) -> None:
        """Multiply what the adapter adds to the base; at 0.7 the model stands between base and tuned, nearer this."""
        from peft.tuners.lora import LoraLayer

        for module in self.model.modules():
            if isinstance(module, LoraLayer):
                module.scale_layer(factor)

    def _encode(self, prompts: Sequence[str], new_tokens: int) -> list[list[int]]:
        encoded: list[list[int]] = (
            self.tokenizer(list(prompts), add_special_tokens=False)["input_ids"] if prompts else []
        )
        longest = max((len(ids) for ids in encoded), default=0) + new_tokens
        if longest > self._context:
            raise InputError(
                f"{self.name}: a prompt and its answer need {longest} tokens, the model reads {self._context}; "
                "shorten the question, its context or the earlier turns, or give fewer passages (retrieval.passages)"
            )
        return encoded

    def _generate(self, ids: list[list[int]], settings: GenerationSettings, seed: int) -> list[Generation]:
        import torch
        from transformers import GenerationConfig

        sampling = {"temperature": settings.temperature, "top_p": settings.top_p, "top_k": 0}
        config = GenerationConfig(
            max_new_tokens=settings.max_new_tokens,
            do_sample=settings.temperature > 0,
            eos_token_id=self._end_ids,
            pad_token_id=self._pad_id,
            **(sampling if settings.temperature > 0 else {}),
        )
        inputs, mask, _ = self._pad_left(ids)
        started = time.perf_counter()
        try:
            rows = continue_texts(self.model, inputs, mask, config, self._end_ids, seed)
        except torch.OutOfMemoryError as error:
            raise WinnowError(
                f"{self.name}: the GPU's memory is full at {len(ids)} texts a batch; lower batch_size"
            ) from error
        share = (time.perf_counter() - started) / len(ids)
        return [self._read(row, share) for row in rows]

    def _read(self, new_ids: list[int], seconds: float) -> Generation:
        end = next((place for place, token in enumerate(new_ids) if token in self._end_ids), None)
        written = new_ids[:end]
        text = self.tokenizer.decode(written, skip_special_tokens=False).strip()
        return Generation(text, len(written), end is not None, seconds)

    def _score(
        self,
        pairs: Sequence[Pair],
        score: Callable[[list[list[int]], list[int]], list[Any]],
        progress: Progress | None,
    ) -> list[Any]:
        """Apply `score(token ids, continuation lengths)` to batches of like length, in the pairs' order."""
        prompts = self._encode([prompt for prompt, _ in pairs], 0)
        continuations = self._encode([continuation for _, continuation in pairs], 0)
        joined = [prompt + rest for prompt, rest in zip(prompts, continuations, strict=True)]
        if joined and max(map(len, joined)) > self._context:
            raise InputError(f"{self.name}: a text to score is longer than the model's {self._context} tokens")
        if not all(prompts):
            raise ValueError("each text to score needs a prompt before it: its first token has no probability")
        lengths = [len(rest) for rest in continuations]
        scores: dict[int, Any] = {}
        order = sorted(range(len(pairs)), key=lambda row: (-len(joined[row]), row))
        logits_a_row = int(self.model.config.vocab_size) * (max(lengths, default=0) + 1)
        for rows in _batches(order, joined, logits_a_row):
            found = score([joined[row] for row in rows], [lengths[row] for row in rows])
            scores.update(zip(rows, found, strict=True))
            if progress:
                progress(len(rows))
        return [scores[row] for row in range(len(pairs))]

    def _log_probabilities(self, ids: list[list[int]], lengths: list[int]) -> list[tuple[Any, Any]]:
        """Give for each text the log probabilities [continuation, vocabulary] and the tokens that came."""
        import torch

        inputs, mask, positions = self._pad_left(ids)
        keep = max(lengths) + 1
        with torch.inference_mode():
            logits = self.model(
                input_ids=inputs, attention_mask=mask, position_ids=positions, logits_to_keep=keep
            ).logits
        logs = logits[:, :-1].float().log_softmax(-1)
        targets = inputs[:, inputs.shape[1] - keep + 1 :]
        return [
            (logs[row, keep - 1 - length :], targets[row, keep - 1 - length :]) for row, length in enumerate(lengths)
        ]

    def _pad_left(self, ids: list[list[int]]) -> tuple[Any, Any, Any]:
        import torch

        width = max(len(row) for row in ids)
        padded = [[self._pad_id] * (width - len(row)) + row for row in ids]
        mask = [[0] * (width - len(row)) + [1] * len(row) for row in ids]
        attention = torch.tensor(mask, device=self.model.device)
        positions = (attention.cumsum(-1) - 1).clamp(min=0)
        return torch.tensor(padded, device=self.model.device), attention, positions


def _batches(order: list[int], ids: list[list[int]], logits_a_row: int) -> Iterator[list[int]]:
    """Cut rows, longest first, into batches within the budgets of tokens read and logits held."""
    start = 0
    while start < len(order):
        size = max(1, min(TOKEN_BUDGET // len(ids[order[start]]), LOGIT_BUDGET // logits_a_row))
        yield order[start : start + size]
        start += size


def _end_ids(model: Any, tokenizer: Any) -> list[int]:
    """Join the ends that the template and the model's own generation settings know."""
    declared = getattr(model.generation_config, "eos_token_id", None)
    declared = declared if isinstance(declared, list) else [declared]
    template = end_of_turn_ids(tokenizer) if tokenizer.chat_template else [tokenizer.eos_token_id]
    return sorted({index for index in [*declared, *template] if index is not None})
