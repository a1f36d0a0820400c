"""Many adapters in one pass: arms × seeds of one base trained side by side, each exactly as it would be alone.

A model of this size is bound by kernel launches, so a second adapter costs almost nothing where it shares the pass:

    stack = Stack(model, seeds=[0, 1, 2], rank=16, alpha=16)
    stack.train(jobs, settings)                  # jobs[k]: the rows of adapter k, its updates and its seed
    stack.losses(pairs)                          # [adapters, pairs] nats a token of given answers

The first dimension of a batch is adapters × rows; each linear layer adds x·A·B with its own A and B for each adapter.
Needs torch and transformers alone. `tests/benchmarks/test_proof.py` holds it against the product's recipe.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

Tokens = list[int]

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
BETAS, EPSILON = (0.9, 0.999), 1e-8  # of AdamW, as the trainer has them
TRAINED_AT_ONCE = 24_000  # tokens of a pass with gradients, padding counted; an update takes several
TOKENS_AT_ONCE = 30_000  # of a pass that scores
SEQUENCES_AT_ONCE = 2_400  # in a pass that writes


@dataclass(frozen=True, slots=True)
class Example:
    """One training row as token ids; the loss covers those from `start` on."""

    ids: Tokens
    start: int


@dataclass(frozen=True, slots=True)
class Job:
    """What one adapter learns: its rows, how many updates, and the seed of its start and of the rows' order."""

    rows: Sequence[Example]
    updates: int
    seed: int


@dataclass(frozen=True, slots=True)
class Settings:
    """The recipe, in the product's words."""

    rank: int = 16
    alpha: int = 16
    batch_size: int = 16
    learning_rate: float = 1e-3
    warmup: float = 0.05
    weight_decay: float = 0.001
    max_grad_norm: float = 1.0


NOTHING = Example([0], 1)  # no token of it is trained: it fills a batch up


class StackedLinear(nn.Module):
    """A frozen linear layer with an adapter for each part of the batch."""

    def __init__(self, base: nn.Linear, stack: int, rank: int, scale: float) -> None:
        super().__init__()
        self.base, self.scale = base, scale
        device = base.weight.device
        self.A = nn.Parameter(torch.zeros(stack, rank, base.in_features, device=device))
        self.B = nn.Parameter(torch.zeros(stack, base.out_features, rank, device=device))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add each adapter's part to its own rows."""
        a, b = self.A.to(x.dtype), self.B.to(x.dtype)
        own = x.reshape(len(a), -1, x.shape[-1])
        added = torch.bmm(torch.bmm(own, a.transpose(1, 2)), b.transpose(1, 2))
        return self.base(x) + self.scale * added.view(*x.shape[:-1], -1)


class Stack:
    """One base with several adapters on it; `close` takes them off again."""

    def __init__(self, model: Any, seeds: Sequence[int], rank: int, alpha: int) -> None:
        model.requires_grad_(False)
        self.model, self.size = model, len(seeds)
        self.device = next(model.parameters()).device
        self.layers: list[StackedLinear] = []
        names = [name for name, module in model.named_modules() if name.split(".")[-1] in TARGETS]
        for name in names:
            parent, own = model.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2]
            layer = StackedLinear(getattr(parent, own), self.size, rank, alpha / rank)
            setattr(parent, own, layer)
            self.layers.append(layer)
        self._names = names
        for place, seed in enumerate(seeds):
            draw = torch.Generator().manual_seed(seed)
            for layer in self.layers:
                limit = 1 / math.sqrt(layer.A.shape[2])  # Kaiming's with a = √5, as peft has it
                layer.A.data[place] = (torch.rand(layer.A.shape[1:], generator=draw) * 2 - 1).mul(limit)

    def close(self) -> None:
        """Give the model back as it was."""
        for name, layer in zip(self._names, self.layers, strict=True):
            setattr(self.model.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2], layer.base)

    @property
    def parameters(self) -> list[nn.Parameter]:
        """A and B of every layer, each [adapters, …]."""
        return [part for layer in self.layers for part in (layer.A, layer.B)]

    def train(self, jobs: Sequence[Job], settings: Settings) -> list[list[float]]:
        """Train every adapter on its own rows; returns its loss at each update. One that has ended stands still."""
        optimiser = _AdamW(self.parameters, settings)
        orders = [_batches(job, settings.batch_size) for job in jobs]
        history: list[list[float]] = [[] for _ in jobs]
        for update in range(max(job.updates for job in jobs)):
            batches = [next(order) for order in orders]
            found = self._backward(batches)
            rates = [rate(update, job.updates, settings) for job in jobs]
            optimiser.step(rates)
            for own, job, loss in zip(history, jobs, found, strict=True):
                if update < job.updates:
                    own.append(loss)
        return [[float(loss) for loss in own] for own in history]

    def _backward(self, batches: Sequence[Sequence[Example]]) -> torch.Tensor:
        """Add up gradients of each adapter's mean loss a token; returns those losses.

        Each pass takes the longest rows that are left of every batch, as many as fit: so little is padding.
        """
        weights = torch.tensor([1 / sum(len(row.ids) - row.start for row in batch) for batch in batches])
        weights, left = weights.to(self.device), [sorted(batch, key=lambda row: -len(row.ids)) for batch in batches]
        total = torch.zeros(len(batches), device=self.device)
        while any(left):
            longest = max(len(rows[0].ids) for rows in left if rows)
            count = max(1, TRAINED_AT_ONCE // (longest * len(batches)))
            most = min(count, max(map(len, left)))
            part = [[*rows[:most], *[NOTHING] * (most - len(rows))] for rows in left]
            left = [rows[most:] for rows in left]
            loss = self._nats([row for rows in part for row in rows]).view(len(batches), -1).sum(1) * weights
            loss.sum().backward()
            total += loss.detach()
        return total

    def _nats(self, rows: Sequence[Example]) -> torch.Tensor:
        """Give −log p of each row's tokens from `start` on, summed by row. What fills a row up stands behind it."""
        longest = max(len(row.ids) for row in rows)
        ids = torch.tensor([row.ids + [0] * (longest - len(row.ids)) for row in rows])
        place = [(at, token - 1) for at, row in enumerate(rows) for token in range(row.start, len(row.ids))]
        wanted = torch.tensor([rows[at].ids[token + 1] for at, token in place]).to(self.device)
        at, token = torch.tensor(place).T.to(self.device)
        hidden = self.model.model(input_ids=ids.to(self.device), use_cache=False)[0]
        logits = self.model.lm_head(hidden[at, token]).float()
        nats = nn.functional.cross_entropy(logits, wanted, reduction="none")
        return torch.zeros(len(rows), device=self.device).index_add(0, at, nats)

    @torch.no_grad()
    def losses(self, pairs: Sequence[tuple[Tokens, Tokens]]) -> list[list[float]]:
        """Give for each adapter the nats a token of each (prompt, answer)."""
        order = sorted(range(len(pairs)), key=lambda place: -sum(map(len, pairs[place])))
        found = torch.zeros(self.size, len(pairs))
        while order:
            longest = sum(map(len, pairs[order[0]]))
            now, order = _split(order, max(1, TOKENS_AT_ONCE // (longest * self.size)))
            rows = [Example([*pairs[place][0], *pairs[place][1]], len(pairs[place][0])) for place in now]
            nats = self._nats(rows * self.size).view(self.size, -1).cpu()
            found[:, now] = nats / torch.tensor([len(pairs[place][1]) for place in now])
        return found.tolist()  # type: ignore[no-any-return]

    @torch.no_grad()
    def choices(self, prompts: Sequence[Tokens], letters: Sequence[Sequence[int]]) -> list[list[int]]:
        """Give for each adapter the place of the likeliest letter right after each prompt."""
        order = sorted(range(len(prompts)), key=lambda place: -len(prompts[place]))
        found = [[0] * len(prompts) for _ in range(self.size)]
        while order:
            now, order = _split(order, max(1, TOKENS_AT_ONCE // (len(prompts[order[0]]) * self.size)))
            logits = self._last([prompts[place] for place in now]).view(self.size, len(now), -1)
            for column, place in enumerate(now):
                picks = logits[:, column, list(letters[place])].argmax(-1).tolist()
                for own, pick in zip(found, picks, strict=True):
                    own[place] = pick
        return found

    def _last(self, prompts: Sequence[Tokens]) -> torch.Tensor:
        longest = max(map(len, prompts))
        ids = torch.tensor([[*own, *[0] * (longest - len(own))] for own in prompts] * self.size).to(self.device)
        ends = torch.tensor([len(own) - 1 for own in prompts] * self.size, device=self.device)
        hidden = self.model.model(input_ids=ids, use_cache=False)[0]  # causal: what fills up stands behind
        return self.model.lm_head(hidden[torch.arange(len(ids), device=self.device), ends]).float().cpu()

    @torch.no_grad()
    def write(self, prompts: Sequence[Tokens], new_tokens: int, ends: Sequence[int]) -> list[list[Tokens]]:
        """Give for each adapter its greedy answer to each prompt, as token ids up to the end of turn."""
        found: list[list[Tokens]] = [[[] for _ in prompts] for _ in range(self.size)]
        order = sorted(range(len(prompts)), key=lambda place: -len(prompts[place]))
        while order:
            now, order = _split(order, max(1, SEQUENCES_AT_ONCE // self.size))
            longest = max(len(prompts[place]) for place in now)
            padded = [[0] * (longest - len(prompts[place])) + prompts[place] for place in now] * self.size
            mask = [[0] * (longest - len(prompts[place])) + [1] * len(prompts[place]) for place in now] * self.size
            made = self.model.generate(
                input_ids=torch.tensor(padded).to(self.device),
                attention_mask=torch.tensor(mask).to(self.device),
                **{
                    "max_new_tokens": new_tokens,
                    "do_sample": False,
                    "eos_token_id": list(ends),
                    "pad_token_id": ends[0],
                },
            )[:, longest:].tolist()
            for row, answer in enumerate(made):
                end = next((at for at, token in enumerate(answer) if token in ends), len(answer))
                found[row // len(now)][now[row % len(now)]] = answer[:end]
        return found


class _AdamW:
    """AdamW with a learning rate, and a limit of the gradient's length, for each adapter."""

    def __init__(self, parameters: Sequence[nn.Parameter], settings: Settings) -> None:
        self.parameters, self.settings, self.steps = list(parameters), settings, 0
        self._views = [parameter.data.view(len(parameter), -1) for parameter in parameters]
        self._sizes = [view.shape[1] for view in self._views]
        self.weights = torch.cat(self._views, dim=1)  # [adapters, all their weights]
        self.means, self.squares = torch.zeros_like(self.weights), torch.zeros_like(self.weights)

    @torch.no_grad()
    def step(self, rates: Sequence[float]) -> None:
        """Move each adapter by its own rate, and forget the gradients."""
        self.steps += 1
        own = [p.grad.view(len(p), -1) for p in self.parameters if p.grad is not None]
        gradient = torch.cat(own, dim=1)
        gradient *= (self.settings.max_grad_norm / (gradient.norm(dim=1, keepdim=True) + 1e-6)).clamp(max=1.0)
        rate = torch.tensor(rates, device=gradient.device).view(-1, 1)
        self.means.lerp_(gradient, 1 - BETAS[0])
        self.squares.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        roots = self.squares.sqrt().div_(math.sqrt(1 - BETAS[1] ** self.steps)).add_(EPSILON)
        self.weights *= 1 - rate * self.settings.weight_decay
        self.weights -= self.means / roots * (rate / (1 - BETAS[0] ** self.steps))
        torch._foreach_copy_(self._views, list(self.weights.split(self._sizes, dim=1)))
        for parameter in self.parameters:
            parameter.grad = None


def rate(update: int, updates: int, settings: Settings) -> float:
    """Give the learning rate of an update: a linear warm-up, then a cosine to 0; 0 after the last."""
    warm = math.ceil(updates * settings.warmup)
    if update >= updates:
        return 0.0
    if update < warm:
        return settings.learning_rate * update / max(1, warm)
    done = (update - warm) / max(1, updates - warm)
    return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


def _batches(job: Job, size: int) -> Iterator[Sequence[Example]]:
    """Yield batches without end: pass after pass, each in an order of its own, its last batch with what is left."""
    turn = 0
    while True:
        rows = list(job.rows)
        random.Random(f"{job.seed} {turn}").shuffle(rows)
        yield from (rows[start : start + size] for start in range(0, len(rows), size))
        turn += 1


def _split(order: list[int], count: int) -> tuple[list[int], list[int]]:
    return order[:count], order[count:]
