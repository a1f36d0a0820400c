"""Signals of what a scraper or a broken encoding left behind: markup, addresses, mojibake.

The patterns are also what `curation.clean` repairs by.
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.rows import NOTHING, Finding, Row, excerpt, word_set

ELEMENTS = "|".join(
    sorted(
        word_set("""
    a abbr address article aside b big blockquote body br button center cite code dd del details div dl dt em
    fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins label
    legend li link main meta nav nobr ol option p pre q s script section select small span strike strong style sub
    summary sup table tbody td textarea tfoot th thead title tr tt u ul var wbr
""")
    )
)
# an attribute has a value here: "if a <b and c> d" isn't an element
TAG = re.compile(
    rf"</?(?:{ELEMENTS})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s*/?>|<!--.*?-->"
    rf"|<!doctype[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|[lr][ds]quo|[mn]dash|hellip|bull|middot|copy|reg|trade|deg|times"
    r"|[aeiou](?:acute|grave|uml|circ)"
    r"|ntilde|ccedil|szlig|frac1[24]|[lr]arr|[lr]aquo|shy|zwnj|euro|pound|sect|para|plusmn|micro|#\d{2,6}"
    r"|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
BRACKETED = re.compile(
    r"\[/?(?:b|i|u|url|img|quote|code|size|color|list|font|center)(?:=[^\]\n]{0,200})?\]"  # bulletin boards
    r"|\{\{(?:cite|citation|infobox|reflist|main|see also|lang|convert|sfn)\b[^}]{0,300}\}\}"  # wikis
    r"|\[\[(?:file|image|category):[^\]]{0,200}\]\]|\[\[[^\]|\n]{1,80}\|[^\]\n]{1,80}\]\]"
    r"|<ref[^>]{0,100}>|</ref>|\[(?:edit|citation needed)\]|<!\[cdata\[|\]\]>"
    r"|!?\[[^\]\n]{0,80}\]\([^()\s]{1,200}\)"  # Markdown's links and pictures
    r"|\\(?:text(?:bf|it|tt)|emph|cite[pt]?|footnote|(?:sub)*section|begin|end|item|label|ref|href|url)\b(?=[*{ ])",
    re.IGNORECASE,
)
SCRIPT = re.compile(
    r"\b(?:document\.(?:write|getElementById)|window\.location|function\s*\(\)\s*\{|var\s+\w+\s*=\s*|style=\""
    r"|class=\"|href=\"|src=\")|\{\s*(?:color|font-size|margin|padding|display|background)\s*:"
)
ADDRESS = re.compile(
    r"(?:(?:https?|ftps?)://|www\.|(?<![@\w.])(?:[a-z0-9-]+\.)+(?:com|org|net|gov|edu|io|info|co|[a-z]{2,7}(?=/\w+/))/)"
    r"[^\s<>\"')\]]+",
    re.IGNORECASE,
)
ABOUT_CODE = re.compile(
    r"\b(?:html|css|markup|xml|javascript|php|react|angular|jsp|svg|latex|bbcode|regex|snippets?|web ?pages?"
    r"|landing page"
    r"|website code|source code|(?:write|create|design|build|generate|modify) (?:\w+ ){0,4}(?:code|program|script"
    r"|function"
    r"|algorithm|website|form|web page)|entit(?:y|ies) (?:like|such as)|tags?)\b"
)
FENCE = re.compile(r"```|~~~")
# UTF-8 read as a one-byte encoding: a lead byte's letter with continuation bytes' symbols; and lost bytes
MOJIBAKE = re.compile(
    r"[ÃÂ][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    r"|â€|â\x80|ï»¿|ï¿½|ðŸ|Ð[\x80-\xbf]|Ñ[\x80-\xbf]|[\x80-\x9f]|\ufffd|[Ãâ]\?|‚Ä|√[©†≠∂§®¢°±]|Гѓ|вЂ"
)


def markup(row: Row, corpus: Corpus) -> Finding:
    """Number of tags, entities and other marks of a page in question and answer; none where the row is about code."""
    text = f"{row.question}\n{row.answer}"
    if not any(mark in text for mark in "<&[{\\") and '="' not in text:
        return NOTHING
    if FENCE.search(text) or ABOUT_CODE.search(row.question_lower):
        return NOTHING
    found = [m.group() for pattern in (TAG, ENTITY, BRACKETED, SCRIPT) for m in pattern.finditer(text)]
    return Finding(float(len(found)), excerpt(" ".join(found[:5]))) if found else NOTHING


def addresses(row: Row, corpus: Corpus) -> Finding:
    """Share of the answer's characters that are web addresses."""
    if "/" not in row.lower and "www." not in row.lower:
        return NOTHING
    found = [m.group() for m in ADDRESS.finditer(row.answer)]
    if not found:
        return NOTHING
    return Finding(sum(map(len, found)) / max(len(row.answer.strip()), 1), excerpt(" ".join(found)))


def mojibake(row: Row, corpus: Corpus) -> Finding:
    """Number of wrongly decoded or lost characters in question and answer."""
    text = row.question + "\n" + row.answer
    if text.isascii():
        return NOTHING
    found = [m.group() for m in MOJIBAKE.finditer(text)]
    if not found:
        return NOTHING
    first = MOJIBAKE.search(text)
    start = first.start() if first else 0
    return Finding(float(len(found)), excerpt(text, max(start - 15, 0), start + 25))
