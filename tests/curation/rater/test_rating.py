"""From a reply, or the probabilities of its tokens, to a rating."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.rater.rating import NO_RATING, REFUSED, Rating, rating_of, read_rating, weighed
from winnow.models.interface import ToldGeneration, ToldToken


def token(text, chances):
    return ToldToken(text, {name: math.log(chance) for name, chance in chances.items()})


def test_the_expected_rating_is_weighed_among_the_ratings_alone():
    rating = weighed({"1": math.log(0.1), "4": math.log(0.3), "5": math.log(0.1)})
    assert rating.value == pytest.approx((0.1 + 1.2 + 0.5) / 0.5)
    assert rating.shown == "4: 60 %, 1: 20 %, 5: 20 %"
    assert weighed({"3": -9999.0}).value == 3  # what a server says of a token that never comes


@given(st.dictionaries(st.sampled_from("12345"), st.floats(-700, 0), min_size=1))
def test_the_expected_rating_lies_between_the_ratings(chances):
    rating = weighed(chances)
    assert int(min(chances)) - 1e-9 <= rating.value <= int(max(chances)) + 1e-9
    assert weighed({name: log - 5 for name, log in chances.items()}).value == pytest.approx(rating.value)


def test_a_reply_is_weighed_by_the_tokens_that_were_likely_in_its_place():
    told = ToldGeneration("4", 90, 1, (token("4", {"4": 0.5, "5": 0.25, "Good": 0.2, " 5": 0.05}),))
    rating = rating_of(told, 5)
    assert rating.value == pytest.approx((4 * 0.5 + 5 * 0.3) / 0.8)
    assert (rating.read, rating.written) == (90, 1)
    wordy = ToldGeneration("Hm.\n2", 90, 4, (token("Hm", {"Hm": 1.0}), token("\n2", {"\n2": 0.6, "\n3": 0.2})))
    assert rating_of(wordy, 5).value == pytest.approx(2.25)


def test_ratings_off_the_scale_have_no_weight():
    told = ToldGeneration("4", 90, 1, (token("4", {"4": 0.5, "7": 0.4, "3": 0.1}),))
    assert rating_of(told, 5).value == pytest.approx((4 * 0.5 + 3 * 0.1) / 0.6)


def test_without_probabilities_the_digit_counts():
    assert rating_of(ToldGeneration("4", 90, 1), 5) == Rating(4, "4", 90, 1)


@pytest.mark.parametrize(
    ("reply", "rating"),
    [
        ("4", 4),
        (" 4.\n", 4),
        ("**4**", 4),
        ("Rating: 3", 3),
        ("Rating: **3**", 3),
        ("<think>\nIt misses the year.\n</think>\n\n2", 2),
        ("5\n5", 5),
        ("4 out of 5", None),
        ("4/5", None),
        ("4.5", None),
        ("2 or 3", None),
        ("2\n3", None),
        ("4\nBecause it is clear.", None),
        ("0", None),
        ("6", None),
        ("45", None),
        ("four", None),
        ("-4", None),
        ("", None),
        ("The answer is good.", None),
    ],
)
def test_only_one_digit_on_the_last_line_is_read(reply, rating):
    assert read_rating(reply, 5) == rating


@given(st.text(st.sampled_from("12345 6.*\n/-aRating:"), max_size=12) | st.text(max_size=20), st.integers(2, 9))
def test_what_is_read_is_on_the_scale_and_in_the_last_line_alone(reply, highest):
    rating = read_rating(reply, highest)
    if rating is not None:
        assert 1 <= rating <= highest
        last = [line for line in reply.splitlines() if line.strip()][-1]
        assert re.findall(r"\d", last) == [str(rating)]


@given(st.text(max_size=40))
def test_whatever_a_server_says_is_a_rating_on_the_scale_or_none(reply):
    rating = rating_of(ToldGeneration(reply), 5)
    assert 1 <= rating.value <= 5 if rating.is_rated else rating.shown == NO_RATING


def test_what_the_server_refused_has_no_rating_and_says_why():
    rating = rating_of(ToldGeneration("", refusal="HTTP 400: too long"), 5)
    assert not rating.is_rated
    assert rating.shown == f"{REFUSED}: HTTP 400: too long"


@pytest.mark.parametrize("rating", [Rating(3.25, "3: 75 %, 4: 25 %", 90, 1), Rating(math.nan, NO_RATING, 90, 8)])
def test_a_rating_survives_its_file(rating):
    again = Rating.from_dict(rating.as_dict())
    assert again == rating if rating.is_rated else not again.is_rated
    assert again.shown == rating.shown
