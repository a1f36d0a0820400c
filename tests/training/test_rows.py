"""Rows are the model's own prompt and a trained answer; nothing is dropped or cut unasked; a share is a share of tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.mixture import mix
from training.rows import Example, fit, preview, to_dataset, tokenise
from winnow.data.records import Record, new_record
from winnow.errors import InputError
from winnow.models.chat import format_prompt
from winnow.models.prompt import PromptForm

ROW = new_record("What is an ISA?", " A savings account on which no tax is due. ")


def test_only_the_answer_and_its_end_are_trained(smollm2_tokenizer):
    (example,) = tokenise(smollm2_tokenizer, [ROW], "domain")
    prompt = smollm2_tokenizer.decode(example.input_ids[: example.answer_start])
    assert prompt == format_prompt(smollm2_tokenizer, "What is an ISA?")
    trained = [token for token in example.labels if token != -100]
    assert smollm2_tokenizer.decode(trained) == "A savings account on which no tax is due.<|im_end|>"
    assert len(trained) == example.trained_tokens
    assert preview(smollm2_tokenizer, example).endswith("⟦A savings account on which no tax is due.<|im_end|>⟧")


def test_the_tokens_are_those_of_the_library_for_conversational_rows(smollm2_tokenizer):
    (example,) = tokenise(smollm2_tokenizer, [ROW], "domain")
    turns = [{"role": "user", "content": ROW.question}, {"role": "assistant", "content": ROW.answer.strip()}]
    whole = smollm2_tokenizer.apply_chat_template(turns, tokenize=True, return_dict=True)["input_ids"]
    assert example.input_ids == whole[: len(example.input_ids)]
    assert smollm2_tokenizer.decode(whole[len(example.input_ids) :]) == "\n"  # after the end nothing is generated


def test_the_system_prompt_and_earlier_turns_come_first(smollm2_tokenizer):
    earlier = [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": "Good day."}]
    record = Record("1", "What is an ISA?", "An account.", history=tuple(earlier))
    (example,) = tokenise(smollm2_tokenizer, [record], "preservation", PromptForm(system="Be brief."))
    prompt = smollm2_tokenizer.decode(example.input_ids[: example.answer_start])
    assert [prompt.index(text) for text in ("Be brief.", "Hello.", "Good day.", "What is an ISA?")] == sorted(
        prompt.index(text) for text in ("Be brief.", "Hello.", "Good day.", "What is an ISA?")
    )
    assert example.trained_tokens == len(smollm2_tokenizer("An account.")["input_ids"]) + 1


def example(name: str, tokens: int, prompt: int = 4) -> Example:
    return Example(name, "domain", list(range(tokens)), prompt)


def test_rows_that_are_too_long_stop_the_run_and_are_named():
    rows = [example("short", 10), example("long", 30), example("longer", 40)]
    with pytest.raises(InputError, match=r"2 of 3 rows .* 40 tokens: long \(30\), longer \(40\)"):
        fit(rows, 20, "stop")
    assert [e.id for e in fit(rows, 20, "drop")] == ["short"]
    assert [len(e.input_ids) for e in fit(rows, 20, "cut")] == [10, 20, 20]
    assert fit(rows, 40, "stop") == rows


def test_a_cut_never_leaves_a_row_without_an_answer():
    with pytest.raises(InputError, match=r"cutting leaves no answer: asks \(30\)"):
        fit([example("asks", 30, prompt=25)], 20, "cut")


def test_the_dataset_carries_ids_labels_and_the_row_number():
    rows = list(to_dataset([example("a", 6), example("b", 5)]))
    assert rows[1] == {"input_ids": [0, 1, 2, 3, 4], "labels": [-100, -100, -100, -100, 4], "row": 1}


lengths = st.lists(st.integers(2, 60), min_size=1, max_size=40)


@given(lengths, lengths, st.floats(0, 0.6), st.integers(0, 5))
def test_a_mixture_keeps_every_domain_row_and_nears_the_share(domain, own, share, seed):
    rows = [example(f"d{i}", 4 + n) for i, n in enumerate(domain)]
    spare = [Example(f"p{i}", "preservation", list(range(4 + n)), 4) for i, n in enumerate(own)]
    mixture = mix(rows, spare, share, seed)
    assert {e.id for e in mixture.examples if e.kind == "domain"} == {e.id for e in rows}
    assert len({e.id for e in mixture.examples}) == len(mixture.examples)
    assert mixture == mix(rows, spare, share, seed)
    tokens = {
        kind: sum(e.trained_tokens for e in mixture.examples if e.kind == kind) for kind in ("domain", "preservation")
    }
    budget = share / (1 - share) * tokens["domain"]
    if sum(own) >= budget:
        assert abs(tokens["preservation"] - budget) <= max(own)
    else:
        assert mixture.share <= share


def test_a_share_without_rows_to_make_it_of_is_an_error():
    with pytest.raises(InputError, match="winnow preserve"):
        mix([example("a", 9)], [], 0.25, 0)
    with pytest.raises(InputError, match="no training rows"):
        mix([], [], 0.0, 0)
