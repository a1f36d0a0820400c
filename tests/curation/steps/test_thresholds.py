from __future__ import annotations

import json

import pyarrow as pa
import pytest

from curation.pairs.table import PAIRS
from curation.steps.thresholds import around, removed_at, scored, scores
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
        removed_at(pairs, table, DuplicatesConfig(lexical=0.8), "semantic", cut) for cut in (0.6, 0.8, 0.95)
    )
    assert low > middle > high
    assert [len(low), len(middle), len(high)] == [7, 5, 3]  # two leave as near and exact copies at every cut
