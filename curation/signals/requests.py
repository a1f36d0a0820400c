"""What a question asks to be written: a letter has blanks, a dialogue speakers, a story a time of its own.

>>> asks_for_form(Row("Write an email to a colleague who is ill.", "")), asks_for_tale(Row("Write a haiku.", ""))
(True, True)
"""

from __future__ import annotations

import re

from curation.signals.rows import Row

# "how do I add a card?" asks for none: what isn't only said of texts must be an order
_ASK = (
    r"(?:\b(?:write|compose|draft|rewrite|generate)|(?:^|[.,:!?\n] ?)(?:please |then |let's )?(?:create|prepare|design"
    r"|produce|craft|construct|make|come up with|imagine|invent|tell|complete|continue|finish|reply|respond|react"
    r"|provide|give|turn down|add))\b[^.?!\n]{0,80}?\b"
)
FORM = re.compile(
    _ASK + r"(?:(?:e-?)?mails?|receipts?|invoices?|responses?|repl(?:y|ies)|sign-?up forms?"
    r"|letters?|templates?|(?:\w+[- ])?(?:greeting|well|birthday|business|wedding) cards?"
    r"|invitations?|signatures?|messages?|job descriptions?|resumes?|cvs?|memos?|announcements?"
    r"|press releases?|posts?)\b|\bwrit\w+ (?:an? )?(?:e-?mails?|letters?|messages?)\b"
    r"|\bwrite a (?:\w+'s )?(?:prescription|contract)\b"
)
TALE = re.compile(
    _ASK + r"(?:poems?|poetry|stor(?:y|ies)|tales?|haikus?|sonnets?|limericks?|songs?|lyrics|raps?|novels?|plots?"
    r"|dialog(?:ue)?s?|conversations?|monologues?|scripts?|scenes?|captions?|tweets?|posts?|jokes?|riddles?|puzzles?"
    r"|sentences?|speech(?:es)?|diary|journals?|itinerar(?:y|ies)|blogs?|quiz(?:zes)?)\b|\bmake up an? \w+"
)


def asks_for_form(row: Row) -> bool:
    """Whether a letter or the like is wanted, in which names and dates are left to be filled in."""
    return FORM.search(row.question_lower) is not None


def asks_for_tale(row: Row) -> bool:
    """Whether something made up is wanted, in which others speak and days are the tale's."""
    return TALE.search(row.question_lower) is not None
