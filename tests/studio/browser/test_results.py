"""The results in Debian's chromium: ranges that are drawn narrow the pairs, and paper has all parts."""

from __future__ import annotations

import pytest

from evaluation.report.stage import write_report
from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]


@pytest.fixture
def finished(workspace):
    (workspace.root / "winnow.yaml").write_text("plan:\n  raters: 2\nmetrics:\n  names: [token_f1]\n")
    study.finish(workspace)
    write_report(workspace, workspace.config())
    return workspace


def test_a_range_drawn_on_a_histogram_narrows_the_pairs_and_is_said_and_cleared(page, address, finished):
    page.set_viewport_size({"width": 1280, "height": 2600})
    page.goto(f"{address}/results")
    page.get_by_text("24 of 24 pairs").wait_for()
    chart = page.locator(".stVegaLiteChart").last
    chart.locator("svg").wait_for()
    settle(page)
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    left, top = box["x"] + box["width"] * 0.35, box["y"] + 40
    page.mouse.move(left, top)
    page.mouse.down()
    for step in (20, 60, 120):
        page.mouse.move(left + step, top)
        page.wait_for_timeout(100)
    page.mouse.up()
    page.get_by_text("base, words shared with the reference (F1):").wait_for()
    assert not page.get_by_text("24 of 24 pairs").is_visible()
    page.get_by_test_id("stBaseButton-tertiary").filter(has_text="Clear").click()
    page.get_by_text("24 of 24 pairs").wait_for()


def test_on_paper_all_parts_stand_below_each_other_and_nothing_is_a_button(page, address, finished, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    page.goto(f"{address}/results?paper=1")
    page.get_by_text("They stand in").wait_for()
    settle(page)
    page.pdf(path=str(tmp_path / "results.pdf"), format="A4")
    text = " ".join(part.extract_text() for part in pypdf.PdfReader(tmp_path / "results.pdf").pages)
    for words in (
        "What people said, blind",
        "What the model still can",
        "Speed and costs",
        "tuned better",
        "can't tell",
    ):
        assert words in text, words
    assert "Make the report" not in text
    assert "Every pair" not in text
