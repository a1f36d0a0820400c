from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from winnow.text.plain_text import damage, layout, plain, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Rest, <b>and</b> drink&nbsp;tea.</p>", "rest and drink tea"),
        ("[b]Rest[/b] and [url=https://a.b]drink[/url] tea[1], [b] alone", "rest and drink tea 1 alone"),
        ("<!DOCTYPE html><h1>Tea</h1>", "doctype html h1 tea h1"),
        ('<![CDATA[Rest]]> <o:p>and</o:p> drink<ref name="a"/> \\textbf{tea}', "rest and drink tea"),
        ("Fish &amp;amp; chips", "fish chips"),
        ("**Rest** and `drink` [tea](https://a.b/c)", "rest and drink tea"),
        ("It can’t, it isn't and cannot", "it can not it is not and can not"),
        ("CafÃ© au lait", "café au lait"),
        ("1,200 or 1200", "1200 or 1200"),
        ("5mg, 5 mg", "5 mg 5 mg"),
        ("-3.5 %", "- 3.5 percent"),
        ("well-known X-linked", "well known x linked"),
        ("C++ and C#", "c++ and c#"),
        ("a > b, a < b", "a > b a < b"),
        ("\x00zero\u200bwidth\ufeff", "zerowidth"),
    ],
)
def test_what_software_does_to_a_text_is_undone(text, expected):
    assert " ".join(words(text)) == expected


def test_scripts_without_blanks_and_emoji_have_words():
    assert words("你好吗") == ["你", "好", "吗"]
    assert words("😀 😀") == ["😀", "😀"]
    assert words("مرحبا بالعالم") == ["مرحبا", "بالعالم"]


def test_damage_counts_marks_and_a_clean_text_has_none():
    assert damage("A clean sentence, with a < b and 5 * 3.") == 0
    assert damage("<p>A &amp; B</p>") == 3
    assert damage("donâ€™t") > 0


def test_clauses_and_sentences_begin_after_their_marks():
    found = layout("Yes, it is. No more.")
    assert found.clauses == {0, 1, 3, 5}
    assert found.sentences == {0, 3, 5}
    assert layout("Quick one 🙂 is it far").clauses == {0, 2, 5}


def test_the_numbers_of_a_list_are_told_from_other_numbers():
    assert layout("1. Rest for 3 days.\n2. Drink 5 cups. 3. Sleep.").list_numbers == {0, 5, 9}
    assert layout("1. 1.\n1. Rest for 3 days.").list_numbers == {0, 1, 2}


@given(st.text(alphabet="aZé0 5.,'&;<*_#`\n你😀\u200b", max_size=60))
def test_any_text_is_read_and_every_word_is_one(text):
    found = words(text)
    assert all(word and not any(map(str.isspace, word)) for word in found)


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
def test_a_letter_of_another_script_changes_no_other_word(text):
    assume(any(map(str.isalnum, plain(text))))  # else its signs are its words
    assert words(f"{text}\n. \u0436") == [*words(text), "\u0436"]
