"""Pages opened in another order than the road's: each says truly what is missing, and what brings it."""

from __future__ import annotations

import pytest

from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.test_pages import everything, labels, open_page
from winnow.data.files import write_jsonl
from winnow.study import plan
from winnow.study.plan_fields import planned_fields

# For each state of a study: the words that a page says there.
CURATE, SPLIT, FREEZE, ANSWER = "winnow curate FILE", "the rows are split first", "winnow plan freeze", "winnow answer"
WORDS = {
    "nothing but settings": {
        "study": "The settings name no file yet", "rows": CURATE, "decide": CURATE, "label": CURATE, "plan": SPLIT,
        "train": SPLIT, "review": FREEZE, "results": FREEZE,
    },
    "curated": {"study": "Next: split", "plan": SPLIT, "train": SPLIT, "review": FREEZE, "results": FREEZE},
    "split": {"plan": "Freeze the plan", "train": "Training begins once the plan is frozen", "review": FREEZE},
    "planned": {"plan": "Frozen 20", "train": "of your rows", "review": ANSWER, "results": "nothing to compare yet"},
    "half answered": {"review": "There are no held-out answers yet (tuned)", "results": "0 of 1 planned reviewers"},
}  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_WORKSPACE", str(tmp_path))
    return study.make(tmp_path)


def make(place, state: str) -> None:
    if state == "nothing but settings":
        return
    study.pair(place, study.curate(place))
    if state == "curated":
        return
    rows = study.held_out_rows(12)
    for part in ("train", "validation", "held_out"):
        write_jsonl(place.split / f"{part}.jsonl", rows)
    if state != "split":
        plan.freeze(planned_fields(place, place.config())).write(place.plan_file)
    if state == "half answered":
        write_jsonl(place.answers / "base.jsonl", [{**row, "prediction": "Yes.", "system": "base"} for row in rows])


@pytest.mark.parametrize("state", WORDS)
def test_a_page_opened_too_early_says_what_is_missing_and_what_brings_it(place, state):
    make(place, state)
    for page, words in WORDS[state].items():
        said = everything(open_page(page))
        assert words in said, f"{page} of a study that is {state}"
        assert "can't be shown" not in said, page


def test_nothing_is_trained_before_its_rows_and_its_plan_are_there(place):
    for state in ("nothing but settings", "curated", "split"):
        make(place, state)
        assert "Train" not in labels(open_page("train")), state


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium")
def test_every_page_of_a_study_without_rows_leads_to_the_one_that_makes_them(page, address):
    for name in ("rows", "decide", "label", "review", "results"):
        page.goto(f"{address}/{name}")
        page.get_by_role("link", name="Go to Study").click()
        page.get_by_role("heading", level=1, name="Study").wait_for()
        assert "Traceback" not in page.content()
