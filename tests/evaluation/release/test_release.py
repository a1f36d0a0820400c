"""A release is a whole folder with both cards, or nothing and the reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.release.folder import make_release
from evaluation.release.hub import upload
from evaluation.report.stage import write_report
from tests.evaluation.report.test_verify import RIVERS
from tests.hub import hub
from tests.training_models import recipe, records, tiny_model  # noqa: F401
from tests.verbs import winnow
from training.qlora import TrainingData, train
from winnow.config import load, render
from winnow.data.files import read_json, write_json, write_jsonl, write_text
from winnow.errors import GateFailed, InputError, PlanChanged, WinnowError
from winnow.study.inputs import Inputs
from winnow.study.plan import freeze, read
from winnow.study.plan_fields import planned_fields
from winnow.study.stage import Stage
from winnow.study.workspace import Workspace

ROOT = Path(__file__).parents[3]


def config_of(base, *more):
    return load(overrides=["metrics.names=[token_f1]", f"models.base={base}", *more])


def a_study(folder, base, config) -> Workspace:
    """A study whose tuned model was trained, answered and reported."""
    study = Workspace(folder)
    write_text(study.root / "winnow.yaml", render(config))
    rows = [{"id": f"q{n}", "question": f"River {n}?", "answer": f"the {name}"} for n, name in enumerate(RIVERS)]
    write_jsonl(study.split / "held_out.jsonl", rows)
    write_json(study.split / "manifest.json", {"summary": {"train": 12, "held_out": 4}})
    plan = freeze(planned_fields(study, config))
    plan.write(study.plan_file)
    data = TrainingData(records(12), records(4, "Now: "), records(8, "Hey, "))
    train(recipe(base, plan=plan, data=data), study.runs / "monday")
    for name, opening in (("base", "surely not the"), ("tuned", "the")):
        told = [
            {"id": row["id"], "question": row["question"], "reference": row["answer"], "prediction": f"{opening} {river}"}
            | {"system": name, "tokens": 4, "seconds": 0.5, "plan": plan.hash}
            for row, river in zip(rows, RIVERS, strict=True)
        ]  # fmt: skip
        with Stage(study.answers / f"{name}.manifest.json", "answer", Inputs()) as stage:
            stage.outputs = {"answers": study.answers / f"{name}.jsonl"}
            write_jsonl(stage.outputs["answers"], told)
            stage.facts["summary"] = {"tokens_per_second": 8.0, "latency_p50": 0.5, "latency_p95": 0.5}
    write_report(study, config)
    return study


@pytest.fixture(scope="module")
def config(tiny_model):  # noqa: F811
    return config_of(tiny_model)


@pytest.fixture(scope="module")
def study(tiny_model, config, tmp_path_factory):  # noqa: F811
    return a_study(tmp_path_factory.mktemp("study"), tiny_model, config)


@pytest.fixture(scope="module")
def released(study, config):
    return make_release(study, config, ["adapter", "merged"], study.root / "release")


def test_a_release_holds_its_formats_both_cards_and_what_was_checked(released, study):
    assert {"README.md", "release.json", "merged/model.safetensors", "adapter/adapter_config.json"} <= set(
        released.files
    )
    card = (released.folder / "README.md").read_text()
    assert "## Evaluation" in card, "filled by the report"
    assert "merged: the same prompt, character by character, for 4 held-out questions" in card
    found = read_json(released.folder / "release.json")
    assert found["plan"] == read(study.plan_file).hash
    assert found["checks"]["merged"]["parity"]["identical"]["n"] == 4
    assert (
        released.files["merged/model.safetensors"] == (released.folder / "merged" / "model.safetensors").stat().st_size
    )


def test_a_release_made_again_takes_the_place_of_the_first(released, study, config):
    (released.folder / "left-over.txt").write_text("of an earlier release")
    again = make_release(study, config, ["adapter"], released.folder)
    assert "left-over.txt" not in again.files
    assert "merged/model.safetensors" not in again.files


def test_a_folder_that_is_no_release_is_left_alone(study, config, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="no release stands there"):
        make_release(study, config, ["adapter"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_wrong_template_is_not_released(study, config, tmp_path):
    """The trained adapter's own template is another one than its base's: who loads it asks it otherwise."""
    template = study.runs / "monday" / "adapter" / "chat_template.jinja"
    right = template.read_text()
    template.write_text(right.replace("<|im_start|>assistant", "<|im_start|>Assistant"))
    assert template.read_text() != right
    try:
        with pytest.raises(
            GateFailed, match=r"not released: .*merged: another prompt than the model was trained with"
        ) as failed:
            make_release(study, config, ["merged"], tmp_path / "release")
    finally:
        template.write_text(right)
    assert failed.value.exit_code == 4
    assert list(tmp_path.iterdir()) == [], "nothing is left, not even a part"


def test_thresholds_are_the_frozen_plans(study, tiny_model, tmp_path):  # noqa: F811
    with pytest.raises(PlanChanged, match="release: planned null"):
        make_release(study, config_of(tiny_model, "release.equal_answers=0.1"), ["adapter"], tmp_path / "release")


def test_usual_thresholds_leave_the_hash_of_earlier_plans_as_it_was(study, config):
    assert "release" not in planned_fields(study, config)


def test_without_a_report_nothing_is_released(study, config, tmp_path):
    report = study.report.rename(study.root / "aside")
    try:
        with pytest.raises(InputError, match="no report, and without one the cards would say nothing"):
            make_release(study, config, ["adapter"], tmp_path / "release")
    finally:
        report.rename(study.report)


def elsewhere(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command, around = [sys.executable, "-m", "studio.terminal.main", *words], {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, timeout=300, check=False)


def test_a_push_is_a_dry_run_unless_said_otherwise(study, tmp_path):
    words = ("release", "adapter", "-w", str(study.root), "-o", str(tmp_path / "out"), "--push", "ada/rivers")
    done = winnow(*words, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["sent"] is None
    assert "README.md" in told["files"]


def test_an_upload_sends_the_whole_folder_to_a_private_repository(study, tmp_path):
    out = tmp_path / "out"
    with hub() as there:
        done = elsewhere(
            "release", "adapter", "-w", str(study.root), "-o", str(out), "--push", "ada/rivers", "--upload", "--json",
            HF_ENDPOINT=there.url, HF_HUB_OFFLINE="0", HF_TOKEN="hf_of_nobody",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        sent = there.repositories["ada/rivers"]
    assert sent["private"] is True
    assert set(sent["files"]) == set(json.loads(done.stdout)["files"])
    assert sent["files"]["README.md"] == (out / "README.md").read_bytes()
    assert json.loads(done.stdout)["sent"] == f"{there.url}/ada/rivers/commit/0001"


def test_a_name_that_no_hub_has_is_refused_before_anything_is_made(study, tmp_path):
    done = winnow("release", "-w", str(study.root), "-o", str(tmp_path / "out"), "--push", "rivers")
    assert done.returncode == 2
    assert "write OWNER/NAME" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_hub_that_cannot_be_reached_is_one_line(study, config, tmp_path):
    made = make_release(study, config, ["adapter"], tmp_path / "release")
    with pytest.raises(
        WinnowError, match=r"ada/rivers: the hub didn't take the release \(.*sign in with: hf auth login"
    ):
        upload(made.folder, "ada/rivers")
