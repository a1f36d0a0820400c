"""Any instruct model works by its own template: trained, answered with and exported, whatever its architecture."""

from __future__ import annotations

from importlib.resources import files

import pytest

from tests.training_models import metrics, recipe
from training.export.export import export_run
from training.qlora import train
from training.rows import preview, tokenise
from winnow.data.records import new_record
from winnow.errors import InputError
from winnow.models.chat import format_prompt

# Architecture, template as the family ships it, tokens that the template writes, the one that ends an answer.
FAMILIES = {
    "qwen3": ("qwen3.jinja", ["<think>", "</think>"], "<|im_end|>"),
    "llama": ("llama3_2.jinja", ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"], "<|eot_id|>"),
    "phi3": ("phi3.jinja", ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"], "<|endoftext|>"),
}
ENDS = {"qwen3": "<|im_end|>", "llama": "<|eot_id|>", "phi3": "<|end|>"}
FUSED = {"phi3": {"qkv_proj", "gate_up_proj"}}
QUESTIONS = [new_record(asked, "") for asked in ["What is an ISA, case 0?", "In 2024, what is a fee?"]]


@pytest.fixture(scope="module", params=list(FAMILIES))
def family(request, smollm2, tmp_path_factory):
    """A random model of the family's shape, two layers deep, with its template."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    template, tokens, end = FAMILIES[request.param]
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    tokenizer.add_tokens(tokens, special_tokens=True)
    tokenizer.chat_template = (files("trl") / "chat_templates" / template).read_text()
    tokenizer.eos_token = end
    ids = {f"{role}_token_id": getattr(tokenizer, f"{role}_token_id") for role in ("bos", "eos", "pad")}
    sizes = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
    sizes |= {"num_key_value_heads": 2, "vocab_size": len(tokenizer), "max_position_embeddings": 512}
    own = {"head_dim": 128} if request.param == "qwen3" else {}
    config = AutoConfig.for_model(request.param, **sizes, **ids, **own, tie_word_embeddings=True)
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp(request.param)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return request.param, folder, tokenizer


@pytest.fixture(scope="module")
def run(family, tmp_path_factory):
    _, folder, _ = family
    return train(recipe(folder, max_steps=4, evaluations=1), tmp_path_factory.mktemp("runs") / "run", no_plan=True)


def test_the_answer_and_the_end_of_its_turn_are_trained_in_the_familys_own_words(family):
    name, _, tokenizer = family
    (example,) = tokenise(tokenizer, [new_record("What is an ISA?", "A savings account.")], "domain")
    shown = preview(tokenizer, example)
    assert shown == f"{format_prompt(tokenizer, 'What is an ISA?')}⟦A savings account.{ENDS[name]}⟧"


def test_it_learns_and_its_linear_layers_are_found(family, run):
    import json

    name, _, _ = family
    losses = [row["loss"] for row in metrics(run) if "loss" in row]
    assert losses[-1] < losses[0]
    adapted = set(json.loads((run / "adapter" / "adapter_config.json").read_text())["target_modules"])
    assert FUSED.get(name, {"q_proj", "gate_proj"}) <= adapted


@pytest.mark.slow
def test_exports_answer_as_the_adapter_does_and_what_cannot_be_written_names_the_way_out(family, run, tmp_path):
    name, _, _ = family
    done = export_run(run, tmp_path, ["merged", "adapter"], QUESTIONS)
    assert done.parity["merged"].identical.n == 2
    if name == "phi3":
        with pytest.raises(InputError, match=r"convert_hf_to_gguf\.py"):
            export_run(run, tmp_path, ["gguf-f16"])
        return
    export_run(run, tmp_path, ["gguf-f16"])
    assert furthest_logit(tmp_path) < 0.05


def furthest_logit(folder) -> float:
    """Compare the GGUF, as another reader decodes it, with the merged weights that it was written from."""
    import torch
    from transformers import AutoModelForCausalLM

    merged = AutoModelForCausalLM.from_pretrained(folder / "merged", dtype=torch.float32).eval()
    read = AutoModelForCausalLM.from_pretrained(folder, gguf_file="model-f16.gguf", dtype=torch.float32).eval()
    ids = torch.arange(1000, 1040)[None]
    with torch.no_grad():
        return (merged(input_ids=ids).logits - read(input_ids=ids).logits).abs().max().item()
