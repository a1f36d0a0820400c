"""Unsloth changes transformers for as long as its process lives: never this one."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.evaluation.mixtures.test_mixtures import experiment
from tests.training_models import metrics, recipe, records, tiny_model  # noqa: F401
from tests.unsloth_stand_in import unsloth  # noqa: F401

pytestmark = pytest.mark.usefixtures("unsloth")

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def never_here():
    """After every test: this process is as it was."""
    yield
    assert "unsloth" not in sys.modules


def unsloth_recipe(model: Path, **settings):
    return recipe(model, backend="unsloth", quantization="none", **settings)


def answer(model: Path, run: Path) -> str:
    """Answer in this process, with a model loaded plainly."""
    from winnow.models.chat import to_messages
    from winnow.models.interface import GenerationSettings
    from winnow.models.load import load_local_model

    loaded = load_local_model(str(model), run / "adapter")
    return loaded.answer([to_messages("What is an ISA, case 0?")], GenerationSettings(8))[0].text


def test_after_a_run_a_model_loaded_plainly_answers_here(tiny_model, tmp_path, capfd):  # noqa: F811
    from training.qlora import train

    steps = []

    @contextmanager
    def progress(description, total):
        yield steps.append

    run = train(unsloth_recipe(tiny_model, share=0.3), tmp_path / "run", no_plan=True, progress=progress)
    told = capfd.readouterr()
    assert "Will patch your computer" in told.err
    assert told.out == "", "stdout is for results"
    manifest = json.loads((run / "manifest.json").read_text())
    assert (manifest["backend"], manifest["steps"]) == ("unsloth", 6)
    assert steps == [0, 1, 1, 1, 1, 1, 1]
    assert answer(tiny_model, run)


def test_choosing_the_backend_says_what_is_missing_and_imports_nothing(tmp_path, monkeypatch):
    from training.backends import choose_backend
    from winnow.config import TrainingConfig
    from winnow.errors import InputError

    config = TrainingConfig(backend="unsloth")
    assert choose_backend(config).name == "unsloth"
    monkeypatch.delenv("UNSLOTH_ALLOW_CPU")
    with pytest.raises(InputError, match="no NVIDIA GPU; set training"):
        choose_backend(config)
    monkeypatch.setenv("UNSLOTH_ALLOW_CPU", "1")
    (tmp_path / "site" / "unsloth" / "__init__.py").unlink()
    (tmp_path / "site" / "unsloth").rename(tmp_path / "gone")
    with pytest.raises(InputError, match=r"pip install 'winnow-studio\[gpu\]'"):
        choose_backend(config)


@pytest.mark.slow
def test_a_signal_to_this_process_keeps_a_checkpoint_to_go_on_from(tiny_model, tmp_path):  # noqa: F811
    from training.qlora import train
    from winnow.errors import WinnowError

    @contextmanager
    def interrupt(description, total):
        yield lambda steps: os.kill(os.getpid(), signal.SIGTERM) if steps else None

    job, out = unsloth_recipe(tiny_model), tmp_path / "run"
    with pytest.raises(WinnowError, match=r"SIGTERM after step 1 of 6.*--resume"):
        train(job, out, no_plan=True, progress=interrupt)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, "signals are this process's again"
    train(job, out, no_plan=True, resume=True)
    assert [row["step"] for row in metrics(out) if "loss" in row] == [1, 2, 3, 4, 5, 6]


@pytest.mark.slow
def test_whoever_hears_of_a_validation_here_may_end_the_run(tiny_model, tmp_path):  # noqa: F811
    from training.qlora import train

    heard = []

    def prune(done, loss):
        heard.append((done, loss))
        if done > 0:
            raise LookupError("worse than the median")

    with pytest.raises(LookupError, match="worse than the median"):
        train(unsloth_recipe(tiny_model), tmp_path / "run", no_plan=True, on_validation=prune)
    assert [round(done, 2) for done, _ in heard] == [0, 0.33]
    assert all(loss > 0 for _, loss in heard)


@pytest.mark.slow
def test_a_sweep_prunes_what_diverges_there(tiny_model, tmp_path):  # noqa: F811
    optuna = pytest.importorskip("optuna")
    from training.search.sweep import sweep

    study = optuna.create_study(study_name="winnow", storage=f"sqlite:///{tmp_path / 'study.sqlite'}")
    study.enqueue_trial({"learning_rate": 1e6})
    with pytest.warns(UserWarning, match="out of range"):
        trials = sweep(unsloth_recipe(tiny_model, rows=6, max_steps=12, evaluations=1), tmp_path, trials=1)
    assert [trial.state for trial in trials] == ["pruned"]


@pytest.mark.slow
def test_preference_goes_on_from_the_tuned_adapter_there(tiny_model, tmp_path):  # noqa: F811
    from tests.training.test_prefer import preferring, said
    from training.prefer import prefer
    from training.qlora import train

    adapter = train(recipe(tiny_model, quantization="none"), tmp_path / "tuned", no_plan=True) / "adapter"
    one = preferring(tiny_model, adapter, said(8), max_steps=4)
    one = replace(one, config=one.config.model_copy(update={"backend": "unsloth", "quantization": "none"}))
    run = prefer(one, tmp_path / "preferred")
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["backend"] == "unsloth"
    assert manifest["margin"]["start"] == pytest.approx(0, abs=1e-4), "the reference is what is gone on with"
    losses = [row["loss"] for row in metrics(run) if "loss" in row]
    assert losses[-1] < losses[0] == pytest.approx(math.log(2), abs=1e-3)
    assert went_into(adapter, run / "adapter"), "the tuned adapter's own weights, moved a little"


def went_into(before: Path, after: Path) -> bool:
    """Tell whether an adapter began with another one's weights: it is nearer to them than they are to nothing."""
    from safetensors.torch import load_file

    one, other = (load_file(folder / "adapter_model.safetensors") for folder in (before, after))
    return all((other[name] - one[name]).norm() < 0.5 * one[name].norm() for name in one if "lora_A" in name)


@pytest.mark.slow
def test_a_mixture_is_trained_and_then_measured_here(tiny_model, tmp_path):  # noqa: F811
    from evaluation.arms.experiment import run_arms
    from evaluation.mixtures.experiment import Arm
    from training.recipe import TrainingData

    job = unsloth_recipe(tiny_model, data=TrainingData(records(12)), max_steps=3, batch_size=4)
    rows = run_arms(experiment(tiny_model, tmp_path, recipe=job), [Arm("nothing")], 1)
    assert [row.steps for row in rows] == [3]


@pytest.mark.slow
def test_the_writer_of_preservation_rows_leaves_this_process_as_it_was(smollm2, tmp_path):
    from curation.preservation.stage import preserve_workspace
    from winnow.config import Config, PreservationConfig
    from winnow.data.files import read_jsonl, write_jsonl
    from winnow.models.chat import to_messages
    from winnow.models.interface import GenerationSettings
    from winnow.models.load import load_local_model
    from winnow.progress import silent
    from winnow.study.workspace import Workspace

    workspace = Workspace(tmp_path / "study")
    train = [{"id": r.id, "question": r.question, "answer": r.answer} for r in records(6)]
    write_jsonl(workspace.split / "train.jsonl", train)
    write_jsonl(workspace.split / "held_out.jsonl", [])
    write_jsonl(workspace.root / "own.jsonl", [{"prompt": "What is the capital of France?"}])
    settings = PreservationConfig(
        share=0.5, prompts="own.jsonl", prompts_only=True, max_answer_tokens=24, writer="unsloth"
    )
    preserve_workspace(workspace, Config(preservation=settings), silent)
    (row,) = read_jsonl(workspace.preservation / "preservation.jsonl")
    assert "Paris" in row["answer"]
    model = load_local_model(str(smollm2))
    assert model.answer([to_messages("What is the capital of France?")], GenerationSettings(8))[0].text


@pytest.mark.slow
def test_processes_that_accelerate_starts_train_where_they_are(tiny_model, tmp_path):  # noqa: F811
    from winnow.data.files import write_jsonl

    folder = tmp_path / "study"
    for part, rows in (("train", records(16)), ("validation", records(4, "Now: ")), ("held_out", [])):
        rows = [{"id": r.id, "question": r.question, "answer": r.answer} for r in rows]
        write_jsonl(folder / "split" / f"{part}.jsonl", rows)
    training = {"batch_size": 2, "accumulation": 1, "max_steps": 2, "evaluations": 1, "quantization": "none"}
    settings = {"models": {"base": str(tiny_model)}, "preservation": {"share": 0}, "training": training}
    (folder / "winnow.yaml").write_text(json.dumps(settings))
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m"]
    train = [
        "studio.terminal.main",
        "train",
        "-w",
        str(folder),
        "--no-plan",
        "--backend",
        "unsloth",
        "--set",
        "training.max_length=256",
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{tmp_path / 'site'}:{ROOT}"}
    done = subprocess.run([*launch, *train], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    (run,) = (folder / "runs").iterdir()
    assert json.loads((run / "manifest.json").read_text())["backend"] == "unsloth"
