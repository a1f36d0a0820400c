from __future__ import annotations

import pytest

from curation.wording import Kind, denies, kind, opposite, same_number, same_root, same_stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("increase", "decreases"),
        ("known", "unknown"),
        ("hypertension", "hypotension"),
        ("hot", "cold"),
        ("red", "blue"),
    ],
)
def test_opposites_contradict_in_both_directions(one, other):
    assert opposite(one, other)
    assert opposite(other, one)


@pytest.mark.parametrize(("one", "other"), [("big", "large"), ("care", "care"), ("", "less"), ("card", "cord")])
def test_other_words_are_no_opposites(one, other):
    assert not opposite(one, other)


def test_forms_of_a_word_are_told_from_words_that_begin_alike():
    assert same_stem("treat", "treated")
    assert same_stem("planned", "plan")
    assert not same_stem("child", "childhood")
    assert same_root("treatment", "treated")
    assert not same_root("inherit", "inhibit")


def test_numbers_are_compared_by_value():
    assert same_number("two", "2")
    assert same_number("2.50", "2.5")
    assert not same_number("2", "3")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("not", Kind.NEGATION),
        ("iv", Kind.NUMBER),
        ("b", Kind.NUMBER),
        ("1a", Kind.NUMBER),
        ("mg", Kind.UNIT),
        ("why", Kind.QUESTION),
        ("the", Kind.SMALL),
        ("liver", Kind.CONTENT),
    ],
)
def test_words_have_the_kind_that_their_sentence_needs(word, expected):
    assert kind(word) is expected


def test_a_clause_denies_by_its_first_word_or_by_what_it_says():
    assert denies(["no"])
    assert denies(["the", "following", "is", "false"])
    assert not denies(["thank", "you"])
