"""The wheel and the source distribution hold what a stranger needs, outside any clone."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parent.parent
BUILD = "from setuptools import build_meta as b; print(b.build_wheel('dist')); print(b.build_sdist('dist'))"
FIXED = {"app.py", "curation", "evaluation", "studio", "training", "winnow"}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, Path]:
    """The wheel and the sdist, built from a copy so that the tree stays clean."""
    copy = tmp_path_factory.mktemp("source") / "winnow"
    keep = shutil.ignore_patterns(".git", ".venv", "demo-workspace", "__pycache__", ".*_cache", "tests", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=keep, symlinks=True)
    (copy / "dist").mkdir()
    done = subprocess.run([sys.executable, "-c", BUILD], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = {path.suffix: path for path in (copy / "dist").iterdir()}
    return found[".whl"], found[".gz"]


@pytest.fixture(scope="module")
def python(built, tmp_path_factory) -> Path:
    """An environment that has the wheel, and the libraries of this one but nothing of the clone."""
    fresh = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(fresh)], check=True)
    python = fresh / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*install, str(built[0])], check=True)
    site = next((fresh / "lib").glob("python*/site-packages"))
    (site / "libraries.pth").write_text(
        sysconfig.get_path("purelib") + "\n"
    )  # its own .pth files aren't read from here
    return python


def run(python: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(python.parent / "winnow"), *words]
    return subprocess.run(
        command, cwd=folder, env=elsewhere(), capture_output=True, text=True, timeout=1800, check=False
    )


def elsewhere() -> dict[str, str]:
    """Give the environment without the way to the clone."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONSAFEPATH": "1"}


def test_the_wheel_has_no_name_at_its_top_but_those_of_the_layout(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = {name.split("/")[0] for name in wheel.namelist()}
        held = set(wheel.namelist())
    assert {name for name in names if not name.startswith("winnow_studio-")} == FIXED
    assert {"winnow/py.typed", "curation/reader/weights/reader.safetensors", "studio/templates/card.js"} <= held
    assert any("share/winnow-studio/demo/documents/" in name for name in held)


def test_the_source_distribution_builds_the_same_and_has_its_licence(built):
    with tarfile.open(built[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"LICENSE", "NOTICE", "pyproject.toml", "data/demo/faq.jsonl", "winnow/py.typed"} <= names


def test_the_version_is_that_of_the_last_tag_and_known_without_one_or_without_git(tmp_path):
    def version(folder: Path) -> str:
        command = [sys.executable, "-m", "setuptools_scm"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout.strip().splitlines()[-1]

    def git(*words: str) -> None:
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *words], cwd=clone, check=True, capture_output=True)

    clone, copy = tmp_path / "clone", tmp_path / "copy"
    for folder in (clone, copy):
        folder.mkdir()
        shutil.copy(ROOT / "pyproject.toml", folder)
    git("init")
    git("add", "pyproject.toml")
    git("commit", "-m", "Begin")
    assert version(copy) == "0.1.0"
    assert re.match(r"0\.1\.1\.dev1\+g", version(clone))
    git("tag", "v0.3.0")
    assert version(clone) == "0.3.0"


@pytest.mark.slow
def test_the_demo_begins_outside_a_clone(python, tmp_path):
    where = run(python, tmp_path, "doctor", "--json")
    assert where.returncode == 0, where.stderr
    script = "from studio.terminal.run import prepare_demo; from pathlib import Path; prepare_demo(Path('demo'))"
    subprocess.run([str(python), "-c", script], cwd=tmp_path, env=elsewhere(), check=True)
    settings = (tmp_path / "demo" / "winnow.yaml").read_text()
    assert str(ROOT) not in settings
    assert "share/winnow-studio/demo/faq.jsonl" in settings
    planned = run(python, tmp_path, "run", "--workspace", "demo", "--dry-run")
    assert "curate" in planned.stdout, planned.stderr
    rows = (ROOT / "data" / "demo" / "faq.jsonl").read_text().splitlines()[:12]
    (tmp_path / "few.jsonl").write_text("\n".join(rows) + "\n")
    curated = run(python, tmp_path, "curate", "few.jsonl", "--out", "curated")
    assert curated.returncode == 0, curated.stderr


def test_the_studio_opens_outside_a_clone(python, tmp_path):
    (tmp_path / "study").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(python.parent / "winnow"), "studio", "--workspace", "study", "--port", str(port)]
    with subprocess.Popen(command, cwd=tmp_path, env=elsewhere(), stdout=subprocess.DEVNULL) as server:
        try:
            assert answers(f"http://127.0.0.1:{port}/_stcore/health")
        finally:
            server.terminate()


def answers(address: str) -> bool:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            return httpx.get(address, timeout=5).status_code == 200
        except httpx.TransportError:
            time.sleep(0.2)
    return False


@pytest.mark.slow
def test_the_whole_demo_runs_outside_a_clone(python, tmp_path):
    done = run(python, tmp_path, "demo", "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "demo-workspace" / "report" / "report.html").exists()
