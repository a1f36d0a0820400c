"""No commit touches what nobody reads and what is measured with it; in real repositories."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.blind import MEASURED, UNREAD, check

ROOT = Path(__file__).parents[2]
SIGNAL, READER, LEXICON, TRAINING = (f"{folder}one.txt" for folder in MEASURED)
INVENTORY = f"{UNREAD}counter.json"


class Repository:
    def __init__(self, root):
        self.root = root
        self.git("init", "-q", "-b", "main")
        self.commit("begin", "README.md", SIGNAL)
        self.commit("add the inventory", INVENTORY)

    def git(self, *arguments):
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", "-C", self.root, *who, *arguments], check=True, capture_output=True, text=True)

    def write(self, *files):
        for file in files:
            path = self.root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a") as out:
                out.write("another line\n")

    def commit(self, subject, *files):
        self.write(*files)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", subject)


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "own").mkdir()
    return Repository(tmp_path / "own")


def test_commits_that_touch_one_side_each_pass(repository):
    repository.commit("mend a signal", SIGNAL, LEXICON)
    repository.commit("train the reader", READER, "docs/benchmarks.md")
    repository.commit("add wordings", INVENTORY, "CONTRIBUTING.md")
    code, said = check(repository.root)
    assert code == 0
    assert "keep benchmarks/faults/unread/ apart" in said


@pytest.mark.parametrize("measured", [SIGNAL, READER, LEXICON, TRAINING])
def test_a_commit_that_touches_both_is_named_with_its_files(repository, measured):
    repository.commit("mend what was missed", INVENTORY, measured, "README.md")
    repository.commit("go on", "README.md")
    code, said = check(repository.root)
    assert code == 1
    assert "mend what was missed" in said
    assert f"{INVENTORY} together with {measured}" in said
    assert "README.md" not in said


def test_taking_an_inventory_away_is_touching_it(repository):
    repository.write(SIGNAL)
    repository.git("mv", INVENTORY, "benchmarks/faults/spent.json")
    repository.git("commit", "-q", "-a", "-m", "spend it")
    assert check(repository.root)[0] == 1


@pytest.mark.parametrize("staged", [(), (INVENTORY,), (INVENTORY, SIGNAL)])
def test_the_working_tree_and_the_index_count_together(repository, staged):
    repository.write(INVENTORY, SIGNAL)
    if staged:
        repository.git("add", *staged)
    code, said = check(repository.root)
    assert code == 1
    assert "what isn't committed yet" in said
    repository.git("checkout", "HEAD", "--", SIGNAL)
    assert check(repository.root)[0] == 0


def test_a_file_that_git_does_not_know_yet_counts(repository):
    repository.write(f"{UNREAD}new.json", f"{MEASURED[1]}de.yaml")
    assert check(repository.root)[0] == 1


def test_a_merge_of_two_clean_branches_touches_nothing(repository):
    repository.git("checkout", "-q", "-b", "other")
    repository.commit("mend a signal", SIGNAL)
    repository.git("checkout", "-q", "main")
    repository.commit("add wordings", INVENTORY)
    repository.git("merge", "-q", "--no-ff", "--no-commit", "other")
    assert check(repository.root)[0] == 0
    repository.git("commit", "-q", "-m", "join both")
    assert check(repository.root)[0] == 0


def test_a_merge_that_changes_both_itself_is_found(repository):
    repository.git("checkout", "-q", "-b", "other")
    repository.commit("mend a signal", SIGNAL)
    repository.git("checkout", "-q", "main")
    repository.commit("add wordings", INVENTORY)
    repository.git("merge", "-q", "--no-ff", "--no-commit", "other")
    repository.commit("join both, and more", SIGNAL, INVENTORY)
    assert "join both, and more" in check(repository.root)[1]


def test_a_commit_that_begins_a_history_touches_nothing(tmp_path, repository):
    """A copy of the whole project put under version control is no change of both."""
    repository.git("checkout", "-q", "--orphan", "fresh")
    repository.commit("import the project", "README.md")
    assert check(repository.root)[0] == 0


def test_a_shallow_clone_says_what_it_cannot_check(tmp_path, repository):
    repository.commit("mend what was missed", INVENTORY, SIGNAL)
    for n in range(3):
        repository.commit(f"go on {n}", "README.md")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "2", f"file://{repository.root}", clone], check=True)
    code, said = check(clone)
    assert code == 0
    assert "shallow" in said


def test_without_a_repository_it_says_so(tmp_path):
    code, said = check(tmp_path)
    assert code == 0
    assert "can't check" in said


def test_without_git_it_says_so(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    code, said = check(repository.root)
    assert code == 0
    assert "can't check" in said


def test_this_project_keeps_the_rule_and_make_check_runs_it():
    done = subprocess.run([sys.executable, "-m", "benchmarks.blind"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (
        "benchmarks.blind"
        in subprocess.run(["make", "-n", "check"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    )


def test_a_fault_ends_the_command_with_1(repository):
    repository.commit("mend what was missed", INVENTORY, SIGNAL)
    (repository.root / "benchmarks" / "blind.py").write_bytes((ROOT / "benchmarks" / "blind.py").read_bytes())
    done = subprocess.run([sys.executable, "-m", "benchmarks.blind"], cwd=repository.root, capture_output=True)
    assert done.returncode == 1
    assert b"mend what was missed" in done.stderr
