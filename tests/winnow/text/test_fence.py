from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from winnow.text.fence import block, fence_of


@given(st.lists(st.text("=\n ab", max_size=60), max_size=4))
def test_no_text_can_end_its_own_block(texts):
    fence = fence_of(texts)
    assert not any(fence in text for text in texts)
    written = "".join(block("Text", text, fence) for text in texts)
    assert written.count(fence) == 2 * len(texts)
    assert written.split(f"{fence}\n")[1::2] == [f"{text}\n" for text in texts]


def test_a_fence_is_a_line_of_its_own_also_around_nothing():
    assert block("Context", "", fence_of([])) == "Context:\n========\n\n========\n"
