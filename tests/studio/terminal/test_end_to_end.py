"""The whole road on the real small model: a raw file in, a report out, and nothing done twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.alone import Alone
from tests.verbs import ROOT, winnow
from winnow.data.files import file_hash, read_json, read_jsonl

DEMO = ROOT / "data" / "demo"
SETTINGS = """
ingest: {sources: [faq.jsonl]}
split: {held_out: 6, validation: 4}
preservation:
  {share: 0.1, surplus: 1.0, max_answer_tokens: 128, prompts: general.jsonl, prompts_only: true, greedy_answers: true}
training: {max_steps: 2, batch_size: 2, accumulation: 1, evaluations: 1}
answers: {max_new_tokens: 24}
metrics: {names: [rouge_l, token_f1]}
"""
GENERAL = ("What is the capital of France?", "Is the sea salty?", "What is two plus two?", "Who wrote Hamlet?")


def start_study(folder: Path) -> Path:
    """Lay out a study of 60 rows, nothing of it run yet."""
    folder.mkdir(exist_ok=True)
    lines = (DEMO / "faq.jsonl").read_text().splitlines()[:60]
    (folder / "faq.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "general.jsonl").write_text("".join(json.dumps({"question": asked}) + "\n" for asked in GENERAL))
    (folder / "winnow.yaml").write_text(SETTINGS)
    return folder


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Alone:
    return Alone(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def study(alone, tmp_path_factory) -> Path:
    """A study after `winnow run`, which was killed once in the middle of the road."""
    folder = start_study(tmp_path_factory.mktemp("study"))
    run = [sys.executable, "-m", "studio.terminal.main", "run", "-w", str(folder)]
    broken_off = subprocess.Popen(
        run, cwd=ROOT, env=alone.environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    wait_for(folder / "plan.json", broken_off)
    broken_off.send_signal(signal.SIGKILL)
    broken_off.wait()
    alone.winnow("run", "-w", str(folder))
    return folder


def wait_for(path: Path, process: subprocess.Popen) -> None:
    while not path.exists():
        assert process.poll() is None, "the run ended before it came so far"
        time.sleep(0.05)


def test_the_report_compares_base_and_tuned_on_the_frozen_rows(study):
    report = read_json(study / "report" / "report.json")
    plan = read_json(study / "plan.json")
    assert report["plan"]["hash"] == plan["hash"]
    assert report["comparison"]["pairs"] == 6
    for row in report["comparison"]["metrics"].values():
        assert row["difference"]["n"] == 6
        assert row["signature"]
    assert "can't tell yet" in report["headline"]
    assert report["readings"] == {}, "nobody has read them blind yet"


def test_nothing_on_the_road_wanted_to_reach_another_machine(study, alone):
    assert alone.wanted == []


def test_the_pages_open_from_disk_without_a_network(study):
    for page in (study / "report" / "report.html", study / "curated" / "report.html"):
        text = page.read_text()
        assert "<script" not in text
        assert 'src="http' not in text
        assert "default-src 'none'" in text


def test_training_saw_no_held_out_row_and_says_where_each_row_came_from(study):
    held_out = {row["id"] for row in read_jsonl(study / "split" / "held_out.jsonl")}
    (run,) = (study / "runs").glob("*/manifest.json")
    lineage = read_jsonl(run.parent / "lineage.jsonl")
    assert held_out.isdisjoint(row["id"] for row in lineage)
    assert {row["kind"] for row in lineage} == {"domain", "preservation"}
    assert (run.parent / "adapter" / "adapter_model.safetensors").exists()


def test_the_base_answers_without_the_adapter_and_the_tuned_model_with_it(study):
    proof = read_json(study / "answers" / "tuned.manifest.json")["summary"]["proof"]
    assert proof["adapter_off_is_base"]
    assert proof["adapter_off_differs_by"] < 1e-3 < proof["adapter_on_differs_by"]


def test_a_second_run_does_nothing_again(study):
    before = {path: file_hash(path) for path in study.rglob("*.jsonl")}
    done = winnow("run", "-w", str(study), "--json")
    assert {path: file_hash(path) for path in study.rglob("*.jsonl")} == before
    stages = json.loads(done.stdout)
    assert all(stages[name]["current"] for name in ("curate", "split", "preserve"))


def test_another_prompt_after_freezing_is_refused_by_name(study):
    done = winnow("report", "-w", str(study), "--set", "answers.max_new_tokens=99")
    assert done.returncode == 3
    assert "generation.max_new_tokens: planned 24, found 99" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_training_without_a_plan_is_refused(study):
    plan = study / "plan.json"
    aside = plan.rename(study / "aside.json")
    try:
        done = winnow("train", "-w", str(study))
    finally:
        aside.rename(plan)
    assert done.returncode == 2
    assert "winnow plan freeze" in done.stderr


def test_a_place_that_cant_be_written_is_one_line(study):
    aside = (study / "report").rename(study / "aside")
    (study / "report").write_text("a file where the folder should be")  # refuses root too, unlike a read-only folder
    try:
        done = winnow("report", "-w", str(study))
    finally:
        (study / "report").unlink()
        aside.rename(study / "report")
    assert done.returncode == 1
    assert "can't write" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
