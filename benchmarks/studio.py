"""Times of the studio's pages in Chromium at a size: until a page can be used, for a filter, for a decision.

python -m benchmarks.studio --rows 100000 --repeats 5

A page can be used once what it is for is drawn and nothing is running any more.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from benchmarks.screenshots import CHROMIUM, SIZE, served
from studio.identity import signed
from winnow.data.files import write_table, write_text
from winnow.data.ledger import Decision
from winnow.data.records import RECORDS
from winnow.study.workspace import CONFIG_NAME, Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = (("study", "", "text=Who did what"), ("rows", "rows", ".rows-list .line"), ("decide", "decide", ".desk .pane"))
WORDS = ("overdraft", "mortgage", "card", "transfer", "savings", "deposit", "pension", "fee", "limit", "branch")
FLAGGED, REMOVED = 20, 10  # one row in so many
TIMEOUT = 300_000  # milliseconds


def main() -> None:
    """Make a study of that many rows, serve it, and print medians and 95th percentiles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        make(Path(folder), asked.rows)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with served(Path(folder)) as address:
            context = browser.new_context(viewport=SIZE)
            name = quote(signed(Path(folder), "Ada"))
            context.add_cookies([{"name": "winnow-name", "value": name, "domain": "127.0.0.1", "path": "/"}])
            page = context.new_page()
            page.set_default_timeout(TIMEOUT)
            print(f"{asked.rows:,} rows, {asked.repeats} times each; seconds, p50 and p95")
            for name, path, ready in PAGES:
                tell(f"{name}, first", [opened(page, f"{address}/{path}", ready)])
                tell(f"{name}, again", [opened(page, f"{address}/{path}", ready) for _ in range(asked.repeats)])
            page.goto(f"{address}/rows")
            page.locator(".rows-list .line").first.wait_for()
            tell("a facet", [timed(lambda: facet(page)) for _ in range(asked.repeats)])
            tell("a search", [timed(lambda n=n: search(page, WORDS[n % 10])) for n in range(asked.repeats)])
            page.goto(f"{address}/decide")
            page.locator(".desk .pane").first.wait_for()
            tell("a decision, saved", [decided(page) for _ in range(asked.repeats)])
        browser.close()


def make(folder: Path, rows: int) -> Workspace:
    """Write a curated study of coined rows; every tenth was removed, every twentieth waits for a person."""
    write_text(folder / CONFIG_NAME, "seed: 1\ncuration:\n  audit_sample: 50\n")
    place, words = Workspace(folder), np.random.default_rng(0).choice(WORDS, (rows, 40))
    ids = [f"{n:016x}" for n in range(rows)]
    columns = {
        "id": ids,
        "question": [f"What about {' '.join(row[:6])} {n}?" for n, row in enumerate(words)],
        "answer": [" ".join(row[6:]) + "." for row in words],
        "source": ["faq.jsonl"] * rows,
        "line": range(1, rows + 1),
        "metadata": ["{}"] * rows,
    }
    table = pa.table([columns.get(name, [""] * rows) for name in RECORDS.names], schema=RECORDS)
    write_table(place.curated.records_file, table)
    removed = [Decision(id_, "clean", "remove", f"reason {n % 7}") for n, id_ in enumerate(ids) if n % REMOVED == 3]
    flagged = [Decision(id_, "quality", "flag", f"doubt {n % 9}") for n, id_ in enumerate(ids) if n % FLAGGED == 5]
    place.curated.ledger.write_step(1, "clean", removed)
    place.curated.ledger.write_step(2, "quality", flagged)
    return place


def timed(act: Callable[[], None]) -> float:
    """Take the seconds that an act lasts."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def opened(page: Page, address: str, ready: str) -> float:
    """Open a page and wait until it can be used."""

    def act() -> None:
        page.goto(address)
        page.locator(ready).first.wait_for()
        page.locator('[data-testid="stStatusWidget"]').wait_for(state="detached")

    return timed(act)


def facet(page: Page) -> None:
    """Choose a status, or take it back, and wait for other rows to be counted."""
    before = page.locator(".rows-list .told").inner_text()
    page.locator(".facets input").first.click()
    page.wait_for_function("before => document.querySelector('.rows-list .told').innerText !== before", arg=before)


def search(page: Page, words: str) -> None:
    """Look for a word in the header's box."""
    page.locator(".find input").fill(words)
    page.locator(".find input").press("Enter")
    page.locator(".rows-list .told", has_text=f"with “{words}”").wait_for()


def decided(page: Page) -> float:
    """Keep the row on the card; take the time until the server says that it is saved."""
    page.wait_for_timeout(500)
    before = page.locator(".words").inner_text()

    def act() -> None:
        page.keyboard.press("k")
        page.wait_for_function("before => document.querySelector('.words').innerText !== before", arg=before)

    return timed(act)


def tell(what: str, seconds: list[float]) -> None:
    """Print a line."""
    middle, high = np.quantile(seconds, (0.5, 0.95))
    print(f"{what:24s} {middle:6.2f} {high:6.2f}", flush=True)


if __name__ == "__main__":
    main()
