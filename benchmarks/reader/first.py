"""Train the reader's first pass on the same examples, in seconds on a GPU.

tensors, scores = train_first(examples, embeddings, likeness, marks, device)   # of all rows, float32 [rows, outputs]
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.reader.examples import Examples
from curation.reader.first_pass import COUNTS, PARTS, counts, parts_of
from curation.reader.kinds import KINDS, OUTPUTS
from curation.reader.texts import Marks, Read

WIDTH, HIDDEN, LONGEST = 64, 96, 161
EPOCHS, BATCH, RATE, DROPOUT = 10, 512, 2e-3, 0.15
ALIKE_WEIGHT = 4.0  # of the squared error of the likeness, beside the kinds' losses


class First(nn.Module):
    """What `curation.reader.first_pass.FirstPass` computes, to be trained."""

    def __init__(self, embeddings: Tensor) -> None:
        super().__init__()
        self.embeddings = nn.Embedding.from_pretrained(embeddings, freeze=True)
        self.projection = nn.Linear(embeddings.shape[1], WIDTH, bias=False)
        self.scale = nn.BatchNorm1d((2 * PARTS + 1) * WIDTH + COUNTS, affine=False)
        self.hidden = nn.Linear((2 * PARTS + 1) * WIDTH + COUNTS, HIDDEN)
        self.out = nn.Linear(HIDDEN, len(OUTPUTS))

    def forward(self, ids: Tensor, lengths: Tensor, numbers: Tensor) -> Tensor:
        """`ids` [rows, parts, longest], `lengths` [rows, parts], `numbers` [rows, counts]."""
        vectors = self.projection(self.embeddings(ids))
        inside = (torch.arange(ids.shape[2], device=ids.device) < lengths.unsqueeze(-1)).unsqueeze(-1)
        means = (vectors * inside).sum(2) / lengths.clamp(min=1).unsqueeze(-1)
        highest = vectors.masked_fill(~inside, -1e4).amax(2)
        highest = torch.where(lengths.unsqueeze(-1) > 0, highest, torch.zeros_like(highest))
        features = torch.cat([torch.stack([means, highest], 2).flatten(1), means[:, 0] * means[:, 3], numbers], 1)
        hidden = nn.functional.dropout(torch.relu(self.hidden(self.scale(features))), DROPOUT, self.training)
        logits: Tensor = self.out(hidden)
        return logits


def train_first(
    examples: Examples, embeddings: Tensor, likeness: NDArray[np.float32], marks: Marks, device: str, seed: int = 0
) -> tuple[dict[str, Tensor], NDArray[np.float32]]:
    """Return the tensors by the names under which `FirstPass` reads them, and the scores of every row."""
    torch.manual_seed(seed)
    ids, lengths, numbers = _arrays(examples, marks)
    network = First(embeddings.float()).to(device)
    kinds, bits = torch.from_numpy(examples.kinds.astype(np.int64)), torch.from_numpy(examples.judged.astype(np.int64))
    rows, alike = torch.from_numpy(examples.part("training")), torch.from_numpy(likeness)
    optimizer = torch.optim.AdamW([v for v in network.parameters() if v.requires_grad], lr=RATE, weight_decay=0.01)
    steps = EPOCHS * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1)

    def logits(part: Tensor) -> Tensor:
        found: Tensor = network(*(array[part].to(device).long() for array in (ids, lengths)), numbers[part].to(device))
        return found

    network.train()
    for _ in range(EPOCHS):
        for part in rows[torch.randperm(len(rows))].split(BATCH):
            wanted = nn.functional.one_hot(kinds[part] + 1, len(KINDS) + 1)[:, 1:].float().to(device)
            judged = ((bits[part].unsqueeze(1) >> torch.arange(len(KINDS))) & 1).to(device)
            found = logits(part)
            losses = nn.functional.binary_cross_entropy_with_logits(found[:, :-1], wanted, reduction="none")
            aside = nn.functional.mse_loss(found[:, -1], alike[part].to(device))
            optimizer.zero_grad(set_to_none=True)
            ((losses * judged).sum() / len(part) + ALIKE_WEIGHT * aside).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    network.eval()
    with torch.inference_mode():
        scores = torch.cat([logits(part).cpu() for part in torch.arange(len(kinds)).split(2048)]).numpy()
    return _tensors(network), scores


def _arrays(examples: Examples, marks: Marks) -> tuple[Tensor, Tensor, Tensor]:
    starts = np.concatenate([[0], examples.ends])
    ids = np.zeros((len(examples.ends), PARTS, LONGEST), np.int32)
    lengths = np.zeros((len(ids), PARTS), np.int32)
    numbers = np.zeros((len(ids), COUNTS), np.float32)
    for row in range(len(ids)):
        read = Read(examples.ids[starts[row] : starts[row + 1]].tolist(), int(examples.questions[row]))
        parts = parts_of(read)
        for place, part in enumerate(parts):
            ids[row, place, : len(part)], lengths[row, place] = part, len(part)
        numbers[row] = counts(parts[0], parts[3], marks)
    return torch.from_numpy(ids), torch.from_numpy(lengths), torch.from_numpy(numbers)


def _tensors(network: First) -> dict[str, Tensor]:
    width = (network.scale.running_var + network.scale.eps).sqrt()  # type: ignore[operator]
    found = {
        "projection": network.projection.weight.T,
        "middle": network.scale.running_mean,
        "width": width,
        "hidden": network.hidden.weight.T,
        "hidden_offset": network.hidden.bias,
        "out": network.out.weight.T,
        "out_offset": network.out.bias,
    }
    return {
        f"first.{name}": value.detach().half().cpu().contiguous() for name, value in found.items() if value is not None
    }
