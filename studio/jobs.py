"""Jobs: stages that run on their own, in processes that outlive the page from which they were started.

job = start(workspace, "split", ["winnow", "split"], by="ada")
job.state                       # "running", then "done", "failed" or "stopped"
jobs(workspace)[0].log_tail()   # the newest one's last lines

A job is a folder file `jobs/<id>.json` with its command, process and start, `jobs/<id>.log` with what it says, and
`jobs/<id>.code`, which the job's own process writes last.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from filelock import FileLock

from winnow.data.files import write_json
from winnow.errors import InputError
from winnow.study.workspace import Workspace

LOG_LINES = 12
SECONDS_TO_END = 10.0
# A process beside the command's notes the exit code where the page finds it, whether or not anybody still looks.
AND_NOTE_THE_CODE = "import subprocess, sys; open(sys.argv[1], 'w').write(str(subprocess.call(sys.argv[2:])))"


@dataclass(frozen=True)
class Job:
    """One run of one stage: who started which command when, in which process."""

    id: str
    stage: str
    command: tuple[str, ...]
    by: str
    started: str
    pid: int
    born: float
    folder: str

    @property
    def log(self) -> Path:
        """What the job says."""
        return Path(self.folder) / f"{self.id}.log"

    @property
    def code(self) -> int | None:
        """The exit code; None while it runs, and where it was stopped."""
        path = Path(self.folder) / f"{self.id}.code"
        text = path.read_text(encoding="utf-8").strip() if path.exists() else ""
        return int(text) if text else None

    @property
    def state(self) -> str:
        """Say how the job is: running, done, failed, or stopped before its end."""
        if (code := self.code) is not None:
            return "failed" if code else "done"
        return "running" if self._process() else "stopped"

    @property
    def seconds(self) -> float:
        """How long it has run, or ran."""
        end = time.time() if self.state == "running" else self.log.stat().st_mtime
        return max(0.0, end - self.born)

    def log_tail(self, lines: int = LOG_LINES) -> str:
        """Give the last lines of what it said."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """End the job and all that it started; what a stage has on disk stays, and it goes on from there."""
        if process := self._process():
            all_of_it = [process, *process.children(recursive=True)]  # the first would note the end of the others
            _each(all_of_it, psutil.Process.terminate)
            _each(psutil.wait_procs(all_of_it, SECONDS_TO_END)[1], psutil.Process.kill)

    def _process(self) -> psutil.Process | None:
        """Find the process that is this job, and not another one that was given the same number since."""
        try:
            process = psutil.Process(self.pid)
            is_this = abs(process.create_time() - self.born) < 2 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if is_this else None


def _each(processes: Sequence[psutil.Process], do: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            do(process)


def start(workspace: Workspace, stage: str, command: Sequence[str], by: str) -> Job:
    """Start a command in the study's folder; raises InputError while another job runs there.

    `winnow` as the first word is this installation's.
    """
    folder = workspace.root / "jobs"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        if busy := running(workspace):
            raise InputError(f"{busy.stage} is running since {busy.started}; wait for it, or stop it first")
        id_ = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{stage}"
        ours = [sys.executable, "-m", "studio.terminal.main"] if command[0] == "winnow" else [command[0]]
        noting = [sys.executable, "-S", "-c", AND_NOTE_THE_CODE, str(folder / f"{id_}.code"), *ours, *command[1:]]
        here = str(workspace.root.resolve())  # and not the folder of studies in which this one began
        own = {"PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join(sys.path), "WINNOW_WORKSPACE": here}
        with (folder / f"{id_}.log").open("wb") as log:
            process = subprocess.Popen(
                noting, cwd=workspace.root, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env=os.environ | own,
            )  # fmt: skip
        born = psutil.Process(process.pid).create_time()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        job = Job(id_, stage, tuple(command), by, now, process.pid, born, str(folder))
        write_json(folder / f"{id_}.json", asdict(job))
        return job


def jobs(workspace: Workspace) -> list[Job]:
    """List the study's jobs, the newest first."""
    files = sorted((workspace.root / "jobs").glob("*.json"), reverse=True)
    found = (json.loads(path.read_text(encoding="utf-8")) for path in files)
    return [Job(**{**one, "command": tuple(one["command"]), "folder": str(workspace.root / "jobs")}) for one in found]


def running(workspace: Workspace) -> Job | None:
    """Find the job that runs now."""
    return next((job for job in jobs(workspace) if job.state == "running"), None)
