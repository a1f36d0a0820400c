"""What a reviewer says beside the verdict, in Debian's chromium: reasons, marked passages, going back, a phone."""

from __future__ import annotations

import pytest

from evaluation.people.vote_log import Judgment, JudgmentLog
from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import until
from winnow.study import plan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]


@pytest.fixture(autouse=True)
def answered(workspace):
    study.answer(workspace)
    (workspace.root / "winnow.yaml").write_text("review:\n  dwell_seconds: 0\n")


def votes(workspace) -> list[Judgment]:
    return JudgmentLog(workspace.judgments_file).judgments(plan.read(workspace.plan_file).hash)


def shows_progress(page, done: int) -> None:
    page.locator(".words", has_text=f"{done} of 14 judged").wait_for()


def begin(page, address, query=""):
    page.goto(f"{address}/review{query}")
    page.get_by_role("button", name="Begin").click()
    shows_progress(page, 0)


def select_words(page, pane: str) -> str:
    """Select the first words of a pane's answer, as a mouse drawn over them does."""
    return page.get_by_role("region", name=pane, exact=True).evaluate(
        "pane => { const node = document.createTreeWalker(pane.querySelector('.text'), NodeFilter.SHOW_TEXT).nextNode();"
        "getSelection().setBaseAndExtent(node, 0, node, 9); return String(getSelection()); }"
    )


def test_reasons_and_a_marked_passage_go_with_the_verdict_and_outlive_a_refresh(page, address, workspace):
    begin(page, address)
    page.keyboard.press("5")
    page.get_by_role("button", name="Tone").click()
    seen = select_words(page, "Right")
    page.keyboard.press("w")
    page.get_by_role("button", name="Take away: wrong in Right").wait_for()
    begin(page, address)
    for reason in ("Wrong fact", "Tone"):
        assert page.get_by_role("button", name=reason).get_attribute("aria-pressed") == "true"
    page.keyboard.press("1")
    shows_progress(page, 1)
    until(lambda: votes(workspace))
    vote = votes(workspace)[0]
    assert vote.reasons == ("wrong fact", "tone")
    assert [(mark.system, mark.text) for mark in vote.marks] == [(vote.right, seen.strip())]
    assert page.get_by_role("button", name="Wrong fact").get_attribute("aria-pressed") == "false"


def test_pressing_a_past_verdict_goes_back_to_it(page, address, workspace):
    begin(page, address)
    for done, key in enumerate("1321", start=1):
        page.keyboard.press(key)
        shows_progress(page, done)
    until(lambda: len(votes(workspace)) == 4)
    until(lambda: page.locator(".history li").count() == 4)
    page.keyboard.press("h")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    shows_progress(page, 1)
    assert [vote.verdict for vote in votes(workspace)] == ["left"]


def test_a_phone_shows_the_card_without_sideways_scrolling_and_votes_by_touch(people, address, workspace):
    page = people("ada", has_touch=True)
    page.set_viewport_size({"width": 390, "height": 844})
    begin(page, address, "?own")
    page.get_by_role("button", name="Unsafe").tap()
    page.get_by_role("button", name="Both bad").tap()
    shows_progress(page, 1)
    until(lambda: [vote.reasons for vote in votes(workspace)] == [("unsafe",)])
    wide = "document.documentElement.scrollWidth"
    inside = "Math.max(...[...document.querySelectorAll('.desk *')].map(e => e.getBoundingClientRect().right))"
    assert page.evaluate(wide) <= 390
    assert page.evaluate(inside) <= 391


def test_the_reviews_own_link_has_no_menu(page, address):
    page.goto(f"{address}/review?own")
    page.get_by_role("button", name="Begin").wait_for()
    assert not page.get_by_role("link", name="Results").is_visible()
    page.goto(f"{address}/review")
    page.get_by_role("link", name="Results").first.wait_for()


def test_the_end_tells_a_reviewer_the_own_time_and_consistency(page, address):
    begin(page, address)
    for done in range(1, 15):
        page.keyboard.press("3")
        if done < 14:
            shows_progress(page, done)
    page.get_by_role("button", name="Finish").click()
    page.get_by_text("2 pairs came twice").wait_for()
    page.get_by_text("of 2 you said the same again").wait_for()


def test_a_cookie_that_nobody_signed_is_nobody(people, address):
    page = people()
    page.context.add_cookies([{"name": "winnow-name", "value": "ada", "domain": "127.0.0.1", "path": "/"}])
    page.goto(f"{address}/review")
    page.get_by_text("Say who you are", exact=True).wait_for()
