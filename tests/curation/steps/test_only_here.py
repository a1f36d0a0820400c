from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.steps.only_here import MAX_WORDS, only_here


@pytest.mark.parametrize(
    ("text", "other", "found"),
    [
        ("It costs 5 pounds. Ask Ada on 07700 900123.", "It costs 5 pounds.", ["Ask Ada on 07700 900123."]),
        ("It costs 5 pounds, a year.", "it costs 5 pounds a year", []),
        ("First pay. Then ask.", "Then ask. First pay.", []),
        ("Es kostet 5 Euro im Jahr.", "Es kostet Euro.", ["5", "im Jahr."]),
        ("一种可以先消费后还款的卡。", "另一张卡。", ["一种可以先消费后还款的卡。"]),
        ("", "Something.", []),
    ],
)
def test_what_only_one_text_has_is_named_in_its_own_spelling(text, other, found):
    assert only_here(text, other) == found


def test_a_very_long_text_is_named_as_a_whole():
    long = "word " * (MAX_WORDS + 1)
    assert only_here(long, "word") == [long]


@given(st.text(max_size=80), st.text(max_size=80))
def test_each_piece_stands_in_the_text(text, other):
    assert all(piece in " ".join(text.split()) for piece in only_here(text, other))
    assert only_here(text, text) == []
