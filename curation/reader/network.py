"""The reader's network: a sentence encoder with low-rank additions to its linear layers, and one output a kind.

network = build(Path("all-minilm-l6-v2"), tensors)     # additions merged into the weights: as fast as the encoder
logits = network(ids, mask, types)                     # float [rows, outputs]

Additions as in LoRA (Hu et al., 2021). Outputs read five means: of all pieces and their maximum, of question and answer
alone, and of their product, which tells whether both speak of one thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from curation.reader.kinds import OUTPUTS

RANK = 16
SCALE = 2.0  # by which an addition counts
VIEWS = 5  # means and the like that the outputs read


class Network(nn.Module):
    """Encoder and outputs."""

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(VIEWS * width, len(OUTPUTS))

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return a logit for each row and output; `types` is 0 on the question, 1 on the answer."""
        return self.outputs(self.hidden(ids, mask, types), mask, types)

    def hidden(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return the encoder's vector of every piece."""
        return vectors_of(self.encoder, ids, mask, types)

    def outputs(self, hidden: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Return the logits from the vectors of the pieces in `mask` alone."""
        answer = (types * mask).unsqueeze(-1).to(hidden.dtype)
        every = mask.unsqueeze(-1).to(hidden.dtype)
        question = every - answer
        means = [(hidden * part).sum(1) / part.sum(1).clamp(min=1) for part in (every, question, answer)]
        highest = hidden.masked_fill(every == 0, -1e4).amax(1)
        views = [means[0], highest, means[1], means[2], means[1] * means[2]]
        logits: Tensor = self.head(torch.cat(views, dim=1))
        return logits


class LowRank(nn.Module):
    """A linear layer and a low-rank addition to it, which alone is trained."""

    def __init__(self, layer: nn.Linear, rank: int = RANK) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(rank, layer.in_features) / layer.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the layer's output plus the addition's."""
        added = nn.functional.linear(nn.functional.linear(inputs, self.down), self.up)
        whole: Tensor = self.layer(inputs) + SCALE * added
        return whole


def vectors_of(encoder: nn.Module, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
    """Return the vector of every piece; an encoder that knows no sides isn't told which side a piece is on."""
    sides = {"token_type_ids": types} if getattr(encoder.config, "type_vocab_size", 0) > 1 else {}
    found: Tensor = encoder(input_ids=ids, attention_mask=mask, **sides).last_hidden_state
    return found


def load_encoder(model: Path | str) -> nn.Module:
    """Load the sentence encoder, without a word on the screen."""
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    encoder: nn.Module = AutoModel.from_pretrained(str(model), trust_remote_code=False, use_safetensors=True)
    return encoder.float()


def places(encoder: nn.Module) -> dict[str, nn.Linear]:
    """Name the linear layers that get additions: all but that of the pooler, which the outputs don't read."""
    layers = {name: module for name, module in encoder.named_modules() if isinstance(module, nn.Linear)}
    return {name: layer for name, layer in layers.items() if not name.startswith("pooler.")}


def with_additions(encoder: nn.Module, rank: int = RANK) -> nn.Module:
    """Freeze the encoder and put an addition, which alone is trained, on each of its linear layers."""
    encoder.requires_grad_(False)
    for name, layer in places(encoder).items():
        parent, _, leaf = name.rpartition(".")
        setattr(encoder.get_submodule(parent), leaf, LowRank(layer, rank))
    return encoder


def additions(network: Network) -> dict[str, LowRank]:
    """Name the additions of a network, from the encoder's first layer to its last."""
    return {name: module for name, module in network.encoder.named_modules() if isinstance(module, LowRank)}


def tensors_of(network: Network) -> dict[str, Tensor]:
    """Return what is trained, in half precision, by the names under which `build` reads it."""
    found = {"head.weight": network.head.weight, "head.bias": network.head.bias}
    for name, module in additions(network).items():
        found |= {f"{name}.down": module.down, f"{name}.up": module.up}
    return {name: value.detach().half().cpu().contiguous() for name, value in found.items()}


def build(model: Path | str, tensors: Mapping[str, Tensor]) -> Network:
    """Return the network with the additions merged into the encoder's weights, ready to read."""
    encoder = load_encoder(model)
    with torch.no_grad():
        for name, layer in places(encoder).items():
            layer.weight += SCALE * tensors[f"{name}.up"].float() @ tensors[f"{name}.down"].float()
    network = Network(encoder, encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
    network.head.load_state_dict({name: tensors[f"head.{name}"].float() for name in ("weight", "bias")})
    return network.eval()
