from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.pairs.table import PAIRS
from curation.steps.copies import Copies
from curation.steps.thresholds import Threshold, around, moved, removed_at, scored, scores
from winnow.config import DuplicatesConfig
from winnow.data.records import Record, to_table

SCORES = (0.62, 0.74, 0.83, 0.91, 0.97)


@pytest.fixture
def pairs() -> pa.Table:
    """Five paraphrases of rising similarity, one near copy, one exact copy, one contradiction."""
    differs = json.dumps([{"field": "question", "kind": "another word for it", "a": "fee", "b": "charge"}])
    rows = [(f"p{i}a", f"p{i}b", "paraphrase", 0.5, score) for i, score in enumerate(SCORES)]
    rows += [("na", "nb", "same", 0.85, None), ("xa", "xb", "exact", 1.0, None), ("ca", "cb", "conflict", 0.9, 0.99)]
    values = [
        {"id_a": a, "id_b": b, "verdict": v, "lexical": lex, "semantic": sem, "differs": differs}
        | dict.fromkeys(("damage_a", "damage_b", "missing_a", "missing_b"), 0)
        for a, b, v, lex, sem in rows
    ]
    return pa.Table.from_pylist(values, schema=PAIRS)


@pytest.fixture
def table(pairs) -> pa.Table:
    ids = sorted({*pairs["id_a"].to_pylist(), *pairs["id_b"].to_pylist()})
    return to_table(Record(id_, f"question {id_}", "answer") for id_ in ids)


def test_each_threshold_shows_only_the_pairs_it_decides_about(pairs):
    assert list(scores(scored(pairs, "semantic"), "semantic")) == list(SCORES)
    assert scored(pairs, "lexical")["id_a"].to_pylist() == ["na"]


def test_the_pairs_around_a_cut_are_the_nearest_ones_nearest_first(pairs):
    above, below = around(scored(pairs, "semantic"), "semantic", 0.83, n=2)
    assert [pair.one for pair in above] == ["p2a", "p3a"]
    assert [pair.one for pair in below] == ["p1a", "p0a"]
    assert above[0].differs == "another word for it"


def test_a_cut_beyond_all_pairs_has_none_on_that_side(pairs):
    mine = scored(pairs, "semantic")
    assert around(mine, "semantic", 1.0)[0] == []
    assert around(mine, "semantic", 0.0)[1] == []


def test_lowering_the_threshold_removes_more_and_raising_it_less(pairs, table):
    low, middle, high = (
        removed_at(Copies.of(pairs, table, DuplicatesConfig(lexical=0.8)), "semantic", cut) for cut in (0.6, 0.8, 0.95)
    )
    assert not (high & ~middle).any()
    assert not (middle & ~low).any()
    assert [low.sum(), middle.sum(), high.sum()] == [7, 5, 3]  # two leave as near and exact copies at every cut


CUTS = st.sampled_from([0.5, 0.6, 0.7, 0.8, 0.9])
PAIRED = st.tuples(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda ends: ends[0] != ends[1]),
    st.sampled_from(["paraphrase", "paraphrase", "same", "exact", "conflict"]),
    st.sampled_from([0.55, 0.65, 0.75, 0.85, 0.95]),
    st.sampled_from([0.55, 0.65, 0.75, 0.85, 0.95]),
)


@given(
    st.lists(PAIRED, max_size=14, unique_by=lambda pair: frozenset(pair[0])),
    CUTS,
    CUTS,
    st.sampled_from(["semantic", "lexical"]),
)
def test_a_moved_cut_removes_what_it_would_if_it_had_stood_there_at_first(drawn, first, then, threshold: Threshold):
    values = [
        {"id_a": f"r{min(ends)}", "id_b": f"r{max(ends)}", "verdict": verdict, "differs": "[]"}
        | {"lexical": 1.0 if verdict == "exact" else lexical, "semantic": semantic}
        | dict.fromkeys(("damage_a", "damage_b", "missing_a", "missing_b"), 0)
        for ends, verdict, lexical, semantic in drawn
    ]
    pairs = pa.Table.from_pylist(values, schema=PAIRS)
    table = to_table(Record(f"r{n}", f"question {n}", "answer") for n in range(10))
    copies = Copies.of(pairs, table, DuplicatesConfig())
    before, after = (removed_at(copies, threshold, cut) for cut in (first, then))
    assert moved(copies, threshold, (first, before), then).tolist() == after.tolist()
