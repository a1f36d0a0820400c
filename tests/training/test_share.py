from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from training.share import TrainingTokens

TRAIN = [{"question": "How much is protected?", "answer": "Up to £85,000 by the scheme."}] * 10
PRESERVED = [{"question": "What is 2 + 2?", "answer": "It is four, of course.", "tokens": 7}] * 6


def test_a_share_is_of_all_that_is_trained():
    data = TrainingTokens(own=300, there=200)
    quarter = data.at(0.25)
    assert (quarter.needed, quarter.suffices) == (100, True)
    assert quarter.needed / (quarter.needed + data.own) == 0.25


def test_too_few_dialogues_are_told_with_the_share_that_comes_out():
    found = TrainingTokens(own=300, there=100).at(0.5)
    assert not found.suffices
    assert found.reached == 0.25
    assert "They don't suffice: 25% comes out" in found.words


def test_tokens_of_rows_are_estimated_by_the_models_own():
    data = TrainingTokens.of(TRAIN, PRESERVED)
    assert data.there == 42
    assert data.own == round(280 / (22 / 7))
    assert TrainingTokens.of(TRAIN, []).own == 70


@given(st.floats(0, 0.9), st.integers(1, 10_000), st.integers(0, 10_000))
def test_what_comes_out_is_never_more_than_was_asked_for(share, own, there):
    found = TrainingTokens(own, there).at(share)
    assert found.reached <= share + 1 / (found.needed + own) + 1e-9
