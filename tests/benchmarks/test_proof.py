"""The proof's parts: the planter knows what it planted, and its many adapters are each the product's recipe."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter

import pytest

from benchmarks.proof import planting
from benchmarks.proof.device import Work, claim, works
from benchmarks.proof.plan import PLAN
from benchmarks.proof.stacked import Example, Job, Settings, Stack, rate
from tests.training_models import metrics, recipe, records, tiny_model  # noqa: F401
from training.backends import TrlBackend
from training.qlora import train
from training.recipe import TrainingData
from training.rows import tokenise
from winnow.models.interface import tokenizer_of

PLAIN = Settings(rank=4, alpha=4, batch_size=6, learning_rate=1e-2, warmup=0.05, weight_decay=0.001, max_grad_norm=1.0)
RECIPE = {"rank": 4, "alpha": 4, "batch_size": 6, "learning_rate": 1e-2, "quantization": "none"}


def examples(model, rows):
    tokenizer = tokenizer_of(str(model))
    return [Example(one.input_ids, one.answer_start) for one in tokenise(tokenizer, rows, "domain")]


def base(model):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(model)


@pytest.mark.slow
def test_a_stacked_adapter_learns_what_the_product_s_recipe_learns(tiny_model, tmp_path):  # noqa: F811
    """Six rows are one batch, so that their order doesn't matter; both begin with the same weights."""
    rows = records(6)
    plan = recipe(tiny_model, data=TrainingData(rows), max_steps=6, **RECIPE)
    expected = [step["loss"] for step in metrics(train(plan, tmp_path / "run", no_plan=True)) if "loss" in step]

    peft, _ = TrlBackend().load(str(tiny_model), plan.config, seed=0)
    start = {name: value for name, value in peft.named_parameters() if "lora_A" in name}
    stack = Stack(base(tiny_model), [5, 0], PLAIN.rank, PLAIN.alpha)
    for name, layer in zip(stack._names, stack.layers, strict=True):
        (same,) = [value for key, value in start.items() if key.startswith(f"base_model.model.{name}.")]
        layer.A.data[1] = same.data
    own = examples(tiny_model, rows)
    _, found = stack.train([Job(own, 6, 5), Job(own, 6, 0)], PLAIN)
    assert found == pytest.approx(expected, abs=2e-4)
    assert expected[-1] < expected[0] - 0.2, "it learned"


def test_adapters_side_by_side_are_what_each_is_alone(tiny_model):  # noqa: F811
    """Other rows, other numbers of rows and updates, another seed: none changes its neighbour."""
    jobs = [Job(examples(tiny_model, records(10)), 5, 1), Job(examples(tiny_model, records(7, "Hey, ")), 3, 2)]
    pairs = [(one.ids[: one.start], one.ids[one.start :]) for one in examples(tiny_model, records(3, "Now: "))]

    def trained(chosen):
        stack = Stack(base(tiny_model), [job.seed for job in chosen], 4, 4)
        history = stack.train(chosen, PLAIN)
        return history, stack.losses(pairs), stack.write([prompt for prompt, _ in pairs], 4, [0])

    together, alone = trained(jobs), [trained([job]) for job in jobs]
    for place, (history, losses, answers) in enumerate(alone):
        assert together[0][place] == pytest.approx(history[0], abs=1e-5)
        assert together[1][place] == pytest.approx(losses[0], abs=1e-5)
        assert together[2][place] == answers[0]
    assert [len(own) for own in together[0]] == [5, 3]


def test_a_stack_taken_off_leaves_the_base_as_it_was(tiny_model):  # noqa: F811
    model = base(tiny_model)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    stack = Stack(model, [0], 4, 4)
    stack.train([Job(examples(tiny_model, records(3)), 2, 0)], PLAIN)
    stack.close()
    after = model.state_dict()
    assert before.keys() == after.keys()
    assert all((before[name] == after[name]).all() for name in before)


def test_the_rate_warms_up_and_falls_to_nothing():
    rates = [rate(update, 40, Settings()) for update in range(45)]
    assert rates[0] == 0
    assert max(rates) == rates[2] == Settings().learning_rate
    assert rates[39] < 0.01 * Settings().learning_rate
    assert rates[40:] == [0] * 5


@pytest.fixture
def pool(monkeypatch):
    """Questions on forty islands, three of each: what damages them is real, the texts are ours."""
    rows = [
        planting.Source(
            f"{asked} Island {number}?",
            f"Island {number} lies in the Northern Sea. It has {number + 10} houses, and the ferry goes twice a day.",
            f"island {number}",
            asked,
        )
        for number in range(40)
        for asked in ("Where is", "How large is", "How does one reach")
    ]
    monkeypatch.setitem(planting.SOURCES, "islands", lambda: random.Random(0).sample(rows, len(rows)))


def test_the_planter_knows_what_it_planted(pool):
    made = planting.make("islands", 0.3, rows=80, held_out=12, seed=0)
    kinds = Counter(row.kind for row in made.rows)
    assert kinds == {
        "wrong": 10,
        "truncated": 6,
        "boilerplate": 3,
        "markup": 2,
        "contradiction": 3,
        "copy": 12,
        "true": 56,
    }
    for row in made.rows:
        assert (row.answer == row.truth) or row.kind != "true"
        if row.kind in ("wrong", "truncated", "boilerplate", "contradiction"):
            assert row.answer != row.truth
    assert planting.make("islands", 0.3, 80, 12, 0) == made
    assert {row.kind for row in planting.make("islands", 0.0, 80, 12, 0).rows} == {"true"}


def test_files_of_one_pool_ask_the_same_and_no_group_stands_on_both_sides(pool):
    clean, noisy = (planting.make("islands", strength, 80, 12, 0) for strength in (0.0, 0.3))
    assert clean.held_out == noisy.held_out
    asked = {row.group for row in noisy.held_out}
    assert not [row for row in noisy.rows if any(f"{group}?" in row.question.casefold() for group in asked)]
    for row in noisy.held_out:
        assert row.other != row.answer
        assert row.contradicted not in ("", row.answer)


def test_the_plan_names_files_and_claims_that_its_arms_can_answer():
    arms = set(PLAN.fields["arms"])
    assert {claim[side] for claim in PLAN.fields["claims"] for side in ("arm", "against")} <= arms
    assert PLAN.files[0].name == "medquad-a-30"
    assert {file.pool for file in PLAN.files} <= planting.SOURCES.keys()


def test_a_piece_that_a_slow_process_cant_end_is_left_to_a_quicker_one():
    pieces = [Work("long", 8000, lambda model: []), Work("short", 500, lambda model: [])]
    taken = multiprocessing.Array("b", len(pieces))
    slow, quick = 0.05, 0.005  # seconds a unit of size
    assert claim(pieces, taken, slow, seconds_left=60).name == "short"
    assert claim(pieces, taken, slow, seconds_left=60) is None
    assert list(taken) == [0, 1], "what it couldn't end is free"
    assert claim(pieces, taken, quick, seconds_left=60).name == "long"


def test_every_planned_arm_is_in_a_piece_of_the_file_and_the_null_study_is_whole():
    rows = list(range(40))
    pack = {"arms": {"raw": rows, "cleaned": rows[:30], "curated:500": rows[:20]}, "rows": [[0, 1]] * 40}
    own = list(works({"medquad-a-0": pack}))
    null = [run for one in own if one.null for run in one.runs(None)]
    assert len({run.key for run in null}) == len(null) == 2 * 3 * PLAN.fields["null_study"]["comparisons"]
    assert [one.name for one in own if not one.null] == [
        "medquad-a-0, base",
        *(f"medquad-a-0, equal updates, seed {seed}" for seed in PLAN.fields["seeds"]),
        "medquad-a-0, equal epochs, chosen rows",
        "medquad-a-0, equal epochs, all rows",
    ]
