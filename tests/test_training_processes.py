"""Two processes share a run: the first writes, both train, and what comes out is one adapter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from training_models import metrics, tiny_model  # noqa: F401

ROOT = Path(__file__).parent.parent

SCRIPT = """
import sys
from pathlib import Path

sys.path[:0] = ["{root}", "{root}/tests"]
from training_models import recipe
from training.qlora import train

train(recipe(Path("{model}"), rows=16, share=0.3, max_steps=4, evaluations=2), Path("{out}"), no_plan=True)
"""


@pytest.mark.slow
def test_two_processes_train_one_adapter(tiny_model, tmp_path):  # noqa: F811
    script = tmp_path / "shared_run.py"
    script.write_text(SCRIPT.format(root=ROOT, model=tiny_model, out=tmp_path / "run"))
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", str(script)]
    done = subprocess.run(
        launch, capture_output=True, text=True, timeout=900, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    run = tmp_path / "run"
    assert json.loads((run / "manifest.json").read_text())["steps"] == 4
    assert (run / "adapter" / "adapter_model.safetensors").exists()
    steps = [row["step"] for row in metrics(run) if "loss" in row]
    assert steps == [1, 2, 3, 4], "one process writes the metrics"
    # 4 updates of 2 processes x 2 rows are 16 rows: the rows were shared out, not trained twice.
    assert json.loads((run / "manifest.json").read_text())["rows"]["domain"] == 16
