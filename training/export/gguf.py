"""Write a model folder of Llama's or Qwen3's architecture as a GGUF file, in 16 bits or in 8.

write_gguf(Path("merged"), Path("model-q8_0.gguf"), "q8_0")
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from winnow.data.files import whole_file
from winnow.errors import InputError, WinnowError
from winnow.models.interface import tokenizer_of

Kind = Literal["f16", "q8_0"]
CONVERTER = "convert_hf_to_gguf.py"  # llama.cpp's own, which knows every architecture

# How a tokenizer splits text before its merges: llama.cpp knows these splits by name, not by rule.
SPLITS = {
    r'"individual_digits":true': "smollm",
    r"\p{N}{1,3}": "llama-bpe",
    r"|\p{N}|": "qwen2",
}
WRITTEN = ("llama", "qwen3")  # architectures written here


def write_gguf(model_folder: Path, out: Path, kind: Kind) -> Path:
    """Write `out`; through llama.cpp where its converter is found, else here, for two architectures.

    Raises InputError with the remedy for another architecture without llama.cpp.
    """
    with whole_file(out) as temporary:
        if converter := shutil.which(CONVERTER):
            _convert_with_llama_cpp(converter, model_folder, temporary, kind)
        else:
            _write(model_folder, temporary, kind)
    return out


def _convert_with_llama_cpp(converter: str, model_folder: Path, out: Path, kind: Kind) -> None:
    command = [sys.executable, converter, str(model_folder), "--outfile", str(out), "--outtype", kind]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WinnowError(f"{converter} failed: {done.stderr.strip().splitlines()[-1]}; run it by hand to see more")


def _write(model_folder: Path, out: Path, kind: Kind) -> None:
    from gguf import GGUFWriter, LlamaFileType
    from transformers import AutoModelForCausalLM

    tokenizer = tokenizer_of(model_folder)
    model = AutoModelForCausalLM.from_pretrained(model_folder, trust_remote_code=False, use_safetensors=True)
    config = model.config
    if config.model_type not in WRITTEN or config.rope_parameters["rope_type"] != "default":
        raise InputError(
            f'architecture "{config.model_type}" with {config.rope_parameters["rope_type"]} positions needs llama.cpp '
            f"for GGUF: export merged, then run {CONVERTER}, or put it on the PATH"
        )
    writer = GGUFWriter(out, config.model_type)
    writer.add_file_type(LlamaFileType.MOSTLY_F16 if kind == "f16" else LlamaFileType.MOSTLY_Q8_0)
    _add_shape(writer, model.config, len(tokenizer))
    _add_tokenizer(writer, tokenizer)
    _add_tensors(writer, model, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_shape(writer: Any, config: Any, vocabulary: int) -> None:
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_rope_dimension_count(head)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_vocab_size(vocabulary)


def _add_tokenizer(writer: Any, tokenizer: Any) -> None:
    from gguf import TokenType

    model = tokenizer.backend_tokenizer.to_str()
    special = {index for index, token in tokenizer.added_tokens_decoder.items() if token.special}
    tokens = tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(_split_name(model))
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.CONTROL if i in special else TokenType.NORMAL for i in range(len(tokens))])
    writer.add_token_merges(_merges(model))
    for role, index in (("bos", tokenizer.bos_token_id), ("eos", tokenizer.eos_token_id)):
        if index is not None:
            getattr(writer, f"add_{role}_token_id")(index)
    writer.add_unk_token_id(tokenizer.unk_token_id if tokenizer.unk_token_id is not None else tokenizer.eos_token_id)
    writer.add_pad_token_id(tokenizer.pad_token_id)
    writer.add_add_bos_token(False)  # the chat template writes it where the model wants it
    writer.add_chat_template(tokenizer.get_chat_template())


def _split_name(model: str) -> str:
    for sign, name in SPLITS.items():
        if sign in re.sub(r"\\\\", r"\\", model).replace(" ", ""):
            return name
    raise InputError(
        f"the tokenizer splits text in a way that isn't known here by name; run llama.cpp's {CONVERTER} instead"
    )


def _merges(model: str) -> list[str]:
    import json

    merges = json.loads(model)["model"]["merges"]
    return [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]


def _add_tensors(writer: Any, model: Any, kind: Kind) -> None:
    """Add the weights under llama.cpp's names: matrices in the file's type, norms in float32."""
    import gguf
    from gguf import GGMLQuantizationType

    config = model.config
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[config.model_type.upper()], config.num_hidden_layers)
    rotated = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    interleaved = rotated if config.model_type == "llama" else {}
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        data = tensor.float().numpy()
        if heads := interleaved.get(name.split(".")[-2]):
            data = _interleave(data, heads)
        target = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if data.ndim == 1:
            writer.add_tensor(target, data)
        elif kind == "f16":
            writer.add_tensor(target, data.astype("float16"))
        else:
            writer.add_tensor(
                target, gguf.quantize(data, GGMLQuantizationType.Q8_0), raw_dtype=GGMLQuantizationType.Q8_0
            )


def _interleave(weights: Any, heads: int) -> Any:
    """Order each head's rows as llama.cpp rotates Llama's: pairs side by side, not in two halves."""
    halves = weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
    return halves.swapaxes(1, 2).reshape(weights.shape)
