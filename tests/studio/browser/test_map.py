"""The map of rows under a real mouse and keyboard: what is drawn round is listed."""

from __future__ import annotations

import pytest

from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]


@pytest.fixture
def map_(page, address, workspace):
    study.curate(workspace)
    page.goto(f"{address}/rows?look=Map")
    page.get_by_text("near each other means alike").wait_for()
    told(page, "9 rows")
    settle(page)
    return page.locator(".plane canvas")


def told(page, words):
    page.locator(".rows-list .told", has_text=words).wait_for()


def test_a_lasso_round_the_left_half_lists_its_rows_and_is_taken_away(page, map_):
    box = map_.bounding_box()
    corners = [(0, 0), (0.5, 0), (0.5, 1), (0, 1), (0, 0.5)]
    at = [(box["x"] + 1 + x * (box["width"] - 2), box["y"] + 1 + y * (box["height"] - 2)) for x, y in corners]
    page.mouse.move(*at[0])
    page.mouse.down()
    for x, y in at[1:]:
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    page.locator(".plane .told", has_text="within the shape").wait_for()
    inside = int(page.locator(".plane .told").inner_text().split()[0])
    assert 0 < inside < 9
    told(page, f"{inside} of 9 rows")
    page.get_by_role("button", name="Clear the shape").click()
    told(page, "9 rows")


def test_a_box_is_drawn_by_keys_and_holds_with_a_facet(page, map_):
    map_.focus()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("Shift+ArrowDown")
    page.locator(".plane .told", has_text="Cross at 0, 0").wait_for()
    page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowUp")
    page.locator(".plane .told", has_text="9 drawn rows between the corners").wait_for()
    page.keyboard.press("Enter")
    page.locator(".plane .told", has_text="9 rows within the shape").wait_for()
    page.locator(".facets label", has_text="removed").get_by_role("checkbox").check()
    page.locator(".plane .told", has_text="2 rows within the shape").wait_for()
    told(page, "2 of 9 rows")
    map_.focus()
    page.keyboard.press("Escape")
    page.locator(".plane .told", has_text="near each other means alike").wait_for()
