"""The README's commands run as they are printed."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from studio.road import ROAD

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
DEMO = ROOT / "data" / "demo"


def commands(text: str) -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    lines = [line.split("  #")[0].split("    #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The files that the README's commands name."""
    folder = tmp_path_factory.mktemp("readme")
    lines = (DEMO / "faq.jsonl").read_text().splitlines()
    (folder / "faq.jsonl").write_text("\n".join(lines[:30]) + "\n")
    (folder / "test.jsonl").write_text("\n".join(lines[25:28]) + "\n")
    rows = [json.loads(line) for line in lines[:12]]
    answers = [{"id": str(n), "question": row["question"], "reference": row["answer"]} for n, row in enumerate(rows)]

    def write(name: str, made: list[dict]) -> None:
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in made))

    write("predictions.jsonl", [{**row, "prediction": row["reference"][:40]} for row in answers])
    write("base.jsonl", [{**row, "prediction": "I don't know."} for row in answers])
    write("tuned.jsonl", [{**row, "prediction": row["reference"][:60]} for row in answers])
    judged = [
        {**row, "prediction": row["reference"] if n % 2 else "No.", "human": n % 2} for n, row in enumerate(answers)
    ]
    write("judged.jsonl", judged)
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    assert words[0] == "winnow"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "studio.terminal.main", *words[1:]]
    return subprocess.run(line, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_the_bare_file_commands_run_as_printed(folder):
    section = README[README.index("Or stage by stage") : README.index("Files may be")]
    printed = commands(section)
    assert len(printed) == 6
    for command in printed:
        done = run(command, folder)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert done.stdout.strip()
    removed = [json.loads(line) for line in (folder / "curated" / "removed.jsonl").read_text().splitlines()]
    leaked = [row for row in removed if row["step"] == "contamination"]
    assert {row["line"] for row in leaked} >= {26, 27, 28}


def test_a_study_begins_as_printed(folder):
    section = README[README.index("## Your own data") : README.index("Or stage by stage")]
    init, whole, doctor = commands(section)
    assert run(init, folder).returncode == 0
    told = run(f"{whole} --dry-run", folder).stdout
    assert [line.split()[0] for line in told.splitlines()[: len(ROAD)]] == [stage.name for stage in ROAD]
    assert "expected, within a factor of two" in told
    assert run(doctor, folder).returncode == 0


def test_the_two_first_commands_are_what_make_and_the_studio_offer():
    demo, studio = commands(README)[:2]
    shown = subprocess.run(["make", "-n", *demo.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "winnow demo" in shown.stdout
    workspace = studio.split()[-1]
    options = subprocess.run(
        [sys.executable, "-m", "studio.terminal.main", "demo", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert workspace in options.stdout


def test_every_command_of_the_table_exists():
    import typer

    from studio.terminal.main import app

    group = typer.main.get_command(app)
    known = set(group.commands)
    named = re.findall(
        r"`(?:winnow )?([a-z-]+)(?: [^`]*)?`", README[README.index("| command |") : README.index("Results go")]
    )
    assert set(named) <= known, set(named) - known


def test_the_tree_names_what_is_there():
    tree = re.search(r"## The tree\n\n```\n(.*?)```", README, re.DOTALL)
    assert tree
    folder = ROOT
    for line in tree.group(1).splitlines():
        name = line.split()[0]
        if name.endswith("/") and not line.startswith(" "):
            folder = ROOT / name
            assert folder.is_dir(), name
        else:
            assert (folder / name).exists() or (ROOT / name).exists(), line


def test_the_lines_of_python_run_as_printed(folder):
    section = README[README.index("Or from Python") : README.index("Files may be")]
    script = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert script
    done = subprocess.run(
        [sys.executable, "-c", script[1]], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
