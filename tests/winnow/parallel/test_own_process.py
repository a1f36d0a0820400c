"""Work in a process of its own is, to whoever waits for it, work done here; and no process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from training.recipe import DivergenceError
from winnow.errors import GateFailed, InputError, WinnowError
from winnow.parallel.own_process import in_own_process
from winnow.progress import silent

ROOT = Path(__file__).parents[3]
WAITING = """
import signal
from tests.winnow.parallel.test_own_process import wait_politely
from winnow.parallel.own_process import in_own_process
from winnow.progress import silent

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # where the tests are a job in the background it is ignored
    print(in_own_process(wait_politely, {polite}, progress=silent, told=lambda pid: print(pid, flush=True)))
"""


def add(first, second, progress):
    sys.stdout.write("to whom it may concern\n")
    return first + second, os.getpid()


def count(progress, judge):
    with progress("counting", 3) as advance:
        for number in range(3):
            advance(1)
            judge(number)
    with progress("resting") as advance:
        advance(2)


def fail(error, progress):
    with progress("failing", 1):
        raise error


def die(progress):
    with progress("dying", 1):
        os.kill(os.getpid(), signal.SIGKILL)


def leave(progress):
    os._exit(3)


class Unpicklable(Exception):
    """An error as libraries raise them: it can't be made again from its arguments."""

    def __init__(self, url, status):
        super().__init__(f"{url}: {status}")


def fail_oddly(progress):
    raise Unpicklable("http://127.0.0.1", 503)


def wait_politely(polite, progress, told):
    """Wait for a signal; a polite one tells its name."""
    came = []
    if polite:
        signal.signal(signal.SIGTERM, lambda number, frame: came.append(number))
    told(os.getpid())
    while not came:
        time.sleep(0.05)
    return signal.Signals(came[0]).name


class Bars:
    """A progress that notes what it is told."""

    def __init__(self):
        self.said = []

    @contextmanager
    def __call__(self, description, total=None):
        self.said.append(f"{description} of {total}")
        try:
            yield lambda steps: self.said.append(steps)
        except BaseException as error:
            self.said.append(repr(error))
            raise
        self.said.append("closed")


def test_the_result_is_the_other_processs_and_stdout_stays_this_ones(capfd):
    (total, process) = in_own_process(add, 2, 3, progress=silent)
    assert total == 5
    assert process != os.getpid()
    assert not psutil.pid_exists(process)
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err == "to whom it may concern\n"


def test_progress_and_callbacks_reach_this_process():
    bars, judged = Bars(), []
    in_own_process(count, progress=bars, judge=judged.append)
    assert bars.said == ["counting of 3", 1, 1, 1, "closed", "resting of None", 2, "closed"]
    assert judged == [0, 1, 2]


def test_a_callback_that_raises_ends_the_work_with_its_own_error():
    bars, enough = Bars(), KeyError("enough")

    def judge(number):
        if number == 1:
            raise enough

    with pytest.raises(KeyError) as raised:
        in_own_process(count, progress=bars, judge=judge)
    assert raised.value is enough
    assert bars.said == ["counting of 3", 1, 1, "CallbackFailed()"]


@pytest.mark.parametrize(
    "error", [InputError("a.jsonl:3: no answer"), GateFailed("lost"), DivergenceError("wild"), KeyboardInterrupt()]
)
def test_an_error_arrives_with_its_class_message_and_code(error):
    bars = Bars()
    with pytest.raises(type(error)) as raised:
        in_own_process(fail, error, progress=bars)
    assert str(raised.value) == str(error)
    assert getattr(raised.value, "exit_code", None) == getattr(error, "exit_code", None)
    assert "in fail" in raised.value.__notes__[0], "the traceback of where it was raised"
    assert bars.said == ["failing of 1", repr(error)]


def test_an_error_that_cannot_travel_is_told_in_words():
    with pytest.raises(RuntimeError, match=r"Unpicklable: http://127.0.0.1: 503"):
        in_own_process(fail_oddly, progress=silent)


def test_a_killed_process_is_an_error_that_says_why_and_closes_its_bars():
    bars = Bars()
    with pytest.raises(WinnowError, match=r"a worker process was killed; .*memory"):
        in_own_process(die, progress=bars)
    assert bars.said == ["dying of 1", "closed"]
    with pytest.raises(WinnowError, match="ended with code 3"):
        in_own_process(leave, progress=silent)


@contextmanager
def waiting(polite):
    """Start a parent whose child waits; yields both."""
    script = ["-c", WAITING.format(polite=polite)]
    with subprocess.Popen(
        [sys.executable, *script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        try:
            yield parent, child
        finally:
            parent.kill()
            _, alive = psutil.wait_procs([child], timeout=120)
            assert not alive


def test_a_signal_is_passed_on_and_the_work_decides():
    with waiting(polite=True) as (parent, _):
        parent.terminate()
        assert parent.wait(timeout=120) == 0
        assert parent.stdout.read() == "SIGTERM\n"


def test_a_signal_that_the_work_leaves_alone_ends_both():
    with waiting(polite=False) as (parent, _):
        parent.terminate()
        assert parent.wait(timeout=120) == -signal.SIGTERM
    with waiting(polite=False) as (parent, child):
        child.send_signal(signal.SIGINT)  # a terminal signals the whole group
        parent.send_signal(signal.SIGINT)
        assert parent.wait(timeout=120) == -signal.SIGINT
        assert "In a process of its own" in parent.stderr.read(), "the second signal didn't keep the first from telling"


def test_the_child_of_a_killed_parent_ends():
    with waiting(polite=False) as (parent, _):
        parent.kill()
