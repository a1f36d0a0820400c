"""Convert a packaged GGUF model once to plain safetensors, with what transformers loses on the way put back.

convert(Path("SmolLM2-135M-Instruct.Q4_1.gguf"), Path("~/.cache/winnow/models/smollm2").expanduser())
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from winnow.errors import InputError


def convert(gguf_file: Path, target: Path) -> Path:
    """Write `target` as a bf16 model folder unless it is there; return it.

    The folder appears by one rename, under a lock: two processes don't collide, and what a killed one
    leaves can't be taken for a model. Takes about 25 s for 135M parameters.
    """
    from filelock import FileLock

    if target.is_dir():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(target.name + ".lock")):
            if not target.is_dir():
                _remove_leftovers(target)
                partial = Path(tempfile.mkdtemp(prefix=f"{target.name}.partial-", dir=target.parent))
                _write_model(gguf_file, partial)
                partial.replace(target)
    except OSError as error:
        raise InputError(
            f"{target}: can't write the converted model ({error.strerror or error}); "
            "set WINNOW_CACHE to a folder with 1 GB of free space"
        ) from error
    return target


def _remove_leftovers(target: Path) -> None:
    """Delete what killed conversions left; only called while the lock is held."""
    for leftover in target.parent.glob(f"{target.name}.partial-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _write_model(gguf_file: Path, folder: Path) -> None:
    tokenizer = load_gguf_tokenizer(gguf_file)
    model = _load_dequantised(gguf_file, tokenizer)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def load_gguf_tokenizer(gguf_file: Path) -> Any:
    """Load the tokenizer and correct its special tokens and digit splitting from the GGUF's own fields."""
    from gguf import GGUFReader
    from tokenizers import pre_tokenizers
    from transformers import AutoTokenizer

    fields = GGUFReader(gguf_file).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()

    def token(role: str) -> str | None:
        field = fields.get(f"tokenizer.ggml.{role}_token_id")
        return tokens[field.contents()] if field is not None else None

    tokenizer = AutoTokenizer.from_pretrained(gguf_file.parent, gguf_file=gguf_file.name)
    # The GPT-2 converter of transformers gives eos the token of bos.
    tokenizer.bos_token, tokenizer.eos_token, tokenizer.unk_token = (
        token("bos"),
        token("eos"),
        token("unknown"),
    )
    # Padding with the end token would hide it from the loss, so that the tuned model never learns to stop.
    tokenizer.pad_token = token("unknown") if token("padding") == token("eos") else token("padding")
    tokenizer.clean_up_tokenization_spaces = False  # it would eat spaces before punctuation
    if fields["tokenizer.ggml.pre"].contents() == "smollm":
        # Lost in the conversion: without it "2024" is tokens the model has never seen.
        digits = pre_tokenizers.Digits(individual_digits=True)
        bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=True)
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, bytes_])
    return tokenizer


def _load_dequantised(gguf_file: Path, tokenizer: Any) -> Any:
    """Load the weights into a model that transformers agrees to save.

    A model loaded from GGUF refuses `save_pretrained` even after dequantising, hence the copy.
    """
    import torch
    from transformers import AutoModelForCausalLM, GenerationConfig
    from transformers.utils.quantization_config import GgufConfig

    loaded = AutoModelForCausalLM.from_pretrained(
        gguf_file.parent,
        gguf_file=gguf_file.name,
        dtype=torch.bfloat16,
        quantization_config=GgufConfig(dequantize=True),
    )
    special = {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    config = loaded.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    config.update(special)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.load_state_dict(loaded.state_dict(), strict=True)
    model.tie_weights()
    model.generation_config = GenerationConfig(**special)
    return model
