"""Slots that were left to be filled in: variables of templates, gaps, made-up dates and amounts.

>>> slot = find_slot(Row("What does it cost?", "Dear {{name}}, it costs 5 pounds."))
>>> slot.group() if slot else None
'{{name}}'
"""

from __future__ import annotations

import re

from curation.signals.page.markup import ABOUT_CODE
from curation.signals.requests import asks_for_form
from curation.signals.rows import Row
from curation.signals.wordings import Wording, Wordings
from winnow.text.markup import SURE_ELEMENTS
from winnow.text.words import any_of

FILL_IN = (
    r"(?:insert|your|enter|add|fill in|put|type|write|provide|replace|placeholder|todo|tbd|tbc|xx+|answer|name"
    r"|date|company"
    r"|link|url|number|amount|phone|email|city|address|text|description|product)(?:[ _\-:][\w' _\-]{1,40})?"
)
SLOT = any_of(
    r"\{\{\s*[\w .\-]{1,40}\s*\}\}|\$\{[\w.]{1,40}\}|%\([a-z_]+\)s|<%=?[^%]{1,60}%>|_{5,}",
    r"_{3,}[^_]+_{3,}",
    rf"[\[<{{]\s*{FILL_IN}\s*[\])}}>]|\((?:insert|enter|fill in|your|todo|tbd|tbc|placeholder)\b[^()]{{0,40}}\)",
)
# all of them, each with characters without which a text has none
SLOTS = Wordings(Wording.of(hints, pattern) for hints, pattern in (
    ("{|<|[|___|%(|(insert|(enter|(fill in|(your|(todo|(tbd|(tbc|(placeholder", SLOT),
    ("%", r"(?<![\w%])%(?:\d\$)?[\d.]*[sdif](?!\w)"),
    ("{0}", r"(?s:\{0\}.{1,80}\{1\})|\b(?:dear|hello|hi) \{0\}"),
    ("{", r"(?<![\w\\${}_^])\{[a-z]{4,}\}(?![}_^{])"),
    ("<<", r"<<\s*[a-z][\w .\-]{1,40}\s*>>"),
    ("??", r"(?<!\S)\?{2,}(?=[.,;)%]| [a-z\d])"),
    ("__", r"(?<=\s)_{2,}(?=[\s.,%)/])"),
    ("0xx", r"\b(?:19|20|0)xx+\b"),
    ("##", r"(?<=\w )#{2,}(?=[.,;)]|\s[a-z]|$)"),
    ("[x", r"(?<=\w )\[x{1,3}\](?= \w)"),
    ("[", r"\b(?:dear(?: \S+)?|hello|hi|hallo|is|by|at|on|eur|usd|no\.?|number|until|from) \[[a-z][\w ./]{2,25}\]"
     r"(?=[.,;:!)]|$| (?:at|and|with|on|by|to|or|until)\b)"),
    ("[", r"\[(?:to be|tb[acd]|pending|missing|unknown|not yet|x{2,})\b[^\[\]]{0,40}\]"),
    ("mm", r"\b(?:until|from|on|by|valid|since|before|to|between|of) (?:(?:dd|tt)([./\-]))?mm[./\-](?:yy|jj|aa)"),
    ("xx", r"(?<!\w)(?:[$€£]|eur|usd|gbp|chf)\s?(?:xx+|x)(?:[.,]x+)?(?![\w$])|(?<![\w,.])xx+(?:[.,]x+)?\s?(?:%"
     r"|percent|euros?|eur|usd|gbp|dollars|pounds|(?:working )?days|hours|minutes|weeks|months|years|mg|ml)(?!\w)"),
    ("tb", r"(?:\b(?:is|are|on|from|by|at|until|date|price|cost|fee|amount)|[:=])\s*tb[acd]\b(?=\s*(?:[.,;)\n]|$))"),
))  # fmt: skip
_NAMED = r"\[(?!The|Th|He|She|It|We|In)[A-ZÄÖÜ][a-zäöüß]{2,}(?: \w+){0,2}\](?!\()"
NAMED_SLOTS = re.compile(rf"{_NAMED}[^\[\n]{{1,200}}{_NAMED}")
VARIABLE_MARK = re.compile(r"[%$@#\[{<]|__")  # one of these stands in each
# a variable by its shape: %%NAME%%, $NAME$, [CLIENT NAME], <host_name>, {first_name}
VARIABLE = re.compile(
    r"(?P<mark>%{1,2}|\$|@{1,2}|#{1,2}|_{2})[A-Z][A-Z0-9]*(?:[_ -][A-Z0-9]+)*(?P=mark)(?!\w)"
    r"|\[[A-Z]{3,}(?:[ _/-][A-Z]+){0,4}\](?!\()|(?<![\w\\${])\{[a-z]+(?:[_.][a-z]+)+\}"
    rf"|(?<![\w>])<(?!(?:{SURE_ELEMENTS})>|think|response|answer|assistant|user|mask)[a-z]{{3,}}(?:[_-][a-z]+)*>(?!.*</)"
)


def find_slot(row: Row) -> re.Match[str] | None:
    """Find a place that was left to be filled in; code is full of such, and a letter that was asked for."""
    found = next((match for _, match in SLOTS.find(row.lower)), None)
    if found is None and VARIABLE_MARK.search(row.answer):
        found = VARIABLE.search(row.answer)
    if found is None and row.answer.count("[") > 1:
        found = NAMED_SLOTS.search(row.answer)
    return None if found is None or ABOUT_CODE.search(row.question_lower) or asks_for_form(row) else found
