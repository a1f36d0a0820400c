"""Rows by meaning: what is near a question though it shares no word."""

from __future__ import annotations

import numpy as np
import pytest

from curation.publish.meaning import Meaning
from winnow.data.records import new_record, to_table
from winnow.models.embedder import Embedder

TEXTS = [
    ("How do I cancel a Direct Debit?", "In the app under Payments."),
    ("What is the overdraft rate?", "It is 35.9% EAR on anything above £50."),
    ("Can my child have a savings account?", "Yes, from birth; a parent opens it."),
    ("Which documents prove my address?", "A council tax bill or a utility bill."),
]
TABLE = to_table(new_record(question, answer) for question, answer in TEXTS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def meaning(folder):
    return Meaning.of(TABLE, Embedder("all-minilm-l6-v2", folder), folder)


def test_a_row_is_found_by_what_it_means_without_a_word_in_common(meaning):
    assert meaning.nearest("identity papers", 4)[0][0] == 3
    assert meaning.nearest("stop a payment", 4)[0][0] == 0
    assert meaning.nearest("kids", 4)[0][0] == 2


@pytest.mark.slow
def test_the_encoder_orders_the_nearest_rows_and_keeps_them_all(meaning):
    assert meaning.finer("Is there an account for my daughter?", np.arange(4))[0] == 2
    assert sorted(meaning.finer("kids", np.arange(4))) == [0, 1, 2, 3]


def test_a_query_of_unknown_words_finds_nothing(meaning):
    assert len(meaning.nearest("", 4)[0]) == 0


def test_vectors_are_made_once_and_then_read(meaning, folder):
    stored = sorted(folder.glob("rows-*.npz"))
    again = Meaning.of(TABLE, meaning.embedder, folder)
    assert sorted(folder.glob("rows-*.npz")) == stored
    assert np.array_equal(again.vectors, meaning.vectors)
