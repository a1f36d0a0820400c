"""The examples in docstrings, and the scripts in examples/, do what they say."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("winnow", "curation", "training", "evaluation", "studio")
SHOWN = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", SHOWN)
def test_an_example_gives_what_it_shows(module):
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0
    assert found.failed == 0


def example(name: str, folder: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "examples" / name), *words]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_the_script_that_cleans_a_file_names_what_left(tmp_path):
    lines = (ROOT / "data" / "demo" / "faq.jsonl").read_text(encoding="utf-8").splitlines()[:30]
    (tmp_path / "faq.jsonl").write_text("\n".join([*lines, lines[0]]) + "\n")
    said = example("clean_a_file.py", tmp_path, "faq.jsonl", "curated")
    assert " removed" in said
    assert "faq.jsonl:31" in said
    assert (tmp_path / "curated" / "report.html").exists()


def test_the_script_that_compares_two_models_shows_the_largest_gain(tmp_path):
    def write(name: str, said: str) -> None:
        rows = [
            {"id": str(n), "question": f"Fee {n}?", "reference": f"It is £{n}.", "prediction": said} for n in range(8)
        ]
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))

    write("base.jsonl", "No idea.")
    write("tuned.jsonl", "It is £3.")
    said = example("compare_two_models.py", tmp_path, "base.jsonl", "tuned.jsonl")
    assert "token_f1: +" in said
    assert "largest gain (+1.00): Fee 3?" in said


def test_the_script_that_compares_runs_on_the_answers_that_lie_beside_it(tmp_path):
    said = example("compare_two_models.py", tmp_path)
    assert "rouge_l: +" in said
    assert said.count("n = 40") == 2


def test_every_cell_of_the_notebook_runs(monkeypatch, capsys):
    """In their order and in the notebook's folder; what they find is what its sentences announce."""
    monkeypatch.chdir(ROOT / "examples")
    cells = json.loads(Path("look_at_a_file.ipynb").read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    seen: dict = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), seen)
    assert len(seen["rows"]) == len(seen["curated"].kept) + len(seen["curated"].removed)
    assert any(row.reason == "the same words as its twin" for row in seen["curated"].removed)
    assert len(seen["stricter"].flagged) > len(seen["curated"].flagged)
    said = capsys.readouterr().out
    assert "rouge_l 0.038" in said
    assert "removed" in said


@pytest.mark.slow
def test_the_script_of_a_whole_study_ends_with_a_report(tmp_path):
    small = ["split.held_out=6", "training.max_steps=2", "preservation.share=0.05", "retention.max_items=6"]
    said = example("whole_study.py", tmp_path, str(ROOT / "data" / "demo" / "faq.jsonl"), "study", *small)
    assert Path(said.splitlines()[-1]).exists()
