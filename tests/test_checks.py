"""One list of checks: what runs before a commit is what `make check` runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def test_the_hooks_before_a_commit_are_the_checks_of_make():
    makefile = (ROOT / "Makefile").read_text()
    rule = re.search(r"^check: .*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    docs = re.search(r"^DOCS := (.*)$", makefile, re.MULTILINE)
    checks = [line.strip().replace("$(DOCS)", docs[1]).replace("$(BIN)", ".venv/bin") for line in rule[1].splitlines()]
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == checks


def test_the_hooks_are_written_as_pre_commit_reads_them():
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(ROOT / ".pre-commit-config.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
