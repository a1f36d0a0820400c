"""What a question asks to be written: a letter has blanks, a dialogue speakers, a story a time of its own.

>>> asks_for_form(Row("Write an email to a colleague who is ill.", "")), asks_for_tale(Row("Write a haiku.", ""))
(True, True)
"""

from __future__ import annotations

import re

from curation.signals.rows import Row

_ASK = (
    r"\b(?:write|compose|draft|create|generate|prepare|design|produce|craft|construct|make|come up with|imagine|invent"
    r"|tell|complete|continue|finish|rewrite|reply|respond|react|provide|give|turn down|add)\b[^.?!\n]{0,80}?\b"
)
FORM = re.compile(
    _ASK + r"(?:e-?mails?|letters?|templates?|cards?|invitations?|signatures?|messages?|notes?|job descriptions?"
    r"|resumes?|cvs?|memos?|announcements?|press releases?|contracts?|prescriptions?|profiles?|posts?)\b"
    r"|\bwrit\w+ (?:an? )?(?:e-?mails?|letters?|messages?)\b"
)
TALE = re.compile(
    _ASK + r"(?:poems?|poetry|stor(?:y|ies)|tales?|haikus?|sonnets?|limericks?|songs?|lyrics|raps?|novels?|plots?"
    r"|dialog(?:ue)?s?|conversations?|monologues?|scripts?|scenes?|captions?|tweets?|posts?|jokes?|riddles?|puzzles?"
    r"|sentences?|speech(?:es)?|diary|journals?|itinerar(?:y|ies)|blogs?|quiz(?:zes)?)\b"
)


def asks_for_form(row: Row) -> bool:
    """Whether a letter or the like is wanted, in which names and dates are left to be filled in."""
    return FORM.search(row.question_lower) is not None


def asks_for_tale(row: Row) -> bool:
    """Whether something made up is wanted, in which others speak and days are the tale's."""
    return TALE.search(row.question_lower) is not None
