"""Load a base model in four bits with a fresh adapter, through Unsloth or through transformers and peft.

backend = choose_backend(config)
backend.run(train_here, recipe, progress=progress)      # here, or under Unsloth in a process of its own; and in there:
model, tokenizer = backend.load(folder, config, seed=0)
"""

from __future__ import annotations

import copy
import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from winnow.config import TrainingConfig
from winnow.errors import InputError
from winnow.models.chat import require_template
from winnow.models.device import device
from winnow.models.interface import tokenizer_of
from winnow.models.unsloth import import_unsloth, require_unsloth, with_unsloth
from winnow.progress import Progress

T = TypeVar("T")


class Backend(Protocol):
    """A way to load, and a place to train; both write the same adapter format, and either loads the other's."""

    name: str

    def run(self, work: Callable[..., T], *arguments: Any, progress: Progress, **callbacks: Callable[..., Any]) -> T:
        """Return `work(*arguments, progress=..., **callbacks)`, done in the process that may load."""
        ...

    def load(self, source: str, config: TrainingConfig, seed: int, adapter: Path | None = None) -> tuple[Any, Any]:
        """Return the quantised model and its tokenizer, with a fresh adapter or a trained one that goes on learning."""
        ...


def choose_backend(config: TrainingConfig) -> Backend:
    """Make the backend that the config asks for; raises InputError where it can't run here. No library is imported."""
    return UnslothBackend() if backend_name(config) == "unsloth" else TrlBackend()


def backend_name(config: TrainingConfig) -> str:
    """Name the backend; `auto` is Unsloth where it is installed and a GPU is there."""
    if config.backend != "auto":
        return config.backend
    return "unsloth" if importlib.util.find_spec("unsloth") and on_gpu() else "trl"


class TrlBackend:
    """transformers, bitsandbytes and peft: runs everywhere, on a CPU too."""

    name = "trl"

    def run(self, work: Callable[..., T], *arguments: Any, progress: Progress, **callbacks: Callable[..., Any]) -> T:
        """Do the work in this process: it leaves it as it was."""
        return work(*arguments, progress=progress, **callbacks)

    def load(self, source: str, config: TrainingConfig, seed: int, adapter: Path | None = None) -> tuple[Any, Any]:
        """Load through transformers and wrap with peft: a fresh adapter, or a trained one that goes on learning."""
        import torch
        from peft import PeftModel, get_peft_model
        from transformers import AutoModelForCausalLM, set_seed

        tokenizer = load_tokenizer(source)
        compute = getattr(torch, TORCH_NAMES[precision(config)])
        try:
            model = AutoModelForCausalLM.from_pretrained(
                source,
                dtype=compute,
                quantization_config=_four_bits(compute) if config.quantization == "nf4" else None,
                device_map={"": _device()},
                trust_remote_code=False,
                use_safetensors=True,
            )
        except (OSError, ValueError) as error:
            raise InputError(f'model "{source}" doesn\'t load: {str(error).strip().splitlines()[0]}') from error
        _keep_trainable(model)
        set_seed(seed)  # the adapter's start is random
        if adapter is not None:
            return PeftModel.from_pretrained(model, str(adapter), is_trainable=True), tokenizer
        return get_peft_model(model, _fresh(model, config)), tokenizer


class UnslothBackend:
    """Unsloth: the same recipe in fused kernels, for NVIDIA GPUs."""

    name = "unsloth"

    def __init__(self) -> None:
        require_unsloth("training.backend", otherwise="trl")

    def run(self, work: Callable[..., T], *arguments: Any, progress: Progress, **callbacks: Callable[..., Any]) -> T:
        """Do the work in a process of its own, so that this one can load models plainly afterwards.

        One of several processes that `accelerate launch` started trains where it is: its place among the others is its
        own, and it ends with the run.
        """
        if processes() == 1:
            return with_unsloth(work, *arguments, progress=progress, **callbacks)
        import_unsloth()
        return work(*arguments, progress=progress, **callbacks)

    def load(self, source: str, config: TrainingConfig, seed: int, adapter: Path | None = None) -> tuple[Any, Any]:
        """Load through FastLanguageModel; a trained adapter's weights go into one of the same shape."""
        language_model = import_unsloth().FastLanguageModel

        import torch
        from peft import LoraConfig, load_peft_weights, set_peft_model_state_dict

        compares_logits = config.preservation_loss == "kl" or adapter is not None
        os.environ["UNSLOTH_RETURN_LOGITS"] = "1" if compares_logits else "0"
        model, tokenizer = language_model.from_pretrained(
            source,
            max_seq_length=config.max_length,
            dtype=getattr(torch, TORCH_NAMES[precision(config)]),
            load_in_4bit=config.quantization == "nf4",
            trust_remote_code=False,
        )
        require_template(tokenizer)
        shape = LoraConfig.from_pretrained(str(adapter)) if adapter else _fresh(model, config)
        model = language_model.get_peft_model(
            model,
            r=shape.r,
            lora_alpha=shape.lora_alpha,
            lora_dropout=shape.lora_dropout,
            target_modules=sorted(shape.target_modules),
            bias="none",
            use_gradient_checkpointing="unsloth" if checkpointing(config) else False,
            random_state=seed,
        )
        if adapter:
            set_peft_model_state_dict(model, load_peft_weights(str(adapter), device="cpu"))
        return model, tokenizer


TORCH_NAMES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}


def load_tokenizer(source: str) -> Any:
    """Load a tokenizer that can pad; raises InputError where the model has no chat template."""
    tokenizer = tokenizer_of(source)
    require_template(tokenizer)
    if tokenizer.pad_token_id is None:
        tokenizer = copy.deepcopy(tokenizer)  # who answers with the model gets it as it is in its folder
        tokenizer.pad_token = tokenizer.eos_token  # padding carries no label, so it can't hide the end from the loss
    return tokenizer


def on_gpu() -> bool:
    """Tell whether the run has a CUDA card, with 16-bit arithmetic and memory of its own."""
    return device() == "cuda"


def processes() -> int:
    """Count the processes that share the run, as `accelerate launch` says in the environment."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first_process() -> bool:
    """Tell whether this is the process that writes and speaks."""
    return os.environ.get("RANK", "0") == "0"


def agreed(path: Path) -> Path:
    """Give every process the first one's path: named by the clock, theirs could differ."""
    if processes() == 1:
        return path
    from accelerate import PartialState
    from accelerate.utils import broadcast_object_list

    PartialState(cpu=not on_gpu())  # joins the processes
    return Path(broadcast_object_list([str(path)])[0])


@contextmanager
def first_process_first() -> Iterator[bool]:
    """Let the first of several processes through before the others; yields whether this is the first."""
    from accelerate import PartialState

    state = PartialState(cpu=not on_gpu())
    with state.main_process_first():
        yield bool(state.is_main_process)


def precision(config: TrainingConfig) -> str:
    """Name the compute precision: `bf16`, `fp16` or `fp32`, which it always is on a CPU, whose bf16 is far slower."""
    import torch

    if not on_gpu():
        return "fp32"
    if config.precision == "auto":
        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    return config.precision


def checkpointing(config: TrainingConfig) -> bool:
    """Tell whether activations are recomputed in the backward pass."""
    return on_gpu() if config.gradient_checkpointing is None else config.gradient_checkpointing


def _fresh(model: Any, config: TrainingConfig) -> Any:
    """Give the shape of an adapter that begins with this run."""
    from peft import LoraConfig

    return LoraConfig(
        task_type="CAUSAL_LM",
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout,
        target_modules=present_modules(model, config.target_modules),
    )


def _four_bits(compute: Any) -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=compute,
    )


def _keep_trainable(model: Any) -> None:
    """Stop bitsandbytes from repacking the weights at the first validation.

    On CPUs with AVX512-BF16 it would do so for speed, and its kernel for that layout has no gradient: whatever is
    trained after a validation would learn from wrong gradients, with no more than a warning.
    """
    from bitsandbytes.nn import Linear4bit

    for module in model.modules():
        if isinstance(module, Linear4bit):
            module.support_avx512bf16_for_cpu = False


def _device() -> str:
    """Name this process's device: with several GPUs each process loads the whole model onto its own."""
    return f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if on_gpu() else device()


def present_modules(model: Any, wanted: tuple[str, ...]) -> list[str]:
    """Keep the wanted modules that this architecture has (Phi joins q, k and v into qkv_proj)."""
    names = {name.rsplit(".", 1)[-1] for name, _ in model.named_modules()}
    fused = {"q_proj": "qkv_proj", "k_proj": "qkv_proj", "v_proj": "qkv_proj", "gate_proj": "gate_up_proj"}
    fused["up_proj"] = "gate_up_proj"
    found = {name if name in names else fused.get(name, name) for name in wanted} & names
    if not found:
        raise InputError(
            f"training.target_modules: the model has none of {', '.join(wanted)}; its linear layers are "
            f"{', '.join(sorted(n for n in names if n.endswith(('proj', 'dense', 'fc1', 'fc2'))))}"
        )
    return sorted(found)
