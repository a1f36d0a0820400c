"""The templates below follow the published format of each family, shortened to what chat needs."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from winnow.errors import InputError
from winnow.models import chat

CHATML = (
    "{% for message in messages %}"
    "{% if loop.first and message['role'] != 'system' %}<|im_start|>system\nYou are helpful.<|im_end|>\n{% endif %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA3 = (
    "{{- bos_token }}"
    "{%- if not date_string is defined %}{%- set date_string = strftime_now('%d %b %Y') %}{%- endif %}"
    "{%- if messages[0]['role'] == 'system' %}{%- set system = messages[0]['content']|trim %}"
    "{%- set messages = messages[1:] %}{%- else %}{%- set system = '' %}{%- endif %}"
    "{{- '<|start_header_id|>system<|end_header_id|>\n\n' }}"
    "{{- 'Cutting Knowledge Date: December 2023\n' }}{{- 'Today Date: ' + date_string + '\n\n' }}"
    "{{- system + '<|eot_id|>' }}"
    "{%- for message in messages %}"
    "{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{%- endif %}"
)
PHI4 = (
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ '<|im_start|>system<|im_sep|>' + message['content'] + '<|im_end|>' }}"
    "{% elif message['role'] == 'user' %}{{ '<|im_start|>user<|im_sep|>' + message['content'] + '<|im_end|>' }}"
    "{% elif message['role'] == 'assistant' %}"
    "{{ '<|im_start|>assistant<|im_sep|>' + message['content'] + '<|im_end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant<|im_sep|>' }}{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}"
    "{% if message['role'] == 'assistant' %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}"
    "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
QWEN3 = (
    "{%- if messages[0].role == 'system' %}{{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}{%- endif %}"
    "{%- set ns = namespace(last=messages|length - 1) %}"
    "{%- for message in messages[::-1] %}{%- set index = (messages|length - 1) - loop.index0 %}"
    "{%- if message.role == 'user' and ns.last == messages|length - 1 %}{%- set ns.last = index %}{%- endif %}{%- endfor %}"
    "{%- for message in messages %}"
    "{%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}"
    "{{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}"
    "{%- elif message.role == 'assistant' %}"
    "{%- if loop.last and loop.index0 > ns.last %}"
    "{{- '<|im_start|>assistant\n<think>\n\n</think>\n\n' + message.content.lstrip('\n') }}"
    "{%- else %}{{- '<|im_start|>assistant\n' + message.content }}{%- endif %}{{- '<|im_end|>\n' }}"
    "{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}{%- endif %}"
)

LLAMA_OPENING = (
    "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
    "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|>"
)
# family: template, special tokens (the first begins a text, the last is EOS), pre-query prefix, answer header, end of turn
FAMILIES = {
    "ChatML": (
        CHATML,
        ["<|im_start|>", "<|im_end|>"],
        "<|im_start|>system\nYou are helpful.<|im_end|>\n<|im_start|>user\n",
        "<|im_end|>\n<|im_start|>assistant\n",
        "<|im_end|>",
    ),
    "Llama 3": (
        LLAMA3,
        ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|end_of_text|>"],
        LLAMA_OPENING + "<|start_header_id|>user<|end_header_id|>\n\n",
        "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        "<|eot_id|>",
    ),
    "Phi-4": (
        PHI4,
        ["<|im_start|>", "<|im_sep|>", "<|im_end|>", "<|endoftext|>"],
        "<|im_start|>user<|im_sep|>",
        "<|im_end|><|im_start|>assistant<|im_sep|>",
        "<|im_end|>",
    ),
    "Gemma": (
        GEMMA,
        ["<bos>", "<start_of_turn>", "<end_of_turn>", "<eos>"],
        "<bos><start_of_turn>user\n",
        "<end_of_turn>\n<start_of_turn>model\n",
        "<end_of_turn>",
    ),
    "Qwen3": (
        QWEN3,
        ["<|im_start|>", "<|endoftext|>", "<|im_end|>"],
        "<|im_start|>user\n",
        "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        "<|im_end|>",
    ),
}


def make_tokenizer(template, special):
    backend = Tokenizer(
        models.BPE(vocab={letter: n for n, letter in enumerate(pre_tokenizers.ByteLevel.alphabet())}, merges=[])
    )
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=special[0], eos_token=special[-1])
    tokenizer.add_special_tokens({"additional_special_tokens": special})
    tokenizer.chat_template = template
    return tokenizer


@pytest.fixture(params=FAMILIES)
def family(request):
    template, special, *expected = FAMILIES[request.param]
    return make_tokenizer(template, special), special, *expected


def test_the_pre_query_prefix_ends_where_the_user_begins(family):
    tokenizer, _, prefix, _, _ = family
    assert chat.pre_query_prefix(tokenizer) == prefix


def test_a_prompt_is_the_prefix_the_question_and_the_answer_header(family):
    tokenizer, _, prefix, header, _ = family
    assert chat.format_prompt(tokenizer, "What is an ISA?") == prefix + "What is an ISA?" + header


def test_the_second_pre_query_prefix_holds_the_first_exchange(family):
    tokenizer, _, prefix, _, end = family
    history = [{"role": "user", "content": "What is an ISA?"}, {"role": "assistant", "content": "A wrapper."}]
    text = chat.pre_query_prefix(tokenizer, history)
    assert text.startswith(prefix + "What is an ISA?")
    assert f"A wrapper.{end}" in text
    opening = prefix[prefix.rindex("user") :]  # the user header alone: no second system turn
    assert text.endswith(opening)
    assert "think" not in text


def test_turns_end_with_the_templates_own_token_or_eos(family):
    tokenizer, special, _, _, end = family
    ends = [tokenizer.convert_ids_to_tokens(index) for index in chat.end_of_turn_ids(tokenizer)]
    assert set(ends) == {end, special[-1]}


def test_special_tokens_are_those_of_the_template(family):
    tokenizer, special, *_ = family
    assert chat.special_tokens(tokenizer) == sorted(special)


def test_a_system_prompt_replaces_the_default_one():
    tokenizer = make_tokenizer(*FAMILIES["ChatML"][:2])
    text = chat.render(tokenizer, [{"role": "system", "content": "Answer in one word."}, *chat.to_messages("Hello")])
    assert text.startswith("<|im_start|>system\nAnswer in one word.<|im_end|>\n<|im_start|>user\nHello")


IGNORES_SYSTEM = "{% for message in messages if message['role'] != 'system' %}" + CHATML.partition("%}")[2]


@pytest.mark.parametrize("template", [GEMMA, IGNORES_SYSTEM])
def test_where_a_template_has_no_system_turn_the_system_prompt_opens_the_first_user_turn(template):
    tokenizer = make_tokenizer(template, FAMILIES["Gemma"][1])
    brief = {"role": "system", "content": "Be brief."}
    folded = chat.to_messages("Be brief.\n\nHello")
    assert chat.render(tokenizer, [brief, *chat.to_messages("Hello")]) == chat.render(tokenizer, folded)
    turns = [{"role": "assistant", "content": "Welcome."}, *chat.to_messages("Hello")]
    assert "Be brief." in chat.render(tokenizer, [brief, *turns])


def test_turns_that_a_template_refuses_are_named():
    tokenizer = make_tokenizer(*FAMILIES["Gemma"][:2])
    with pytest.raises(
        InputError, match=r"refuses the turns user, user \(Roles must alternate\); mend the earlier turns"
    ):
        chat.render(tokenizer, [*chat.to_messages("Hello"), *chat.to_messages("Anybody?")])


def test_a_model_without_template_is_refused_with_a_remedy(smollm2_tokenizer):
    bare = make_tokenizer(None, ["<s>", "</s>"])
    with pytest.raises(InputError, match="instruct version"):
        chat.format_prompt(bare, "Hello")


def test_the_template_hash_follows_the_template():
    hashes = {chat.template_hash(make_tokenizer(template, special)) for template, special, *_ in FAMILIES.values()}
    assert len(hashes) == len(FAMILIES)


def test_the_real_models_prefix_keeps_its_system_turn(smollm2_tokenizer):
    prefix = chat.pre_query_prefix(smollm2_tokenizer)
    assert prefix.startswith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")
    assert prefix.endswith("<|im_end|>\n<|im_start|>user\n")
    assert chat.end_of_turn_ids(smollm2_tokenizer) == [2]
