"""Keep preservation rows near the base model's whole distribution, not only near the tokens it happened to write.

The loss a token is cross-entropy on domain rows and KL(base || tuned) on preservation rows. The base is the same
model with its adapter off: one more forward pass without gradients, no second copy of the weights.

Import this module only once the backend is chosen: Unsloth must come before TRL.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import cross_entropy, log_softmax

from training.rows import NOT_TRAINED
from training.trainer import AnswerTrainer, Batch


def kl_divergence(base_logits: torch.Tensor, tuned_logits: torch.Tensor) -> torch.Tensor:
    """Sum KL(base || tuned) in nats over logits [tokens, vocabulary]; gradients flow into `tuned_logits` alone."""
    base = log_softmax(base_logits.detach().float(), dim=-1)
    tuned = log_softmax(tuned_logits.float(), dim=-1)
    return (base.exp() * (base - tuned)).sum()


class KlTrainer(AnswerTrainer):
    """Train answers of domain rows by cross-entropy and those of preservation rows by KL to the base."""

    def __init__(self, *args: Any, preserved: list[bool], kl_weight: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._preserved = torch.tensor(preserved)
        self._kl_weight = kl_weight

    def loss_of(self, model: Any, inputs: Batch, rows: list[int], tokens: Any) -> Any:
        """Compute the mixed loss of a training batch; validation stays TRL's cross-entropy."""
        if not model.training:
            return super().loss_of(model, inputs, rows, tokens)
        labels = inputs["labels"][:, 1:]
        trained = labels != NOT_TRAINED
        preserved = self._preserved[rows].to(labels.device)
        logits = _next_token_logits(model, inputs)
        domain = trained & ~preserved[:, None]
        loss = cross_entropy(logits[domain].float(), labels[domain], reduction="sum")
        if preserved.any():
            kept = trained[preserved]
            with torch.no_grad(), self.accelerator.unwrap_model(model).disable_adapter():
                base = _next_token_logits(model, {name: value[preserved] for name, value in inputs.items()})
            loss = loss + self._kl_weight * kl_divergence(base[kept], logits[preserved][kept])
        if tokens is None:
            return loss / trained.sum()
        # The count is over all processes and accumulated batches, and the gradients of the processes are averaged.
        return loss * self.accelerator.num_processes / tokens


def _next_token_logits(model: Any, inputs: Batch) -> torch.Tensor:
    """Return logits [rows, tokens - 1, vocabulary], each for the token that follows."""
    output = model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"], use_cache=False)
    logits: torch.Tensor = output.logits[:, :-1]
    return logits
