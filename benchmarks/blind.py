"""Check that inventories nobody opens and what is measured with them never change together.

    python -m benchmarks.blind          # run by make check: 1 and the commits at fault, 0 where there are none

Whoever writes wordings into `benchmarks/faults/unread/` writes no rules, and who writes rules doesn't open them: no
commit since the folder exists, nor the working tree and its index taken together, may touch both. Removing or moving
away an inventory that was read is touching it too.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

UNREAD = "benchmarks/faults/unread/"
# signals, lexicons, the reader
MEASURED = ("curation/signals/", "curation/reader/", "winnow/text/lexicons/", "benchmarks/reader/")
MAX_FILES_NAMED = 3  # of each side, in a message
UNCOMMITTED = "what isn't committed yet"
COMMIT_MARK = "\x01"  # before a commit's hash and subject in git's log


@dataclass(frozen=True)
class Change:
    """A commit, or what isn't committed yet, and the files that it touches."""

    name: str
    files: tuple[str, ...]

    @property
    def fault(self) -> str:
        """Say which files break the rule, "" where none does."""
        unread = [file for file in self.files if file.startswith(UNREAD)]
        measured = [file for file in self.files if file.startswith(MEASURED)]
        return f"{self.name}: {_some(unread)} together with {_some(measured)}" if unread and measured else ""


def faults(changes: Iterable[Change]) -> list[str]:
    """List the changes that touch both sides, with the files of each."""
    return [change.fault for change in changes if change.fault]


def changes_in(root: Path) -> list[Change]:
    """Read every commit that touched the folder, and the working tree; raises OSError where git can't tell.

    A merge counts for what it changes against all its parents, one that isn't committed yet for nothing. A commit
    without parents begins a history, or a shallow clone's part of it, and adds every file: it counts for nothing too.
    """
    log = _git(root, "log", "-z", "-c", "--name-only", "--no-renames", f"--format={COMMIT_MARK}%P%x00%h %s%x00")
    commits = [_commit(part) for part in log.split(COMMIT_MARK)[1:] if not part.startswith("\0")]
    if (root / _git(root, "rev-parse", "--git-path", "MERGE_HEAD").strip()).exists():
        return commits
    status = _git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all").split("\0")
    return [*commits, Change(UNCOMMITTED, tuple(entry[3:] for entry in status if entry))]


def _commit(part: str) -> Change:
    _, name, *files = part.split("\0")
    return Change(f"commit {name}", tuple(file.lstrip("\n") for file in files if file.strip()))


def _some(files: Sequence[str]) -> str:
    more = len(files) - MAX_FILES_NAMED
    return ", ".join(files[:MAX_FILES_NAMED]) + (f" and {more} more" if more > 0 else "")


def _git(root: Path, *arguments: str) -> str:
    made = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    if made.returncode:
        raise OSError(" ".join(made.stderr.decode(errors="replace").split()))
    return made.stdout.decode("utf-8", "surrogateescape")


def check(root: Path) -> tuple[int, str]:
    """Return the exit code and what to say: 1 for a change that touches both, 0 also where history can't be read."""
    try:
        top = Path(_git(root, "rev-parse", "--show-toplevel").strip())
        if top.resolve() != root.resolve():
            return 0, f"blind: can't check: {root} is no git repository of its own"
        found, is_shallow = changes_in(root), _git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    except OSError as error:
        return 0, f"blind: can't check without git's history: {error}"
    if broken := faults(found):
        remedy = f"{UNREAD} stays unread only if it is changed by itself: split the change in two"
        return 1, "\n".join([*(f"blind: {fault}" for fault in broken), remedy])
    cut = "; the clone is shallow, so earlier commits can't be checked" if is_shallow else ""
    return 0, f"blind: {len(found)} changes keep {UNREAD} apart{cut}"


def main() -> None:
    """Check the repository that this file is part of."""
    code, text = check(Path(__file__).resolve().parent.parent)
    print(text, file=sys.stderr if code else sys.stdout)
    sys.exit(code)


if __name__ == "__main__":
    main()
