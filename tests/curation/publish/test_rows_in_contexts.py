"""A folder of rows with contexts and turns: what is removed, and how the story and the report show it."""

from __future__ import annotations

import pytest

from curation.pairs.candidates import find
from curation.publish.markdown import markdown
from curation.publish.page import page
from curation.publish.report import summarise
from curation.publish.story import story, story_text
from curation.steps import contradictions, duplicates
from winnow.config import ContradictionsConfig, DuplicatesConfig
from winnow.data.files import write_table
from winnow.data.records import new_record, to_table
from winnow.study.workspace import Curated

QUESTION = "What is the notice period?"
LEASE = "Lease of the shop at <Harbour Street>: either side may leave the agreement with 30 days of notice in writing."
SAID = "Thirty days, in writing."
HISTORY = [{"role": "user", "content": "I rent a shop."}, {"role": "assistant", "content": "Where is it?"}]
ROWS = [
    (SAID, {"context": LEASE}),
    (SAID, {"context": LEASE.replace("agreement", "agreemnt")}),
    ("Sixty days, in writing.", {"context": LEASE.replace("30", "60")}),
    (SAID, {"context": LEASE.replace("Harbour", "Castle")}),
    ("Ten days, by letter.", {"history": HISTORY}),
    (SAID, {"system": "You answer the questions of tenants."}),
]


@pytest.fixture
def curated(tmp_path) -> Curated:
    folder = Curated(tmp_path)
    rows = (new_record(QUESTION, said, "leases.jsonl", n, **around) for n, (said, around) in enumerate(ROWS, start=1))
    table = to_table(rows)
    write_table(folder.records_file, table)
    pairs = find(table, DuplicatesConfig())
    folder.ledger.write_step(3, "duplicates", duplicates.decide(pairs, table, DuplicatesConfig()))
    folder.ledger.write_step(4, "contradictions", contradictions.decide(pairs, table, ContradictionsConfig()))
    return folder


def test_only_the_damaged_copy_leaves_and_nothing_contradicts(curated):
    view = curated.view()
    assert view.flags == {}
    (removed,) = view.removed.values()
    assert removed.evidence["differs"] == [{"field": "context", "kind": "typo", "a": "agreemnt", "b": "agreement"}]


def test_the_story_shows_contexts_of_the_row_and_of_its_twin_and_turns(curated):
    told = story_text(story(curated, "leases.jsonl:2"))
    assert "  context   Lease of the shop at <Harbour Street>: either side may leave the agreemnt" in told
    assert "    context   Lease of the shop at <Harbour Street>: either side may leave the agreement" in told
    assert "  earlier turns User: I rent a shop. Assistant: Where is it?" in story_text(
        story(curated, "leases.jsonl:5")
    )
    assert "  system prompt You answer the questions of tenants." in story_text(story(curated, "leases.jsonl:6"))


def test_the_report_shows_contexts_escaped(curated):
    report = summarise(curated.view(), curated.ledger.step_decisions(), {})
    shown = page(report)
    assert shown.count("context: Lease of the shop at &lt;Harbour Street&gt;") == 2
    assert "<Harbour" not in shown
    assert "context: Lease" in markdown(report)
