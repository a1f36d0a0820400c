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
from tests.training_models import tiny_model  # noqa: F401
from tests.verbs import Done, winnow

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


def run(command: str, folder: Path) -> Done:
    words = shlex.split(command)
    assert words[0] == "winnow"
    return winnow(*words[1:], cwd=folder)


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


def test_the_first_block_is_the_demo_and_the_tests_and_then_the_studio_opens():
    demo, test, studio = commands(README)[:3]
    for command, runs in ((demo, "winnow demo"), (test, "pytest")):
        shown = subprocess.run(["make", "-n", command.split()[1]], cwd=ROOT, capture_output=True, text=True, check=True)
        assert runs in shown.stdout
    workspace = studio.split()[-1]
    assert workspace in winnow("demo", "--help").stdout


def test_every_picture_and_page_that_it_links_is_there():
    linked = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", README) if "://" not in link]
    assert sum(link.endswith(".png") for link in linked) >= 2
    assert [link for link in linked if not (ROOT / link).exists()] == []


@pytest.mark.slow
def test_selections_of_the_demo_are_compared_as_printed(tiny_model, tmp_path):  # noqa: F811
    """On 200 of the demo's rows, and a base of two layers in the packaged one's place."""
    (command,) = [line for line in commands(README) if line.startswith("winnow compare-selections")]
    study = tmp_path / "demo-workspace"
    lines = (DEMO / "faq.jsonl").read_text().splitlines()[:200]
    (tmp_path / "faq.jsonl").write_text("\n".join(lines) + "\n")
    assert run("winnow init demo-workspace faq.jsonl", tmp_path).returncode == 0
    for verb in ("curate faq.jsonl", "split"):
        done = run(f"winnow {verb} --workspace demo-workspace --set split.flagged=train", tmp_path)
        assert done.returncode == 0, done.stderr
    done = run(f"{command} --set models.base={tiny_model} --json", tmp_path)
    assert done.returncode == 0, done.stderr
    for part in json.loads(done.stdout)["tables"].values():
        assert {arm["arm"]: arm["steps"] for arm in part["arms"]}["raw"] == 4
        assert {claim["verdict"] for claim in part["claims"]} <= {"supported", "contradicted", "can't tell"}
        assert part["claims"], "each claim has its sentence"
    assert (study / "selections" / "validation" / "selections.html").exists()


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
    assert script[0] in (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8"), "the site shows the same"
    done = subprocess.run(
        [sys.executable, "-c", script[1]], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
