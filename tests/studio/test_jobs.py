from __future__ import annotations

import subprocess
import sys
import time

import psutil
import pytest

from studio.jobs import jobs, running, start
from tests.studio import studio_workspace as study
from winnow.errors import InputError


@pytest.fixture
def workspace(tmp_path):
    return study.make(tmp_path)


def ended(job, seconds=20):
    end = time.monotonic() + seconds
    while job.state == "running":
        assert time.monotonic() < end
        time.sleep(0.05)
    return job.state


def test_a_job_keeps_what_it_said_how_it_ended_and_who_started_it(workspace):
    job = start(workspace, "split", ["sh", "-c", "echo rows >&2; exit 3"], by="ada")
    assert ended(job) == "failed"
    assert jobs(workspace) == [job]
    assert (job.code, job.log_tail(), job.by) == (3, "rows", "ada")


def test_a_job_is_about_its_study_and_not_about_the_folder_that_the_studio_was_started_for(workspace, monkeypatch):
    monkeypatch.setenv("WINNOW_WORKSPACE", str(workspace.root.parent))
    job = start(workspace, "plan", ["winnow", "history", "--json"], by="ada")
    assert ended(job, seconds=60) == "done", job.log_tail()


def test_one_job_runs_at_a_time_and_can_be_stopped_with_all_it_started(workspace):
    job = start(workspace, "train", ["sh", "-c", "sleep 60 & echo $!; wait"], by="ada")
    with pytest.raises(InputError, match="train is running"):
        start(workspace, "split", ["true"], by="ben")
    while not job.log_tail():
        time.sleep(0.05)
    child = int(job.log_tail())
    job.stop()
    assert job.state == "stopped"
    assert running(workspace) is None
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_a_job_outlives_the_process_that_started_it(workspace):
    code = (
        "from pathlib import Path; from studio.jobs import start; from winnow.study.workspace import Workspace; "
        f"start(Workspace(Path({str(workspace.root)!r})), 'split', ['sh', '-c', 'sleep 1; echo late'], 'ada')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    job = jobs(workspace)[0]
    assert job.state == "running"
    assert ended(job) == "done"
    assert job.log_tail() == "late"
