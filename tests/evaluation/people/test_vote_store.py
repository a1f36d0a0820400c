"""Votes on a team's PostgreSQL, where Debian's is installed: the same log, the same promises."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from evaluation.people.marks import Mark
from evaluation.people.vote_log import Judgment, JudgmentLog
from evaluation.people.vote_store import VoteStore
from winnow.errors import InputError, WinnowError

PLAN = "p" * 64
BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def as_postgres(*command: str) -> None:
    """Run a server's command as the user who may: it refuses root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *command], check=True, cwd="/tmp", stdout=subprocess.DEVNULL, timeout=120)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of its own on a socket in a temporary folder."""
    if BINARIES is None:
        pytest.skip("no PostgreSQL; apt-get install postgresql")
    pytest.importorskip("psycopg")
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/votes-XXXXXX"], text=True).strip())
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, options = str(folder / "data"), f"-k {folder} -c listen_addresses='' -c fsync=off"
    try:
        as_postgres(str(BINARIES / "initdb"), "-D", data, "-A", "trust", "-U", "team")
        as_postgres(str(BINARIES / "pg_ctl"), "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
        yield f"postgresql://team@/postgres?host={folder}"
    finally:
        subprocess.run(
            [*(["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []), str(BINARIES / "pg_ctl"), "-D", data,
             "-m", "immediate", "stop"], cwd="/tmp", stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def log(server, tmp_path):
    (tmp_path / "judgments.url").write_text(f"{server}\n")
    return JudgmentLog(tmp_path / "judgments.sqlite")


def vote(item, verdict="left", who="ada", plan=PLAN, **more):
    return Judgment(plan, who, item, verdict, "tuned", "base", **more)


def test_a_vote_on_the_server_is_read_back_whole_and_no_file_is_made(log):
    mark = Mark("base", "£25,000", 6, 13)
    assert log.cast(vote("q1", note="too vague", seconds=12.5, reference_open=True, reasons=("tone",), marks=(mark,)))
    found = JudgmentLog(log.path).judgments(PLAN)[0]
    assert (found.note, found.seconds, found.reference_open) == ("too vague", 12.5, True)
    assert (found.reasons, found.marks) == (("tone",), (mark,))
    assert not log.path.exists()


def test_undo_end_and_waiver_hold_there_too(log):
    plan = "u" * 64
    for item in ("q1", "q2"):
        assert log.cast(vote(item, plan=plan))
    assert log.undo(plan, "ada").item == "q2"
    log.end(plan, "ada", 1)
    assert not log.cast(vote("q3", plan=plan))
    assert [end.remaining for end in log.ends(plan)] == [1]
    log.waive(plan, "cy")
    assert [waiver.person for waiver in log.waivers(plan)] == ["cy"]


def test_eight_who_vote_on_one_showing_at_once_leave_one_vote_each(log):
    plan, cast = "c" * 64, []

    def go(who):
        cast.extend((who, JudgmentLog(log.path).cast(vote("q1", who=who, plan=plan))) for _ in range(3))

    threads = [threading.Thread(target=go, args=(f"reader {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.judgments(plan)) == 8
    assert sum(is_new for _, is_new in cast) == 8


@pytest.mark.parametrize("statement", ["DELETE FROM entries", "UPDATE entries SET verdict = 'tie'"])
def test_the_server_refuses_to_change_or_delete_a_vote(log, statement):
    log.cast(vote("q9"))
    with pytest.raises(WinnowError, match="append-only"), log.store.writing() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("text", ["not a url", "mysql://team@host/votes"])
def test_a_file_that_names_no_postgresql_is_told_with_its_place(tmp_path, text):
    (tmp_path / "judgments.url").write_text(text)
    with pytest.raises(InputError, match=r"judgments\.url:1"):
        _ = VoteStore(tmp_path / "judgments.sqlite").url


def test_a_server_that_isnt_there_is_one_line_without_its_password(tmp_path):
    pytest.importorskip("psycopg")
    (tmp_path / "judgments.url").write_text(f"postgresql://ada:secret@/votes?host={tmp_path}")
    with pytest.raises(WinnowError) as told:
        JudgmentLog(tmp_path / "judgments.sqlite").judgments(PLAN)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)
