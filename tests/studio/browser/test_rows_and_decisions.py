"""Rows, decisions and the study page under a real mouse and keyboard."""

from __future__ import annotations

import pytest

from studio.jobs import jobs
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import CHROMIUM, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]

ROW_PIXELS, HEAD_PIXELS, TICK_PIXELS = 35, 35, 18


@pytest.fixture
def ids(workspace):
    return study.curate(workspace)


def click_cell(page, row: int, x: int) -> None:
    table = page.get_by_test_id("stDataFrame").first.bounding_box()
    page.mouse.click(table["x"] + x, table["y"] + HEAD_PIXELS + ROW_PIXELS * row + 15)


def decisions(workspace):
    return [(d.id, d.action, d.by) for d in workspace.curated.ledger.people_decisions()]


def test_a_click_reads_a_row_beside_its_twin_as_kept_and_only_ticks_restore(page, address, workspace, ids):
    page.goto(f"{address}/rows")
    page.get_by_text("2 shown of 2 that match").wait_for()
    assert not page.get_by_role("button", name="Restore").count()
    click_cell(page, 0, 200)
    page.get_by_text("faq.jsonl:1, kept: question").wait_for()
    assert page.locator("mark").count()
    assert not page.get_by_role("button", name="Restore").count()
    click_cell(page, 1, TICK_PIXELS)
    page.get_by_role("button", name="Restore this row").click()
    until(lambda: decisions(workspace))
    page.get_by_text("1 shown of 1 that match").wait_for()
    assert decisions(workspace) == [(ids["empty"], "restore", "ada")]
    page.get_by_role("button", name="Restore").wait_for(state="detached")  # the next row isn't ticked by itself


def test_a_contradiction_is_settled_by_one_key_and_taken_back_by_another(page, address, workspace, ids):
    page.goto(f"{address}/decide")
    page.get_by_role("heading", name="These can't all be right").wait_for()
    page.wait_for_timeout(400)
    page.keyboard.press("1")
    page.locator(".wait", has_text="Nothing waits for a decision").wait_for()
    assert decisions(workspace) == [(ids["overdraft"], "restore", "ada"), (ids["conflict"], "remove", "ada")]
    page.goto(f"{address}/")
    page.get_by_role("button", name="Undo").click()
    until(lambda: not decisions(workspace))
    assert set(workspace.curated.view().flags) == {ids["overdraft"], ids["conflict"]}


def test_a_click_in_the_history_strip_takes_a_decision_back_even_when_nothing_waits(page, address, workspace, ids):
    page.goto(f"{address}/decide")
    page.get_by_role("heading", name="These can't all be right").wait_for()
    page.wait_for_timeout(400)
    page.keyboard.press("1")
    page.get_by_role("button", name="Go back to: 1 kept, 1 removed, What is the overdraft rate?").click()
    page.get_by_role("heading", name="These can't all be right").wait_for()
    until(lambda: not decisions(workspace))
    assert set(workspace.curated.view().flags) == {ids["overdraft"], ids["conflict"]}


def test_two_people_on_one_row_are_told_of_each_other(people, address, workspace, ids):
    ada, ben = people("ada"), people("ben")
    for page in (ada, ben):
        page.goto(f"{address}/decide")
        page.get_by_role("heading", name="These can't all be right").wait_for()
    ada.wait_for_timeout(400)
    ada.keyboard.press("2")
    ada.locator(".wait", has_text="Nothing waits for a decision").wait_for()
    ben.keyboard.press("1")
    ben.get_by_text("ada decided about this row meanwhile").wait_for()
    assert {by for _, _, by in decisions(workspace)} == {"ada"}


def test_a_correction_is_saved_at_the_first_press_of_a_real_mouse(page, address, workspace, ids):
    page.goto(f"{address}/decide")
    page.get_by_text("Correct the text").click()
    page.get_by_label("Answer", exact=True).first.fill("It is 39.9% EAR.")
    page.get_by_role("button", name="Save the correction of faq.jsonl:2").click()
    until(lambda: decisions(workspace))
    assert decisions(workspace) == [(ids["overdraft"], "correct", "ada")]


def test_every_page_has_its_title_and_one_heading_of_the_first_level(page, address, workspace, ids):
    for name, title in (("", "Study"), ("rows", "Rows"), ("decide", "To decide (2)"), ("plan", "Plan")):
        page.goto(f"{address}/{name}")
        page.get_by_role("heading", level=1, name=title).wait_for()
        assert page.locator("h1").count() == 1
        until(lambda wanted=f"{title} · study · Winnow": page.title() == wanted)


def test_a_stage_is_run_by_a_button_and_its_end_is_seen(page, address, workspace, ids):
    page.goto(f"{address}/")
    page.get_by_role("button", name="Run it").click()
    page.get_by_text("split ended with an error").wait_for()  # this study has no pairs to split by
    said = jobs(workspace)[0].log_tail()
    assert said
    page.get_by_text(said.splitlines()[0][:20]).first.wait_for()
    assert page.get_by_role("button", name="Go on with it").is_visible()
