"""Run a model here through Unsloth's fused kernels, on NVIDIA GPUs only, behind the interface of any local model.

    model = load_unsloth_model("Qwen/Qwen3-4B-Instruct-2507")

Unsloth changes transformers for as long as the process lives, and must be imported before trl.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import ModuleType

from winnow.errors import InputError, require
from winnow.language_model import load_tokenizer
from winnow.local_model import LocalModel
from winnow.models import resolve_base_model


def load_unsloth_model(name: str) -> LocalModel:
    """Load the untouched base in 16 bits; raises InputError without a GPU or without Unsloth."""
    unsloth = import_unsloth("preservation.writer", otherwise="transformers")

    import torch
    from transformers import AutoConfig, GenerationConfig

    source = str(resolve_base_model(name))
    model, _ = unsloth.FastLanguageModel.from_pretrained(
        source,
        max_seq_length=AutoConfig.from_pretrained(source, trust_remote_code=False).max_position_embeddings,
        dtype=torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16,
        load_in_4bit=False,
        trust_remote_code=False,
    )
    model = unsloth.FastLanguageModel.for_inference(model)
    model.generation_config = GenerationConfig(eos_token_id=model.generation_config.eos_token_id)  # ours alone count
    return LocalModel(name, model, load_tokenizer(name))


def import_unsloth(setting: str, otherwise: str) -> ModuleType:
    """Import Unsloth; raises InputError with the remedy where the `setting` that asks for it can't be followed."""
    import torch

    if not torch.cuda.is_available():
        raise InputError(f"{setting} is unsloth but there is no NVIDIA GPU; set {setting}={otherwise}")
    os.environ.setdefault("UNSLOTH_DISABLE_STATISTICS", "1")
    # It compiles into the working folder otherwise.
    cache = Path(tempfile.gettempdir()) / f"unsloth-compiled-{os.getuid()}"
    os.environ.setdefault("UNSLOTH_COMPILE_LOCATION", str(cache))
    return require("unsloth", "gpu")
