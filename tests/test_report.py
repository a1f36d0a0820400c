"""The report adds up, quotes untrusted text safely, and knows how sure it is of its removals."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
import yaml

from curation.audit import answer, draw, precision
from curation.card import card, size_category
from curation.outputs import flagged_row, kept_row, removed_row
from curation.report import histogram, markdown, summarise
from curation.report_page import page
from winnow.ledger import Decision, settle
from winnow.records import new_record, number_copies, to_records, to_table

NASTY = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} `code`"
RECORDS = to_table(
    number_copies(new_record(f"What is {n}?", NASTY if n == 0 else f"It is {n}.", "faq.jsonl", n + 1) for n in range(6))
)
IDS = RECORDS["id"].to_pylist()
DECISIONS = [
    Decision(IDS[5], "clean", "repair", "repaired whitespace", field="answer", text="It's 5."),
    Decision(IDS[0], "duplicates", "remove", "same as another row", {"twin": IDS[1], "score": 0.97}),
    Decision(IDS[2], "quality", "remove", "the answer is empty", {"signal": "empty", "value": 1.0, "limit": 1}),
    Decision(IDS[3], "quality", "flag", "the answer refuses", {"signal": "refusal", "value": 1.0, "limit": 0.5}),
    Decision(IDS[4], "contradictions", "flag", "answers differ", {"group": [IDS[4], IDS[5]]}),
]
VIEW = settle(RECORDS, DECISIONS)
REPORT = summarise(VIEW, DECISIONS, {"clean": 0.1, "duplicates": 2.0, "quality": 1.0}, [0.5, 0.91, 0.99])


def test_kept_and_removed_are_the_input():
    assert (REPORT["input"], REPORT["kept"], REPORT["removed"], REPORT["flagged"]) == (6, 4, 2, 2)
    assert REPORT["repaired"] == 1
    assert REPORT["by_reason"]["same as another row"] == 1
    json.dumps(REPORT, allow_nan=False)


def test_the_funnel_hands_on_what_it_leaves():
    steps = REPORT["steps"]
    assert [step["step"] for step in steps] == ["clean", "duplicates", "quality", "contradictions"]
    assert all(step["in"] - step["removed"] == step["out"] for step in steps)
    assert all(one["out"] == other["in"] for one, other in pairwise(steps))
    assert steps[-1]["out"] == REPORT["kept"]


def test_an_example_shows_its_twin():
    example = REPORT["examples"]["same as another row"][0]
    assert example["twin_answer"] == "It is 1."


def test_texts_of_rows_cannot_act_in_the_page_or_the_markdown():
    html = page(REPORT)
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert "http" not in html.replace("http-equiv", "")
    quoted = next(line for line in markdown(REPORT).splitlines() if "alert(1)" in line)
    assert quoted.strip().startswith("- `")
    assert quoted.count("`") == 2


def test_a_report_of_nothing_can_still_be_drawn():
    empty = settle(to_table([]), [])
    report = summarise(empty, [], {})
    assert report["kept"] == report["removed"] == 0
    assert "No row was removed" in page(report)
    assert "Not known" in markdown(report)


def test_the_histogram_counts_every_pair():
    assert sum(bin_["pairs"] for bin_ in histogram([0.5, 0.91, 0.99, 1.0, 1.2])) == 5
    assert histogram([]) == []


def test_rows_of_the_three_files():
    records = {record.id: record for record in to_records(RECORDS)}
    assert list(kept_row(records[IDS[1]]))[:2] == ["question", "answer"]
    removed = removed_row(records[IDS[0]], DECISIONS[1])
    assert (removed["step"], removed["evidence"]["twin"]) == ("duplicates", IDS[1])
    flagged = flagged_row(records[IDS[3]], [DECISIONS[3]])
    assert flagged["reasons"][0]["signal"] == "refusal"
    assert flagged["reasons"][0]["value"] == 1.0
    assert "0.5" in flagged["reasons"][0]["rule"]
    assert flagged_row(records[IDS[4]], [DECISIONS[4]])["group"] == [IDS[4], IDS[5]]


def test_precision_is_of_the_drawn_sample_by_those_who_answered():
    removed = {f"r{n}": Decision(f"r{n}", "duplicates", "remove", "same") for n in range(40)}
    sample = draw(removed, 20, seed=0)
    assert draw(dict(reversed(removed.items())), 20, seed=0) == sample
    said = [answer(decision, is_right=n != 0, by="ada") for n, decision in enumerate(sample)]
    said.append(answer(removed[next(id_ for id_ in removed if id_ not in {d.id for d in sample})], False, by="ada"))
    found = precision(removed, said, 20, seed=0)
    assert found["all"].estimate == pytest.approx(0.95)
    assert found["all"].n == 20, "an answer about a row outside the sample doesn't count"
    assert found["duplicates"].low < 0.95 < found["duplicates"].high
    assert precision(removed, [], 20, seed=0) == {}


def test_a_person_s_removal_is_no_error_of_a_step():
    assert draw({"a": Decision("a", "why", "remove", "wrong", by="ada")}, 5, seed=0) == []


def test_the_card_has_a_header_that_the_hub_reads():
    text = card(REPORT, "faq", ["faq.jsonl"], seed=0, languages={"en": 0.99, "de": 0.01})
    header = yaml.safe_load(text.split("---")[1])
    assert header["language"] == ["en"]
    assert header["size_categories"] == ["n<1K"]
    assert "4 question-answer pairs" in text
    assert size_category(74_000) == "10K<n<100K"
