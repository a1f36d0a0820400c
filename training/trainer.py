"""The trainer: TRL's, fed with rows that are already tokens, and able to say which rows a step saw.

Import this module only once the backend is chosen: Unsloth must come before TRL.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import torch
from trl import SFTTrainer

from training.rows import NOT_TRAINED

Batch = dict[str, Any]


class Collator:
    """Pad rows on the right to the longest of the batch, and carry their numbers along."""

    def __init__(self, pad_token_id: int) -> None:
        self.pad_token_id = pad_token_id

    def __call__(self, rows: Sequence[Batch]) -> Batch:
        """Return tensors `input_ids`, `attention_mask`, `labels` [rows, tokens], and `row`, a plain list of numbers.

        Reading a tensor back from a GPU would hold up the next batch; a list never goes there.
        """
        width = max(len(row["input_ids"]) for row in rows)

        def padded(values: Sequence[Sequence[int]], filler: int) -> torch.Tensor:
            return torch.tensor([[*ids, *[filler] * (width - len(ids))] for ids in values])

        ids = [row["input_ids"] for row in rows]
        return {
            "input_ids": padded(ids, self.pad_token_id),
            "attention_mask": padded([[1] * len(i) for i in ids], 0),
            "labels": padded([row["labels"] for row in rows], NOT_TRAINED),
            "row": [row["row"] for row in rows],
            "tokens": sum(len(i) for i in ids),
        }


class AnswerTrainer(SFTTrainer):  # type: ignore[misc]
    """TRL's SFTTrainer that remembers the rows of its last batches and counts the tokens it has read."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.last_rows: deque[int] = deque(maxlen=2 * self.args.train_batch_size)
        self.tokens_read = 0

    def compute_loss(
        self, model: Any, inputs: Batch, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Take the row numbers and the count of tokens off the batch, then compute the loss."""
        rows, tokens = inputs.pop("row"), inputs.pop("tokens")
        if model.training:
            self.last_rows.extend(rows)
            self.tokens_read += tokens
        if return_outputs:
            return super().compute_loss(model, inputs, True, num_items_in_batch)
        return self.loss_of(model, inputs, rows, num_items_in_batch)

    def loss_of(self, model: Any, inputs: Batch, rows: list[int], tokens: Any) -> Any:
        """Compute TRL's loss; `tokens` counts the trained ones of the whole update."""
        return super().compute_loss(model, inputs, False, tokens)


def keep_adapter_in_fp32(model: Any) -> None:
    """Undo TRL's cast of a quantised model's adapter to bf16, which is slow on CPUs and breaks fp16's scaler."""
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
