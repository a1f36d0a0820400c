"""Signal of an answer that was true on some day only.

>>> out_of_date(Row("Who leads the council?", "As of May 2013, Ms Roe."), Corpus()).matched
'as of may 2013'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from curation.signals.corpus import Corpus
from curation.signals.events import ONCE, SCHEDULED
from curation.signals.moments import ADVERB, DATED, RELATIVE, Wording
from curation.signals.rows import NOTHING, Finding, Row, excerpt

GENERAL = re.compile(
    r"\b(?:you|your|you're|you'll|yours|if|when|whenever|unless|each|every|any|anyone|usually|often|always|normally"
    r"|typically|generally|most|annual(?:ly)?|yearly|whether|who|patients?|people|someone|it|they|symptoms?)\b"
)
CLAUSE_START = re.compile(r"[.!?:;]\s|\n")
SENTENCE_START = re.compile(r"[.!?]\s|\n")
FEW_ROWS = 100  # below which a file has no habit
SELDOM = 0.01  # share of rows up to which an adverb of time isn't the file's habit
YEAR_HINTS = ("19", "20")


def out_of_date(row: Row, corpus: Corpus) -> Finding:
    """Number of wordings that were true on some day only, where the question doesn't name that day itself."""
    text = row.lower
    found = [match.group() for match in DATED.finditer(text)] if any(hint in text for hint in YEAR_HINTS) else []
    starts = [0, *(end.start() for end in SENTENCE_START.finditer(text)), len(text)]
    found += [match.group() for match in _matches(text, starts, RELATIVE)]
    found += [match.group() for match in _matches(text, starts, ONCE) if not _is_general(text, match)]
    timed = [match.group() for match in _matches(text, starts, SCHEDULED) if not _is_general(text, match)]
    timed += [match.group() for match in _matches(text, starts, ADVERB)]
    found += [wording for wording in timed if _is_seldom(wording, corpus)]
    found = [wording for wording in found if wording not in row.question_lower]
    return Finding(float(len(found)), excerpt("; ".join(found))) if found else NOTHING


def _matches(text: str, starts: Sequence[int], wordings: Sequence[Wording]) -> Iterator[re.Match[str]]:
    """Look for each wording in the sentences that have its letters; a sentence begins with the stop before it."""
    for hints, pattern in wordings:
        present = [hint for hint in hints if hint in text]
        for start, end in pairwise(starts) if present else ():
            if any(text.find(hint, start, end + 1) >= 0 for hint in present):
                yield from pattern.finditer(text, start, end + 1)


def _is_general(text: str, match: re.Match[str]) -> bool:
    """Whether the clause speaks of anybody's or anytime's events."""
    start = max((end.end() for end in CLAUSE_START.finditer(text, 0, match.start())), default=0)
    return GENERAL.search(text, start, match.end()) is not None


def _is_seldom(adverb: str, corpus: Corpus) -> bool:
    """Whether few rows of the file have the adverb's last word; a file without rows to tell has no habit."""
    word = adverb.split()[-1]
    return corpus.words.get(word, 0) <= SELDOM * max(corpus.size, 1) or corpus.size < FEW_ROWS
