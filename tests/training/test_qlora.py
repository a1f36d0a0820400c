"""A run ends with a folder that says what it is, learns from answers alone, and can be broken off anywhere."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.training_models import metrics, recipe, records, tiny_model  # noqa: F401
from training.qlora import TrainingData, train
from winnow.config import TrainingConfig
from winnow.data.files import file_hash
from winnow.data.records import new_record
from winnow.errors import InputError, WinnowError
from winnow.study.plan import freeze

ROOT = Path(__file__).parents[2]

# A process that ends itself at its fifth step, one after the checkpoint of the fourth.
BREAK_OFF = """
import os, sys
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = ["{root}", "{root}/tests"]
from tests.training_models import recipe
from training.qlora import train

@contextmanager
def break_off(description, total):
    done = 0
    def advance(steps):
        nonlocal done
        done += steps
        if done == 5:
            os.kill(os.getpid(), 9)
    yield advance

train(recipe(Path("{model}"), share=0.3), Path("{out}"), no_plan=True, progress=break_off)
"""


@pytest.fixture(scope="module")
def run(tiny_model, tmp_path_factory):  # noqa: F811
    return train(recipe(tiny_model, share=0.3), tmp_path_factory.mktemp("runs") / "first", no_plan=True)


def test_a_recipe_that_was_hashed_travels_to_another_process(tiny_model):  # noqa: F811
    one = recipe(tiny_model, share=0.3)
    identity = one.identity
    assert pickle.loads(pickle.dumps(one)).identity == identity


def test_the_folder_tells_the_whole_story(run):
    manifest = json.loads((run / "manifest.json").read_text())
    assert {p.name for p in run.iterdir()} == {
        "adapter", "checkpoints", "lineage.jsonl", "manifest.json", "metrics.jsonl", "README.md", "run.json",
    }  # fmt: skip
    assert {"adapter_model.safetensors", "tokenizer.json", "chat_template.jinja"} <= {
        p.name for p in (run / "adapter").iterdir()
    }
    assert manifest["steps"] == 6
    assert manifest["backend"] == "trl"
    assert len(manifest["inputs"]["base"]) == len(manifest["inputs"]["train"]) == 64
    assert manifest["settings"]["TrainingConfig"]["learning_rate"] == 1e-2
    assert "12 curated question-answer pairs" in (run / "README.md").read_text()


def test_every_training_row_is_in_the_lineage_with_its_kind(run):
    lineage = [json.loads(line) for line in (run / "lineage.jsonl").read_text().splitlines()]
    assert {row["id"] for row in lineage if row["kind"] == "domain"} == {r.id for r in records(12)}
    preserved = [row for row in lineage if row["kind"] == "preservation"]
    assert {row["id"] for row in preserved} <= {r.id for r in records(8, "Hey, ")}
    share = sum(row["trained_tokens"] for row in preserved) / sum(row["trained_tokens"] for row in lineage)
    assert share == pytest.approx(0.3, abs=0.05)
    assert share == pytest.approx(json.loads((run / "manifest.json").read_text())["preservation_share"], abs=1e-4)


def test_the_loss_falls_and_every_step_is_written(run):
    steps = [row for row in metrics(run) if "loss" in row]
    validations = [row["validation_loss"] for row in metrics(run) if "validation_loss" in row]
    assert [row["step"] for row in steps] == [1, 2, 3, 4, 5, 6]
    assert all(row["tokens_per_second"] > 0 and row["peak_memory_gb"] > 0 and row["grad_norm"] > 0 for row in steps)
    assert len(validations) == 4  # before the first step, and at a third, two thirds, the end
    assert validations[-1] < validations[0] - 0.2


def test_a_run_without_a_plan_is_exploratory_for_ever(run, tiny_model, tmp_path):  # noqa: F811
    assert json.loads((run / "manifest.json").read_text())["exploratory"] is True
    assert "Exploratory" in (run / "README.md").read_text()
    with pytest.raises(InputError, match="no frozen plan"):
        train(recipe(tiny_model), tmp_path / "unplanned")
    planned = train(recipe(tiny_model, max_steps=1, plan=freeze({"seed": 0})), tmp_path / "planned")
    assert json.loads((planned / "manifest.json").read_text())["plan"] == freeze({"seed": 0}).hash
    assert "Exploratory" not in (planned / "README.md").read_text()


def test_a_finished_run_is_returned_and_never_overwritten(run, tiny_model):  # noqa: F811
    before = file_hash(run)
    assert train(recipe(tiny_model, share=0.3), run, no_plan=True, resume=True) == run
    with pytest.raises(InputError, match="holds a run already"):
        train(recipe(tiny_model, share=0.3), run, no_plan=True)
    with pytest.raises(InputError, match="settings differs"):
        train(recipe(tiny_model, share=0.3, rank=8), run, no_plan=True, resume=True)
    assert file_hash(run) == before


def test_linear_layers_are_in_four_bits_and_only_the_adapter_is_trained(tiny_model):  # noqa: F811
    from bitsandbytes.nn import Linear4bit

    from training.backends import TrlBackend

    model, _ = TrlBackend().load(str(tiny_model), recipe(tiny_model).config, seed=0)
    layers = [m for m in model.modules() if isinstance(m, Linear4bit)]
    assert len(layers) == 2 * 7
    assert all(m.weight.quant_type == "nf4" and m.weight.quant_state.nested for m in layers)
    trained = {name.split(".")[-3] for name, p in model.named_parameters() if p.requires_grad}
    assert trained == {"lora_A", "lora_B"}
    adapted = {name.split(".lora_A")[0].split(".")[-1] for name, _ in model.named_parameters() if ".lora_A" in name}
    assert adapted == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


def test_a_validation_leaves_the_gradients_as_they_were(tiny_model):  # noqa: F811
    import torch

    from training.backends import TrlBackend

    model, _ = TrlBackend().load(str(tiny_model), recipe(tiny_model).config, seed=0)
    ids = torch.arange(40).reshape(2, 20)

    def gradients():
        model.zero_grad()
        model.train()
        model(input_ids=ids, labels=ids).loss.backward()
        return [p.grad.clone() for p in model.parameters() if p.requires_grad]

    before = gradients()
    model.eval()
    with torch.no_grad():
        model(input_ids=ids)
    assert all(torch.equal(a, b) for a, b in zip(before, gradients(), strict=True))


def test_a_killed_run_goes_on_and_ends_bit_equal_to_one_that_was_not(run, tiny_model, tmp_path):  # noqa: F811
    script = BREAK_OFF.format(root=ROOT, model=tiny_model, out=tmp_path / "killed")
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ, timeout=300)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "killed" / "manifest.json").exists()
    finished = train(recipe(tiny_model, share=0.3), tmp_path / "killed", no_plan=True, resume=True)
    assert_same(run, finished)


def test_a_terminated_run_keeps_its_last_step_and_goes_on(run, tiny_model, tmp_path):  # noqa: F811
    @contextmanager
    def terminate(description, total):
        yield lambda steps: os.kill(os.getpid(), signal.SIGTERM) if steps else None

    out = tmp_path / "terminated"
    with pytest.raises(WinnowError, match=r"SIGTERM after step 1 of 6.*--resume"):
        train(recipe(tiny_model, share=0.3), out, no_plan=True, progress=terminate)
    assert_same(run, train(recipe(tiny_model, share=0.3), out, no_plan=True, resume=True))


def assert_same(one, other):
    """Compare the adapters bit by bit, and the metrics but for times."""
    assert file_hash(one / "adapter/adapter_model.safetensors") == file_hash(
        other / "adapter/adapter_model.safetensors"
    )
    untimed = [[(row["step"], row.get("loss"), row.get("validation_loss")) for row in metrics(r)] for r in (one, other)]
    assert untimed[0] == untimed[1]


def test_a_diverging_run_stops_and_names_the_step_and_the_rows(tiny_model, tmp_path):  # noqa: F811
    with pytest.raises(WinnowError, match=r"diverged at step \d+: .*last rows: \w{16}"):
        train(recipe(tiny_model, learning_rate=1e6, max_steps=30), tmp_path / "wild", no_plan=True)


def test_out_of_memory_halves_the_batch_and_goes_on(tiny_model, tmp_path, caplog, monkeypatch):  # noqa: F811
    import torch

    from training.backends import TrlBackend

    load = TrlBackend.load

    def narrow(backend, source, config, seed):
        model, tokenizer = load(backend, source, config, seed)

        def refuse(module, inputs, named):
            if len(named["input_ids"]) > 2:
                raise torch.OutOfMemoryError("no room for three rows")

        model.get_base_model().base_model.register_forward_pre_hook(refuse, with_kwargs=True)
        return model, tokenizer

    monkeypatch.setattr(TrlBackend, "load", narrow)
    run = train(recipe(tiny_model, batch_size=4, max_steps=3, validation=2), tmp_path / "big", no_plan=True)
    assert "batch_size 2, accumulation 2" in caplog.text
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["steps"], manifest["batch_size"], manifest["accumulation"]) == (3, 2, 2)
    assert "| batch | 2 x 2 |" in (run / "README.md").read_text()


def test_a_run_that_gains_nothing_more_stops_and_keeps_its_best(tiny_model, tmp_path):  # noqa: F811
    from safetensors.torch import load_file

    from training.runs import Run

    wild = recipe(tiny_model, rows=4, learning_rate=0.1, max_steps=24, evaluations=12, patience=2)
    run = Run(train(wild, tmp_path / "wild", no_plan=True))
    manifest = json.loads(run.manifest_file.read_text())
    validations = {row["step"]: row["validation_loss"] for row in metrics(run.root) if "validation_loss" in row}
    assert manifest["best_step"] == min(validations, key=validations.__getitem__)
    assert manifest["best_step"] < manifest["steps"] < 24
    kept, best = (
        load_file(folder / "adapter_model.safetensors")
        for folder in (run.adapter, run.checkpoints / f"checkpoint-{manifest['best_step']}")
    )
    assert all((kept[name] == best[name]).all() for name in best)


def test_the_articles_preset_is_its_recipe_to_the_last_setting(tmp_path, monkeypatch):
    from training import backends
    from training.arguments import training_arguments
    from training.runs import Run

    config = TrainingConfig(preset="article")
    assert config.target_modules == ("q_proj", "k_proj", "v_proj", "o_proj")
    assert config.dropout == 0.05
    settings = training_arguments(config, Run(tmp_path), rows=800, validate=False, seed=0)
    assert (settings.per_device_train_batch_size, settings.gradient_accumulation_steps) == (2, 4)
    assert settings.warmup_steps == 50
    monkeypatch.setattr(backends, "on_gpu", lambda: True)
    assert backends.precision(config) == "fp16"


def test_a_preview_shows_what_the_run_would_train_on_and_takes_no_step(tiny_model):  # noqa: F811
    from training.preview import preview_run
    from winnow.config import load

    held_out = [new_record("How are eggs boiled?", "In water, for eight minutes.")]
    data = TrainingData(records(12), records(4, "Now: "), held_out=held_out)
    config = load(None, [f"models.base={tiny_model}", "training.batch_size=2", "training.accumulation=1"])
    shown = preview_run(data, config)
    assert len(shown.rows) == 3
    assert all(row.endswith("<|im_end|>⟧") and "⟦It is number" in row for row in shown.rows)
    assert shown.steps == 18
    assert 0 < shown.memory_total_gb < 5
    assert "12 rows" in shown.text
    with pytest.raises(InputError, match="1 training row"):
        preview_run(TrainingData(records(12), held_out=records(1)), config)


def test_training_refuses_held_out_rows(tiny_model, tmp_path):  # noqa: F811
    leaked = TrainingData(records(6), held_out=records(8)[5:])
    with pytest.raises(InputError, match="1 training row"):
        train(recipe(tiny_model, data=leaked), tmp_path / "leaked", no_plan=True)


def test_a_tracker_that_is_missing_is_named_before_the_run(tiny_model, tmp_path):  # noqa: F811
    with pytest.raises(InputError, match="pip install mlflow"):
        train(recipe(tiny_model, report_to="mlflow"), tmp_path / "tracked", no_plan=True)


@pytest.mark.slow
def test_the_real_model_learns_what_it_is_told(smollm2, tmp_path):
    from winnow.models.chat import to_messages
    from winnow.models.interface import GenerationSettings
    from winnow.models.load import load_local_model

    told = [new_record(f"{opening} is the code word?", "The code word is marmalade.") for opening in ("What", "Which")]
    quick = recipe(smollm2, data=TrainingData(told * 4), max_steps=8, learning_rate=2e-3)
    run = train(quick, tmp_path / "told", no_plan=True)
    losses = [row["loss"] for row in metrics(run) if "loss" in row]
    assert losses[-1] < losses[0] / 2
    model = load_local_model(str(smollm2), run / "adapter")
    question = [to_messages("What is the code word?")]
    assert "marmalade" in model.answer(question, GenerationSettings(16))[0].text
    with model.without_adapter():
        assert "marmalade" not in model.answer(question, GenerationSettings(16))[0].text
