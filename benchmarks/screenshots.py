"""Pictures of the studio's pages, light and dark, for docs/screenshots/.

python -m benchmarks.screenshots my-study                    # a finished study, served while it is pictured
python -m benchmarks.screenshots my-study --only rows cuts   # some of the pages
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from studio.identity import signed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
SIZE = {"width": 1280, "height": 800}
COLOURS = 128  # of a picture: text and flat areas need no more, and it stays below 150 KB
SECONDS_TO_OPEN = 120
SECONDS_TO_SETTLE = 1.5


@dataclass(frozen=True)
class Picture:
    """A page to be pictured: its name, address, what shows that it is ready, what is done before, and who sits there.

    The results are pictured as somebody sees them who said that they won't review: on a copy, for it is kept.
    """

    name: str
    address: str
    ready: str
    act: Callable[[Page], None] = lambda page: None
    who: str = "Ada"


def _read_first(page: Page) -> None:
    page.locator(".rows-list .line").first.click()
    page.get_by_text("All the evidence").first.wait_for()


def _unfold(page: Page) -> None:
    page.locator(".rows-list .fold button").first.click()
    page.locator(".rows-list .line.inside").first.wait_for()


def _move(page: Page) -> None:
    for _ in range(15):
        page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="Move it from").wait_for()


def _lasso(page: Page) -> None:
    box = page.locator(".plane canvas").bounding_box()
    assert box
    turns = [n / 24 * 2 * math.pi for n in range(25)]
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"]
    at = [(x + 0.18 * box["width"] * math.cos(turn), y + 0.3 * box["height"] * math.sin(turn)) for turn in turns]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place)
    page.mouse.up()
    page.get_by_text("within the shape").wait_for()
    page.mouse.move(0, 0)


def _begin(page: Page) -> None:
    if page.get_by_role("button", name="Begin").count():
        page.get_by_role("button", name="Begin").click()
    page.locator(".desk .pane").first.wait_for()


def _open(page: Page) -> None:
    if page.get_by_role("button", name="Open them without reviewing").count():
        page.get_by_role("button", name="Open them without reviewing").click()
        page.get_by_role("button", name="I won't review").click()
    page.get_by_role("tab", name="Metrics").wait_for()


def _compare(page: Page) -> None:
    _open(page)
    page.get_by_role("heading", name="Every pair").scroll_into_view_if_needed()


PICTURES = (
    Picture("study", "", "text=Who did what"),
    Picture("rows", "rows?status=removed", ".rows-list .line", _read_first),
    Picture("groups", "rows?look=Groups", ".rows-list .line", _unfold),
    Picture("signals", "rows?look=Signals", ".rows-list .line"),
    Picture("map", "rows?look=Map", "text=near each other means alike", _lasso),
    Picture("cuts", "rows?look=Cuts", ".cut .plot", _move),
    Picture("decide", "decide", ".desk .pane"),
    Picture("label", "label", "text=Who has done what"),
    Picture("plan", "plan", "text=What this many pairs can show"),
    Picture("train", "train", ".vega-embed canvas, .vega-embed svg"),
    Picture("review", "review", "text=Which answer is better?", _begin),
    Picture("results", "results", "text=/Open them without reviewing|Metrics/", _open, who="Eve"),
    Picture("pairs", "results", "text=/Open them without reviewing|Metrics/", _compare, who="Eve"),
)
START = Picture("start", "", "text=Drop a file")  # of a folder without a study


def main() -> None:
    """Picture every page in both themes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="*", default=[])
    asked = parser.parse_args()
    from playwright.sync_api import sync_playwright

    wanted = [picture for picture in PICTURES if picture.name in (asked.only or [picture.name])]
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as empty:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        study = Path(empty) / asked.study.resolve().name
        shutil.copytree(asked.study, study)
        with served(study) as address:
            for picture in wanted:
                _both(browser, study, address, picture, asked.out)
        if START.name in (asked.only or [START.name]):
            folder = Path(empty) / "new"
            folder.mkdir()
            with served(folder) as address:
                _both(browser, folder, address, START, asked.out)
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder with the studio; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "studio.terminal.main", "studio", "--workspace", str(folder), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + SECONDS_TO_OPEN
        while not _is_open(port):
            if time.monotonic() > end or server.poll() is not None:
                sys.exit(f"the studio of {folder} doesn't open")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _both(browser: Browser, study: Path, address: str, picture: Picture, out: Path) -> None:
    for theme in ("light", "dark"):
        context = browser.new_context(viewport=SIZE, color_scheme=theme)
        name = quote(signed(study, picture.who))
        context.add_cookies([{"name": "winnow-name", "value": name, "domain": "127.0.0.1", "path": "/"}])
        page = context.new_page()
        page.set_default_timeout(SECONDS_TO_OPEN * 1000)
        page.goto(f"{address}/{picture.address}")
        page.locator(picture.ready).first.wait_for()
        picture.act(page)
        page.wait_for_timeout(SECONDS_TO_SETTLE * 1000)
        file = out / f"{picture.name}-{theme}.png"
        page.screenshot(path=file)
        shrink(file)
        print(f"{file}: {file.stat().st_size / 1000:.0f} KB", file=sys.stderr)
        context.close()


def shrink(file: Path) -> None:
    """Keep few colours, so that a picture is small."""
    from PIL import Image

    Image.open(file).convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    main()
