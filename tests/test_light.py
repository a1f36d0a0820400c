"""Measuring needs no model: its verbs and the readers run with the core requirements alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests import tables
from tests.evaluation.report.test_verify import CONFIG, sent  # noqa: F401  (a study with its report)
from winnow.config import render

ROOT = Path(__file__).parents[1]
CORE = ROOT / "requirements-core.txt"
HEAVY = ["torch", "argilla", "streamlit", "trl", "transformers", "sentence_transformers", "datasets", "peft", "sklearn"]
BEGIN = f"from tests.blocking import only; only({str(CORE)!r}); "
ROWS = [
    {"id": "1", "question": "What is an ISA?", "reference": "A tax-free savings account.", "prediction": "An account free of tax.", "human": 1},
    {"id": "2", "question": "What is APR?", "reference": "The yearly cost of a loan.", "prediction": "A kind of bird.", "human": 0},
    {"id": "3", "question": "What is a SIPP?", "reference": "A pension you run yourself.", "prediction": "A pension that you run.", "human": 1},
]  # fmt: skip


def light(code: str) -> str:
    """Run Python where nothing but the core requirements is installed; give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def verb(*words: str) -> dict:
    code = f"import sys; sys.argv = ['winnow', *{words!r}, '--json']; from studio.terminal.main import main; main()"
    return json.loads(light(code))


def test_the_core_requirements_are_those_of_the_whole_distribution():
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    core = [line for line in CORE.read_text().splitlines() if not line.startswith("#")]
    assert set(core) < set(whole)
    assert not [line for line in core if any(line.startswith(name) for name in HEAVY)]


def test_what_is_heavy_is_not_found_there():
    code = f"""
for name in {HEAVY!r}:
    try: __import__(name)
    except ModuleNotFoundError as error: print(error)
"""
    assert light(code).count("isn't installed here") == len(HEAVY)


def test_bare_files_are_scored_compared_and_held_against_people(tmp_path):
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    assert verb("score", str(file))["metrics"]["token_f1"]["n"] == 3
    compared = verb("compare", str(file), str(file))["metrics"]["token_f1"]["difference"]
    assert compared["estimate"] == 0
    assert verb("meta", str(file))["metrics"]["token_f1"]


def test_what_needs_more_says_in_a_line_how_to_get_it(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text(
        "".join(json.dumps({"question": row["question"], "answer": row["reference"]}) + "\n" for row in ROWS)
    )
    words = ["winnow", "curate", str(file), "--out", str(tmp_path / "out")]
    code = f"import sys; sys.argv = {words!r}; from studio.terminal.main import main; main()"
    done = subprocess.run([sys.executable, "-c", BEGIN + code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("isn't installed, which this needs; run: pip install winnow-studio")
    assert "Traceback" not in done.stderr


def test_a_report_is_verified_and_a_history_told(sent, tmp_path):  # noqa: F811
    study = Path(shutil.copytree(sent.root, tmp_path / "study"))
    (study / "winnow.yaml").write_text(render(CONFIG))
    assert verb("verify", str(study))["holds"]
    assert verb("history", "-w", str(study))["history"][0]["looks"] == 1


def test_every_kind_of_table_is_read(tmp_path):
    rows = [{"question": row["question"], "answer": row["reference"]} for row in ROWS]
    files = [str(tables.write_table(tmp_path / f"rows.{kind}", rows)) for kind in tables.KINDS]
    code = f"""
from winnow.data.readers import read_rows
for file in {files!r}:
    print(len(list(read_rows(file))))
"""
    assert light(code).split() == ["3"] * len(files)
