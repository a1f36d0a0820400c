"""What stands beside an answer and has no word of its row: somebody's word on himself, a note in brackets, a field.

>>> beside(Row("Why is the sky blue?", "I'd be glad to explain. Short waves of light are scattered most."), Corpus())
["I'd be glad to explain."]
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.edges import ends, leads, shares_nothing
from curation.signals.requests import asks_for_form, asks_for_tale
from curation.signals.rows import FIRST_PERSON, Row
from winnow.text.words import WORD, straight, word_set

SPEAKS = re.compile(r"\b(?:i'(?:m|d|ll|ve)|i(?= [a-z]{2})|me|my)\b")
ASKS = re.compile(r"\?\W*$")  # who is ordered to write may well be given an "I"
TO_ANOTHER = re.compile(r"\b(?:are|were|did|is|have|how do) you\b|\byour\b")  # who is asked of himself says "I"
LONGEST = 25  # words of such a piece
NOTE = re.compile(
    r"\A\s*\[([^\[\]()\n]{3,120})\]\s+(?=\S)|\A\s*\(([^()\n]{3,120})\)\s+(?=\S)|\[([^\[\]\n]{3,120})\][.!]?\s*$"
)
NAMED = re.compile(r"[^\W\d_]{2,}")
FEW, MORE = 2, 4  # words of a note, and of one in round brackets: "(for adults) …" begins an answer
FIELD = re.compile(r"^[ \t]*(\w[\w /-]{1,24}): ?\S.*$", re.MULTILINE)
NOTICES = word_set(
    "note notes tip tips hint warning caution important remember example source sources see result total"
)


def beside(row: Row, corpus: Corpus) -> list[str]:
    """List such pieces; none where the question orders a text, or an "I" speaks all along or by the file's habit."""
    if not ASKS.search(row.question) or asks_for_tale(row) or asks_for_form(row):
        return []
    spoken = [] if corpus.is_spoken else _spoken(row)
    return [piece for piece in (*spoken, *_notes(row.answer)) if shares_nothing(piece, row)]


def _spoken(row: Row) -> list[str]:
    """List the first sentence, the last and what stands before a colon, where an "I" is in them and nowhere else."""
    if FIRST_PERSON.isdisjoint(row.words) or TO_ANOTHER.search(row.question_lower):  # most answers
        return []
    lead = next(iter(leads(row.answer)), "")
    spoken = [piece for piece in ends(row) if len(WORD.findall(piece)) <= LONGEST and SPEAKS.search(straight(piece))]
    if not spoken and SPEAKS.search(straight(lead)):
        spoken = [lead]
    said = sum(len(SPEAKS.findall(straight(piece))) for piece in spoken)
    is_all = len(spoken) == len(row.sentences) > 1  # somebody tells of himself
    return spoken if said == len(SPEAKS.findall(row.lower)) and not is_all else []


def _notes(answer: str) -> list[str]:
    """List a note in brackets at the beginning or the end, and a field below an answer that has no other."""
    notes = [
        (note, least)
        for match in NOTE.finditer(answer)
        for note, least in zip(match.groups(), (FEW, MORE, FEW), strict=True)
        if note
    ]
    fields = list(FIELD.finditer(answer)) if "\n" in answer.strip() else []
    if len(fields) == 1 and fields[0].end() == len(answer.rstrip()) and fields[0][1].lower() not in NOTICES:
        notes.append((fields[0].group().strip(), FEW))
    return [note for note, least in notes if least <= len(NAMED.findall(note)) <= LONGEST]
