"""Teaching by keyboard in Debian's chromium: twenty pairs of answers to training questions, and what they then teach."""

from __future__ import annotations

import pytest

from evaluation.collection.stage import collection_hash, said_of
from evaluation.people.vote_log import Judgment, JudgmentLog
from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from tests.studio.browser.conftest import until
from winnow.data.files import write_jsonl
from winnow.study import plan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]

PAIRS = 20


@pytest.fixture(autouse=True)
def collected(workspace):
    study.answer(workspace)
    (workspace.root / "winnow.yaml").write_text("review:\n  dwell_seconds: 0\n")
    rows = [
        {"id": f"t{n}", "question": f"What does card {n} cost?", "answer": f"£{n} a year."}
        | {"first": f"It costs £{n} a year.", "second": f"Card {n} is free of charge."}
        for n in range(PAIRS)
    ]
    write_jsonl(workspace.collected / "pairs.jsonl", rows)


def votes(workspace) -> list[Judgment]:
    return JudgmentLog(workspace.judgments_file).judgments(collection_hash(workspace))


def test_twenty_votes_by_keyboard_teach_and_count_for_no_result(page, address, workspace):
    page.goto(f"{address}/collect")
    page.locator(".words", has_text=f"0 of {PAIRS} judged").wait_for()
    for done in range(1, PAIRS + 1):
        if done == PAIRS:  # the last: both are bad, and this is how it should be
            page.keyboard.press("n")
            page.keyboard.type("Look it up in the price list.")
            page.keyboard.press("Escape")
            page.keyboard.press("4")
        else:
            page.keyboard.press("3" if done % 5 == 0 else "1" if done % 2 else "2")
            page.locator(".words", has_text=f"{done} of {PAIRS} judged").wait_for()
    page.get_by_text("Every pair is judged; 17 of them teach").wait_for()
    until(lambda: len(votes(workspace)) == PAIRS)
    cast = votes(workspace)
    assert [vote.verdict for vote in cast[:5]] == ["left", "right", "left", "right", "tie"]
    said = {one.record.id: one for one in said_of(workspace)}
    assert len(said) == 17, "three were ties"
    assert said[cast[-1].item].good == ("Look it up in the price list.",)
    texts = {"base": "It costs", "tuned": "Card"}
    for vote in cast[:4]:
        assert said[vote.item].good[0].startswith(texts[vote.preferred])
    assert not JudgmentLog(workspace.judgments_file).judgments(plan.read(workspace.plan_file).hash)
