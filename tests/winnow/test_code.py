"""The identity of code: what computes counts, what people read of it doesn't."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from winnow.code import ROOT, plain, reached

HASH = "import sys; from winnow.code import code_hash; print(code_hash(*sys.argv[1:]))"


@pytest.fixture
def copy(tmp_path):
    """A copy of the project whose files may be changed."""
    for floor in ("winnow", "curation"):
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def hash_in(folder: Path, *modules: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", HASH, *modules], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_docstrings_comments_and_layout_are_no_code():
    one = "def f(x):\n    '''Say it.'''\n    return x + 1  # why\n"
    other = '"""A module."""\n\n\ndef f(x):\n    return (\n        x + 1\n    )\n'
    assert plain(ast.parse(one)) == plain(ast.parse(other))
    assert plain(ast.parse(one)) != plain(ast.parse(one.replace("1", "2")))


def test_modules_imported_within_functions_count_and_their_imports_too():
    found = reached(["winnow.models.embedder"])
    assert "winnow.models.names" in found  # by embedder
    assert "winnow.models.gguf" in found  # lazily, by models


def test_a_changed_limit_changes_the_hash_and_a_docstring_elsewhere_does_not(copy):
    before = hash_in(copy, "curation.signals.measuring")
    edit(copy / "curation" / "labelling" / "argilla" / "server.py", '"""', '"""Once more: ')
    edit(copy / "curation" / "signals" / "measuring.py", '"""', '"""Once more: ')
    assert hash_in(copy, "curation.signals.measuring") == before
    edit(copy / "curation" / "signals" / "measuring.py", "ROWS_A_BATCH = 2048", "ROWS_A_BATCH = 2049")
    assert hash_in(copy, "curation.signals.measuring") != before


def test_code_that_is_not_reached_does_not_count(copy):
    before = hash_in(copy, "curation.signals.measuring")
    edit(copy / "curation" / "labelling" / "argilla" / "server.py", "import ", "import abc  # unused\nimport ")
    assert hash_in(copy, "curation.signals.measuring") == before


def test_another_version_of_a_package_changes_the_hash(copy):
    script = (
        "import importlib.metadata as m; real = m.version\n"
        "m.version = lambda name: '99' if name == 'numpy' else real(name)\n" + HASH
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "curation.pairs.candidates"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() != hash_in(copy, "curation.pairs.candidates")
