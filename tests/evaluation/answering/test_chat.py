"""A free talk, with a model small enough to answer at once and an adapter that changes what it says."""

from __future__ import annotations

import pytest

from evaluation.answering.chat import OneModel, Talk
from tests.training_models import tiny_model  # noqa: F401
from winnow.models.load import load_local_model
from winnow.models.prompt import PromptForm


@pytest.fixture(scope="module")
def beside(tiny_model, tmp_path_factory):  # noqa: F811
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    folder = tmp_path_factory.mktemp("adapter")
    settings = LoraConfig(r=4, target_modules=["q_proj", "v_proj", "down_proj"], init_lora_weights=False)
    adapted = get_peft_model(AutoModelForCausalLM.from_pretrained(tiny_model), settings)
    for name, weights in adapted.named_parameters():
        if "lora_" in name:
            weights.data *= 40
    adapted.save_pretrained(folder)
    return OneModel(load_local_model(str(tiny_model), folder))


def test_both_sides_answer_in_their_own_words_and_are_stopped_after_so_many_tokens(beside):
    _, said = Talk(beside, PromptForm()).ask("What does a CHAPS payment cost?", 6)
    assert [*said] == ["base", "tuned"]
    assert all(one.tokens <= 6 for one in said.values())
    assert said["base"].text != said["tuned"].text


def test_each_side_remembers_what_it_said_itself(beside):
    talk = Talk(beside, PromptForm(system="You help customers of a bank."))
    talk, first = talk.ask("What does a CHAPS payment cost?", 6)
    talk, _ = talk.ask("And on a Sunday?", 6)
    for side, turns in talk.turns.items():
        assert [turn["role"] for turn in turns] == ["user", "assistant"] * 2
        assert turns[1]["content"] == first[side].text


def test_the_base_s_words_are_those_of_the_model_without_its_adapter(beside, tiny_model):  # noqa: F811
    _, said = Talk(beside, PromptForm()).ask("Is my deposit protected?", 8)
    _, alone = Talk(OneModel(load_local_model(str(tiny_model))), PromptForm()).ask("Is my deposit protected?", 8)
    assert said["base"].text == alone["tuned"].text
