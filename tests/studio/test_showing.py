from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evaluation.people.marks import Mark
from studio.showing import differing, plain, rendered, spelled, with_marks

TAGS = {"p", "strong", "em", "code", "pre", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "hr", "br",
        "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "s", "span", "mark"}  # fmt: skip


def tags(markup: str) -> set[str]:
    from html.parser import HTMLParser

    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.add(tag)
            assert all(name in ("class", "start", "style") for name, _ in attrs)

    Reader().feed(markup)
    return found


def test_markdown_is_rendered_without_links_pictures_and_html():
    shown = rendered("**a**\n\n|x|\n|-|\n|1|\n\n<script>x</script> [a](javascript:b) ![c](http://d) <http://e>")
    assert {"strong", "table"} <= tags(shown) <= TAGS


@given(st.text(alphabet=st.sampled_from("<>&\"'[]()!:/`*#|-\n\u202e ab1"), max_size=60))
def test_no_text_makes_an_element_that_loads_or_leads(text):
    for markup in (plain(text), rendered(text), *differing(text, text + "x")):
        assert tags(markup) <= TAGS


def test_a_mark_that_turns_the_reading_order_is_written_out():
    assert spelled("\u202e0001£ **a**") == "[right-to-left override]0001£ **a**"
    assert plain("\u202e0001£") == '<span class="control">[right-to-left override]</span>0001£'


def test_blanks_are_said_to_be_empty():
    assert plain(" \n") == rendered(" ") == differing("", "a")[0] == '<span class="empty">(empty)</span>'


def test_marked_passages_stand_out_in_their_own_answer_and_stay_inert():
    marks = [Mark("base", "<b>£25", 3, 9), Mark("base", "£25 a", 6, 11), Mark("tuned", "It", 0, 2)]
    assert with_marks("It <b>£25 a day", "base", marks) == "It <mark>&lt;b&gt;£25</mark><mark> a</mark> day"
    assert with_marks("", "base", []) == '<span class="empty">(empty)</span>'
