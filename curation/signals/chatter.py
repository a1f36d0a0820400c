"""What stands beside an answer and has no word of its row: somebody's word on himself, a note in brackets, a field.

>>> beside(Row("Why is the sky blue?", "I'd be glad to explain. Short waves of light are scattered most."))
["I'd be glad to explain."]
"""

from __future__ import annotations

import re

from curation.signals.asides import LEAD, LEADING, ends, shares_nothing
from curation.signals.requests import asks_for_form, asks_for_tale
from curation.signals.rows import WORD, Row, word_set

FIRST = word_set("i i'm i'd i'll i've me my")
SPEAKS = re.compile(r"\b(?:i'(?:m|d|ll|ve)|i(?= [a-z]{2})|me|my)\b")
ASKS = re.compile(r"\?\W*$")  # who is ordered to write may well be given an "I"
TO_ANOTHER = re.compile(r"\b(?:are|were|did|is|have|how do) you\b|\byour\b")  # who is asked of himself says "I"
LONGEST = 25  # words of such a piece
NOTE = re.compile(r"\A\s*[\[(]([^\[\]()\n]{3,120})[\])]\s+(?=\S)|\[([^\[\]\n]{3,120})\][.!]?\s*$")
NAMED = re.compile(r"[^\W\d_]{2,}")
FEW = 2  # words of a note
FIELD = re.compile(r"\n\s*(\w[\w /-]{1,24}: ?\S[^\n]*?)\s*$")


def beside(row: Row) -> list[str]:
    """List such pieces; none where the question orders something to be written, or an "I" speaks all along."""
    if not ASKS.search(row.question) or asks_for_tale(row) or asks_for_form(row):
        return []
    return [piece for piece in (*_spoken(row), *_notes(row.answer)) if shares_nothing(piece, row)]


def _spoken(row: Row) -> list[str]:
    """List the first sentence, the last and what stands before a colon, where an "I" is in them and nowhere else."""
    if FIRST.isdisjoint(row.words) or TO_ANOTHER.search(row.question_lower):  # most answers
        return []
    opening = row.answer[:LEADING].partition("\n")[0]
    lead = next((opening[: found.start()] for found in LEAD.finditer(opening)), "")
    spoken = [piece for piece in ends(row) if len(WORD.findall(piece)) <= LONGEST and SPEAKS.search(_plain(piece))]
    if not spoken and SPEAKS.search(_plain(lead)):
        spoken = [lead]
    said = sum(len(SPEAKS.findall(_plain(piece))) for piece in spoken)
    is_all = len(spoken) == len(row.sentences) > 1  # somebody tells of himself
    return spoken if said == len(SPEAKS.findall(row.lower)) and not is_all else []


def _plain(piece: str) -> str:
    return piece.lower().replace("’", "'")


def _notes(answer: str) -> list[str]:
    """List a note in brackets at the beginning or the end, and a field below the answer."""
    found = [next(filter(None, match.groups())) for match in NOTE.finditer(answer)]
    field = FIELD.search(answer[-2 * LEADING :])
    found += [field[1]] if field and len(field[1].split()) <= LONGEST else []
    return [note for note in found if len(NAMED.findall(note)) >= FEW]
