"""WCAG 2.2 AA by axe on every page, in both themes."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest

from evaluation.report.stage import write_report
from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What says that a page is drawn: words of its own, which come last.
PAGES = {
    "": "Came in",
    "rows": "Question",
    "rows?look=Map": "near each other means alike",
    "decide": "To decide",
    "label": "Who has done what",
    "plan": "What this many pairs can show",
    "train": "Runs",
    "review": "they have finished",
    "results": "24 of 24 pairs",
}
# Vega draws the range of a selection as an image without a name, and offers no way to give it one; the chart has its own.
FOUND = """async levels => (await axe.run({exclude: ['[class*="_brush"]']}, {runOnly: {type: 'tag', values: levels}}))
  .violations.map(v => `${v.id}: ` + v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + ' ' +
    n.any.map(a => a.message).join(' ')).join(' | '))"""


@pytest.fixture
def finished(workspace):
    (workspace.root / "winnow.yaml").write_text("plan:\n  raters: 2\nmetrics:\n  names: [token_f1]\n")
    study.pair(workspace, study.curate(workspace))
    study.finish(workspace)
    write_report(workspace, workspace.config())
    return workspace


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_on_any_page(people, address, finished, scheme):
    page = people("cy", color_scheme=scheme)
    found = {}
    for name, words in PAGES.items():
        page.goto(f"{address}/{name}")
        page.get_by_text(words).first.wait_for()
        page.get_by_text("Verdict:").wait_for()
        settle(page)
        page.evaluate(AXE)
        if violations := page.evaluate(FOUND, LEVELS):
            found[name or "study"] = violations
    assert not found, "\n".join(f"{name}: {one}" for name, many in found.items() for one in many)
