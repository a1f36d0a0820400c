"""Rows, decisions and the study page under a real mouse and keyboard."""

from __future__ import annotations

import pytest

from studio.jobs import jobs
from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import until
from winnow.data.ledger import Decision

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]


@pytest.fixture
def ids(workspace):
    return study.curate(workspace)


def decisions(workspace):
    return [(d.id, d.action, d.by) for d in workspace.curated.ledger.people_decisions()]


def line(page, text):
    return page.locator(".rows-list .line", has_text=text)


def told(page, words):
    page.locator(".rows-list .told", has_text=words).wait_for()


def test_a_click_reads_a_row_beside_its_twin_as_kept_and_only_ticks_restore(page, address, workspace, ids):
    page.goto(f"{address}/rows?status=removed")
    told(page, "2 of 9 rows")
    assert not page.get_by_role("button", name="Restore").count()
    line(page, "faq.jsonl:7").click()
    page.get_by_text("Compared with faq.jsonl:1, kept").wait_for()
    page.locator("mark").first.wait_for()
    line(page, "faq.jsonl:8").get_by_role("checkbox").click()
    page.get_by_role("button", name="Restore this row").click()
    until(lambda: decisions(workspace))
    told(page, "1 of 9 rows")
    assert decisions(workspace) == [(ids["empty"], "restore", "ada")]
    page.get_by_role("button", name="Restore this row").wait_for(
        state="detached"
    )  # the next row isn't ticked by itself


def test_facets_narrow_rows_stand_in_the_address_and_count_what_they_would_show(page, address, workspace, ids):
    page.goto(f"{address}/rows")
    told(page, "9 rows")
    status = page.locator(".facets details", has_text="Status")
    assert status.locator("label").all_inner_texts() == ["kept\n5", "to decide\n2", "removed\n2"]
    status.get_by_role("checkbox").nth(1).check()
    told(page, "2 of 9 rows")
    until(lambda: "status=to+decide" in page.url)
    page.reload()
    told(page, "2 of 9 rows")
    page.get_by_role("button", name="Show all rows").click()
    told(page, "9 rows")


def test_copies_are_folded_and_unfolded(page, address, workspace, ids):
    page.goto(f"{address}/rows?look=Groups")
    told(page, "9 rows in 7 lines, copies folded")
    assert not line(page, "faq.jsonl:7").count()
    line(page, "faq.jsonl:1").get_by_role("button").click()
    line(page, "faq.jsonl:7").wait_for()


def slash(page, words):
    def is_there():
        page.keyboard.press("/")
        return page.evaluate("document.activeElement.type") == "search"

    until(is_there)  # a key that comes before the page is whole is nobody's
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_a_slash_finds_a_row_from_any_page_by_its_place(page, address, workspace, ids):
    page.goto(f"{address}/")
    page.get_by_role("heading", level=1, name="Study").wait_for()
    slash(page, "faq.jsonl:9")
    told(page, "1 of 9 rows with “faq.jsonl:9”")
    page.get_by_text("It is 19.9% EAR on anything above £50.").first.wait_for()
    slash(page, "overdraft rate")
    told(page, "2 of 9 rows with “overdraft rate”")


def test_every_row_of_a_long_list_is_reached_and_many_at_once_are_asked_about_first(page, address, workspace):
    ids = study.curate_many(workspace, 600)
    page.goto(f"{address}/rows?status=removed")
    told(page, "300 of 600 rows")
    grid = page.get_by_role("grid")
    grid.focus()
    page.keyboard.press("End")
    line(page, "fees.jsonl:600").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("What is fee 600?").nth(1).wait_for()
    assert line(page, "fees.jsonl").count() < 200, "a browser never holds the whole list"
    page.get_by_role("button", name="Tick all 300").click()
    page.get_by_role("button", name="Restore these 300 rows …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("These 300 rows would be kept").wait_for()
    dialog.get_by_text("and 290 more").wait_for()
    assert not decisions(workspace), "nothing is written before it was confirmed"
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert not decisions(workspace)
    page.get_by_role("button", name="Restore these 300 rows …").click()
    dialog.get_by_role("button", name="Restore these 300 rows").click()
    until(lambda: decisions(workspace))
    assert {id_ for id_, _, _ in decisions(workspace)} == set(ids[1::2])
    told(page, "0 of 600 rows")


def test_a_cut_is_moved_on_the_histograms_axis_and_shows_the_rows_that_would_change(page, address, workspace, ids):
    study.pair(workspace, ids)
    page.goto(f"{address}/rows?look=Cuts")
    handle = page.get_by_role("slider", name="Lowest similarity of a duplicate")
    handle.wait_for()
    plot, bars = page.locator(".cut .plot").bounding_box(), page.locator(".cut .bar")
    for _ in range(6):
        handle.press("ArrowRight")
    assert page.locator(".cut .value").inner_text() == "0.86"
    at = page.locator(".cut .line").bounding_box()["x"] - plot["x"]
    assert abs(at / plot["width"] - (0.86 - 0.8) / 0.2) < 0.02, "the cut stands where its value is on the axis"
    assert bars.first.get_attribute("class") == "bar below"
    assert "below" not in bars.last.get_attribute("class")
    page.get_by_text("Would come back: 2 rows").wait_for()
    page.get_by_role("button", name="Move it from 0.80 to 0.86").wait_for()


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


def test_the_audit_of_removals_is_a_queue_of_its_own_and_what_ben_did_meanwhile_is_told(
    people, address, workspace, ids
):
    page = people("ada")
    page.goto(f"{address}/decide")
    page.get_by_text("Was this row rightly removed? 2").click()
    page.get_by_role("heading", name="Was this row rightly removed?").wait_for()
    workspace.curated.ledger.append(Decision(ids["first"], "studio", "remove", "wrong fee", by="ben"))
    page.wait_for_timeout(400)
    page.keyboard.press("k")
    page.get_by_text("1 row to decide").first.wait_for()
    page.get_by_text("Since you began: ben removed 1 row").wait_for()
    assert [(d.step, d.action, d.reason) for d in workspace.curated.ledger.people_decisions()][1:] == [
        ("audit", "label", "right")
    ]


def test_repairs_are_confirmed_by_their_kind_or_put_back_as_they_came_in(page, address, workspace, ids):
    records = workspace.curated.records().to_pylist()
    repaired = [
        Decision(row["id"], "repair", "repair", "repaired", {"kinds": kinds}, field="answer", text=text)
        for row, kinds, text in (
            (records[0], ["white space"], "In the app, under Payments, one working day before it is due."),
            (records[2], ["mojibake"], "Up to £20,000 in the tax year!"),
            (records[3], ["mojibake"], "Yes, up to £85,000 by the deposit guarantee scheme!"),
        )
    ]
    workspace.curated.ledger.write_step(0, "repair", repaired)
    page.goto(f"{address}/decide")
    page.get_by_text("Repairs to confirm 3").click()
    page.get_by_text("Up to £20,000 in the tax year!").wait_for()
    page.get_by_role("button", name="Right: confirm 2 repairs").click()
    page.get_by_text("Up to £20,000 in the tax year!").wait_for(state="detached")
    page.get_by_role("button", name="Wrong: put back as it came in").click()
    until(lambda: len(decisions(workspace)) == 3)
    assert decisions(workspace) == [
        (records[2]["id"], "label", "ada"), (records[3]["id"], "label", "ada"), (records[0]["id"], "correct", "ada"),
    ]  # fmt: skip
    texts = dict(
        zip(*(workspace.curated.view().kept_table[name].to_pylist() for name in ("id", "answer")), strict=True)
    )
    assert texts[records[0]["id"]] == records[0]["answer"]
    assert texts[records[2]["id"]] == "Up to £20,000 in the tax year!"
    page.get_by_role("button", name="Right: confirm").wait_for(state="detached")


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
