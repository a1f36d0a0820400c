"""Weights of a local model: the base in a precision, and an adapter on top.

model = load_adapter(load_weights("my-model", "nf4"), Path("runs/20261129-162555/adapter"))
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from winnow.errors import InputError
from winnow.models.device import device
from winnow.models.interface import Precision


def load_weights(source: str, precision: Precision) -> Any:
    """Load a causal model from a folder or a hub name onto the chosen device; only safetensors."""
    import torch
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig, GenerationConfig

    where = device()
    gpu = where == "cuda"
    dtype = torch.bfloat16 if precision == "bfloat16" or (gpu and precision != "float32") else torch.float32
    options: dict[str, object] = {"dtype": dtype, "trust_remote_code": False, "use_safetensors": True}
    if precision == "nf4":
        options["device_map"] = {"": "cuda" if gpu else "cpu"}
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
        )
    model = AutoModelForCausalLM.from_pretrained(source, **options)
    if precision == "nf4" and not gpu:
        model = model.dequantize()  # the same logits at ten times the speed; a CPU has no 4-bit kernels to gain from
    if not (gpu and precision == "nf4"):  # which is there already, and can't be moved
        model = model.to(where)
    # Only our settings count: a model's own defaults (top-k, penalties) would differ from model to model.
    model.generation_config = GenerationConfig(eos_token_id=model.generation_config.eos_token_id)
    return model


def load_adapter(model: Any, adapter: Path) -> Any:
    """Put an adapter on a model; raises InputError where the folder holds none."""
    from peft import PeftModel

    if not (adapter / "adapter_config.json").is_file():
        raise InputError(f'"{adapter}" isn\'t an adapter folder: it has no adapter_config.json')
    return PeftModel.from_pretrained(model, str(adapter))
