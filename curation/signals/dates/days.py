"""What an answer says of its own day, at its beginning or its end: "While the offer lasts, …", "Updated last Monday."

>>> of_its_day(Row("What is an ISA?", "An account that is free of tax. The old forms are accepted for another 9 days."))
['The old forms are accepted for another 9 days.']

No list of phrases: a sentence, a bracket or the clause before a first comma that names a moment is such an aside where
it says nothing else than that something holds, or speaks of nothing of which question and answer speak.
"""

from __future__ import annotations

import re

from curation.signals.dates.moments import DAY
from curation.signals.edges import apart, ends, shares_nothing
from curation.signals.rows import Row
from curation.signals.wordings import Wording, Wordings
from winnow.text.calendar import FEASTS, MONTHS, SEASONS, any_name
from winnow.text.words import FUNCTION_WORDS, WORD, straight, word_set

MONTH = any_name(MONTHS, but=("may",))
SEASON = any_name((*SEASONS, *FEASTS))
PERIOD = (
    r"(?:weeks?|months?|years?|weekend|quarter|semester|term|season|fall|days|mornings?|afternoon|evening"
    rf"|{SEASON})"
)
# a moment, by whoever's day
MOMENTS = Wordings(Wording.of(hints, pattern) for hints, pattern in (
    ("tonight|tomorrow|yesterday|today|the other day|the first of|right now|the moment|for now|so far|nowadays|soon"
     "|shortly|recent|latest|newest|coming|lately", r"\b(?:tonight|tomorrow|yesterday|(?:is|until|till|of|from|since"
     r"|only) today|today's (?:record|state|public|situation|date|closing|market|holiday|strike)|right now"
     r"|the other day|since the first of|at the moment|for now|so far|nowadays|(?<!as )soon|shortly|most recent"
     r"|recently|the latest|newest|upcoming|forthcoming|lately)\b"),
    # "divide last year's cost by twelve" is advice
    ("this |last |next |these |coming ", r"\b(?!(?:last|next) (?:month|year)['’]s)(?:this|last|next(?! term)|these"
     rf"|coming) (?:(?:first|early|few|two|three|past|tax|academic|school|financial) )?(?:{PERIOD}|{DAY})\b"),
    ("current |present |ongoing ", r"\b(?:the|our|this|its) (?:current|present|ongoing) (?:\w+ )?(?:state|situation"
     r"|position|rules?|rates?|prices?|fees?|law|government|crisis|emergency|version|edition|list|system|restrictions"
     r"|measures|season|year|month|quarter|period|wave|outbreak|backlog|offer|owner|director|minister|president|team"
     r"|shortage|plan|policy|scheme|tariff|arrangements?|strike|works)\b"),
    ("e new |r new |e old |r old |special ", r"\b(?:the|our) (?:new|old|special) (?:\w+ )?(?:rules?|forms?|fees?"
     r"|prices?|rates?|offers?|terms|system|app|version|branch|law|tariff|cards?|website|portal)\b"),
    ("hours|days|weeks|months", r"\b(?:another|further|next|past|last) (?:\d+|two|three|four|five|six|ten|few"
     r"|couple of) (?:hours|days|weeks|months)\b"),
    ("sday|nday|iday|rday", rf"\b(?:on|since|until|by|from|of|this|before|after) {DAY}\b"),
    (SEASON, rf"\b(?:{SEASON}) (?:term|semester|season|timetable)\b"),
    (f"{MONTH}|{SEASON}", r"\b(?:since|until|by|from|before|after|began in) (?:early |late |mid-?)?"
     rf"(?:{MONTH}|{SEASON})\b(?! \d)"),
    ("while |as long as |until |once |during ",
     r"\b(?:while|as long as|until|once|during) (?:the|our|this) (?:\w+ ){0,3}(?:lasts?|continues?|goes on|offer|sale"
     r"|strike|transition|trial|recall|works|closure|crisis|pandemic|campaign|emergency|repairs|renovations?)\b"),
))  # fmt: skip
CURRENTLY = re.compile(r"(?:currently|presently|right now|for now|at present)\b")  # at an answer's beginning
# the same, more strictly, with words by which something holds then
HELD = Wordings([Wording.of(
    "current|present|at this |right now|nowadays|today|tonight|the latest|now|this |last |next |the new |the coming "
    "|goes on|is on|lasts|in force|19|20",
    r"\b(?:currently|presently|at present|at this (?:time|point)|right now|nowadays|today(?:'s)?|tonight|the latest|now"
    rf"|(?:this|last|next) (?:(?:tax|academic|school|financial|calendar) )?{PERIOD}(?:'s)?|the (?:current|present|new"
    r"|coming) (?:\w+ )?(?:year|month|week|season|quarter|term|semester|rules|prices|rates|situation|position|state)"
    r"|goes on|is on|lasts|in force|(?:19|20)\d\d (?:edition|version|guidelines|rules|intake|season|rates|figures"
    r"|tariff|prices))\b",
)])  # fmt: skip
HOLDING = word_set("""
    answer answers apply applies applied following follows below above position situation status things stand stands
    figures numbers available information details correct true accurate right valid hold holds good rules rule
    regulations terms conditions prices rates fees list edition version guidelines intake christmas easter holiday
    holidays season period date time moment writing mind bear anyway head heading here's that's it's where place case
    since until while during effect changed updated knowledge know far least end transition trial strike lockdown offer
    sale campaign works construction as-is still
""")
EDGE = 200  # characters at either end in which such a piece is looked for
LONGEST, CLAUSE = 30, 10  # words of an aside, and of a clause before a comma
BRIEF = 16  # words of one that may speak of anything else


def of_its_day(row: Row) -> list[str]:
    """List the asides on when the answer holds; none where the question names a time itself."""
    outer = row.lower if len(row.lower) <= 2 * EDGE else f"{row.lower[:EDGE]}\n{row.lower[-EDGE:]}"
    if not (_named(HELD, outer) or _named(MOMENTS, outer)) or _named(HELD, row.question_lower):  # most answers
        return []
    clause = _clause(row.answer)
    pieces = [piece for piece in dict.fromkeys(apart(row) + ends(row)) if _holds(piece, row) or _is_else(piece, row)]
    return pieces + [clause] * (_is_else(clause, row) or CURRENTLY.match(clause.lower()) is not None)


def _named(wordings: Wordings, text: str) -> str:
    """Give the first of the wordings that a text has, or an empty string."""
    return next((match.group() for _, match in wordings.find(text)), "")


def _clause(answer: str) -> str:
    """Give the words before a first comma, where they are few and no sentence."""
    clause, comma, _ = answer[:EDGE].partition(",")
    return clause if comma and len(clause.split()) <= CLAUSE and not re.search(r"[.!?\n]", clause) else ""


def _holds(piece: str, row: Row) -> bool:
    """Tell whether a piece names a day of its own, and else speaks only of what holds."""
    lower = straight(piece)
    if not (day := _named(HELD, lower)):
        return False
    words = WORD.findall(lower.replace(day, " "))
    own = [word for word in words if word.partition("'")[0] not in FUNCTION_WORDS and not word[0].isdigit()]
    if len(words) > LONGEST or not {*own}.isdisjoint(row.question_words):
        return False
    return sum(word in HOLDING for word in own) >= 0.8 * len(own)


def _is_else(piece: str, row: Row) -> bool:
    """Tell whether a short piece names a moment, and shares no word with the question and the rest of the answer."""
    is_short = sum(word not in FUNCTION_WORDS for word in WORD.findall(piece.lower())) <= BRIEF
    return is_short and bool(_named(MOMENTS, piece.lower())) and shares_nothing(piece, row)
