"""A run killed in the middle of every stage ends as one that was never killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.studio.terminal.test_end_to_end import start_study
from tests.verbs import ROOT, winnow
from winnow.data.files import read_json, read_jsonl

# what a stage has written when it's in the middle of its work
TRACES = {
    "curate": "curated/records.parquet",
    "split": "split/*.jsonl",
    "plan": "plan.json",
    "preserve": "preservation/*",
    "train": "runs/*/metrics.jsonl",
    "answer": "answers/*",
    "report": "report/*",
}
SAME_BYTES = (
    "curated/kept.jsonl",
    "curated/removed.jsonl",
    "split/*.jsonl",
    "preservation/preservation.jsonl",
    "runs/*/adapter/*.safetensors",
)


def kill_at(folder: Path, stage: str, trace: str | None) -> None:
    """Start the road and kill it when a stage begins, or when its trace is there."""
    run = [sys.executable, "-u", "-m", "studio.terminal.main", "run", "-w", str(folder)]
    with subprocess.Popen(run, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        for line in process.stderr:
            if line.strip() == f"── {stage}":
                break
        while trace and not list(folder.glob(trace)) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)


def contents(study: Path, pattern: str) -> dict[str, bytes]:
    """Read what stands in the study, without the name of its folder, which a row's source begins with."""
    return {path.name: path.read_bytes().replace(str(study).encode(), b"") for path in study.glob(pattern)}


@pytest.mark.slow
def test_a_run_killed_in_every_stage_ends_as_one_that_never_was(tmp_path):
    whole, broken = start_study(tmp_path / "whole"), start_study(tmp_path / "broken")
    assert winnow("run", "-w", str(whole)).returncode == 0
    for stage, trace in TRACES.items():
        kill_at(broken, stage, None)
        kill_at(broken, stage, trace)
    assert winnow("run", "-w", str(broken)).returncode == 0
    for pattern in SAME_BYTES:
        assert contents(whole, pattern)
        assert contents(whole, pattern) == contents(broken, pattern), pattern
    texts = [[row["prediction"] for row in read_jsonl(study / "answers" / "tuned.jsonl")] for study in (whole, broken)]
    assert texts[0] == texts[1]
    metrics = [read_json(study / "report" / "report.json")["comparison"]["metrics"] for study in (whole, broken)]
    assert metrics[0] == metrics[1]
