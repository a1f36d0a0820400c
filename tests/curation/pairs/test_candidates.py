from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.ingest import ingest
from curation.pairs import candidates
from curation.pairs.differences.habits import Habits
from curation.pairs.kept import KeptComparisons
from curation.pairs.proposals import semantic
from curation.pairs.proposals.lexical import distinct_pairs, group_pairs, shared_runs, similar_texts
from curation.pairs.proposals.near import near_pairs
from curation.pairs.texts.coded_rows import CodedRows
from curation.pairs.texts.lexicon import Lexicon, flat_codes, general_words
from winnow.config import DuplicatesConfig, IngestConfig
from winnow.data.files import cache_folder
from winnow.data.records import new_record, to_table
from winnow.models import word_vectors as static_embedder
from winnow.models.embedder import Embedder
from winnow.models.word_vectors import word_vectors

DEMO = Path(__file__).parents[3] / "data" / "demo" / "faq.jsonl"
TEXTS = [
    "what are the opening hours of the library on sundays",
    "what are the opening huors of the libary on sundays",
    "how do i renew a passport that was stolen abroad",
    "which vaccinations does a puppy need in its first year",
]


def test_texts_with_slips_are_proposed_and_others_are_not():
    assert similar_texts(TEXTS).tolist() == [[0, 1]]


def test_a_text_within_a_longer_one_is_proposed_by_the_runs_they_share():
    lexicon = Lexicon()
    long = " ".join(TEXTS)
    coded = [lexicon.encode(text) for text in (TEXTS[2], long, "nothing of the kind")]
    pairs, counts = shared_runs(coded)
    assert pairs.tolist() == [[0, 1]]
    assert counts.tolist() == [len(coded[0]) - 2]


def test_groups_give_all_their_pairs_unless_they_are_too_large():
    labels = np.array([7, 3, 7, 7, 3])
    assert distinct_pairs([group_pairs(labels, 10)]).tolist() == [[0, 2], [0, 3], [1, 4], [2, 3]]
    assert distinct_pairs([group_pairs(labels, 2)]).tolist() == [[1, 4]]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_distinct_pairs_are_sorted_and_pair_nothing_with_itself(pairs):
    found = distinct_pairs([np.array(pairs, np.int64).reshape(-1, 2)]).tolist()
    assert found == sorted([low, high] for low, high in {(min(pair), max(pair)) for pair in pairs} if low != high)


@given(st.lists(st.text(alphabet="abc d\u4e00\U0001f600", max_size=20), max_size=10))
def test_flat_codes_lay_texts_end_to_end(texts):
    flat, offsets = flat_codes(texts)
    assert ["".join(map(chr, flat[a:b])) for a, b in pairwise(offsets.tolist())] == texts


@pytest.mark.parametrize("exact_rows", [100, 1])
def test_rows_in_other_words_are_proposed_exactly_and_by_lists(minilm, monkeypatch, exact_rows):
    monkeypatch.setattr(semantic, "MAX_EXACT_ROWS", exact_rows)
    rows = [
        ("How can people often begin to buy large houses?", "Individuals frequently start with a small loan."),
        ("How can individuals frequently start to purchase big houses?", "People often begin with a little loan."),
        ("Which birds nest on cliffs?", "Puffins and gulls, near the sea."),
        *((f"What does {word} mean?", f"It is like {word}.") for word in sorted(general_words())[2000:12000:150]),
    ]
    table = to_table(new_record(q, a) for q, a in rows)
    coded = CodedRows.read(table, word_vectors(Embedder("all-minilm-l6-v2", cache_folder())))
    asked = {coded.question(node).raw[:14] for pair in semantic.semantic_pairs(coded) for node in pair}
    assert asked == {"How can people", "How can indivi"}


def test_the_same_rows_are_judged_once_whatever_their_order(tmp_path, monkeypatch):
    table = to_table(
        [new_record("What is an ISA?", "A savings account."), new_record("what is an isa", "A savings account")]
    )
    first = candidates.find_once(table, DuplicatesConfig(), None, tmp_path)
    monkeypatch.setattr(candidates, "find", lambda *_: pytest.fail("judged again"))
    again = candidates.find_once(table.take([1, 0]), DuplicatesConfig(lexical=0.5), None, tmp_path)
    assert again.equals(first)
    assert len(first) == 1


def test_vectors_of_words_are_the_same_kept_or_made_anew(monkeypatch):
    vectors = word_vectors(Embedder("all-minilm-l6-v2", cache_folder()))
    words = ["heart", "kidney", "heart", "liver"]
    fresh = vectors(words)
    assert np.array_equal(vectors(words[::-1]), fresh[::-1])
    monkeypatch.setattr(static_embedder, "MAX_REMEMBERED_WORDS", 2)  # no room: forgotten, or never kept
    assert np.array_equal(np.concatenate([vectors(["lung", "skin"]), vectors(words)])[2:], fresh)


def test_two_words_that_the_encoder_does_not_know_are_not_alike():
    vectors = word_vectors(Embedder("all-minilm-l6-v2", cache_folder()))(["好", "夢", "heart"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([0, 0, 1])


def test_nothing_is_lost_by_reading_only_the_pairs_that_may_be_one():
    table, _, _ = ingest([str(DEMO)], IngestConfig())
    rows = CodedRows.read(table, word_vectors(Embedder("all-minilm-l6-v2", cache_folder())))
    kept = KeptComparisons.of(rows)
    pairs = kept.oriented(near_pairs(rows))
    everything = candidates.compare_pairs(rows, pairs)
    compared, seen = candidates.read_pairs(rows, candidates.worth_reading(rows, pairs, kept), kept)
    judged = candidates.judge_pairs(compared, Habits.learn(seen))
    assert judged == candidates.judge_pairs(everything, candidates.learn_habits(rows, everything))
    assert 0 < len(judged) <= len(list(compared)) < len(everything)
