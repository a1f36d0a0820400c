"""Texts that nobody vouches for, as HTML that can't act: escaped, rendered from Markdown, or with differences marked.

>>> plain("<b>£5</b>")
'&lt;b&gt;£5&lt;/b&gt;'
>>> plain("a\\u202eb")                         # what would turn the reading order is written out
'a<span class="control">[right-to-left override]</span>b'
>>> rendered("**£5** [a](http://b)")
'<p><strong>£5</strong> [a](http://b)</p>'
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from markdown_it import MarkdownIt

from evaluation.people.marks import Mark
from winnow.text.diff import marked, word_differences

EMPTY = '<span class="empty">(empty)</span>'
# Marks that change the direction in which the text after them is read: "\u202e0001£" reads £1000.
TURNING = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
# Links and pictures stay as they were typed: an answer must not lead or load anywhere.
MARKDOWN = (
    MarkdownIt("commonmark", {"html": False})
    .enable(["table", "strikethrough"])
    .disable(["link", "image", "autolink", "html_inline", "html_block"])
)


def plain(text: str) -> str:
    """Escape a text as it is; one of blanks alone is said to be empty."""
    return _with_controls(html.escape(text)) if text.strip() else EMPTY


def rendered(text: str) -> str:
    """Render Markdown without links, pictures and HTML."""
    return _with_controls(MARKDOWN.render(text).strip()) if text.strip() else EMPTY


def differing(left: str, right: str) -> tuple[str, str]:
    """Escape two texts, the words that aren't in both marked."""
    one, other = (_with_controls(marked(side)) for side in word_differences(left, right))
    return one if left.strip() else EMPTY, other if right.strip() else EMPTY


def with_marks(text: str, system: str, marks: Iterable[Mark]) -> str:
    """Escape an answer with the passages that reviewers called wrong marked in it; marks that overlap are one."""
    kept = sorted((mark.start, mark.end) for mark in marks if mark.system == system)
    parts, at = [], 0
    for start, end in kept:
        if end > at:
            parts += [html.escape(text[at : max(at, start)]), f"<mark>{html.escape(text[max(at, start) : end])}</mark>"]
            at = end
    return _with_controls("".join([*parts, html.escape(text[at:])])) if text.strip() else EMPTY


def spelled(text: str) -> str:
    """Write out what would turn the reading order, in a text that isn't markup.

    "a\\u202eb" → "a[right-to-left override]b"
    """
    return TURNING.sub(lambda found: f"[{_name(found.group())}]", text)


def _with_controls(markup: str) -> str:
    return TURNING.sub(lambda found: f'<span class="control">[{_name(found.group())}]</span>', markup)


def _name(character: str) -> str:
    return unicodedata.name(character).lower()
