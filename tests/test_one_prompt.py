"""Training and answering put the very same tokens before an answer, whatever a row holds and whatever the model's template."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from evaluation.answering.answers import Answerer, Question
from training.rows import preview, tokenise
from winnow.data.records import new_record
from winnow.errors import InputError
from winnow.models.interface import GenerationSettings
from winnow.models.local import LocalModel
from winnow.models.prompt import BARE, PromptForm

TURNS = [{"role": "user", "content": "I have a basic card."}, {"role": "assistant", "content": "Good. What about it?"}]
ASKED = {"question": "What does it cost? {context}", "answer": "£5 a month."}
SHAPES = {
    "plain": {},
    "context": {"context": "Basic card: £5 a month.\n\nGold card: £9 a month, {question}."},
    "own system": {"system": "You answer customers of a bank."},
    "history": {"history": TURNS},
}
SHAPES["all"] = {name: value for shape in SHAPES.values() for name, value in shape.items()}
FORMS = {"as it is": BARE, "own": PromptForm("Read this:\n{context}\n\nQ: {question}", system="Be brief.")}
TRL, OWN = files("trl") / "chat_templates", Path(__file__).parent / "data"
# family: its template, None for the model's own, and the tokens that the template writes
FAMILIES = {
    "SmolLM2": (None, []),
    "Llama 3": (TRL / "llama3.jinja", ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]),
    "Llama 3.2": (TRL / "llama3_2.jinja", ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]),
    "Qwen2.5": (TRL / "qwen2_5.jinja", []),
    "Qwen3": (TRL / "qwen3.jinja", ["<think>", "</think>"]),
    "Gemma": (TRL / "gemma.jinja", ["<start_of_turn>", "<end_of_turn>"]),
    "Gemma 3": (TRL / "gemma3.jinja", ["<start_of_turn>", "<end_of_turn>"]),
    "Mistral": (OWN / "mistral.jinja", ["[INST]", "[/INST]"]),
    "Phi-3": (TRL / "phi3.jinja", ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]),
}


@pytest.fixture(scope="module", params=list(FAMILIES))
def model(request, smollm2):
    """A random model of two layers that speaks through SmolLM2's tokenizer and a family's template."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    template, tokens = FAMILIES[request.param]
    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    tokenizer.add_tokens(tokens, special_tokens=True)
    if template is not None:
        tokenizer.chat_template = template.read_text()
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    torch.manual_seed(0)
    config = LlamaConfig(vocab_size=len(tokenizer), max_position_embeddings=1024, **sizes)
    return LocalModel(request.param, LlamaForCausalLM(config).eval(), tokenizer)


@pytest.fixture
def seen(model, monkeypatch):
    """The ids of each prompt that reaches `generate`, without their padding."""
    found: list[list[int]] = []
    generate = model.model.generate

    def watched(input_ids, attention_mask, **options):
        for ids, mask in zip(input_ids.tolist(), attention_mask.tolist(), strict=True):
            found.append([token for token, is_read in zip(ids, mask, strict=True) if is_read])
        return generate(input_ids=input_ids, attention_mask=attention_mask, **options)

    monkeypatch.setattr(model.model, "generate", watched)
    return found


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_tokens_before_an_answer_are_the_same_in_training_and_in_answering(model, seen, form, tmp_path):
    rows = [new_record(**ASKED, **shape) for shape in SHAPES.values()]
    trained = [e.input_ids[: e.answer_start] for e in tokenise(model.tokenizer, rows, "domain", form)]
    settings = GenerationSettings(max_new_tokens=1, batch_size=len(rows))
    answerer = Answerer(model, "base", model.name, settings, tmp_path / "cache.jsonl", form)
    answerer.answer([Question.of(row) for row in rows])
    assert sorted(seen) == sorted(trained)
    assert len({tuple(ids) for ids in trained}) == len(rows)


@pytest.mark.parametrize("shape", SHAPES)
def test_all_that_a_row_holds_is_in_its_prompt_in_the_order_in_which_it_was_said(model, shape):
    row = new_record(**ASKED, **SHAPES[shape])
    (example,) = tokenise(model.tokenizer, [row], "domain")
    shown = preview(model.tokenizer, example)
    said = [row.system, *(turn["content"] for turn in row.history), row.context, row.question, f"⟦{row.answer}"]
    places = [shown.index(text) for text in said if text]
    assert places == sorted(places)
    assert shown.count("What does it cost?") == 1


def test_a_row_whose_turns_the_template_refuses_is_named(model):
    row = new_record(**ASKED, history=TURNS[:1])
    if model.name not in ("Gemma", "Gemma 3", "Mistral"):
        assert tokenise(model.tokenizer, [row], "domain")
        return
    with pytest.raises(InputError, match=rf"row {row.id}: .* refuses the turns user, user .*alternate"):
        tokenise(model.tokenizer, [row], "domain")


def test_a_system_prompt_opens_the_first_turn_where_the_template_has_no_system_turn(model):
    row = new_record(**ASKED, **SHAPES["all"])
    (example,) = tokenise(model.tokenizer, [row], "domain")
    is_folded = f"{row.system}\n\n{TURNS[0]['content']}" in preview(model.tokenizer, example)
    assert is_folded == (model.name in ("Gemma", "Gemma 3", "Mistral"))
