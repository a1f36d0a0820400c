"""Models of random weights in the shapes of known ones: neither speed nor memory depends on what a model knows.

folder = make_model("qwen3-4b", tokenizer_folder, work)
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from training.backends import on_gpu

QWEN3 = {"num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936}
SHAPES: dict[str, tuple[str, dict[str, Any]]] = {
    "qwen3-4b": (
        "qwen3",
        QWEN3 | {"hidden_size": 2560, "num_hidden_layers": 36, "intermediate_size": 9728, "num_attention_heads": 32},
    ),
    "qwen3-1.7b": (
        "qwen3",
        QWEN3 | {"hidden_size": 2048, "num_hidden_layers": 28, "intermediate_size": 6144, "num_attention_heads": 16},
    ),
    "qwen3-0.6b": (
        "qwen3",
        QWEN3 | {"hidden_size": 1024, "num_hidden_layers": 28, "intermediate_size": 3072, "num_attention_heads": 16},
    ),
    "llama-1b": (
        "llama",
        {
            "hidden_size": 2048,
            "num_hidden_layers": 16,
            "intermediate_size": 8192,
            "num_attention_heads": 32,
            "num_key_value_heads": 8,
            "vocab_size": 128256,
        },
    ),
    "smollm2-135m": (
        "llama",
        {
            "hidden_size": 576,
            "num_hidden_layers": 30,
            "intermediate_size": 1536,
            "num_attention_heads": 9,
            "num_key_value_heads": 3,
            "vocab_size": 49152,
        },
    ),
    "tiny": (
        "qwen3",
        {
            "hidden_size": 256,
            "num_hidden_layers": 4,
            "intermediate_size": 512,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 64,
            "vocab_size": 49152,
        },
    ),
}


def make_model(name: str, tokenizer_folder: Path, work: Path) -> Path:
    """Write random bf16 weights of the shape with the tokenizer beside them, unless they are there."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    folder = work / name
    if (folder / "config.json").exists():
        return folder
    began = time.perf_counter()
    kind, sizes = SHAPES[name]
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    ids = {f"{role}_token_id": getattr(tokenizer, f"{role}_token_id") for role in ("bos", "eos", "pad")}
    limits = {"max_position_embeddings": 8192, "tie_word_embeddings": True, "dtype": "bfloat16"}
    config = AutoConfig.for_model(kind, **sizes, **ids, **limits)
    torch.manual_seed(0)
    with torch.device("cuda" if on_gpu() else "cpu"):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    size, seconds = model.num_parameters() / 1e9, time.perf_counter() - began
    print(f"{name}: {size:.2f}B random weights in {seconds:.0f} s", flush=True)
    return folder
