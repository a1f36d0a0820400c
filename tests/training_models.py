"""A model small enough to train in a second, and rows for it; import the fixtures by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.qlora import Recipe, TrainingData
from winnow.config import TrainingConfig
from winnow.data.records import new_record

TOPICS = ("an ISA", "a Direct Debit", "a mortgage", "an overdraft", "a pension", "a bond", "a share", "a fee")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory, smollm2_tokenizer) -> Path:
    """A random Llama of two layers that speaks through SmolLM2's tokenizer and template."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(smollm2_tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=smollm2_tokenizer.bos_token_id,
        eos_token_id=smollm2_tokenizer.eos_token_id,
        pad_token_id=smollm2_tokenizer.pad_token_id,
    )
    folder = tmp_path_factory.mktemp("tiny-llama")
    LlamaForCausalLM(config).save_pretrained(folder)
    smollm2_tokenizer.save_pretrained(folder)
    return folder


def records(count: int, prefix: str = ""):
    """Make distinct short pairs."""
    return [
        new_record(f"{prefix}What is {TOPICS[i % 8]}, case {i}?", f"{prefix}It is number {i}: {TOPICS[(i * 3) % 8]}.")
        for i in range(count)
    ]


def recipe(model: Path, rows: int = 12, validation: int = 4, **settings) -> Recipe:
    """A run of a few steps without a plan; other settings by name."""
    own = {name: settings.pop(name) for name in ("share", "plan", "seed", "data") if name in settings}
    quick = {"batch_size": 2, "accumulation": 1, "max_steps": 6, "evaluations": 3, "learning_rate": 1e-2}
    data = own.pop("data", TrainingData(records(rows), records(validation, "Now: "), records(8, "Hey, ")))
    return Recipe(data, str(model), TrainingConfig(**quick | settings), own.pop("plan", None), **own)


def metrics(run: Path):
    """Read a run's metrics."""
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
