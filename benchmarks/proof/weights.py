"""Write the packaged GGUF's weights as the safetensors that the product converts it to, with gguf and torch alone.

python benchmarks/proof/weights.py MODEL.gguf FOLDER      # FOLDER holds config.json; adds model.safetensors, in seconds
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

NAMES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
WHOLE = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}


def weights(gguf_file: Path) -> dict[str, Any]:
    """Give every tensor by transformers' name, in bf16; heads lie as transformers wants them."""
    import torch
    from gguf import GGUFReader, quants

    reader = GGUFReader(gguf_file)
    heads = {
        "attn_q": int(reader.fields["llama.attention.head_count"].contents()),
        "attn_k": int(reader.fields["llama.attention.head_count_kv"].contents()),
    }
    found = {}
    for tensor in reader.tensors:
        values = quants.dequantize(tensor.data, tensor.tensor_type)
        if tensor.name in WHOLE:
            name = WHOLE[tensor.name]
        else:
            _, layer, part, _ = tensor.name.split(".")
            name = f"model.layers.{layer}.{NAMES[part]}.weight"
            if part in heads:
                halves = values.reshape(heads[part], values.shape[0] // heads[part] // 2, 2, values.shape[1])
                values = halves.swapaxes(1, 2).reshape(values.shape)
        found[name] = torch.from_numpy(values.copy()).to(torch.bfloat16).contiguous()
    return found


def main() -> None:
    """Write the file."""
    from safetensors.torch import save_file

    gguf_file, folder = map(Path, sys.argv[1:])
    save_file(weights(gguf_file), folder / "model.safetensors", {"format": "pt"})


if __name__ == "__main__":
    main()
