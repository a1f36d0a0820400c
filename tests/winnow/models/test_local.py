from __future__ import annotations

import math

import pytest

from winnow.errors import InputError
from winnow.models.chat import format_prompt, pre_query_prefix, to_messages
from winnow.models.interface import GenerationSettings, LogLikelihood
from winnow.models.load import load_language_model

QUESTIONS = [
    "What is the capital of France?",
    "Name three colours.",
    "What is 2 + 2?",
    "Explain in one sentence what a bank account is, for somebody who has never had one before in their life.",
    "Say hello.",
]


@pytest.fixture(scope="module")
def conversations():
    return [to_messages(question) for question in QUESTIONS]


def test_it_answers_in_order_and_stops_by_itself(smollm2_model, conversations):
    first = smollm2_model.answer(conversations[:1], GenerationSettings(max_new_tokens=20))[0]
    assert first.text == "The capital of France is Paris."
    assert first.finished
    assert first.tokens == 7
    assert first.seconds > 0


def test_greedy_answers_are_the_same_alone_and_in_a_batch(smollm2_model, conversations):
    alone = smollm2_model.answer(conversations, GenerationSettings(max_new_tokens=24, batch_size=1))
    together = smollm2_model.answer(conversations, GenerationSettings(max_new_tokens=24, batch_size=8))
    assert [one.text for one in alone] == [one.text for one in together]
    assert [one.tokens for one in alone] == [one.tokens for one in together]


def test_texts_that_have_ended_leave_the_batch(smollm2_model, conversations):
    """The first answers have 7 tokens and fewer, one has 24: what is computed follows the tokens, not the longest."""
    computed = []

    def count(module, inputs, output):
        computed.append(output.shape[0])

    hook = smollm2_model.model.get_output_embeddings().register_forward_hook(count)
    try:
        answers = smollm2_model.answer(conversations, GenerationSettings(max_new_tokens=24, batch_size=8))
    finally:
        hook.remove()
    assert computed[0] == 5
    assert sorted(computed, reverse=True) == computed
    assert computed[-1] < 5
    assert len(computed) == max(answer.tokens for answer in answers)
    assert sum(computed) <= 0.85 * 5 * len(computed)


def test_an_answer_cut_by_the_limit_isnt_finished(smollm2_model, conversations):
    cut = smollm2_model.answer(conversations[3:4], GenerationSettings(max_new_tokens=5))[0]
    assert (cut.finished, cut.tokens) == (False, 5)


def test_samples_depend_on_the_seed_alone(smollm2_model):
    prompts = [pre_query_prefix(smollm2_model.tokenizer)] * 4
    settings = GenerationSettings(max_new_tokens=12, temperature=0.7, top_p=0.9, seed=1, batch_size=2)
    once = [one.text for one in smollm2_model.complete(prompts, settings)]
    smollm2_model.complete(prompts[:1], settings)  # what ran in between changes nothing
    again = [one.text for one in smollm2_model.complete(prompts, settings)]
    other = [
        one.text for one in smollm2_model.complete(prompts, GenerationSettings(12, 0.7, 0.9, seed=2, batch_size=2))
    ]
    assert once == again
    assert once != other
    assert len(set(once)) == 4, "equal prompts must not share a sample, within a batch or between batches"


def test_log_likelihood_equals_the_unbatched_forward_pass(smollm2_model):
    import torch

    tokenizer = smollm2_model.tokenizer
    prompt = format_prompt(tokenizer, QUESTIONS[0])
    pairs = [(prompt, "The capital of France is Paris."), (prompt, " Rome"), (prompt, ""), ("One", " two three")]
    scores = smollm2_model.log_likelihood(pairs)
    for (before, after), score in zip(pairs, scores, strict=True):
        head, tail = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in (before, after))
        with torch.inference_mode():
            logs = smollm2_model.model(torch.tensor([head + tail])).logits[0].log_softmax(-1)
        expected = [logs[len(head) + place - 1, token].item() for place, token in enumerate(tail)]
        assert score.tokens == pytest.approx(expected, abs=1e-3)
    assert scores[0].mean > scores[1].mean, "the right city is likelier"


def test_total_and_mean_of_known_values():
    score = LogLikelihood((math.log(0.5), math.log(0.125)))
    assert score.total == pytest.approx(math.log(0.0625))
    assert math.exp(-score.mean) == pytest.approx(4.0)
    assert LogLikelihood(()).mean == 0.0


def test_no_texts_give_no_results(smollm2_model):
    assert smollm2_model.answer([], GenerationSettings()) == []
    assert smollm2_model.log_likelihood([]) == []


def test_a_prompt_longer_than_the_model_reads_is_refused(smollm2_model):
    with pytest.raises(InputError, match="the model reads 8192"):
        smollm2_model.answer([to_messages("word " * 9000)], GenerationSettings())


def test_without_an_adapter_nothing_diverges_from_the_base(smollm2_model):
    pairs = [("One two", " three four")]
    assert smollm2_model.divergence_from_base(pairs)[0] == pytest.approx((0.0, 0.0))


def test_an_adapter_changes_answers_and_can_be_turned_off(smollm2, smollm2_model, tmp_path):
    """An adapter with large random weights must diverge; off, it must be the base again."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    base = AutoModelForCausalLM.from_pretrained(smollm2, dtype=torch.float32)
    tuned = get_peft_model(base, LoraConfig(r=4, target_modules=["q_proj"], init_lora_weights=False))
    tuned.save_pretrained(tmp_path)
    model = load_language_model(str(smollm2), adapter=tmp_path)
    pairs = [(format_prompt(model.tokenizer, QUESTIONS[0]), "The capital of France is Paris.")]
    assert min(model.divergence_from_base(pairs)[0]) >= 0
    assert sum(model.divergence_from_base(pairs)[0]) > 0.1
    with_adapter = model.log_likelihood(pairs)[0]
    with model.without_adapter():
        without = model.log_likelihood(pairs)[0]
    assert without.tokens == pytest.approx(smollm2_model.log_likelihood(pairs)[0].tokens, abs=1e-4)
    assert with_adapter.tokens != pytest.approx(without.tokens, abs=1e-2)


def test_a_folder_that_is_no_adapter_is_refused(smollm2, tmp_path):
    with pytest.raises(InputError, match="no adapter_config"):
        load_language_model(str(smollm2), adapter=tmp_path)


def test_a_model_that_isnt_here_is_one_line():
    with pytest.raises(InputError, match="doesn't load") as caught:
        load_language_model("no-such-owner/no-such-model")
    assert "\n" not in str(caught.value)


def test_options_are_weighed_in_one_pass_as_each_is_alone(smollm2_model):
    prompts = [format_prompt(smollm2_model.tokenizer, text) for text in ("Two and two?", "Rate this from 1 to 5: good")]
    options = ["1", "2", "3", "4", "5"]
    for prompt, chosen in zip(prompts, smollm2_model.choose(prompts, options), strict=True):
        alone = smollm2_model.log_likelihood([(prompt, option) for option in options])
        assert [*chosen.values()] == pytest.approx([one.total for one in alone], abs=1e-3)
        assert [*chosen] == options


def test_options_are_not_weighed_after_a_prompt_longer_than_the_model_reads(smollm2_model):
    assert smollm2_model.choose(["word " * 9000, "One, two,"], ["1", "2"])[0] == {}


def test_options_that_differ_in_more_than_a_token_are_refused(smollm2_model):
    with pytest.raises(InputError, match="told apart"):
        smollm2_model.choose(["Yes or no?"], ["certainly so", "never in the world"])
