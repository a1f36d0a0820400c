"""The blind review under real keys, in Debian's chromium: what no headless run can press."""

from __future__ import annotations

import pytest

from evaluation.people.queue import queue
from evaluation.people.vote_log import Judgment, JudgmentLog
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import CHROMIUM
from winnow.data.files import read_jsonl
from winnow.study import plan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]


@pytest.fixture(autouse=True)
def answered(workspace):
    study.answer(workspace)


def say_name(page, name: str) -> None:
    page.get_by_text("Say who you are", exact=True).click()
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="This is me").click()


def votes(workspace) -> list[Judgment]:
    return JudgmentLog(workspace.judgments_file).judgments(plan.read(workspace.plan_file).hash)


def shows_progress(page, done: int) -> None:
    page.get_by_text(f"{done} of 14 judged").wait_for()


def test_a_pair_is_voted_on_by_key_once_however_long_the_key_is_held_and_a_reload_loses_nothing(
    page, address, workspace
):
    page.goto(f"{address}/review")
    page.get_by_role("button", name="Begin").click()
    shows_progress(page, 0)
    page.wait_for_timeout(900)  # the dwell time, which a reader always exceeds
    for _ in range(15):  # a key held down: the system repeats it every 30 ms
        page.keyboard.down("1")
        page.wait_for_timeout(30)
    page.keyboard.up("1")
    shows_progress(page, 1)
    assert [vote.verdict for vote in votes(workspace)] == ["left"]

    page.reload()
    shows_progress(page, 1)
    assert [vote.verdict for vote in votes(workspace)] == ["left"]

    page.wait_for_timeout(900)
    page.keyboard.press("u")
    shows_progress(page, 0)
    assert votes(workspace) == []


def test_a_verdict_key_typed_into_the_note_is_text_and_no_vote(page, address, workspace):
    page.goto(f"{address}/review")
    page.get_by_role("button", name="Begin").click()
    shows_progress(page, 0)
    page.wait_for_timeout(900)
    page.get_by_placeholder("Note (optional)").click()
    page.keyboard.type("1 fee is wrong")
    page.get_by_role("button", name="Right is better").click()
    shows_progress(page, 1)
    assert [(vote.verdict, vote.note) for vote in votes(workspace)] == [("right", "1 fee is wrong")]


def everywhere(page) -> str:
    """All that a curious reader finds: the document, the frames, the address, storage and cookies."""
    kept = "JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])"
    return page.evaluate(kept) + "".join(frame.content() for frame in page.frames)


def test_a_name_is_said_once_for_a_browser_and_stands_in_no_address(people, address):
    page = people()
    page.goto(f"{address}/review")
    say_name(page, "Ada")
    page.get_by_role("button", name="Begin").wait_for()
    assert "ada" not in page.url.casefold()
    another = page.context.new_page()
    another.goto(f"{address}/review")
    another.get_by_role("button", name="Begin").wait_for()
    other = people()
    other.goto(f"{address}/review?reviewer=ada")
    other.get_by_text("Say who you are", exact=True).wait_for()


def test_no_page_shows_a_side_while_the_review_is_open_to_a_name_or_none(people, address, workspace):
    study.report(workspace)
    for name in ("ada", ""):
        page = people(name)
        for place in ("report", "explore"):
            page.goto(f"{address}/{place}")
            page.get_by_text("open when the blind review is over").wait_for()
            assert "Certainly" not in everywhere(page)
            assert "Report of the study" not in everywhere(page)


def test_a_second_showing_of_a_pair_cant_be_told_from_the_first(page, address, workspace):
    ids = [row["id"] for row in read_jsonl(workspace.split / "held_out.jsonl")]
    planned = plan.read(workspace.plan_file).hash
    page.goto(f"{address}/review")
    page.get_by_role("button", name="Begin").click()
    shows_progress(page, 0)
    found = everywhere(page)
    assert not [id_ for id_ in ids if f"{id_}-" in found or f'"{id_}"' in found]
    keys = {showing.key(planned, "ada") for showing in queue(planned, "ada", ids)}
    assert len(keys) == 14
