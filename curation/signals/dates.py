"""Signal of an answer that was true on some day only.

>>> out_of_date(Row("Who leads the council?", "As of May 2013, Ms Roe."), Corpus()).matched
'as of may 2013'
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.rows import NOTHING, Finding, Row, any_of, excerpt

MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|fall"
    r"|autumn"
    r"|winter)"
)
DATE = (
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:(?:early|late|mid|the end of) ?-?)?(?:{MONTH}[ ,]*)?(?:\d{{1,2}}(?:st"
    rf"|nd|rd|th)?,? )?"
    r"(?:of )?(?:19|20)\d\d|\d{1,2}[./](?:\d{1,2}[./])?(?:19|20)\d\d)"
)
FEW = r"(?:(?:few|couple of|two|three|four|several|\d+) )?"
DATED = any_of(
    rf"\bas (?:of|at) (?:{DATE})",
    r"\b(?:status|updated|revised|reviewed|accessed|retrieved|valid|current|correct|accurate|stand|checked"
    r"|verified)\b[ :]{1,2}"
    rf"(?:(?:as of|as at|on|in|until|through|to|since|from):? )?{DATE}",
    r"\b(?:will|is going to|(?:is|are) (?:expected|scheduled|set|due|planned|slated) to|is to) (?:[\w']+ ){0,5}"
    rf"(?:in|by|on|for|during|until|from) (?:the )?{DATE}\b",
    r"\b(?:currently|presently|now|at (?:present|the moment|this moment)|right now)[, ]+(?:[\w']+ ){0,6}(?:19"
    r"|20)\d\d\b",
    r"\b(?:valid|applies|apply|true|holds?) (?:only )?(?:for|in|during|until) (?:the )?(?:(?:19|20)\d\d\b|season)",
    r"\b(?:the )?(?:upcoming|forthcoming|soon-to-be-released) (?:\w+ ){0,2}(?:19|20)\d\d\b",
)
SEASON = r"(?:year|month|week|spring|summer|fall|autumn|winter)"
DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
# wordings, each with letters of which a text must have some: most texts have few of them
RELATIVE = [(tuple(hints.split("|")), re.compile(pattern)) for hints, pattern in (
    ("as of ", r"\bas of (?:this writing|now|today|yesterday|this (?:week|month|year)|q[1-4])\b"),
    ("time of |time this ", r"\b(?:at the time of (?:writing|publication)"
     r"|(?:at the )?time this (?:\w+ )?(?:was|is) (?:written|published))\b"),
    (" was ", r"\bwhen (?:this|the) (?:article |page |text |answer |entry )?was (?:written|published|posted)\b"),
    ("updated|reviewed|revised|modified",
     r"\b(?:last|recently) (?:updated|reviewed|revised|modified)\b(?: on)?:?(?= |$)"),
    ("upcoming|forthcoming",
     r"\b(?:the )?(?:upcoming|forthcoming) (?:\w+ ){0,2}(?:version|release|edition|season|election|update)\b"),
    (" ago", r"\b(?:two|three|four|a few|several|\d+) (?:days|weeks|months) ago\b"),
    ("today's ", r"\btoday's (?:price|rate|\w+ rate|weather|date|news)\b"),
    ("day", rf"\bsince (?:last )?{DAY}\b|\b(?:this|last|next|coming|until|since) {DAY}\b"),
    (" this ", r"\b(?:earlier|later|late|early) this (?:year|month|decade)\b"),
    ("coming ", r"\bcoming (?:weeks|months)\b"),
    ("this |last |next ", rf"(?<!the )\b(?:this|last|next) {SEASON}\b(?!['\u2019])"),
    # whose subject is this year's; advice speaks of it further on: "compare last year's bill"
    ("'s ", rf"(?:^|[.!?] )(?:this|last|next) {SEASON}'s\b"),
    ("current |present |incumbent |newly elected ", r"\b(?:the )?(?:current|present|incumbent|newly elected) "
     r"(?:president|prime minister|chancellor|governor|mayor|ceo|champion|record holder|monarch|secretary)\b"),
    ("the past |the last ",
     r"\b(?:in|since) the (?:past|last) (?:few|couple(?: of)?|two|three|several) (?:days|weeks|months)\b"),
    ("just |newly ", r"\b(?:has|have) (?:just |only just |newly )(?:been )?(?:announced|released|launched|introduced"
     r"|approved|published)\b"),
    ("right now|these days|nowadays|until further notice|for the time being|so far this |immediate",
     r"\b(?:right now|these days|nowadays|until further notice|for the time being|so far this \w+"
     r"|effective immediately|with immediate effect)\b"),
    ("today|yesterday|this morning|last night", r"\b(?:updated|checked|reviewed|published|posted|revised) (?:\w+ )?"
     r"(?:today|yesterday|this morning|last night)\b"),
    ("today:|tonight:|morning:|afternoon:|evening:|yesterday:|last night:",
     r"\b(?:today|tonight|this (?:morning|afternoon|evening)|yesterday|last night):"),
    ("the next |the coming ", rf"\b(?:in|within) the (?:next|coming) {FEW}(?:hours?|days?|weeks?|months?)\b"),
    (" from now", rf"\b{FEW}(?:days|weeks|months) from now\b"),
    ("update:", r"^update:"),
    ("(current", r"\(current(?:ly)?\)"),
    ("newest |latest |most recent ", r"\b(?:newest|latest|most recent) (?:version|release|edition|model|update)\b"),
    ("current |new |incoming |outgoing ", r"\b(?:the )?(?:current|new|incoming|outgoing) (?:government|administration"
     r"|cabinet|coalition|minister|parliament|management|board|tariff|season)\b"
     r"(?= (?:\w+ ){0,2}(?:plans?|wants?|intends?|expects?|announced|is|has|will))"),
    (" still ", r"\b(?:is|are) still (?:recruiting|ongoing|pending|under (?:review|way|investigation)|being \w+)\b"),
)]  # fmt: skip
# said of any time as well, so that they count only in a file that seldom says them
ADVERB = re.compile(
    r"(?:^|[.!?:;(] ?|\n)(?:at (?:present|the moment|this time)|presently|recently|lately)\b"
    r"|\b(?:currently|yesterday|tomorrow|tonight|last night|this morning|not yet)\b"
)
FEW_ROWS = 100  # below which a file has no habit
SELDOM = 0.01  # share of rows up to which an adverb of time isn't the file's habit
YEAR_HINTS = ("19", "20")


def out_of_date(row: Row, corpus: Corpus) -> Finding:
    """Number of wordings that were true on some day only, where the question doesn't name that day itself."""
    text = row.lower
    patterns = [DATED] if any(hint in text for hint in YEAR_HINTS) else []
    patterns += [pattern for hints, pattern in RELATIVE if any(hint in text for hint in hints)]
    found = [match.group() for pattern in patterns for match in pattern.finditer(text)]
    found += [adverb for adverb in ADVERB.findall(text) if _is_seldom(adverb, corpus)]
    found = [wording for wording in found if wording not in row.question_lower]
    return Finding(float(len(found)), excerpt("; ".join(found))) if found else NOTHING


def _is_seldom(adverb: str, corpus: Corpus) -> bool:
    """Whether few rows of the file have the adverb's last word; a file without rows to tell has no habit."""
    word = adverb.split()[-1]
    return corpus.words.get(word, 0) <= SELDOM * max(corpus.size, 1) or corpus.size < FEW_ROWS
