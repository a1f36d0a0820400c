"""Times of the studio in Chromium on a large study: pages, filters, cuts, decisions, votes, eight reviewers at once.

python -m benchmarks.large_study /tmp/large --rows 100000 --pairs 1000
python -m benchmarks.studio /tmp/large --repeats 5

A page can be used once what it is for is drawn and nothing is running any more. Votes and decisions are timed by the
browser's own clock: from the key to the next card, and to the server's word that it is on disk. The study is copied
first, so that each run begins alike.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np

from benchmarks.large_study import READ_BEFORE, REVIEWERS, WORDS
from benchmarks.screenshots import CHROMIUM, SIZE, served
from evaluation.people.vote_log import JudgmentLog
from studio.identity import signed
from winnow.study import plan
from winnow.study.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = {
    "Study": ("", "text=Who did what"),
    "Rows": ("rows", ".rows-list .line"),
    "Groups": ("rows?look=Groups", ".rows-list .line"),
    "Signals": ("rows?look=Signals", ".rows-list .line >> nth=0"),
    "Map": ("rows?look=Map", "text=near each other means alike"),
    "Cuts": ("rows?look=Cuts", ".cut .plot"),
    "To decide": ("decide", ".desk .pane"),
    "Label": ("label", "text=Who has done what"),
    "Plan": ("plan", "text=What this many pairs can show"),
    "Train": ("train", "text=Runs"),
    "Review": ("review", "text=/Begin|of .* judged/"),
    "Results": ("results", "text=Every pair"),
}
TOLD = "() => document.querySelector('.rows-list .told').innerText"
TIMEOUT = 120_000  # milliseconds
VOTES = 20  # of each reviewer
READER = "reader 9"  # who reviews alone, before the eight
OWNER = "eve"  # who sees the results, having said that she won't review
# Press a key as a person does; the milliseconds until the next card stood there, and until the server said "saved".
PRESS = """key => new Promise(done => {
  const desk = document.querySelector('.desk'), look = name => desk.querySelector(name).innerText;
  const before = {card: look('.card'), words: look('.words')}, began = performance.now();
  let next = null;
  const watch = new MutationObserver(check);
  function check() {
    if (next === null && look('.card') !== before.card) next = performance.now() - began;
    if (look('.words') === before.words) return;
    watch.disconnect();
    done([next, performance.now() - began]);
  }
  watch.observe(desk, {childList: true, subtree: true, characterData: true});
  document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code: `Key${key.toUpperCase()}`, bubbles: true}));
})"""


def main() -> None:
    """Serve a copy of the study, and print medians and 95th percentiles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=["pages", "filters", "cards", "reviewers"])
    asked = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Workspace(Path(folder) / asked.study.name)
        shutil.copytree(asked.study, place.root)
        JudgmentLog(place.judgments_file).waive(plan.read(place.plan_file).hash, OWNER)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with served(place.root) as address:
            print(f"{asked.study.name}, {asked.repeats} times each", flush=True)
            for part in asked.only:
                PARTS[part](browser, place, address, asked.repeats)
        browser.close()


def pages(browser: Browser, place: Workspace, address: str, repeats: int) -> None:
    """Open every page for the first time since the server's start, and again in browsers that were never there."""
    for name, (path, ready) in PAGES.items():
        first = opened(browser, place, f"{address}/{path}", ready)
        again = [opened(browser, place, f"{address}/{path}", ready) for _ in range(repeats)]
        tell(f"{name}, first", [first], 2000)
        tell(f"{name}, again", again, 2000)


def filters(browser: Browser, place: Workspace, address: str, repeats: int) -> None:
    """Choose and take back a facet's value, search by words, and move a cut."""
    page = sat_down(browser, place, OWNER)
    open_page(page, f"{address}/rows", ".rows-list .line")
    tell("a facet", [facet(page, n) for n in range(2 * repeats)], 500)
    tell("a search", [search(page, WORDS[n % len(WORDS)]) for n in range(repeats)], 500)
    open_page(page, f"{address}/rows?look=Cuts", ".cut .plot")
    tell("a cut", [cut(page) for _ in range(repeats)], 500)
    page.context.close()


def cards(browser: Browser, place: Workspace, address: str, repeats: int) -> None:
    """Decide about rows, and vote on pairs, one person alone."""
    decider = sat_down(browser, place, OWNER)
    open_page(decider, f"{address}/decide", ".desk .pane")
    told("a decision", [pressed(decider, "k") for _ in range(repeats)])
    decider.context.close()
    reader = at_review(browser, place, address, READER)
    told("a vote", [pressed(reader, "1234"[n % 4]) for n in range(VOTES)])
    reader.context.close()


def reviewers(browser: Browser, place: Workspace, address: str, repeats: int) -> None:
    """Let eight people vote at the same instants; every vote must be in the database, and no page says an error."""
    people = [at_review(browser, place, address, name) for name in REVIEWERS]
    found = []
    for n in range(VOTES):
        for page in people:  # none waits for another
            page.evaluate(f"key => {{ window.vote = ({PRESS})(key); }}", "1234"[n % 4])
        found += [page.evaluate("window.vote") for page in people]
    following, saved = zip(*found, strict=True)
    tell("a vote, eight at once: next card", following, 50)
    tell("a vote, eight at once: saved", saved)
    errors = sum(page.locator('[data-testid="stAlert"]').count() for page in people)
    frozen, log = plan.read(place.plan_file).hash, JudgmentLog(place.judgments_file)
    lost = sum(READ_BEFORE + VOTES - len(log.judgments(frozen, name)) for name in REVIEWERS)
    print(f"{'votes lost, errors':34s} {lost:8d} {errors:8d}", flush=True)
    if lost or errors:
        sys.exit("a vote was lost, or a page says an error")


PARTS: dict[str, Callable[[Browser, Workspace, str, int], None]] = {
    "pages": pages,
    "filters": filters,
    "cards": cards,
    "reviewers": reviewers,
}


def sat_down(browser: Browser, place: Workspace, who: str) -> Page:
    """Open a browser that knows a person's name."""
    context = browser.new_context(viewport=SIZE)
    name = quote(signed(place.root, who))
    context.add_cookies([{"name": "winnow-name", "value": name, "domain": "127.0.0.1", "path": "/"}])
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    return page


def opened(browser: Browser, place: Workspace, address: str, ready: str) -> float:
    """Open a page in a new browser as the person for whom every page is open; the milliseconds until it can be used."""
    page = sat_down(browser, place, REVIEWERS[0] if address.endswith("review") else OWNER)
    try:
        return timed(lambda: open_page(page, address, ready))
    finally:
        page.context.close()


def open_page(page: Page, address: str, ready: str) -> None:
    """Open a page and wait until it can be used."""
    page.goto(address)
    page.locator(ready).first.wait_for()
    page.locator('[data-testid="stStatusWidget"]').wait_for(state="detached")


def at_review(browser: Browser, place: Workspace, address: str, who: str) -> Page:
    """Sit somebody down before the first pair that is left."""
    page = sat_down(browser, place, who)
    open_page(page, f"{address}/review", "text=/Begin|of .* judged/")
    if page.get_by_role("button", name="Begin").count():
        page.get_by_role("button", name="Begin").click()
    page.locator(".desk .pane").first.wait_for()
    return page


def timed(act: Callable[[], object]) -> float:
    """Take the milliseconds that an act lasts."""
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def until_other(page: Page, look: str, act: Callable[[], object]) -> float:
    """Do something, and take the milliseconds until what `look` sees is other than before."""
    before = page.evaluate(look)
    return timed(lambda: (act(), page.wait_for_function(f"before => ({look})() !== before", arg=before)))


def facet(page: Page, n: int) -> float:
    """Choose a value, each second time take it back, until other rows are counted."""
    return until_other(page, TOLD, page.locator(".facets input").nth(n // 2 % 3).click)


def search(page: Page, word: str) -> float:
    """Look for a word in the header's box."""
    page.locator(".find input").fill(word)
    return until_other(page, TOLD, lambda: page.locator(".find input").press("Enter"))


def cut(page: Page) -> float:
    """Move the cut by a hundredth, until the rows that it would remove are counted."""
    look = "() => document.querySelectorAll('[data-testid=stMetricValue]')[1].innerText"
    page.locator("[data-testid=stMetricValue]").nth(1).wait_for()
    return until_other(page, look, lambda: page.get_by_role("slider").press("ArrowLeft"))


def pressed(page: Page, key: str) -> tuple[float, float]:
    """Press a key on the card: the milliseconds until the next card, and until it is saved."""
    page.wait_for_timeout(400)  # a reader takes longer
    following, saved = page.evaluate(PRESS, key)
    return following, saved


def told(what: str, found: Sequence[tuple[float, float]]) -> None:
    """Print both times of presses."""
    following, saved = zip(*found, strict=True)
    tell(f"{what}: next card", following, 50)
    tell(f"{what}: saved", saved, 150)


def tell(what: str, milliseconds: Sequence[float], goal: int | None = None) -> None:
    """Print a line: the median, the 95th percentile and the goal of that, where there is one."""
    middle, high = np.quantile(milliseconds, (0.5, 0.95))
    aim = f"goal {goal}{'' if high <= goal else ' MISSED'}" if goal else ""
    print(f"{what:34s} {middle:8.0f} {high:8.0f}   {aim}", flush=True)


if __name__ == "__main__":
    main()
