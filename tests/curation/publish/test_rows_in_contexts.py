"""A folder of rows with contexts and turns: what is removed, and how the story and the report show it."""

from __future__ import annotations

import json

import pytest

from curation.publish.story import story, story_text
from curation.stage import curate_sources, move_thresholds
from winnow.config import load
from winnow.data.files import read_jsonl
from winnow.study.workspace import Curated

QUESTION = "What is the notice period?"
LEASE = "Lease of the shop at <Harbour Street>: either side may leave the agreement with 30 days of notice in writing."
HISTORY = [["I rent a shop.", "Where is it?"]]
ROWS = [
    {"question": QUESTION, "answer": "Thirty days, in writing.", "context": LEASE},
    {"question": QUESTION, "answer": "Thirty days, in writing.", "context": LEASE.replace("agreement", "agreemnt")},
    {"question": QUESTION, "answer": "Sixty days, in writing.", "context": LEASE.replace("30", "60")},
    {"question": QUESTION, "answer": "Thirty days, in writing.", "context": LEASE.replace("Harbour", "Castle")},
    {"question": QUESTION, "answer": "Ten days, by letter.", "history": HISTORY},
    {
        "question": QUESTION,
        "answer": "Thirty days, in writing.",
        "system_prompt": "You answer the questions of tenants.",
    },
]


@pytest.fixture(scope="module")
def curated(tmp_path_factory) -> Curated:
    folder = tmp_path_factory.mktemp("leases")
    source = folder / "leases.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    curate_sources([str(source)], Curated(folder / "out"), load())
    return Curated(folder / "out")


def test_only_the_damaged_copy_leaves_and_nothing_contradicts(curated):
    (removed,) = read_jsonl(curated.root / "removed.jsonl")
    assert removed["line"] == 2
    assert removed["evidence"]["differs"] == [{"field": "context", "kind": "typo", "a": "agreemnt", "b": "agreement"}]
    reasons = [reason["signal"] for row in read_jsonl(curated.root / "flagged.jsonl") for reason in row["reasons"]]
    assert "contradictions" not in reasons


def test_the_story_shows_contexts_of_the_row_and_of_its_twin_and_turns(curated):
    told = story_text(story(curated, "leases.jsonl:2"))
    assert "  context   Lease of the shop at <Harbour Street>: either side may leave the agreemnt" in told
    assert "    context   Lease of the shop at <Harbour Street>: either side may leave the agreement" in told
    assert "  history   user: I rent a shop. assistant: Where is it?" in story_text(story(curated, "leases.jsonl:5"))
    assert "  system    You answer the questions of tenants." in story_text(story(curated, "leases.jsonl:6"))


def test_the_report_shows_contexts_escaped(curated):
    page = (curated.root / "report.html").read_text()
    assert page.count("context: Lease of the shop at &lt;Harbour Street&gt;") == 2
    assert "<Harbour" not in page
    assert "context: Lease" in (curated.root / "report.md").read_text()


def test_a_moved_threshold_keeps_what_was_compared_in_the_contexts(curated):
    before = (curated.root / "removed.jsonl").read_bytes()
    assert move_thresholds(curated, ["duplicates.lexical=1.0"])["removed"] == 1
    move_thresholds(curated, ["duplicates.lexical=0.9"])
    assert (curated.root / "removed.jsonl").read_bytes() == before
