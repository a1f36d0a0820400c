"""What differs between two texts, word by word, and how to show it without trusting either.

left, right = word_differences("£50 a month", "£500 a month")    # spans; the differing words are marked
html = marked(left)                                              # escaped, the differing words in <mark>
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+|\s+|.", re.DOTALL)
LONGEST = 4_000  # words; above, the comparison takes seconds and nobody reads the marks
# What Markdown, or Streamlit's dialect of it, would turn into formulas, HTML, icons, links or images.
ACTIVE = re.compile(r"[$<:\[]")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text that both sides share, or that only this side has."""

    text: str
    differs: bool


def word_differences(left: str, right: str) -> tuple[list[Span], list[Span]]:
    """Mark the words of each text that aren't in the other at that place; very long texts stay unmarked."""
    words, others = WORD.findall(left), WORD.findall(right)
    if max(len(words), len(others)) > LONGEST:
        return [Span(left, False)], [Span(right, False)]
    blocks = Indel.opcodes(words, others)
    mine = ((op.src_start, op.src_end, op.tag != "equal") for op in blocks)
    theirs = ((op.dest_start, op.dest_end, op.tag != "equal") for op in blocks)
    return _spans(words, mine), _spans(others, theirs)


def _spans(words: Sequence[str], runs: Iterable[tuple[int, int, bool]]) -> list[Span]:
    texts = (("".join(words[start:end]), differs) for start, end, differs in runs if start < end)
    return [Span(text, differs and not text.isspace()) for text, differs in texts]


def marked(spans: Iterable[Span]) -> str:
    """Write spans as HTML: every text escaped, the differing ones in <mark>."""
    return "".join(
        f"<mark>{html.escape(span.text)}</mark>" if span.differs else html.escape(span.text) for span in spans
    )


def inert_markdown(text: str) -> str:
    """Escape what would make Markdown load, compute or colour: images, links, formulas, HTML; `$5` stays $5."""
    return ACTIVE.sub(lambda found: "\\" + found.group(), text)
