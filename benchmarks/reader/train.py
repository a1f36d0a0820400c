"""Train the reader on prepared examples, on a GPU in a minute; write its weights and the logits of all other parts.

weights = train(read_examples(Path("reader.npz")), model, Recipe(), out=Path("trained"))
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.reader.examples import Examples
from benchmarks.reader.first import ALIKE_WEIGHT, train_first
from curation.reader.kinds import KINDS, OUTPUTS
from curation.reader.network import Network, load_encoder, tensors_of, vectors_of, with_additions
from curation.reader.texts import Pieces

POOL = 64  # batches that are sorted by length together, so that little is padded


@dataclass(frozen=True)
class Recipe:
    """Settings of the training."""

    epochs: int = 4
    batch: int = 128
    rate: float = 2e-3
    rank: int = 16
    decay: float = 0.01
    wrong_weight: float = 1.0  # of off_question's loss among the kinds
    dropout: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class Batch:
    """Rows padded to the longest."""

    ids: Tensor
    mask: Tensor
    types: Tensor


def batch_of(examples: Examples, rows: Sequence[int] | NDArray[np.int64], device: str) -> Batch:
    """Pad rows to one length."""
    starts = np.concatenate([[0], examples.ends])
    longest = max(int(starts[i + 1] - starts[i]) for i in rows)
    ids = np.zeros((len(rows), longest), np.int64)
    mask, types = np.zeros_like(ids), np.ones_like(ids)
    for at, row in enumerate(rows):
        found = examples.ids[starts[row] : starts[row + 1]]
        ids[at, : len(found)], mask[at, : len(found)] = found, 1
        types[at, : examples.questions[row]] = 0
    ids_, mask_, types_ = (torch.from_numpy(array).to(device, non_blocking=True) for array in (ids, mask, types))
    return Batch(ids_, mask_, types_)


def _batches(lengths: NDArray[np.int64], rows: NDArray[np.int64], size: int, seed: int) -> Iterator[NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(rows)
    found = []
    for start in range(0, len(shuffled), size * POOL):
        pool = shuffled[start : start + size * POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        found += [pool[at : at + size] for at in range(0, len(pool), size)]
    for at in rng.permutation(len(found)):
        yield found[at]


def network_to_train(model: Path, recipe: Recipe) -> Network:
    """Load the encoder, freeze it and put an addition on each linear layer."""
    encoder = with_additions(load_encoder(model), recipe.rank)
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
    return Network(encoder, encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]


def train(examples: Examples, model: Path, recipe: Recipe, out: Path) -> None:
    """Train, and write `reader.safetensors`, `logits.npz` of the rows not trained on, and `recipe.json`."""
    from safetensors.torch import save_file

    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    likeness = alike(model, examples, np.arange(len(examples.ends)), device)
    network = network_to_train(model, recipe).to(device)
    began = time.perf_counter()
    _fit(network, examples, likeness, recipe, device)
    seconds = time.perf_counter() - began
    out.mkdir(parents=True, exist_ok=True)
    embeddings = network.encoder.get_input_embeddings().weight.detach()  # type: ignore[operator]
    first, first_scores = train_first(examples, embeddings, likeness, Pieces(model).marks, device, recipe.seed)
    save_file(tensors_of(network) | first, out / "reader.safetensors")
    others = np.flatnonzero(examples.parts != "training")
    np.savez_compressed(
        out / "logits.npz",
        rows=others,
        logits=logits_of(network, examples, others, device),
        first=first_scores[others],
        alike=likeness[others],
    )
    facts = {**asdict(recipe), "seconds": round(seconds, 1), "rows": len(examples.part("training")), "device": device}
    (out / "recipe.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _fit(network: Network, examples: Examples, likeness: NDArray[np.float32], recipe: Recipe, device: str) -> None:
    rows, lengths = examples.part("training"), np.diff(np.concatenate([[0], examples.ends]))
    kinds = torch.from_numpy(examples.kinds.astype(np.int64)).to(device)
    bits = torch.from_numpy(examples.judged.astype(np.int64)).to(device)
    wanted_likeness = torch.from_numpy(likeness).to(device)
    weight = torch.ones(len(KINDS), device=device)
    weight[KINDS.index("off_question")] = recipe.wrong_weight
    trained = [value for value in network.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * -(-len(rows) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=steps + 1, pct_start=0.1)
    network.train()
    done = 0
    for epoch in range(recipe.epochs):
        for part in _batches(lengths, rows, recipe.batch, recipe.seed + epoch):
            batch, places_ = batch_of(examples, part, device), torch.from_numpy(part).to(device)
            with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
                logits = network(batch.ids, batch.mask, batch.types).float()
            wanted = nn.functional.one_hot(kinds[places_] + 1, len(KINDS) + 1)[:, 1:].float()
            judged = (bits[places_].unsqueeze(1) >> torch.arange(len(KINDS), device=device)) & 1
            losses = nn.functional.binary_cross_entropy_with_logits(logits[:, :-1], wanted, reduction="none")
            aside = nn.functional.mse_loss(logits[:, -1], wanted_likeness[places_])
            loss = (losses * judged * weight).sum() / len(part) + ALIKE_WEIGHT * aside
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            if done % 200 == 0:
                print(f"step {done} of {steps}, loss {loss.item():.4f}", flush=True)


@torch.inference_mode()
def logits_of(network: Network, examples: Examples, rows: NDArray[np.int64], device: str) -> NDArray[np.float32]:
    """Return the logits of rows, float32 [rows, outputs]."""
    network.eval()
    lengths = np.diff(np.concatenate([[0], examples.ends]))
    found = np.empty((len(rows), len(OUTPUTS)), np.float32)
    order = np.argsort(lengths[rows], kind="stable")
    for start in range(0, len(rows), 256):
        places_ = order[start : start + 256]
        batch = batch_of(examples, rows[places_], device)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            found[places_] = network(batch.ids, batch.mask, batch.types).float().cpu().numpy()
    return found


@torch.inference_mode()
def alike(model: Path, examples: Examples, rows: NDArray[np.int64], device: str) -> NDArray[np.float32]:
    """Return the cosine of question and answer as the encoder alone sees them: what the reader has to better."""
    encoder = load_encoder(model).to(device).eval()
    found = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), 256):
        batch = batch_of(examples, rows[start : start + 256], device)
        vectors = []
        for side in (0, 1):
            mask = batch.mask * (batch.types == side)
            mask[:, 0] = 1
            ids, plain = torch.where(mask == 1, batch.ids, 0), torch.zeros_like(batch.types)
            hidden = vectors_of(encoder, ids, mask, plain)
            vectors.append((hidden * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True))
        found[start : start + 256] = nn.functional.cosine_similarity(*vectors).cpu().numpy()
    return found
