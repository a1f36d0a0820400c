"""Signal of an answer that was true on some day only.

>>> out_of_date(Row("Who leads the council?", "As of May 2013, Ms Roe."), Corpus()).matched
'as of may 2013'
"""

from __future__ import annotations

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
DATED = any_of(
    rf"\bas (?:of|at) (?:{DATE})",
    r"\b(?:status|updated|revised|reviewed|accessed|retrieved|valid|current|correct|accurate|stand|checked"
    r"|verified)\b[ :]{1,2}"
    rf"(?:(?:as of|as at|on|in|until|through|to|since|from):? )?{DATE}",
    r"\b(?:will|is going to|(?:is|are) (?:expected|scheduled|set|due|planned|slated) to|is to) (?:[\w']+ ){0,5}"
    rf"(?:in|by|on|for|during|until|from) (?:the )?{DATE}\b",
    r"\b(?:currently|presently|now|at (?:present|the moment|this moment)|right now)[, ]+(?:[\w']+ ){0,6}(?:19"
    r"|20)\d\d\b",
    r"\b(?:the )?(?:upcoming|forthcoming|soon-to-be-released) (?:\w+ ){0,2}(?:19|20)\d\d\b",
)
RELATIVE = any_of(
    r"\bas of (?:this writing|now|today|yesterday|this (?:week|month|year))\b",
    r"\b(?:at the time of (?:writing|publication)|(?:at the )?time this (?:\w+ )?(?:was|is) (?:written|published))\b",
    r"\bwhen (?:this|the) (?:article |page |text |answer |entry )?was (?:written|published|posted)\b",
    r"\b(?:last|recently) (?:updated|reviewed|revised|modified)\b(?: on)?:?(?= |$)",
    r"\b(?:the )?(?:upcoming|forthcoming) (?:\w+ ){0,2}(?:version|release|edition|season|election|update)\b",
    r"\b(?:two|three|four|a few|several|\d+) (?:days|weeks|months) ago\b|\btoday's (?:price|rate|\w+ rate|weather"
    r"|date|news)\b",
    r"\bsince (?:last )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|\bas of q[1-4]\b",
    r"\b(?:earlier|later|late|early) this (?:year|month|decade)\b|\bcoming (?:weeks|months)\b",
    r"\b(?:this|last|next) (?:year|month|week|spring|summer|fall|autumn|winter)(?:'s)?\b",
    r"\b(?:the )?(?:current|present|incumbent|newly elected) (?:president|prime minister|chancellor|governor"
    r"|mayor|ceo"
    r"|champion|record holder|monarch|secretary)\b",
    r"\b(?:in|since) the (?:past|last) (?:few|couple(?: of)?|two|three|several) (?:days|weeks|months)\b",
    r"\b(?:has|have) (?:just |only just |newly )(?:been )?(?:announced|released|launched|introduced|approved"
    r"|published)\b",
)
YEAR_HINTS = ("19", "20")
RELATIVE_HINTS = (
    "this ", "last", "next ", "as of", "time of", "upcoming", "forthcoming", "coming ", "current", "present ", "newly",
    "incumbent", "past ", "just ", "recently ", "was written", "was pu", "time this", " ago", "today's", "since ",
)  # fmt: skip


def out_of_date(row: Row, corpus: Corpus) -> Finding:
    """Number of wordings that were true on some day only, where the question doesn't name that day itself."""
    text = row.lower
    patterns = [DATED] if any(hint in text for hint in YEAR_HINTS) else []
    patterns += [RELATIVE] if any(hint in text for hint in RELATIVE_HINTS) else []
    found = [match.group() for pattern in patterns for match in pattern.finditer(text)]
    found = [wording for wording in found if wording not in row.question_lower]
    return Finding(float(len(found)), excerpt("; ".join(found))) if found else NOTHING
