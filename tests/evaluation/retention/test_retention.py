from __future__ import annotations

import json
import sys

import pytest

from evaluation.answering.answers import Answerer, Question
from evaluation.retention.items import Item, from_prompts, read_final_number, read_multiple_choice, sample
from evaluation.retention.lm_eval_tasks import run_tasks
from evaluation.retention.outcomes import Gate, Outcome, choose, enforce, gate, items_needed, run_items, summarise
from evaluation.retention.stage import items_for_margin, items_text
from tests.tables import write_table
from winnow.config import Config, RetentionConfig
from winnow.data.files import write_jsonl
from winnow.errors import GateFailed, Inconclusive, InputError
from winnow.models.interface import GenerationSettings
from winnow.models.load import load_local_model
from winnow.study.general_prompts import read_general_prompts
from winnow.study.workspace import Workspace


def outcomes(pairs, choices=()):
    check = None if choices else {"type": "number", "value": 1}
    return [
        Outcome(Item(f"i{n}", "general", "?", check, choices, 0), "", "", base, tuned)
        for n, (base, tuned) in enumerate(pairs)
    ]


STEADY = [(True, True)] * 150 + [(False, False)] * 140 + [(True, False)] * 5 + [(False, True)] * 5


def exit_code(pairs, margin=0.05):
    found = gate(outcomes(pairs), margin)
    assert Gate.from_dict(json.loads(json.dumps(found.as_dict()))).as_dict() == found.as_dict()
    try:
        enforce(found)
    except (GateFailed, Inconclusive) as error:
        return error.exit_code
    return 0


def test_the_gate_passes_where_little_was_lost_on_many_items():
    assert exit_code(STEADY) == 0


def test_the_gate_fails_where_much_was_lost():
    assert exit_code([(True, False)] * 60 + [(True, True)] * 140) == 4


def test_the_gate_cant_tell_on_few_items_though_nothing_differs_significantly():
    assert exit_code([(True, True)] * 10 + [(True, False)] * 2 + [(False, True)]) == 5
    assert exit_code([]) == 5


def test_a_model_that_became_unreadable_doesnt_pass_by_leaving_the_count():
    pairs = [(True, True)] * 150 + [(True, None)] * 50
    found = gate(outcomes(pairs), 0.05)
    assert found.results["right"] == "pass"
    assert found.results["readable"] == found.result == "fail"
    assert exit_code(pairs) == 4


def test_unparseable_answers_are_counted_apart_and_arent_zeros():
    figures = summarise(outcomes([(True, True), (True, None), (None, False), (False, True)]), 0.05).all
    assert (figures.unreadable_base, figures.unreadable_tuned) == (1, 1)
    assert figures.n == 4
    assert figures.base.n == figures.tuned.n == 2
    assert (figures.base.estimate, figures.tuned.estimate) == (0.5, 1.0)


def test_a_smaller_margin_needs_more_items():
    assert items_needed(0.05) == pytest.approx(628, abs=2)  # (1.96 + 0.84)^2 x 0.2 / 0.05^2
    assert items_needed(0.1) < items_needed(0.05) < items_needed(0.02)


def test_before_training_it_is_said_whether_the_gate_will_be_able_to_tell(tmp_path):
    config = Config(retention=RetentionConfig(max_items=60))
    items = items_for_margin(Workspace(tmp_path), config)
    assert items["needed"] == items_needed(0.05)
    assert 0 < items["checked"] < 60, "some shipped prompts have no check"
    assert "expect an inconclusive gate" in items_text(items, 0.05)
    assert "inconclusive" not in items_text({"checked": 700, "needed": 628}, 0.05)


def test_multiple_choice_takes_letters_indices_and_texts(tmp_path):
    path = tmp_path / "mmlu.jsonl"
    choices = ["four", "five"]
    write_jsonl(
        path, [{"question": "2 + 2?", "choices": choices, "answer": answer} for answer in ("A", 1, "five", "b")]
    )
    items = read_multiple_choice(path)
    assert [item.right for item in items] == [0, 1, 1, 1]
    assert "A. four\nB. five" in items[0].prompt


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"question": "?", "choices": ["a", "b"], "answer": "C"}, "none of the choices"),
        ({"question": "?", "choices": ["a"], "answer": "A"}, "1 choices"),
        ({"question": "?", "answer": "A"}, '"choices" is missing'),
    ],
)
def test_a_bad_multiple_choice_row_names_its_line(tmp_path, row, words):
    path = tmp_path / "x.jsonl"
    write_jsonl(path, [{"question": "?", "choices": ["a", "b"], "answer": "A"}, row])
    with pytest.raises(InputError, match=words) as caught:
        read_multiple_choice(path)
    assert ":2:" in str(caught.value)


def test_final_numbers_come_from_the_end_of_the_answer(tmp_path):
    path = tmp_path / "gsm.jsonl"
    write_jsonl(
        path,
        [
            {"question": "3 boxes of 6?", "answer": "3 * 6 = 18\n#### 1,800"},
            {"question": "?", "answer": "x", "final": "7"},
        ],
    )
    assert [item.check["value"] for item in read_final_number(path)] == [1800.0, 7.0]


def test_a_sample_is_the_same_each_time_and_keeps_the_order():
    items = [Item(str(n), "general", "?") for n in range(50)]
    chosen = sample(items, 10, seed=3)
    assert chosen == sample(items, 10, seed=3)
    assert [int(item.id) for item in chosen] == sorted(int(item.id) for item in chosen)
    assert sample(items, None, 0) == items


def test_general_prompts_are_read_with_their_checks_and_told_apart(tmp_path):
    shipped = read_general_prompts("demo", tmp_path)
    assert len(shipped) >= 250
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps({"id": "a", "prompt": "Hi"}) + "\n" + json.dumps({"id": "a", "prompt": "Ho"}) + "\n")
    with pytest.raises(InputError, match=':2: id "a" came before'):
        read_general_prompts("own.jsonl", tmp_path)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_items_may_stand_in_a_table_whose_cells_hold_json(tmp_path, kind):
    number = {"Prompt": "2 + 2?", "check": json.dumps({"type": "number", "value": 4})}
    write_table(tmp_path / f"prompts.{kind}", [number])
    (prompt,) = read_general_prompts(f"prompts.{kind}", tmp_path)
    assert (prompt.prompt, prompt.check) == ("2 + 2?", {"type": "number", "value": 4})
    choice = {"Question": "2 + 2?", "choices": '["four", "five"]', "answer": "0"}
    (item,) = read_multiple_choice(write_table(tmp_path / f"mmlu.{kind}", [choice]))
    assert (item.choices, item.right) == (("four", "five"), 0)
    (item,) = read_final_number(write_table(tmp_path / f"gsm.{kind}", [{"question": "3 * 6?", "answer": "#### 18"}]))
    assert item.check == {"type": "number", "value": 18.0}


def test_multiple_choice_of_parquet_is_read_as_the_hub_has_it(tmp_path):
    row = {"question": "2 + 2?", "choices": ["four", "five"], "answer": 1}
    (item,) = read_multiple_choice(write_table(tmp_path / "mmlu.parquet", [row]))
    assert (item.choices, item.right) == (("four", "five"), 1)


def test_the_line_of_a_wrong_item_counts_blank_lines_too(tmp_path):
    path = tmp_path / "mmlu.jsonl"
    path.write_text('\n\n{"question": "?", "answer": "A"}\n')
    with pytest.raises(InputError, match=r'mmlu.jsonl:3: field "choices" is missing'):
        read_multiple_choice(path)


@pytest.fixture(scope="module")
def tuned_model(smollm2, tmp_path_factory):
    """The small model with an adapter of random weights: enough to change answers."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    folder = tmp_path_factory.mktemp("adapter")
    torch.manual_seed(1)
    base = AutoModelForCausalLM.from_pretrained(smollm2, dtype=torch.float32)
    get_peft_model(base, LoraConfig(r=4, target_modules=["v_proj"], init_lora_weights=False)).save_pretrained(folder)
    return load_local_model(str(smollm2), folder)


@pytest.mark.slow
def test_items_go_through_base_and_tuned_of_one_model(tuned_model, smollm2_model, tmp_path):
    items = [
        *from_prompts([p for p in read_general_prompts("demo", tmp_path) if p.check][:2]),
        Item(
            "mc", "multiple_choice", "Is fire hot?\n\nA. Yes\nB. No\n\nAnswer with the letter.", None, ("Yes", "No"), 0
        ),
    ]
    settings = GenerationSettings(max_new_tokens=12)
    base, tuned = (Answerer(tuned_model, name, name, settings, tmp_path / "cache.jsonl") for name in ("base", "tuned"))
    steps = []
    found = run_items(tuned_model, items, base, tuned, steps.append)
    assert [outcome.item.id for outcome in found] == [item.id for item in items]
    assert sum(steps) == 2 * len(items)
    plain = Answerer(smollm2_model, "plain", "plain", settings, tmp_path / "plain.jsonl")
    alone = plain.answer([Question(i.id, i.prompt) for i in items[:2]])
    assert [outcome.base for outcome in found[:2]] == [answer.text for answer in alone]
    assert all(outcome.divergence > 0 for outcome in found[:2])
    assert all(outcome.tuned_loss > outcome.base_loss > 0 for outcome in found[:2]), (
        "random weights make its words alien"
    )
    assert choose(smollm2_model, items[2:]) == ["AB".index(found[2].base)]
    summary = summarise(found, 0.05)
    assert summary.own_answers["divergence"].n == 2
    json.dumps(summary.as_dict(), allow_nan=False)


def own_task(folder, name, **fields):
    """Write a task of lm-eval over three questions that anyone can answer, its data in a local file."""
    rows = [
        {"question": "What is frozen water called?", "choices": ["ice", "fire", "sand"], "answer": 0},
        {"question": "Which animal barks?", "choices": ["a cat", "a dog", "a fish"], "answer": 1},
        {"question": "What colour is grass?", "choices": ["green", "red", "blue"], "answer": 0},
    ]
    write_jsonl(folder / "questions.jsonl", rows)
    task = {"task": name, "dataset_path": "json", "test_split": "test"}
    task["dataset_kwargs"] = {"data_files": {"test": str(folder / "questions.jsonl")}}
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(task | {"doc_to_text": "Question: {{question}}\nAnswer:"} | fields))  # JSON is YAML
    return str(path)


def test_tasks_of_lm_eval_go_through_base_and_tuned_item_by_item(tuned_model, smollm2_model, tmp_path):
    pytest.importorskip("lm_eval", reason="the extra lm-eval isn't installed")
    picking = {"output_type": "multiple_choice", "doc_to_choice": "choices", "doc_to_target": "answer"}
    task = own_task(tmp_path, "picking", **picking, metric_list=[{"metric": "acc"}])
    found = run_tasks(tuned_model, [task], most=None, seed=0)
    assert [outcome.item.kind for outcome in found] == ["picking"] * 3
    assert found[0].item.choices == (" ice", " fire", " sand")
    likeliest = [
        max(item.choices, key=lambda choice: smollm2_model.log_likelihood([(item.prompt, choice)])[0].total)
        for item in (outcome.item for outcome in found)
    ]
    assert [outcome.base for outcome in found] == likeliest, "with the adapter off it is the plain base"
    assert [outcome.base_right for outcome in found] == [
        answer.strip() == right for answer, right in zip(likeliest, ("ice", "a dog", "green"), strict=True)
    ]
    figures = summarise(found, 0.05)
    assert figures.sets["picking"].n == 3
    assert len(run_tasks(tuned_model, [task], most=2, seed=0)) == 2


@pytest.mark.slow
def test_a_written_answer_counts_as_the_task_says(tuned_model, tmp_path):
    pytest.importorskip("lm_eval", reason="the extra lm-eval isn't installed")
    writing = {"output_type": "generate_until", "doc_to_target": "", "metric_list": [{"metric": "exact_match"}]}
    writing["generation_kwargs"] = {"until": ["Question"], "max_gen_toks": 4}
    (found, *_) = run_tasks(tuned_model, [own_task(tmp_path, "writing", **writing)], most=1, seed=0)
    assert found.item.is_checked
    assert found.base_right == (found.base == "")


@pytest.mark.slow
def test_a_task_that_isnt_there_and_one_that_scores_no_item_are_one_line(tuned_model, tmp_path):
    pytest.importorskip("lm_eval", reason="the extra lm-eval isn't installed")
    with pytest.raises(InputError, match="no_such_task"):
        run_tasks(tuned_model, ["no_such_task"], most=1, seed=0)
    rolling = {"output_type": "loglikelihood_rolling", "doc_to_text": "", "doc_to_target": "{{question}}"}
    task = own_task(tmp_path, "rolling", **rolling, metric_list=[{"metric": "word_perplexity"}])
    with pytest.raises(InputError, match="scores word_perplexity; retention needs right or wrong"):
        run_tasks(tuned_model, [task], most=1, seed=0)


def test_without_lm_eval_the_line_that_installs_it_is_shown(tuned_model, monkeypatch):
    monkeypatch.setitem(sys.modules, "lm_eval", None)
    with pytest.raises(InputError, match=r"pip install 'winnow-studio\[lm-eval\]'"):
        run_tasks(tuned_model, ["arc_easy"], most=1, seed=0)
    assert run_tasks(tuned_model, [], most=1, seed=0) == []
