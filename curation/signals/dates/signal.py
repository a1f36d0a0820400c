"""Signal of an answer that was true on some day only.

>>> out_of_date(Row("Who leads the council?", "As of May 2013, Ms Roe."), Corpus()).matched
'as of may 2013'
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.dates.days import of_its_day
from curation.signals.dates.events import ONCE, SCHEDULED
from curation.signals.dates.moments import ADVERB, DATED, RELATIVE
from curation.signals.requests import asks_for_tale
from curation.signals.rows import NOTHING, Finding, Row
from curation.signals.wordings import Wording, Wordings
from winnow.text.words import excerpt

GENERAL = re.compile(
    r"\b(?:you|your|you're|you'll|yours|if|when|whenever|unless|each|every|any|anyone|usually|often|always|normally"
    r"|typically|generally|most|annual(?:ly)?|yearly|whether|who|patients?|people|someone|it|they|symptoms?)\b"
)
CLAUSE_START = re.compile(r"[.!?:;]\s|\n")
SENTENCE_START = re.compile(r"[.!?]\s|\n")
FEW_ROWS = 100  # below which a file has no habit
SELDOM = 0.01  # share of rows up to which an adverb of time isn't the file's habit
YEAR_HINTS = ("19", "20")
WORDINGS = Wordings([*RELATIVE, *ONCE, *SCHEDULED, *ADVERB])
OF_EVENTS, BY_HABIT = {*ONCE, *SCHEDULED}, {*SCHEDULED, *ADVERB}


def out_of_date(row: Row, corpus: Corpus) -> Finding:
    """Number of wordings that were true on some day only, where the question doesn't name that day itself."""
    text = row.lower
    found = [match.group() for match in DATED.finditer(text)] if any(hint in text for hint in YEAR_HINTS) else []
    starts = [0, *(stop.start() for stop in SENTENCE_START.finditer(text))]  # with the stop, by which wordings begin
    said = [match.group() for kind, match in WORDINGS.find_within(text, starts) if _is_meant(kind, match, corpus)]
    said += of_its_day(row)
    if said and not asks_for_tale(row):
        found += said
    found = [wording for wording in found if wording not in row.question_lower]
    return Finding(float(len(found)), excerpt("; ".join(found))) if found else NOTHING


def _is_meant(wording: Wording, match: re.Match[str], corpus: Corpus) -> bool:
    """Whether it is said of one day: of one event, where it may be anybody's, and not by the file's habit."""
    if wording in OF_EVENTS and _is_general(match):
        return False
    return wording not in BY_HABIT or _is_seldom(match.group(), corpus)


def _is_general(match: re.Match[str]) -> bool:
    """Whether the clause speaks of anybody's or anytime's events."""
    start = max((end.end() for end in CLAUSE_START.finditer(match.string, 0, match.start())), default=0)
    return GENERAL.search(match.string, start, match.end()) is not None


def _is_seldom(adverb: str, corpus: Corpus) -> bool:
    """Whether few rows of the file have the adverb's last word; a file without rows to tell has no habit."""
    word = adverb.split()[-1]
    return corpus.words.get(word, 0) <= SELDOM * max(corpus.size, 1) or corpus.size < FEW_ROWS
