"""Signals of what a scraper or a broken encoding left behind: addresses, mojibake."""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.rows import IN_CONTEXT, NOTHING, Finding, Row
from winnow.text.characters import MOJIBAKE
from winnow.text.words import excerpt

ADDRESS = re.compile(
    r"(?:(?:https?|hxxps?|ftps?)(?:://|\[:\]//)|www\.|(?<![@\w.])(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|io|info|co|ly"
    r"|[a-z]{2,7}(?=/\w+/))/)"
    r"(?:[^\s<>\"')\[\]]|\[\.\])+|\bmailto:\S+@\S+",
    re.IGNORECASE,
)
DOMAIN = re.compile(r"\.[a-z]{2,7}/")  # with those marks, what every address has


def addresses(row: Row, corpus: Corpus) -> Finding:
    """Share of the answer's characters that are web addresses."""
    lower = row.lower
    if not any(mark in lower for mark in ("//", "www.", "mailto:")) and not ("/" in lower and DOMAIN.search(lower)):
        return NOTHING
    found = [m.group() for m in ADDRESS.finditer(row.answer)]
    if not found:
        return NOTHING
    return Finding(sum(map(len, found)) / max(len(row.answer.strip()), 1), excerpt(" ".join(found)))


def mojibake(row: Row, corpus: Corpus) -> Finding:
    """Number of wrongly decoded or lost characters in question, answer and context."""
    texts = (f"{row.question}\n{row.answer}", ""), (row.context, IN_CONTEXT)
    found = [(match, place) for text, place in texts if not text.isascii() for match in MOJIBAKE.finditer(text)]
    if not found:
        return NOTHING
    (first, place), start = found[0], found[0][0].start()
    return Finding(float(len(found)), excerpt(first.string, max(start - 15, 0), start + 25) + place)
