"""Word diff of two texts, and its display as HTML in which neither text can act as markup.

left, right = word_differences("£50 a month", "£500 a month")    # spans; the differing words are marked
html = marked(left)                                              # escaped, the differing words in <mark>
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel, Opcode

from winnow.text.words import PIECE

MAX_MARKED_WORDS = 4_000  # above, the comparison takes seconds and nobody reads the marks
# What Markdown, or Streamlit's dialect of it, would turn into formulas, HTML, icons, links or images.
ACTIVE = re.compile(r"[$<:\[]")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text that both sides share, or that only this side has."""

    text: str
    differs: bool


def word_differences(left: str, right: str) -> tuple[list[Span], list[Span]]:
    """Mark the words of each text that aren't in the other at that place; very long texts stay unmarked."""
    words, others = PIECE.findall(left), PIECE.findall(right)
    if max(len(words), len(others)) > MAX_MARKED_WORDS:
        return [Span(left, False)], [Span(right, False)]
    runs = _joined(Indel.opcodes(words, others), words)
    mine = [Span("".join(words[run.start : run.end]), run.differs) for run in runs]
    theirs = [Span("".join(others[run.other_start : run.other_end]), run.differs) for run in runs]
    return [span for span in mine if span.text], [span for span in theirs if span.text]


@dataclass(slots=True)
class _Run:
    """Words start:end of one text against those of the other: the same, or not."""

    start: int
    end: int
    other_start: int
    other_end: int
    differs: bool


def _joined(blocks: Iterable[Opcode], words: Sequence[str]) -> list[_Run]:
    """Join differing runs across spaces and single words that agree by chance: a reader sees phrases, not confetti."""
    runs = [_Run(b.src_start, b.src_end, b.dest_start, b.dest_end, b.tag != "equal") for b in blocks]
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        agreeing = sum(not word.isspace() for word in words[run.start : run.end])
        run.differs = run.differs or (before.differs and after.differs and agreeing <= 1)
    joined: list[_Run] = []
    for run in runs:
        if joined and joined[-1].differs == run.differs:
            joined[-1].end, joined[-1].other_end = run.end, run.other_end
        else:
            joined.append(run)
    return joined


def marked(spans: Iterable[Span]) -> str:
    """Write spans as HTML: every text escaped, the differing ones in <mark>, the spaces at their ends outside it."""
    return "".join(_marked(span.text) if span.differs else html.escape(span.text) for span in spans)


def _marked(text: str) -> str:
    core = text.strip()
    before, _, after = text.partition(core) if core else (text, "", "")
    return f"{before}<mark>{html.escape(core)}</mark>{after}" if core else text


def inert_markdown(text: str) -> str:
    """Escape what would make Markdown load, compute or colour: images, links, formulas, HTML; `$5` stays $5."""
    return ACTIVE.sub(lambda found: "\\" + found.group(), text)
