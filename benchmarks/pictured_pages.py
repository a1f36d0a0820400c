"""Pictures of pages that need no server, light and dark: a study's report for the documents, the docs site to look at.

python -m benchmarks.pictured_pages my-study/report/report.html --out docs/screenshots
python -m benchmarks.pictured_pages site/index.html site/reference/api.html --out /tmp/site-pictures
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.screenshots import CHROMIUM, SIZE, shrink

ELSEWHERE = ("http:", "https:")


def main() -> None:
    """Picture each page in both colour schemes, and say what it would have fetched from elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    from playwright.sync_api import sync_playwright

    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for theme in ("light", "dark"):
            page = browser.new_context(viewport=SIZE, color_scheme=theme).new_page()  # type: ignore[arg-type]
            page.on("request", lambda asked: asked.url.startswith(ELSEWHERE) and print(f"fetches {asked.url}"))
            for path in asked.pages:
                page.goto(path.resolve().as_uri())
                page.wait_for_load_state("networkidle")
                file = asked.out / f"{path.stem}-{theme}.png"
                page.screenshot(path=file)
                shrink(file)
                print(f"{file}: {file.stat().st_size / 1000:.0f} KB", file=sys.stderr)
        browser.close()


if __name__ == "__main__":
    main()
