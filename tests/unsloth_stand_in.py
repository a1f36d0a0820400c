"""A package in Unsloth's place for machines without a GPU; import the fixture by name.

It does to transformers what Unsloth does when it is imported, and offers what the backend and the writer use of it, by
way of transformers and peft.
"""

from __future__ import annotations

import pytest

PACKAGE = """
import sys

if "transformers" in sys.modules or "trl" in sys.modules:
    raise RuntimeError("import unsloth before transformers and trl")

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM, set_seed

print("Will patch your computer")  # the real one greets on stdout too
plain_generate = LlamaForCausalLM.generate


def generate(self, *args, **kwargs):
    self.max_seq_length  # only a model that FastLanguageModel loaded has it
    return plain_generate(self, *args, **kwargs)


LlamaForCausalLM.generate = generate


class FastLanguageModel:
    @staticmethod
    def from_pretrained(model_name, max_seq_length, dtype, load_in_4bit, trust_remote_code):
        model = AutoModelForCausalLM.from_pretrained(model_name, dtype=dtype)
        model.max_seq_length = max_seq_length
        return model, AutoTokenizer.from_pretrained(model_name)

    @staticmethod
    def get_peft_model(
        model, r, lora_alpha, lora_dropout, target_modules, bias, use_gradient_checkpointing, random_state
    ):
        set_seed(random_state)
        return get_peft_model(
            model,
            LoraConfig(
                task_type="CAUSAL_LM",
                r=r,
                lora_alpha=lora_alpha,
                lora_dropout=lora_dropout,
                target_modules=target_modules,
                bias=bias,
            ),
        )

    @staticmethod
    def for_inference(model):
        return model.eval()
"""


@pytest.fixture
def unsloth(tmp_path, monkeypatch):
    """Install the package for this test and for the processes that it starts; Unsloth's own switch admits the CPU."""
    package = tmp_path / "site" / "unsloth"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setenv("UNSLOTH_ALLOW_CPU", "1")
