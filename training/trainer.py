"""The trainer: TRL's, fed with rows that are already tokens, and able to say which rows a step saw.

Import this module only once the backend is chosen: Unsloth must come before TRL.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from trl import SFTTrainer

Batch = dict[str, Any]
LEARNING = "default"  # the name of the adapter that is trained, as peft and TRL have it
IS_PLAIN_TRL = SFTTrainer.__module__.startswith("trl.")  # Unsloth puts a trainer of its own in its place


class Collator:
    """Collate as the library does, and carry the rows' numbers and their tokens along.

    The library's own collator is the one that fits its kernels: Unsloth lays the rows of a batch end to end, without
    padding, and gives that up where it is handed another collator.
    """

    def __init__(self, collate: Callable[[Sequence[Batch]], Batch]) -> None:
        self._collate = collate

    def __call__(self, rows: Sequence[Batch]) -> Batch:
        """Return the library's batch with `row`, a list of numbers, and `tokens`, a count without padding.

        Neither is a tensor: reading one back from a GPU would hold up the next batch.
        """
        batch = self._collate([{name: row[name] for name in ("input_ids", "labels")} for row in rows])
        numbers, tokens = [row["row"] for row in rows], sum(len(row["input_ids"]) for row in rows)
        return {**batch, "row": numbers, "tokens": tokens}


class GoesOn:
    """A trainer that goes on with a checkpoint's adapter, each weight in the precision that it is trained in.

    The library's own way loads weights that were trained in bf16 as fp32; and where a second adapter has a folder in
    the checkpoint, as DPO's frozen reference has, it loads that one and leaves the one that learns as it began.
    """

    model: Any

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        from peft import load_peft_weights, set_peft_model_state_dict

        learning = self.model if model is None else model
        weights = load_peft_weights(resume_from_checkpoint, device="cpu")
        set_peft_model_state_dict(learning, weights, adapter_name=LEARNING)


class AnswerTrainer(GoesOn, SFTTrainer):  # type: ignore[misc]
    """TRL's SFTTrainer that remembers the rows of its last batches and counts the tokens it has read."""

    data_collator: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.data_collator = Collator(self.data_collator)
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
        """Compute the library's loss; `tokens` counts the trained ones of the whole update.

        TRL's own method also reads accuracy and entropy back from the card, which nobody asked for and for which it
        waits before it goes back through the model; Unsloth's doesn't.
        """
        if not IS_PLAIN_TRL:
            return super().compute_loss(model, inputs, False, tokens)
        asked = {"use_cache": False} | ({"output_router_logits": True} if self.aux_loss_enabled else {})
        return super(SFTTrainer, self).compute_loss(model, inputs | asked, False, tokens)


def keep_adapter_in_fp32(model: Any) -> None:
    """Undo TRL's cast of a quantised model's adapter to bf16, whose 8 bits swallow an update of 1/512 of a weight.

    Adam's updates are as large as the learning rate: at 2e-5 most are lost. It is slow on CPUs and breaks fp16's scaler
    too. What is multiplied is still in 16 bits on a GPU, by autocast.
    """
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
