"""The blind review under real keys, in Debian's chromium: what no headless run can press."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evaluation.people.vote_log import Judgment, JudgmentLog
from tests.studio import studio_workspace as study
from winnow.study import plan

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]


@pytest.fixture
def workspace(tmp_path):
    made = study.make(tmp_path)
    (tmp_path / "winnow.yaml").write_text("seed: 1\n")  # with the dwell time that people get
    study.answer(made)
    return made


@pytest.fixture
def address(workspace):
    """The studio's own server on a free port, ended with the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from studio.terminal.main import main; main()", "studio", "--port", str(port)]
    server = subprocess.Popen(command, cwd=workspace.root, stdout=subprocess.DEVNULL)
    try:
        until(lambda: is_open(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(30_000)
        elsewhere: list[str] = []
        page.on("request", lambda request: elsewhere.append(request.url) if leaves(request.url) else None)
        yield page
        browser.close()
        assert not elsewhere, "the studio asks nothing of other machines"


def leaves(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def votes(workspace) -> list[Judgment]:
    return JudgmentLog(workspace.judgments_file).judgments(plan.read(workspace.plan_file).hash)


def shows_progress(page, done: int) -> None:
    page.get_by_text(f"{done} of 14 judged").wait_for()


def test_a_pair_is_voted_on_by_key_once_however_long_the_key_is_held_and_a_reload_loses_nothing(
    page, address, workspace
):
    page.goto(f"{address}/review?reviewer=ada")
    page.get_by_role("button", name="Begin").click()
    shows_progress(page, 0)
    page.wait_for_timeout(900)  # the dwell time, which a reader always exceeds
    for _ in range(15):  # a key held down: the system repeats it every 30 ms
        page.keyboard.down("1")
        page.wait_for_timeout(30)
    page.keyboard.up("1")
    shows_progress(page, 1)
    assert [vote.verdict for vote in votes(workspace)] == ["left"]

    page.reload()
    shows_progress(page, 1)
    assert [vote.verdict for vote in votes(workspace)] == ["left"]

    page.wait_for_timeout(900)
    page.keyboard.press("u")
    shows_progress(page, 0)
    assert votes(workspace) == []


def test_a_verdict_key_typed_into_the_note_is_text_and_no_vote(page, address, workspace):
    page.goto(f"{address}/review?reviewer=ada")
    page.get_by_role("button", name="Begin").click()
    shows_progress(page, 0)
    page.wait_for_timeout(900)
    page.get_by_placeholder("Note (optional)").click()
    page.keyboard.type("1 fee is wrong")
    page.get_by_role("button", name="Right is better").click()
    shows_progress(page, 1)
    assert [(vote.verdict, vote.note) for vote in votes(workspace)] == [("right", "1 fee is wrong")]
