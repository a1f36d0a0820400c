"""Measure training on two GPUs of one host against one: the losses, the seconds an update, going on after a kill.

python -m benchmarks.carried --out study
python -m benchmarks.cards --study study --out out --set models.base=FOLDER        # two GPUs, or two CPU processes

Every run is `winnow train` in a process of its own: one process with twice the accumulation, the same again (what
differs then is the card's own noise), two by `accelerate launch`, and two that are killed after a checkpoint and go on
by `--resume`. `cards.json` is written as each run ends.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from winnow.data.files import read_jsonl, write_json

BATCH, ACCUMULATION = 8, 4  # of one process; each of two has half the accumulation
WARM = 3  # first updates, which aren't timed
SETTINGS = {
    "batch_size": BATCH,
    "epochs": 1,
    "learning_rate": 1e-3,
    "max_length": 512,
    "evaluations": 4,
    "patience": "null",
    "gradient_checkpointing": "false",
}
RUNS = {"one": 1, "one again": 1, "two": 2, "two, killed": 2}  # processes

Row = dict[str, Any]


def main() -> None:
    """Run what is asked for and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", choices=RUNS, action="append")
    parser.add_argument("--set", action="append", default=[], help="a setting, as in models.base=FOLDER; repeatable")
    options = parser.parse_args()
    file = options.out / "cards.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for name in options.only or RUNS:
        found[name] = measured(
            name, options.study, options.out / name.replace(", ", "-").replace(" ", "-"), options.set
        )
        write_json(file, found)
        print(name, json.dumps(found[name])[:300], flush=True)
    print(json.dumps(compared(found), indent=1))


def measured(name: str, study: Path, folder: Path, overrides: Sequence[str]) -> Row:
    """Train a copy of the study as the run is named; give its losses, seconds an update, and how long it all took."""
    shutil.copytree(study, folder)
    command, began, found = _command(folder, RUNS[name], overrides), time.perf_counter(), {}
    if "killed" in name:
        found["killed_at"] = _killed(command, folder)
        command.append("--resume")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: exit {done.returncode}\n{done.stderr[-3000:]}")
    (run,) = (folder / "runs").iterdir()
    rows = read_jsonl(run / "metrics.jsonl")
    steps = [row for row in rows if "loss" in row]
    return found | {
        "seconds": round(time.perf_counter() - began, 1),
        "losses": [row["loss"] for row in steps],
        "validation": [row["validation_loss"] for row in rows if "validation_loss" in row],
        "update_seconds": [row["seconds"] for row in steps],
        "peak_memory_gb": max(row["peak_memory_gb"] or 0 for row in steps),
    }


def _command(folder: Path, processes: int, overrides: Sequence[str]) -> list[str]:
    own = {**SETTINGS, "accumulation": ACCUMULATION // processes}
    settings = [*(f"training.{name}={value}" for name, value in own.items()), *overrides]
    chosen = [part for setting in settings for part in ("--set", setting)]
    verb = ["studio.terminal.main", "train", "--workspace", str(folder), "--backend", "trl", "--no-plan", *chosen]
    if processes == 1:
        return [sys.executable, "-m", *verb]
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    if _cards() > 1:
        launch = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", str(processes)]
        launch += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
    return [sys.executable, *launch, "-m", *verb]


def _cards() -> int:
    from torch.cuda import device_count

    return int(device_count())


def _killed(command: Sequence[str], folder: Path) -> int:
    """Kill all processes of the run, without a warning, as soon as a checkpoint past the first is whole."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        whole = sorted((folder / "runs").glob("*/checkpoints/checkpoint-*/trainer_state.json"))
        if whole:
            launched = psutil.Process(process.pid)
            for one in (*launched.children(recursive=True), launched):  # each worker leads a session of its own
                one.kill()
            process.wait()
            return max(int(path.parent.name.rsplit("-", 1)[1]) for path in whole)
        time.sleep(0.2)
    raise SystemExit(f"ended before a checkpoint, exit {process.returncode}")


def compared(found: Mapping[str, Row]) -> dict[str, Any]:
    """Set each run beside the first: the largest and the mean difference of a loss, and the speed-up.

    Runs of losses [2.0, 1.5] and [2.0, 1.4] differ by at most 0.1, 0.05 in the mean.
    """
    told: dict[str, Any] = {}
    for name, row in found.items():
        told[name] = {
            "median_update_seconds": round(statistics.median(row["update_seconds"][WARM:]), 3),
            "seconds": row["seconds"],
            "last_validation": row["validation"][-1],
        }
        for against in ("one", "two"):
            if against in found and against != name:
                differences = [abs(a - b) for a, b in zip(row["losses"], found[against]["losses"], strict=True)]
                most, mean = max(differences), statistics.fmean(differences)
                told[name][f"against {against}"] = {"largest": round(most, 5), "mean": round(mean, 5)}
    return told


if __name__ == "__main__":
    main()
