from __future__ import annotations

import numpy as np
import pyarrow as pa

from curation.pairs.table import PAIRS
from curation.steps.copies import Copies
from curation.steps.settling import settle
from winnow.config import DuplicatesConfig
from winnow.data.records import Record, to_table


def copies_of(*judged: tuple[str, str, str, float], rows: str) -> Copies:
    """Pairs of rows that are named by a letter, with the verdict on them and their similarity."""
    values = [
        {"id_a": a, "id_b": b, "verdict": verdict, "lexical": score, "semantic": score, "differs": "[]"}
        | dict.fromkeys(("damage_a", "damage_b", "missing_a", "missing_b"), 0)
        for a, b, verdict, score in judged
    ]
    table = to_table(Record(id_, "What is the fee?", "Five pounds.") for id_ in rows)
    return Copies.of(pa.Table.from_pylist(values, schema=PAIRS), table, DuplicatesConfig())


def leaving(copies: Copies) -> dict[str, str]:
    """Map each row that leaves to the one that stays for it."""
    ids, settled = copies.ids.to_pylist(), settle(copies, copies.accepted(copies.settings))
    assert np.array_equal(np.unique([one.row for one in settled.leaving()]), np.flatnonzero(settled.gone()))
    return {ids[one.row]: ids[one.kept] for one in settled.leaving()}


def test_what_was_judged_equal_only_to_one_that_leaves_stays():
    assert leaving(copies_of(("a", "b", "same", 0.95), ("b", "c", "same", 0.95), rows="abc")) == {"a": "b", "c": "b"}
    assert leaving(
        copies_of(
            ("a", "b", "same", 0.95), ("a", "c", "same", 0.95), ("b", "d", "same", 0.95), ("c", "e", "same", 0.95),
            ("a", "f", "same", 0.95), rows="abcdef",
        )
    ) == {"b": "a", "c": "a", "f": "a"}  # fmt: skip


def test_copies_of_a_row_that_left_before_are_settled_without_it():
    assert leaving(copies_of(("a", "b", "exact", 1.0), ("a", "c", "exact", 1.0), rows="bc")) == {"c": "b"}
    assert leaving(copies_of(("a", "b", "same", 0.95), ("a", "c", "same", 0.95), rows="bc")) == {}


def test_a_node_leaves_for_another_one_than_it_contradicts_a_copy_of():
    judged = (("a", "b", "same", 0.99), ("b", "c", "conflict", 0.99), ("a", "c", "same", 0.95))
    assert leaving(copies_of(*judged, rows="abc")) == {"b": "a"}
    assert leaving(copies_of(*judged, ("c", "d", "same", 0.91), rows="abcd")) == {"c": "a"}  # c goes first


def test_a_score_at_the_cut_makes_a_copy_though_32_bits_store_it_below():
    cut = DuplicatesConfig().lexical
    assert leaving(copies_of(("a", "b", "same", cut), rows="ab")) == {"b": "a"}
    assert leaving(copies_of(("a", "b", "same", cut - 0.001), rows="ab")) == {}
    assert leaving(copies_of(("a", "b", "paraphrase", 0.95), rows="ab")) == {"b": "a"}
