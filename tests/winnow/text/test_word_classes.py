from __future__ import annotations

import pytest

from winnow.text.word_classes import Kind, denies, kind, same_root, same_stem, sound, takes_back


def test_forms_of_a_word_are_told_from_words_that_begin_alike():
    assert same_stem("treat", "treated")
    assert same_stem("planned", "plan")
    assert not same_stem("child", "childhood")
    assert same_root("treatment", "treated")
    assert not same_root("inherit", "inhibit")


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


def test_an_end_takes_back_what_was_said_where_it_speaks_of_nothing_else():
    assert takes_back(["none", "of", "the", "above", "is", "true"])
    assert takes_back(["the", "opposite", "is", "the", "case"])
    assert not takes_back(["no", "treatment", "is", "known"])
    assert not takes_back(["that", "is", "right"])


def test_a_clause_denies_by_its_first_word_or_by_what_it_says():
    assert denies(["no"])
    assert denies(["the", "following", "is", "false"])
    assert not denies(["thank", "you"])


def test_words_that_sound_alike_are_told_from_others():
    assert sound("check") == sound("cheque")
    assert sound("trys") == sound("tries")
    assert sound("paid") == sound("payed") != sound("spade")
