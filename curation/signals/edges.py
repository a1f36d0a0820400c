"""The edges of an answer, where asides stand, and whether a piece of it shares a word with the row.

>>> ends(Row("What is an ISA?", "Sure! It's an account. It is free of tax."))
['Sure!', 'It is free of tax.']
"""

from __future__ import annotations

import re
from collections import Counter

from curation.corpus.rows import STEM, Row
from winnow.text.words import FUNCTION_WORDS, WORD

LEAD = re.compile(r"\s*(?::|→|=>|>>|[–—]|-(?= )|\*{2,}|={2,})\s*(?=\S)")
LEADING, ENDING = 110, 200  # characters in which a lead ends and a tail begins
TAIL = re.compile(r"(?:\n|\s(?:--|\*{3}|>>>|<<<)\s)\s*([^\n]{3,160}?)\s*$")
BRACKET = re.compile(r"[\[(]([^\[\]()\n]{3,160})[\])][.!]?\s*$|^\s*\[([^\[\]\n]{3,60})\]")
SENTENCE = re.compile(r"[!?]|\.(?!\d)")


def leads(answer: str) -> list[str]:
    """List the beginnings of an answer's first line up to each mark that may end a lead."""
    opening = answer[:LEADING].partition("\n")[0]
    return [opening[: found.start()] for found in LEAD.finditer(opening)]


def apart(row: Row) -> list[str]:
    """List what stands apart: before a colon or a dash at the beginning, in brackets or below a line at the end."""
    closings = (BRACKET.search(row.answer), TAIL.search(row.answer[-ENDING:]))
    behind = [next(filter(None, found.groups())) for found in closings if found]
    return [lead for lead in leads(row.answer) if not SENTENCE.search(lead)] + behind


def ends(row: Row) -> list[str]:
    """Give the first sentence and the last, without brackets around them; none of an answer of one sentence."""
    return [row.sentences[at].strip("()[]") for at in (0, -1)] if len(row.sentences) > 1 else []


def outer_lines(row: Row) -> list[str]:
    """Give the first line and the last, of several."""
    lines = [line for line in map(str.strip, row.answer.split("\n")) if line]
    return [lines[0], lines[-1]] if len(lines) > 1 else []


def shares_nothing(piece: str, row: Row) -> bool:
    """Whether a piece of an answer has no word of the question nor of the rest, those of grammar aside."""
    words = [word for word in WORD.findall(piece.lower()) if word not in FUNCTION_WORDS]
    own, said = Counter(word[:STEM] for word in words), Counter(word[:STEM] for word in row.words)
    asked = {word[:STEM] for word in row.question_words}
    return not any(stem in asked or said[stem] > times for stem, times in own.items() if len(stem) > 3)
