"""One studio's server and one chromium for all browser tests; each test has a study and a browser profile of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from studio.identity import signed
from tests.chromium import VIEWPORT, profile
from tests.studio import studio_workspace as study

# Its content's height once two pictures more were drawn.
HEIGHT = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() =>
  done(document.querySelector('[data-testid="stMain"]').scrollHeight), 300))))"""


def until(condition, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(folder: Path, port: int | None = None) -> Iterator[str]:
    """Serve a folder with a studio of its own; yields its address."""
    port = port or free_port()
    command = [sys.executable, "-c", "from studio.terminal.main import main; main()", "studio", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        until(lambda: is_open(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A folder and the address of the studio that serves it."""
    folder = tmp_path_factory.mktemp("served") / "study"
    study.make(folder)
    with serving(folder) as address:
        yield folder, address


@pytest.fixture
def workspace(served):
    """An empty study in the served folder, with the dwell time that people get."""
    folder, _ = served
    for inside in folder.iterdir():
        shutil.rmtree(inside) if inside.is_dir() else inside.unlink()
    made = study.make(folder)
    (folder / "winnow.yaml").write_text("seed: 1\n")
    return made


@pytest.fixture
def address(served, workspace):
    return served[1]


@pytest.fixture
def people(chromium, served, workspace):
    """Open pages of people who sit at computers of their own: `people("ada")` is a page that knows the name.

    The study is made before: its secret signs the name. The first has the browser's own profile, whose cache is warm.
    """
    opened: list[object] = []
    elsewhere: list[str] = []
    lent = ExitStack()

    def open_for(name: str = "", **options):
        if options or chromium.contexts[0] in opened:
            context = lent.enter_context(chromium.new_context(viewport=VIEWPORT, **options))
        else:
            context = lent.enter_context(profile(chromium, served[1]))
        opened.append(context)
        if name:
            kept = quote(signed(served[0], name))
            context.add_cookies([{"name": "winnow-name", "value": kept, "domain": "127.0.0.1", "path": "/"}])
        page = context.new_page()
        page.set_default_timeout(90_000)  # a busy machine takes its time over the first page
        page.on("request", lambda request: elsewhere.append(request.url) if leaves(request.url) else None)
        return page

    with lent:
        yield open_for
    assert not elsewhere, "the studio asks nothing of other machines"


@pytest.fixture
def page(people):
    return people("ada")


def settle(page) -> None:
    """Wait until nothing fades or moves and the page keeps its height from one look to the next."""
    page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    heights = [-1]
    until(lambda: heights.append(page.evaluate(HEIGHT)) or heights[-1] == heights[-2])


def leaves(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))
