"""Two processes share a run: the first writes, both train, and what comes out is what one process would make."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training_models import metrics, records, tiny_model  # noqa: F401
from winnow.data.files import write_jsonl

ROOT = Path(__file__).parents[2]

SETTINGS = {"batch_size": 2, "accumulation": 1, "max_steps": 4, "evaluations": 2, "learning_rate": 1e-2}


@pytest.fixture
def workspace(tiny_model, tmp_path):  # noqa: F811
    """A study that is split and not planned."""
    folder = tmp_path / "study"
    for part, rows in (("train", records(16)), ("validation", records(4, "Now: ")), ("held_out", [])):
        write_jsonl(
            folder / "split" / f"{part}.jsonl", [{"id": r.id, "question": r.question, "answer": r.answer} for r in rows]
        )
    settings = {"models": {"base": str(tiny_model)}, "preservation": {"share": 0}, "training": SETTINGS}
    (folder / "winnow.yaml").write_text(json.dumps(settings))
    return folder


def losses(run):
    return [row.get("loss", row.get("validation_loss")) for row in metrics(Path(run))]


@pytest.mark.slow
def test_two_processes_train_what_one_would_with_twice_the_accumulation(workspace):
    train = ["studio.terminal.main", "train", "-w", str(workspace), "--no-plan", "--json"]
    shared = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", *train]
    alone = [sys.executable, "-m", *train, "--set", "training.accumulation=2"]
    told = []
    for command in (shared, alone):
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr[-2000:]
        told.append(json.loads(done.stdout))
    runs = [one["run"] for one in told]
    assert sorted(path.name for path in (workspace / "runs").iterdir()) == sorted(Path(run).name for run in runs)
    assert told[0]["steps"] == told[1]["steps"] == 4
    assert losses(runs[0]) == pytest.approx(losses(runs[1]), rel=1e-4)
