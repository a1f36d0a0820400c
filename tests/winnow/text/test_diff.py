from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from winnow.text.diff import MAX_MARKED_WORDS, Span, inert_markdown, marked, word_differences


def test_only_the_differing_words_are_marked_on_each_side():
    left, right = word_differences("It costs £50 a month.", "It costs £500 a month.")
    assert [span.text for span in left if span.differs] == ["50"]
    assert [span.text for span in right if span.differs] == ["500"]


def test_a_number_with_separators_is_one_word():
    left, _ = word_differences("up to £85,000.00", "up to £85,000.50")
    assert [span.text for span in left if span.differs] == ["85,000.00"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_spans_of_each_side_join_to_its_text(left, right):
    spans, others = word_differences(left, right)
    assert "".join(span.text for span in spans) == left
    assert "".join(span.text for span in others) == right


@given(st.text(max_size=60))
def test_a_text_does_not_differ_from_itself(text):
    assert not any(span.differs for side in word_differences(text, text) for span in side)


def test_texts_too_long_to_compare_in_time_are_shown_unmarked():
    long = "word " * MAX_MARKED_WORDS
    assert word_differences(long, "other") == ([Span(long, False)], [Span("other", False)])


def test_words_that_agree_by_chance_between_differences_are_part_of_the_difference():
    left, right = word_differences("Ask the branch and wait", "Call the office and pay")
    assert [span.text for span in left] == ["Ask the branch and wait"]
    assert [span.text for span in right] == ["Call the office and pay"]


def test_spaces_at_the_ends_of_a_difference_are_not_marked():
    assert marked([Span(" new ", True), Span("\n", True)]) == " <mark>new</mark> \n"


def test_marked_text_is_escaped():
    assert marked([Span("<b>", False), Span("<i>", True)]) == "&lt;b&gt;<mark>&lt;i&gt;</mark>"


def test_markdown_keeps_its_emphasis_and_loses_what_acts():
    assert inert_markdown("**Fee**: $5 to $10") == "**Fee**\\: \\$5 to \\$10"
    assert inert_markdown("![x](http://a/b)") == "!\\[x](http\\://a/b)"
    assert inert_markdown("<img src=x>") == "\\<img src=x>"
