"""The blind review under real keys, in Debian's chromium: what no headless run can press."""

from __future__ import annotations

import pytest

from evaluation.people.queue import queue
from evaluation.people.vote_log import Judgment, JudgmentLog
from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import until
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
    page.locator(".words", has_text=f"{done} of 14 judged").wait_for()


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


def begin(page, address):
    page.goto(f"{address}/review")
    page.get_by_role("button", name="Begin").click()
    shows_progress(page, 0)


def without_dwell(workspace):
    (workspace.root / "winnow.yaml").write_text("review:\n  dwell_seconds: 0\n")


def test_a_verdict_key_typed_into_the_note_is_no_vote_and_a_draft_outlives_a_refresh(page, address, workspace):
    begin(page, address)
    page.keyboard.press("n")
    page.keyboard.type("1 fee is wrong")
    page.keyboard.press("Escape")
    begin(page, address)
    note = page.get_by_label("Note", exact=True)
    note.press("Control+Enter")
    assert note.input_value() == "1 fee is wrong"
    page.wait_for_timeout(900)
    page.keyboard.press("2")
    shows_progress(page, 1)
    until(lambda: votes(workspace))
    assert [(vote.verdict, vote.note) for vote in votes(workspace)] == [("right", "1 fee is wrong")]
    assert note.input_value() == ""


def test_each_verdict_stands_under_its_pane_and_the_card_fits_the_screen(page, address):
    page.set_viewport_size({"width": 1280, "height": 720})
    begin(page, address)
    for pane, verdict in (("Left", "Left is better"), ("Right", "Right is better")):
        text = page.get_by_role("region", name=pane, exact=True).bounding_box()
        button = page.get_by_role("button", name=verdict).bounding_box()
        assert text["x"] - 1 <= button["x"]
        assert button["x"] + button["width"] <= text["x"] + text["width"] + 1
        assert button["y"] >= text["y"] + text["height"]
        assert button["y"] + button["height"] < 720


def test_keys_pressed_at_the_same_instant_are_one_vote_and_a_vote_is_announced(page, address, workspace):
    begin(page, address)
    page.wait_for_timeout(900)
    page.evaluate(
        "for (const n of [1, 3, 2]) document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {key: String(n), code: `Digit${n}`, bubbles: true}))"
    )
    shows_progress(page, 1)
    page.get_by_role("status").filter(has_text="Saved. 1 of 14 judged").wait_for()
    assert [vote.verdict for vote in votes(workspace)] == ["left"]
    page.keyboard.press("3")
    page.keyboard.press("3")
    page.get_by_text("Not counted").wait_for()


def test_quick_votes_and_undos_are_all_in_the_database(page, address, workspace):
    without_dwell(workspace)
    begin(page, address)
    for done in range(1, 11):
        page.keyboard.press("1234"[done % 4])
        shows_progress(page, done)
    for left in (9, 8):
        page.keyboard.press("u")
        shows_progress(page, left)
    assert len(votes(workspace)) == 8


def test_hostile_answers_are_text_and_run_nothing(page, address, workspace):
    without_dwell(workspace)
    begin(page, address)
    for done in range(14):
        shows_progress(page, done)
        if page.locator(".pane", has_text="<script>").count():
            break
        page.keyboard.press("3")
    for look in "mpd":
        page.keyboard.press(look)
        page.locator(".pane", has_text="<script>document.title").wait_for()
    assert "owned" not in page.title()


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
        for place in ("results", "results?shown=Pairs"):
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
