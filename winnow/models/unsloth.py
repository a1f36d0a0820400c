"""Unsloth's fused kernels, on NVIDIA GPUs only: a process for what uses them, and a model behind the usual interface.

    dialogues = with_unsloth(write, study, progress=progress)         # and in `write`:
    model = load_unsloth_model("Qwen/Qwen3-4B-Instruct-2507")

Unsloth changes transformers for as long as the process lives, so that a model loaded plainly later doesn't answer any
more, and must be imported before transformers and trl. Hence whatever uses it runs in a process of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any, TypeVar

from winnow.data.files import cache_folder
from winnow.errors import InputError, require
from winnow.models.device import device
from winnow.models.local import LocalModel
from winnow.models.names import resolve_base_model
from winnow.models.tokenizer import load_tokenizer
from winnow.parallel.own_process import in_own_process
from winnow.progress import Progress

T = TypeVar("T")


def with_unsloth(work: Callable[..., T], *arguments: Any, progress: Progress, **callbacks: Callable[..., Any]) -> T:
    """Run `work` in a process of its own, into which Unsloth is imported before anything else; see `in_own_process`."""
    result: T = in_own_process(_unsloth_first, work, *arguments, progress=progress, **callbacks)
    return result


def _unsloth_first(work: Callable[..., T], *arguments: Any, **functions: Callable[..., Any]) -> T:
    import_unsloth()
    return work(*arguments, **functions)


def load_unsloth_model(name: str) -> LocalModel:
    """Load the untouched base in 16 bits; raises InputError without a GPU or without Unsloth."""
    require_unsloth("preservation.writer", otherwise="transformers")
    unsloth = import_unsloth()

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


def require_unsloth(setting: str, otherwise: str) -> None:
    """Raise InputError with the remedy where the `setting` that asks for Unsloth can't be followed; imports nothing.

    Unsloth's own switch UNSLOTH_ALLOW_CPU=1 lets it run without a GPU, far more slowly than transformers.
    """
    if device() != "cuda" and os.environ.get("UNSLOTH_ALLOW_CPU") != "1":
        raise InputError(f"{setting} is unsloth but there is no NVIDIA GPU; set {setting}={otherwise}")
    if find_spec("unsloth") is None:
        require("unsloth", "gpu")  # fails, with the line that installs it


def import_unsloth() -> ModuleType:
    """Import Unsloth into this process, which from then on is Unsloth's."""
    # It compiles into the working folder otherwise.
    cache = cache_folder() / "unsloth-compiled"
    os.environ.setdefault("UNSLOTH_COMPILE_LOCATION", str(cache))
    return require("unsloth", "gpu")
