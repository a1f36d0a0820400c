from __future__ import annotations

import pytest

from winnow.text.opposites import opposite


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("increase", "decreases"),
        ("known", "unknown"),
        ("hypertension", "hypotension"),
        ("hot", "cold"),
        ("red", "blue"),
        ("permitted", "prohibited"),
        ("eligible", "ineligible"),
        ("voluntary", "mandatory"),
        ("reduces", "raises"),
    ],
)
def test_opposites_contradict_in_both_directions(one, other):
    assert opposite(one, other)
    assert opposite(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("big", "large"), ("care", "care"), ("", "less"), ("card", "cord"), ("allowed", "permitted")]
)
def test_other_words_are_no_opposites(one, other):
    assert not opposite(one, other)
