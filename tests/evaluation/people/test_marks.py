from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.people.marks import Mark, marks_from_json, marks_to_json, passage


@pytest.mark.parametrize(
    ("answer", "seen", "found"),
    [
        ("Up to £25,000 a year.", "£25,000", "£25,000"),
        ("Up to **£25,000** a year.", "£25,000 a year", "£25,000** a year"),
        ("It costs\n\n- £25\n- a day", "£25 a day", "£25\n- a day"),
        ("Up to £20,000.", "£25,000", None),
        ("Up to £20,000.", "  ", None),
        ("a (b", "(b", "(b"),
    ],
)
def test_a_passage_is_found_as_it_was_typed_from_what_a_reader_selected(answer, seen, found):
    mark = passage("tuned", answer, seen)
    assert (mark and mark.text) == found
    assert mark is None or answer[mark.start : mark.end] == mark.text


@given(st.text(max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_whatever_is_selected_in_the_plain_text_is_found_and_kept(answer, one, other):
    seen = answer[min(one, other) : max(one, other)]
    mark = passage("base", answer, seen)
    assert (mark is None) == (not seen.strip())
    if mark:
        assert mark.text.split()[0][:1] == seen.split()[0][:1]
        assert marks_from_json(marks_to_json([mark])) == (mark,)


def test_a_vote_of_before_there_were_marks_has_none():
    assert marks_from_json(None) == ()
    assert Mark("base", "a", 0, 1) in marks_from_json(marks_to_json([Mark("base", "a", 0, 1)]))
