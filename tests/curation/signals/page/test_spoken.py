"""Markup is content where a row speaks of it, in any language."""

from __future__ import annotations

import pytest

from curation.signals.page.spoken import is_spoken_of


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How is a bold word written?", "<b>word</b>"),
        ("Wie schreibt man ein fettes Wort?", "<b>Wort</b>"),
        ("How do I link?", '<a href="https://example.org">Text</a>'),
        ("What does `&lt;` stand for?", "For the sign that opens a tag."),
        ("What is &lt; for?", "It is the sign < in a page."),
        ("How do I stress a word?", "Put `<em>word</em>` around it."),
        ("Comment souligner ?", "Avec «<u>mot</u>»."),
        ("How do I stress a word?", "Use <b> for bold and <i> for italics."),
        ("Write the HTML of a list.", "<ul><li>one</li></ul>"),
    ],
)
def test_marks_that_are_what_is_said(question, answer):
    assert is_spoken_of(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is an ISA?", "<p>A <b>tax-free</b> account.</p>"),
        ("What is an ISA?", "A tax-free account."),
        ("<p>What is it?</p>", "<p>AT&amp;T &lt; 5&nbsp;mg</p>"),
        ("Is it free?", '<p class="MsoNormal">Yes, <a href="x.html">it is</a> free.</p>'),
        ("Is it free?", "<b>Yes, it is free of charge.</b> Ask us."),
    ],
)
def test_furniture_of_a_page(question, answer):
    assert not is_spoken_of(question, answer)
