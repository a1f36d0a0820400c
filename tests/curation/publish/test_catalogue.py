"""The catalogue of rows: what each filter leaves, what the facets count, and which rows are folded into one."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from curation.publish.catalogue import ALONE, FACETS, Beside, catalogue_of
from curation.publish.facets import Filters
from winnow.data.ledger import Decision, settle
from winnow.data.records import RECORDS as RECORDS_SCHEMA
from winnow.data.records import new_record, to_table
from winnow.text.topics import Topic, Topics

TEXTS = [
    ("What is the overdraft rate?", "It is 35.9% EAR."),
    ("what is the overdraft rate", "It's 35.9% EAR."),
    ("What is the overdraft rate?", "It is 19.9% EAR."),
    ("Where is my card?", " "),
    ("How much can I save in an ISA?", "Up to £20,000 in the tax year."),
]
RECORDS = [new_record(q, a, f"data/{'ab'[place % 2]}.jsonl", place + 1) for place, (q, a) in enumerate(TEXTS)]
IDS = [record.id for record in RECORDS]


def decided(people=()):
    steps = [
        Decision(IDS[3], "quality", "remove", "the answer is empty", by="quality"),
        Decision(IDS[1], "duplicates", "remove", "says the same as its twin; what differs: typo", {"twin": IDS[0]}),
        Decision(IDS[0], "contradictions", "flag", "can't hold too", {"group": [IDS[0], IDS[2]]}),
        Decision(IDS[2], "contradictions", "flag", "can't hold too", {"group": [IDS[0], IDS[2]]}),
        Decision(IDS[2], "quality", "flag", "reads as: the answer refuses", {"signal": "reader"}),
        Decision(IDS[2], "quality", "flag", "the answer refuses"),
    ]
    return settle(to_table(RECORDS), steps, people)


@pytest.fixture(scope="module")
def catalogue():
    topics = Topics((Topic(0, "rates", ("rates",)), Topic(1, "cards", ("cards",))), {IDS[0]: 0, IDS[1]: 0, IDS[3]: 1})
    signals = pa.table({"id": IDS[:4], "repetition": [0.1, None, 0.9, 0.5]})
    restored = [Decision(IDS[4], "studio", "restore", "fine", by="ada")]
    return catalogue_of(decided(restored), Beside(topics, {IDS[4]: "held-out"}, restored, (), signals))


def shown(catalogue, **asked):
    return np.flatnonzero(catalogue.narrowed(Filters(**asked))).tolist()


def test_rows_are_found_by_status_reason_topic_file_split_and_who_decided(catalogue):
    assert shown(catalogue) == [0, 1, 2, 3, 4]
    assert shown(catalogue, chosen={"status": ["removed"]}) == [1, 3]
    assert shown(catalogue, chosen={"status": ["removed", "to decide"], "file": ["b.jsonl"]}) == [1, 3]
    assert shown(catalogue, chosen={"reason": ["says the same as its twin"]}) == [1]
    assert shown(catalogue, chosen={"topic": ["rates"]}) == [0, 1]
    assert shown(catalogue, chosen={"split": ["held-out"]}) == [4]
    assert shown(catalogue, chosen={"by": ["ada"]}) == [4]


def test_what_a_signal_and_the_reader_say_alike_is_one_reason_and_counts_a_row_once(catalogue):
    assert catalogue.shown(Filters()).counts["reason"]["the answer refuses"] == 1


def test_words_are_found_in_texts_reasons_ids_and_places_whatever_their_case(catalogue):
    assert shown(catalogue, words="OVERDRAFT 35.9%") == [0, 1]
    assert shown(catalogue, words="empty") == [3]
    assert shown(catalogue, words=IDS[4]) == [4]
    assert shown(catalogue, words="a.jsonl:5") == [4]
    assert shown(catalogue, words="unicorn") == []


def test_words_are_found_in_what_stands_around_a_question():
    history = [{"role": "user", "content": "I rent a shop."}]
    row = new_record("What is the fee?", "Five pounds.", context="Card: £5.", history=history, references=["£5.00"])
    catalogue = catalogue_of(settle(to_table([row]), []))
    for words, rows in (("rent a shop", [0]), ("card:", [0]), ("£5.00", [0]), ("sell a shop", [])):
        assert shown(catalogue, words=words) == rows


def test_a_range_of_a_signal_leaves_out_rows_without_a_value(catalogue):
    assert shown(catalogue, ranges={"repetition": (0.0, 1.0)}) == [0, 2, 3]
    assert shown(catalogue, ranges={"repetition": (0.5, 0.9)}) == [2, 3]


def test_rows_compared_with_each_other_fold_into_the_one_that_is_kept(catalogue):
    assert catalogue.groups[:3].tolist().count(catalogue.groups[0]) == 3
    assert catalogue.groups[3] == ALONE
    places, sizes = catalogue.folded(np.arange(5))
    assert places.tolist() == [0, 3, 4]
    assert sizes.tolist() == [3, 1, 1]
    places, sizes = catalogue.folded(np.array([1, 2]))
    assert places.tolist() == [2], "the row that is kept stands for one that is removed"
    assert sizes.tolist() == [2]


def test_a_row_is_read_with_its_texts_as_they_stand_and_why():
    corrected = [Decision(IDS[0], "studio", "correct", "typo", field="answer", text="It is 39.9% EAR.", by="ada")]
    catalogue = catalogue_of(decided(corrected), Beside(people=corrected))
    first, removed = catalogue.rows([0, 1])
    assert (first.answer, first.decisions) == ("It is 39.9% EAR.", ())
    assert (removed.answer, removed.reason) == ("It's 35.9% EAR.", "says the same as its twin; what differs: typo")
    assert [catalogue.status(place) for place in range(5)] == ["kept", "removed", "to decide", "removed", "kept"]


FILTERS = some.builds(
    Filters,
    chosen=some.dictionaries(
        some.sampled_from(FACETS),
        some.lists(
            some.sampled_from(["kept", "removed", "to decide", "rates", "no topic", "a.jsonl", "ada", "quality"]),
            max_size=2,
        ),
    ),
    words=some.sampled_from(["", "rate", "35.9", "the is"]),
    ranges=some.sampled_from([{}, {"repetition": (0.0, 0.5)}]),
    among=some.none() | some.lists(some.integers(0, 4)),
)


@given(FILTERS)
def test_the_counts_of_a_facet_with_one_value_a_row_add_up_to_the_rows_shown(catalogue, filters):
    rows, counts = int(catalogue.narrowed(filters).sum()), catalogue.shown(filters).counts
    for name in ("status", "topic", "file", "split"):
        chosen = filters.chosen.get(name) or catalogue.facets[name].names
        assert sum(n for value, n in counts[name].items() if value in chosen) == rows


@given(FILTERS)
def test_each_count_is_the_number_of_rows_that_choosing_the_value_shows(catalogue, filters):
    counts = catalogue.shown(filters).counts
    for name in FACETS:
        for value, count in counts[name].items():
            chosen = Filters(filters.chosen | {name: [value]}, filters.words, filters.ranges, filters.among)
            assert int(catalogue.narrowed(chosen).sum()) == count


@given(some.lists(some.integers(0, 4), unique=True))
def test_folding_loses_no_row(catalogue, places):
    _, sizes = catalogue.folded(np.array(places, np.int64))
    assert sizes.sum() == len(places)


def test_a_hundred_thousand_rows_are_narrowed_well_within_half_a_second():
    rows = 100_000
    ids = [f"{n:016x}" for n in range(rows)]
    texts = {
        "question": [f"What is fee {n}?" for n in range(rows)],
        "answer": [f"It is £{n % 977}. " * 9 for n in range(rows)],
    }
    columns = {"id": ids, **texts, "source": ["f.jsonl"] * rows, "line": range(rows), "metadata": ["{}"] * rows}
    table = pa.table([columns.get(name, [""] * rows) for name in RECORDS_SCHEMA.names], schema=RECORDS_SCHEMA)
    flags = [Decision(id_, "quality", "flag", f"reason {n % 9}") for n, id_ in enumerate(ids) if n % 4 == 0]
    catalogue = catalogue_of(settle(table, flags))
    filters = Filters({"reason": ["reason 4"]}, "£4")
    catalogue.narrowed(filters)  # what is searched is put into small letters once
    began = time.process_time()
    shown = catalogue.shown(filters)
    assert time.process_time() - began < 0.4  # of a core; 0.1 s where it is quiet
    assert shown.counts["status"] == {"to decide": len(shown.places)}
