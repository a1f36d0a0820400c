"""The blind, searched as a curious reader would: document, frames, addresses, storage and what the server sends."""

from __future__ import annotations

import re

import pytest

from app import PAGES
from evaluation.report.stage import write_report
from tests.chromium import CHROMIUM
from tests.studio import studio_workspace as study
from winnow.data.files import read_jsonl, write_jsonl

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no {CHROMIUM}; apt-get install chromium"),
]

OF_BASE, OF_TUNED = "Quillwort", "Marjoram"  # a word in all answers of one system, and nowhere else
HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)  # Streamlit's own page: a comment in it speaks of a base URL
NAMES = re.compile(r"\b(base|tuned)\b", re.IGNORECASE)
# What says that a page is drawn: words of its own that come last.
READY = {
    "study": "Who did what",
    "rows": "Click a row to read its story",
    "rows?look=Groups": "copies folded",
    "rows?look=Cuts": "Similarity of a pair",
    "decide": "rows to decide",
    "label": "Who has done what",
    "plan": "What this many pairs can show",
    "train": "Take it elsewhere",
    "results": "open when the blind review is over",
    "results?paper=1": "open when the blind review is over",
    "selections": "cleaned beats raw in loss",
}


@pytest.fixture
def unread(workspace):
    """A study in which everything is made, the report too, and nobody has read the answers yet."""
    (workspace.root / "winnow.yaml").write_text(
        "plan:\n  raters: 2\nreview:\n  dwell_seconds: 0\nmetrics:\n  names: [token_f1]\n"
    )
    ids = study.curate(workspace)
    study.pair(workspace, ids)
    study.finish(workspace, readers=(), ids=[ids["first"]])
    for system, word in (("base", OF_BASE), ("tuned", OF_TUNED)):
        path = workspace.answers / f"{system}.jsonl"
        write_jsonl(path, [{**row, "prediction": f"{word}: {row['prediction']}"} for row in read_jsonl(path)])
    write_report(workspace, workspace.config())
    for asked, folder in (("validation", "validation"), ("held-out", "final")):
        study.compare_selections(workspace, asked, folder)
    (workspace.report / "aside.txt").write_text(f"{OF_BASE} of base, {OF_TUNED} of tuned")  # what no page should open
    return workspace


def listening(page) -> list[str]:
    """Keep what the server sends to a page from now on."""
    heard: list[str] = []

    def keep(payload) -> None:
        heard.append(payload if isinstance(payload, str) else payload.decode("utf-8", "replace"))

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    return heard


def everywhere(page) -> str:
    """All that a curious reader finds in the browser: the document, the frames, addresses, storage and cookies."""
    kept = "JSON.stringify([localStorage, sessionStorage, document.cookie, location.href, document.title])"
    return page.evaluate(kept) + "".join(frame.url + frame.content() for frame in page.frames)


def opened(page, address, name):
    page.goto(f"{address}/{'' if name == 'study' else name}")
    page.get_by_text(READY[name]).first.wait_for()
    page.get_by_text("Verdict:").wait_for()
    return everywhere(page)


def test_every_page_is_searched():
    assert {name.partition("?")[0] for name in READY} | {"review", "collect"} == {name for name, *_ in PAGES}


def test_no_page_has_an_answer_before_the_reveal_nor_is_sent_one(people, address, unread):
    page = people("cy")
    heard = listening(page)
    found = {name: opened(page, address, name) for name in READY}
    page.goto(f"{address}/rows?words=faq.jsonl:1")  # a held-out row's whole story
    page.get_by_text("All the evidence").first.wait_for()
    found["story"] = everywhere(page)
    for name, text in [*found.items(), ("sent", "".join(heard))]:
        assert OF_BASE not in text, name
        assert OF_TUNED not in text, name


def test_nobody_in_particular_sees_no_more(people, address, unread):
    page = people()
    for name in ("study", "results"):
        text = opened(page, address, name)
        assert OF_BASE not in text
        assert OF_TUNED not in text


def test_the_review_shows_both_answers_and_never_says_whose_they_are(people, address, unread):
    page = people("cy")
    page.goto(f"{address}/review?own")
    page.get_by_role("button", name="Begin").wait_for()
    heard = listening(page)
    page.reload()
    page.get_by_role("button", name="Begin").click()
    for done in range(4):
        page.locator(".words", has_text=f"{done} of ").wait_for()
        page.keyboard.press("1234"[done])
    page.locator(".words", has_text="4 of ").wait_for()
    shown, sent = everywhere(page), "".join(heard)
    for word in (OF_BASE, OF_TUNED):
        assert word in shown
        assert word in sent
    of_pages = HEAD.sub("", shown)
    assert not NAMES.search(of_pages), of_pages[NAMES.search(of_pages).start() - 200 :][:400]
    cards = sent[sent.index(OF_BASE) - 2_000 :]
    assert not NAMES.search(cards), cards[NAMES.search(cards).start() - 80 :][:160]
