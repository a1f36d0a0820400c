"""Exports answer as the adapter does, and other tools read the same prompt from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.terminal.search import export_text
from tests.training_models import recipe, tiny_model  # noqa: F401
from training.export.export import Exported, export_run
from training.export.modelfile import modelfile, rendered
from training.export.parity import Parity, first_difference
from training.qlora import train
from winnow.data.records import new_record
from winnow.errors import InputError
from winnow.models.chat import render
from winnow.statistics import wilson

ASKED = ("What is an ISA, case 0?", "What is a bond, case 5?", "In 2024, what is a fee?")
QUESTIONS = [new_record(question, "") for question in ASKED]


@pytest.fixture(scope="module")
def run(tiny_model, tmp_path_factory):  # noqa: F811
    return train(recipe(tiny_model), tmp_path_factory.mktemp("runs") / "run", no_plan=True)


@pytest.fixture(scope="module")
def exported(run, tmp_path_factory):
    out = tmp_path_factory.mktemp("exported")
    return out, export_run(run, out, ["adapter", "ollama"], QUESTIONS)


def test_every_format_is_written_with_what_it_needs(exported):
    out, done = exported
    assert set(done.files) == {"adapter", "merged", "gguf-q8_0", "ollama"}
    assert {"adapter", "merged", "model-q8_0.gguf", "Modelfile"} == {
        path.name for path in out.iterdir() if path.name != "f16"
    }


def test_the_merged_weights_are_base_plus_adapter(exported, run, tiny_model):  # noqa: F811
    out, _ = exported
    assert furthest_log_probability(run, tiny_model, out / "merged") < 0.05


@pytest.mark.slow
def test_a_gguf_holds_the_merged_weights_within_its_precision(exported, run, tiny_model):  # noqa: F811
    from training.export.gguf import write_gguf

    out, _ = exported
    write_gguf(out / "merged", out / "f16" / "model.gguf", "f16")
    assert furthest_log_probability(run, tiny_model, out / "f16", gguf_file="model.gguf") < 0.05
    assert furthest_log_probability(run, tiny_model, out, gguf_file="model-q8_0.gguf") < 0.2


def furthest_log_probability(run, base, folder, **options) -> float:
    """Compare a model of the folder with base plus adapter, token by token over the whole vocabulary."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    tuned = PeftModel.from_pretrained(plain, str(run / "adapter")).eval()
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **options).eval()
    ids = torch.arange(1000, 1040)[None]
    with torch.no_grad():
        wanted, found = (one(input_ids=ids).logits.log_softmax(-1) for one in (tuned, model))
    return (found - wanted).abs().max().item()


def test_parity_is_measured_for_each_export_with_its_interval(exported, run):
    _, done = exported
    assert json.loads((run / "parity.json").read_text()) == done.as_dict()["parity"], "the report reads it from the run"
    assert set(done.parity) == {"merged", "gguf-q8_0"}
    for figures in done.parity.values():
        assert figures.identical.n == 3
        assert len(figures.first_difference) == 3
    assert done.parity["merged"].identical.estimate >= 2 / 3


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (
            [None, None, None],
            "merged gave the adapter's answer to all 3 questions, token for token; identical: 1.000 [",
        ),
        ([None, 7, 0], "merged differs from the adapter in 2 of 3 answers, first at token 1; identical: 0.333 ["),
        ([4], "merged differs from the adapter in 1 of 1 answers, first at token 5; identical: 0.000 ["),
    ],
)
def test_the_sentence_about_an_export_follows_from_its_figures(places, said):
    parity = {"merged": Parity(wilson(places.count(None), len(places)), places)}
    told = export_text(Exported({"merged": Path("m")}, parity))
    assert said in told
    assert "{" not in told


@pytest.mark.slow
def test_the_gguf_splits_text_as_the_model_does(exported, smollm2_tokenizer):
    from winnow.models.gguf import load_gguf_tokenizer

    out, _ = exported
    back = load_gguf_tokenizer(out / "model-q8_0.gguf")
    text = render(smollm2_tokenizer, [{"role": "user", "content": "Pay £20,000 in 2024, naïvely?\n  def f(x): x**2"}])
    assert back(text)["input_ids"] == smollm2_tokenizer(text)["input_ids"]
    assert back.eos_token == smollm2_tokenizer.eos_token
    assert back.get_chat_template() == smollm2_tokenizer.get_chat_template()


TURNS = [
    {"role": "user", "content": "What is an ISA?"},
    {"role": "assistant", "content": "A savings account."},
    {"role": "user", "content": "And a LISA?"},
]
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


@pytest.mark.parametrize("system", [None, "Answer briefly."])
@pytest.mark.parametrize("own_template", [True, False])
def test_ollama_sees_the_very_prompt_that_was_trained(smollm2, system, own_template):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(smollm2)
    if not own_template:
        tokenizer.chat_template = CHATML  # without a system turn of its own
    opening = [{"role": "system", "content": system}] if system else []
    text = modelfile(tokenizer, "model.gguf", system)
    for turns in (TURNS[:1], TURNS):
        assert rendered(text, turns) == render(tokenizer, [*opening, *turns])
        asked = [{"role": "system", "content": "Only in verse."}, *turns]
        assert rendered(text, asked) == render(tokenizer, asked)
    assert 'PARAMETER stop "<|im_end|>"' in text


def test_an_unfinished_run_is_not_exported(tmp_path):
    with pytest.raises(InputError, match="not a finished run"):
        export_run(tmp_path, tmp_path / "out", ["merged"])


def test_the_first_difference_counts_tokens_from_zero():
    assert first_difference([1, 2, 3], [1, 2, 3]) is None
    assert first_difference([1, 2, 3], [1, 9, 3]) == 1
    assert first_difference([1, 2], [1, 2, 3]) == 2


def test_a_run_that_isnt_there_is_told_from_one_that_isnt_finished(run, tmp_path):
    with pytest.raises(InputError, match=f"tuesday: no such run; there are .*{run.name}"):
        export_run(run.parent / "tuesday", tmp_path, ["adapter"])
    with pytest.raises(InputError, match=r"no such run; there are none yet, run: winnow train"):
        export_run(tmp_path / "runs" / "tuesday", tmp_path, ["adapter"])
