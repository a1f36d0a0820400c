from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.text.calendar import MONTH_NUMBERS, MONTHS
from winnow.text.plain_text import words
from winnow.text.quantities import Quantity, quantities
from winnow.text.quantities_in_words import is_of_quantity, quantities_in_words
from winnow.text.units import NUMBER_WORDS, UNITS


def spoken(text: str) -> list[Quantity]:
    return quantities_in_words(words(text))


def values(text: str) -> list[tuple[str, float]]:
    return [(found.dimension, found.value) for found in spoken(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,500 mg", "1.5 g"),
        ("1,500 mg", "1500 mg"),
        ("two weeks", "14 days"),
        ("an hour", "60 mins"),
        ("10 lbs", "ten pounds"),
        ("€5", "EUR 5"),
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
    (ours,), (theirs,) = spoken(one), spoken(other)
    assert ours.equals(theirs)


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
    (ours,), (theirs,) = spoken(one), spoken(other)
    assert not ours.equals(theirs)


def test_a_date_in_figures_that_can_be_read_in_two_ways_is_no_date():
    assert [value[0] for value in values("3/4/2024")] == ["", "", ""]
    assert values("4/4/2024") == [("date", 20240404)]


def test_words_that_only_look_like_amounts_are_left_alone():
    assert values("the first day, and you may go") == []
    assert values("5-10 days") == [("", 5.0), ("duration", 864_000.0)]
    assert values("in March 2020") == [("date", 20200300)]


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
def test_whatever_the_words_quantities_stand_in_order_and_are_made_of_words_that_can_be_of_one(found):
    end = 0
    for quantity in quantities_in_words(found):
        start, stop = quantity.span
        assert end <= start < stop <= len(found)
        assert all(map(is_of_quantity, found[start:stop]))
        end = stop


# ── read from a text and from its words ───────────────────────────────────────────────────────────────────

SPELLED_OUT = sorted(name for name in UNITS if name.isalpha() and name.isascii() and name not in ("m", "mm"))


@given(st.integers(0, 10**6), st.sampled_from(SPELLED_OUT))
def test_both_readers_give_a_number_and_its_unit_the_same_value(number, unit):
    text = f"{number:,} {unit}"
    (written,), (worded,) = quantities(text), spoken(text)
    assert written.equals(worded)
    assert (written.unit, worded.unit) == (unit, unit)


@given(st.sampled_from(sorted(NUMBER_WORDS)), st.sampled_from(sorted(NUMBER_WORDS)))
def test_both_readers_know_every_number_word(ten, one):
    tens, ones = NUMBER_WORDS[ten], NUMBER_WORDS[one]
    number, text = (tens + ones, f"{ten}-{one} days") if tens >= 20 and 0 < ones < 10 else (ones, f"{one} days")
    (written,), (worded,) = quantities(text), spoken(text)
    assert written.value == worded.value == number * 86_400


@pytest.mark.parametrize("text", ["1,500 mg", "1500 mg", "1.5 g", "1500 milligrams"])
def test_one_and_a_half_grams_are_one_value_however_they_are_written(text):
    (written,), (worded,) = quantities(text), spoken(text)
    assert written.value == pytest.approx(1.5)
    assert (written.dimension, worded.dimension) == ("mass", "mass")
    assert written.equals(worded)


def test_a_quantity_knows_its_unit_its_dimension_and_where_it_stands():
    (written,) = quantities("take 5 mg")
    assert (written.value, written.unit, written.dimension, written.span) == (0.005, "mg", "mass", (5, 9))
    (worded,) = spoken("take 5 mg")
    assert (worded.value, worded.unit, worded.dimension, worded.span) == (0.005, "mg", "mass", (1, 3))


def test_pounds_are_weight_beside_weight_and_may_be_money_in_a_metric():
    (money,), (weight,) = quantities("£5"), quantities("5 pounds")
    assert money.matches(weight)
    assert values("5 pounds") == [("mass", pytest.approx(2_267.96185))]


@pytest.mark.parametrize(("number", "month"), enumerate(MONTHS, start=1))
def test_months_are_known_by_their_names_and_their_first_three_letters(number, month):
    assert MONTH_NUMBERS[month] == MONTH_NUMBERS[month[:3]] == number
    assert values(f"7 {month} 2024") == values(f"{month[:3]} 7th, 2024") == [("date", 20240007 + 100 * number)]


@pytest.mark.parametrize(
    ("text", "value"), [("a dozen", 12), ("two hundred and fifty", 250), ("three thousand and fifty", 3_050)]
)
def test_scales_in_words_multiply_what_stands_before_them(text, value):
    assert values(text) == [("", value)]
