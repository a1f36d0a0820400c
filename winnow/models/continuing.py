"""Continue a batch of texts, of which those that have ended leave: no time goes into filling them up.

    rows = continue_texts(model, inputs, mask, config, ends=[2], seed=0)     # token ids, of each text its own count

A batch of 24 answers of 20 to 384 tokens is computed 384 steps long, and most of it is padding. Here the texts that
go on are taken out with their keys and values as soon as a third of the batch has ended.
"""

from __future__ import annotations

import copy
from typing import Any

ENDED_SHARE = 1 / 3  # of the batch, from which on it is thinned: each time costs about one step


def continue_texts(model: Any, inputs: Any, mask: Any, config: Any, ends: list[int], seed: int) -> list[list[int]]:
    """Continue each row of `inputs` (batch, width; padded on the left) by at most `config.max_new_tokens` tokens.

    Returns the new tokens of each, up to its first end token or the limit. Draws, where the config samples, come from
    `seed` and the batch alone; the generator's state outside stays as it was. A model whose state can't be split by
    text, as Mamba's, is run to the end of the longest.
    """
    import torch

    width, limit = inputs.shape[1], inputs.shape[1] + config.max_new_tokens
    end_ids = torch.tensor(ends, device=inputs.device)
    devices = [inputs.device] if inputs.device.type == "cuda" else []
    going = list(range(len(inputs)))
    found: list[list[int]] = [[] for _ in going]
    cache = None
    with torch.inference_mode(), torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        while going:
            made = model.generate(
                input_ids=inputs,
                attention_mask=mask,
                past_key_values=cache,
                generation_config=_told_whole(config, limit - inputs.shape[1]),
                stopping_criteria=[] if getattr(model, "_is_stateful", False) else [_Thinning(end_ids, width)],
            )
            inputs, cache = made.sequences, made.past_key_values
            ended = torch.isin(inputs[:, width:], end_ids).any(1) | (inputs.shape[1] >= limit)
            for place in ended.nonzero()[:, 0].tolist():
                found[going[place]] = inputs[place, width:].tolist()
            left = (~ended).nonzero()[:, 0]
            going = [going[place] for place in left.tolist()]
            if going:
                cache.batch_select_indices(left)
                inputs, mask = inputs[left], mask[left]
                mask = torch.cat([mask, mask.new_ones(len(left), inputs.shape[1] - mask.shape[1])], dim=1)
    return found


def _told_whole(config: Any, new_tokens: int) -> Any:
    """Ask for the keys and values beside the tokens, with what is left of the limit."""
    config = copy.deepcopy(config)
    config.max_new_tokens, config.return_dict_in_generate = new_tokens, True
    return config


class _Thinning:
    """Stops the whole batch once `ENDED_SHARE` of its texts have ended since `width`, and never before one has."""

    def __init__(self, end_ids: Any, width: int) -> None:
        self.end_ids = end_ids
        self.width = width

    def __call__(self, ids: Any, scores: Any, **_: Any) -> Any:
        import torch

        ended = torch.isin(ids[:, self.width :], self.end_ids).any(1)
        return torch.full((len(ids),), bool(ended.float().mean() >= ENDED_SHARE), device=ids.device)
