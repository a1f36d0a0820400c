"""Two people walk the whole road in the browser, from an empty folder to the report, with mouse and keyboard alone.

The data is the demo's, the model and its training are real; that few and small steps are taken is written into the
study's settings, and is all that isn't done on the pages.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from evaluation.people.review import review_of
from evaluation.people.vote_log import JudgmentLog
from tests.chromium import CHROMIUM
from tests.studio.browser.conftest import serving, until
from winnow.data.files import read_json
from winnow.study import plan
from winnow.study.workspace import Workspace

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,  # a real training run each
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]

DEMO = Path(__file__).parents[3] / "data" / "demo" / "faq.jsonl"
ROWS = 60
NEAR_COPY = 121  # the place in the demo's file of a row that repeats one of the first, and lost something
SMALL = {
    "split": {"held_out": 6, "validation": 4},
    "preservation": {"share": 0.25, "surplus": 1.0, "batch_size": 4},
    "training": {"max_steps": 4, "batch_size": 2, "accumulation": 1, "evaluations": 1},
    "answers": {"max_new_tokens": 24},
    "metrics": {"names": ["rouge_l", "token_f1"]},
    "review": {"dwell_seconds": 0},
}
MINUTES = 60_000  # milliseconds
A_STAGE = 10 * MINUTES


@pytest.fixture
def empty(tmp_path):
    """An empty folder, served, and the file that somebody has."""
    folder = tmp_path / "studies"
    folder.mkdir()
    file = tmp_path / "faq.jsonl"
    lines = DEMO.read_text().splitlines()
    file.write_text("\n".join([*lines[: ROWS - 1], lines[NEAR_COPY]]) + "\n")
    with serving(folder) as address:
        yield folder, file, address


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(2 * MINUTES)
    yield page
    context.close()


def begin(page, empty, name: str) -> Workspace:
    """Say who one is, drop the file, look at its rows, name the study and let its rows be judged."""
    folder, file, address = empty
    page.goto(address)
    page.get_by_role("heading", level=1, name="Start").wait_for()
    page.get_by_text("Say who you are", exact=True).click()
    page.get_by_label("Your name").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=name, exact=False).first.wait_for()
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploaderDropzone").locator("button").click()
    chooser.value.set_files(file)
    page.get_by_text(f"{ROWS} rows.").wait_for()
    page.get_by_label("Name of the study").fill("Fees 2026")
    page.get_by_role("button", name="Judge the rows").click()
    page.get_by_role("heading", level=1, name="Study").wait_for()
    place = Workspace(folder / "Fees-2026")
    comes_next(page, "split")
    settings = place.root / "winnow.yaml"
    settings.write_text(yaml.safe_dump(yaml.safe_load(settings.read_text()) | SMALL))
    return place


def comes_next(page, stage: str) -> None:
    page.get_by_text(f"Next: {stage}").wait_for(timeout=A_STAGE)


def go(page, title: str) -> None:
    page.get_by_role("link", name=title).first.click()
    page.get_by_role("heading", level=1, name=title).wait_for()


def run(page, stage: str, following: str) -> None:
    """Press the one button of the page Study for a stage, and wait until the next one is offered."""
    comes_next(page, stage)
    page.get_by_role("button", name="Run it").click()
    comes_next(page, following)


def freeze(page) -> None:
    go(page, "Plan")
    page.get_by_role("button", name="Freeze the plan").click()
    page.get_by_role("dialog").get_by_role("button", name="Freeze it").click()
    page.get_by_text("Frozen 20").wait_for(timeout=A_STAGE)
    go(page, "Study")


def test_the_experts_road(page, empty):
    place = begin(page, empty, "Ada")
    page.get_by_role("link", name="To decide").first.click()
    page.locator(".desk .pane").first.wait_for()
    before = page.locator(".words").inner_text()
    page.wait_for_timeout(400)  # a reader takes longer over a card
    page.keyboard.press("1" if page.get_by_role("heading", name="These can't all be right").count() else "k")
    page.wait_for_function("before => document.querySelector('.words').innerText !== before", arg=before)
    assert {decision.by for decision in place.curated.ledger.people_decisions()} == {"ada"}

    go(page, "Study")
    run(page, "split", "plan")
    freeze(page)
    run(page, "preserve", "train")
    run(page, "train", "answer")
    run(page, "answer", "review")

    page.get_by_role("link", name="Go there").click()
    page.get_by_role("button", name="Begin").click()
    pairs = int(page.locator(".words").inner_text().split()[2])
    for done in range(pairs):
        page.locator(".words", has_text=f"{done} of {pairs} judged").wait_for()
        page.keyboard.press("1234"[done % 4])
    page.get_by_role("button", name="Finish").click()
    page.get_by_text("Your review is finished").wait_for()
    assert not review_of(plan.read(place.plan_file), JudgmentLog(place.judgments_file)).is_open

    go(page, "Study")
    comes_next(page, "report")
    page.get_by_role("button", name="Run it").click()
    page.get_by_text("Every stage is done").wait_for(timeout=A_STAGE)
    go(page, "Results")
    page.get_by_text("6 of 6 pairs").wait_for()
    assert read_json(place.report / "report.json")["comparison"]["judgments"]["win_rate"]["n"] > 0


def test_the_engineers_road(page, empty):
    place = begin(page, empty, "Eve")
    go(page, "Rows")
    page.locator(".facets label", has_text="removed").get_by_role("checkbox").check()
    page.get_by_text("Cuts", exact=True).click()
    page.get_by_text("Wording: near copies", exact=True).click()
    handle = page.get_by_role("slider", name="Lowest similarity of a duplicate")
    handle.press("ArrowRight")
    page.get_by_role("button", name="Move it from").click()
    page.get_by_text("the study's settings say so from now on").wait_for()
    assert "eve" in (place.root / "winnow.yaml").read_text()

    go(page, "Study")
    run(page, "split", "plan")
    freeze(page)
    run(page, "preserve", "train")
    go(page, "Train")
    page.get_by_role("button", name="What would a run take?").click()
    page.get_by_text("trained tokens").first.wait_for(timeout=A_STAGE)
    page.get_by_role("button", name=re.compile("Train$")).click()
    page.get_by_text("train is running").first.wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("train was stopped").wait_for(timeout=A_STAGE)
    page.get_by_role("button", name="Go on with it").click()
    page.get_by_text("Take it elsewhere").wait_for(timeout=A_STAGE)

    go(page, "Study")
    run(page, "answer", "review")
    go(page, "Results")
    page.get_by_role("button", name="Open them without reviewing").click()
    page.get_by_role("dialog").get_by_role("button", name="I won't review").click()
    page.get_by_role("button", name="Make the report").click()
    until(lambda: (place.report / "report.json").exists(), 600)
    page.get_by_role("tab", name="Metrics").wait_for(timeout=A_STAGE)
    page.get_by_text("6 of 6 pairs").wait_for()
    report = read_json(place.report / "report.json")
    assert report["comparison"]["pairs"] == 6
    assert report["plan"]["hash"] == plan.read(place.plan_file).hash
