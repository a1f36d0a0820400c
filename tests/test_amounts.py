from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.amounts import amounts, equal, speaks_of_amounts
from curation.plain_text import words


def values(text: str) -> list[tuple[str | float, ...]]:
    return [found.value for found in amounts(words(text))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two weeks", "14 days"),
        ("5 km", "5000 m"),
        ("half a gram", "500 mg"),
        ("1 hour and 30 minutes", "an hour and a half"),
        ("6 feet 2 inches", "74 inches"),
        ("two years", "24 months"),
        ("1.5 million", "1,500,000"),
        ("two hundred and fifty", "250"),
        ("a dozen", "12"),
        ("fifty percent", "50 %"),
        ("$5.00", "5 dollars"),
        ("24 December 2024", "December 24th, 2024"),
        ("2024-12-24", "24/12/2024"),
        ("24.12.2024", "12/24/2024"),
        ("3 pm", "15:00"),
    ],
)
def test_one_amount_is_known_in_other_words(one, other):
    (ours,), (theirs,) = values(one), values(other)
    assert equal(ours, theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two weeks", "15 days"),
        ("5 km", "5 m"),
        ("5 g", "5 ml"),
        ("30 days", "1 month"),
        ("$5", "€5"),
        ("24 December 2024", "24 December 2025"),
        ("24 December", "24 November"),
        ("3 pm", "3 am"),
        ("twenty-one", "22"),
        ("18008608747", "18008601747"),
        ("4,474,866", "4,474,868"),
    ],
)
def test_other_amounts_are_told_apart(one, other):
    (ours,), (theirs,) = values(one), values(other)
    assert not equal(ours, theirs)


def test_a_date_in_figures_that_can_be_read_in_two_ways_is_no_date():
    assert [value[0] for value in values("3/4/2024")] == ["", "", ""]
    assert values("4/4/2024") == [("date", 2024, 4, 4)]


def test_words_that_only_look_like_amounts_are_left_alone():
    assert values("the first day, and you may go") == []
    assert values("5-10 days") == [("", 5.0), ("day", 10.0)]
    assert values("in March 2020") == [("date", 2020, 3, 0)]


TOKENS = st.sampled_from(
    [
        "a",
        "an",
        "and",
        "half",
        "of",
        "/",
        ".",
        "2",
        "24",
        "12",
        "2024",
        "00",
        "5.5",
        "two",
        "twenty",
        "hundred",
        "km",
        "day",
        "days",
        "may",
        "pm",
        "$",
        "th",
        "tea",
    ]
)


@given(st.lists(TOKENS, max_size=8))
def test_whatever_the_words_amounts_stand_in_order_and_are_made_of_words_that_speak_of_them(found):
    end = 0
    for amount in amounts(found):
        assert end <= amount.start < amount.end <= len(found)
        assert all(map(speaks_of_amounts, found[amount.start : amount.end]))
        end = amount.end
