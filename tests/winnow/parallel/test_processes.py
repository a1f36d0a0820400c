"""Workers end with what started them, and none is waited for in vain."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from winnow.errors import WinnowError
from winnow.parallel.processes import processes

ROOT = Path(__file__).parents[3]
PARENT = """
import os, threading
from winnow.parallel.processes import processes
with processes(2, "fork") as pool:
    print(os.getpid(), *{pool.submit(os.getpid).result() for _ in range(2)}, flush=True)
    threading.Event().wait()
"""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_worker_that_is_killed_is_an_error_that_says_why(method):
    with pytest.raises(WinnowError, match=r"a worker process was killed; .*memory"), processes(1, method) as pool:
        pool.submit(die).result()


def test_workers_of_a_killed_parent_end():
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        workers = [psutil.Process(int(number)) for number in parent.stdout.readline().split()[1:]]
        parent.kill()
    assert workers
    _, alive = psutil.wait_procs(workers, timeout=120)
    assert not alive
