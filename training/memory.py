"""Memory estimate of a run by part (weights, adapter, activations, logits), and the cheapest remedy if it doesn't fit.

estimate = estimate_memory(source, config, longest=1024, unsloth=False)
estimate.total_gb, estimate.parts, free_gb()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.backends import checkpointing, on_gpu, precision, present_modules
from winnow.config import TrainingConfig
from winnow.errors import WinnowError

NF4_BYTES = 0.5 + 0.127 / 8  # a weight, with its share of the doubly quantised constants (QLoRA, section 3)
NUMBER_BYTES = {"bf16": 2, "fp16": 2, "fp32": 4}
ADAPTER_BYTES = 4  # a weight that learns, and its gradient
# Numbers a token that a decoder layer with adapters holds, in widths of: the residual stream; queries, keys and values;
# the feed-forward layer; normed queries and keys, where a model has such. Fitted to peaks measured on one H100.
KEPT, KEPT_BY_UNSLOTH = (5.8, 1.86, 4.0, 1.55), (2.15, 3.36, 2.0, 0.0)
PASSING = (16, 0, 6, 0)  # while one layer is computed anew, its gradients stand beside its activations
STATES = (2, 0, 0, 0)  # the last layer's output and its gradient, while the loss is computed
LOGITS_AT_ONCE = 256  # tokens: TRL computes the loss in such chunks
LOGIT_BYTES = 18  # float32 logits, log-softmax, softmax and what the entropy sums, and the logits in 16 bits
WHOLE_LOGITS = 5.5  # numbers a logit where DPO and KTO make all at once; fitted to one run of DPO on an H200
UNSLOTH_WHOLE_LOGITS = 2.0  # the logits and their gradient
UNSLOTH_LOGITS_AT_ONCE = 512  # tokens
UNSLOTH_LOGIT_BYTES = 12  # float32 logits, the gradient in 16 bits, and what stands between; fitted too
GPU_RUNTIME_GB = 0.034  # cuBLAS's workspace on a Hopper, which torch counts
CPU_RUNTIME_GB = 1.2  # Python and torch themselves count there
CPU_ALLOCATOR = 1.3  # freed blocks that aren't given back


@dataclass(frozen=True)
class MemoryEstimate:
    """Peak memory by part, in GB (10^9 bytes)."""

    parts: dict[str, float]

    @property
    def total_gb(self) -> float:
        """The peak: while the loss is computed there are no gradients yet, and no layer is computed anew."""
        later = ("gradients", "one layer")
        backward = sum(self.parts[name] for name in later)
        others = sum(size for name, size in self.parts.items() if name not in (*later, "logits"))
        return others + max(self.parts["logits"], backward)


def estimate_memory(
    source: str, config: TrainingConfig, longest: int, unsloth: bool = False, prefers: bool = False
) -> MemoryEstimate:
    """Estimate the peak of a run whose longest row has `longest` tokens, from the model's shapes alone.

    A run that `prefers` one answer to another makes the logits of all tokens at once, others in chunks.
    """
    model = _shapes(source)
    number = NUMBER_BYTES[precision(config)]
    linear, other = _count(model)
    adapter = _adapter_parameters(model, config)
    state = 1 if "8bit" in config.optimizer else ADAPTER_BYTES
    text = model.config.get_text_config()
    tokens, layers = config.batch_size * longest, text.num_hidden_layers
    one, widths = tokens * number, _widths(model)
    passing, kept = 0.0, layers * _activations(one, widths, KEPT_BY_UNSLOTH if unsloth else KEPT)
    if checkpointing(config):  # Unsloth moves the checkpoints to main memory
        passing, kept = _activations(one, widths, PASSING), 0 if unsloth else layers * one * widths[0]
    scale = 1.0 if on_gpu() else CPU_ALLOCATOR
    whole = one * text.vocab_size * (UNSLOTH_WHOLE_LOGITS if unsloth else WHOLE_LOGITS) * scale
    parts = {
        "weights": linear * (NF4_BYTES if config.quantization == "nf4" else number) + other * number,
        "adapter": adapter * ADAPTER_BYTES,
        "optimizer": adapter * 2 * state,
        "gradients": adapter * ADAPTER_BYTES,
        "activations": kept * scale,
        "one layer": passing * scale,
        "logits": _activations(one, widths, STATES) + (whole if prefers else _logits(tokens, text.vocab_size, unsloth)),
        "runtime": (GPU_RUNTIME_GB if on_gpu() else CPU_RUNTIME_GB) * 1e9,
    }
    return MemoryEstimate({name: size / 1e9 for name, size in parts.items()})


def _widths(model: Any) -> tuple[int, ...]:
    """Give the widths of what a layer holds for a token, in the order of `KEPT`."""
    text = model.config.get_text_config()
    heads = text.num_attention_heads
    each = getattr(text, "head_dim", None) or text.hidden_size // heads
    keys = each * (getattr(text, "num_key_value_heads", None) or heads)
    normed = any(name.endswith("q_norm") for name, _ in model.named_modules())
    return text.hidden_size, each * heads + 2 * keys, text.intermediate_size, (each * heads + keys) * normed


def _activations(bytes_of_one: int, widths: tuple[int, ...], factors: tuple[float, ...]) -> float:
    return bytes_of_one * sum(factor * width for factor, width in zip(factors, widths, strict=True))


def _logits(tokens: int, vocabulary: int, unsloth: bool) -> float:
    if unsloth:
        return min(tokens, UNSLOTH_LOGITS_AT_ONCE) * vocabulary * UNSLOTH_LOGIT_BYTES
    return min(tokens, LOGITS_AT_ONCE) * vocabulary * LOGIT_BYTES


def free_gb() -> float:
    """Tell the free memory of the device that trains, in GB."""
    if on_gpu():
        import torch

        return float(torch.cuda.mem_get_info()[0] / 1e9)
    import psutil

    return float(psutil.virtual_memory().available / 1e9)


def remedy(config: TrainingConfig, longest: int) -> str:
    """Name the next thing to change where memory doesn't suffice, the cheapest first."""
    if config.batch_size > 1:
        half = config.batch_size // 2
        accumulation = config.accumulation * config.batch_size // half
        return f"set training.batch_size={half} and training.accumulation={accumulation}"
    if not checkpointing(config):
        return "set training.gradient_checkpointing=true"
    if config.quantization != "nf4":
        return "set training.quantization=nf4"
    return f"lower training.max_length below {longest} (contexts and earlier turns count), or take a smaller model"


def require_memory(estimate: MemoryEstimate, config: TrainingConfig, longest: int) -> None:
    """Raise WinnowError with the remedy where the estimate is far above what is free."""
    free = free_gb()
    if estimate.total_gb > 1.25 * free:  # nearer than that the estimate may be wrong, and running out is handled
        raise WinnowError(
            f"the run needs about {estimate.total_gb:.1f} GB and {free:.1f} GB are free; {remedy(config, longest)}"
        )


def _shapes(source: str) -> Any:
    """Build the model without memory for its weights."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(source, trust_remote_code=False))


def _count(model: Any) -> tuple[int, int]:
    """Count the weights that are quantised, linear layers but the head, and all others."""
    linear = sum(m.weight.numel() for _, m in _linear_layers(model))
    return linear, sum(p.numel() for p in model.parameters()) - linear


def _adapter_parameters(model: Any, config: TrainingConfig) -> int:
    wanted = present_modules(model, config.target_modules)
    adapted = [m for name, m in _linear_layers(model) if name.rsplit(".", 1)[-1] in wanted]
    return config.rank * sum(int(m.in_features + m.out_features) for m in adapted)


def _linear_layers(model: Any) -> list[tuple[str, Any]]:
    from torch.nn import Linear

    head = model.get_output_embeddings()
    return [(name, m) for name, m in model.named_modules() if isinstance(m, Linear) and m is not head]
