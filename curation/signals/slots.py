"""Marks of a text that was never written, in any language: slots, keys struck in passing, codes of errors.

>>> slots(Row("What does it cost?", "Dear {{name}}, it costs 5 pounds."), Corpus()).matched
'{{name}}'
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOTHING, Finding, Row
from curation.corpus.seen import has_words, is_seen
from winnow.text.markup import SURE_ELEMENTS
from winnow.text.wordings import Wording, Wordings
from winnow.text.words import any_of, excerpt

ALONE = 80  # characters up to which an answer can be nothing but such marks
MARKS = re.compile(r"[!-/:-@\[-`{-~–—…•●○★☆□■·\s]{2,}")
CODE = any_of(
    r"#(?:n/?a|nv|num|ref|value|name|null|div/0|spill|calc|error|wert|bezug|zahl|valeur|nombre|getting_data)[!?]*",
    r"err:\d{3}|x{3,}|object (?:object|html\w+|null|undefined|promise)|system\.\w+\W*|java\.[\w.]+|=[a-z]+\(.*",
    r"[\w\-]+\.(?:docx?|pdf|xlsx?|jpe?g|png|gif|txt)",
)
# keys struck in passing: some word of it, and beside it only the like and numbers
MASH = re.compile(r"(?:test\d+|asdf\w{0,6}|sdf\w{1,6}|qwert?[yz]?(?:u\w*)?\d*|hjkl\w?|zxcv\w{0,3}|foo(?:bar)?|bla+h*)+")
MASHED = re.compile(r"bar|baz|asd|jkl|xyz|aaa+|test|dummy|\d+")
MASH_GAPS = re.compile(r"[\s,.;:!_/\-]+")
SAID_AGAIN = re.compile(r"([bcdfghjklqsvwx]{2,4})\1+|([a-z])\2{3,}")
# the name of a text in its place: YOUR_ANSWER_HERE, KB_12_BODY, answer_12, faq.reply.long
KEY = re.compile(
    r"(?=.{7})[A-Z]{2,}[A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Za-z][^\W_]*_[^\W_]*_\w+|([%@#$:_]{1,2})[a-z_]{3,}\1|[a-z]+_\d+"
    r"|[a-z]+(?:-[a-z]+)*-(?:answer|reply|body|text)-\d+|[$:]?(?=(?:.*[._$:])?(?:answer|reply|response|body"
    r"|placeholder)s?(?:[._]|$))(?:[a-z]\w*[._]\w[\w.]*|(?<=[$:])\w+)|\$[A-Z_]{3,}"
)
# all of them, each with characters without which a text has none
SLOTS = Wordings(Wording.of(hints, pattern) for hints, pattern in (
    ("{{|${", r"\{\{\s*[\w .\-]{1,40}\s*\}\}|\$\{[\w.]{1,40}\}"),
    ("%", r"%\([a-z_]+\)s|<%=?[^%]{1,60}%>|(?<![\w%])%(?:\d\$)?[\d.]*[sdif](?!\w)"),
    ("___", r"_{5,}|_{3,}[^_]+_{3,}"),
    ("{0}", r"(?s:\{0\}.{1,80}\{1\})|\{0\}(?=,)"),
    ("{", r"(?<![\w\\${}_^])\{[a-z]{4,}\}(?![}_^{])"),
    ("<<", r"<<\s*[a-z][\w .\-]{1,40}\s*>>"),
    ("??", r"(?<!\S)\?{2,}(?=[.,;)%]| [a-z\d])"),
    ("__", r"(?<=\s)_{2,}(?=[\s.,%)/])"),
    ("0xx", r"\b(?:19|20|0)xx+\b"),
    ("##", r"(?<=\w )#{2,}(?=[.,;)]|\s[a-z]|$)"),
    ("[x", r"(?<=\w )\[x{1,3}\](?= \w)|\[x{2,}[^\[\]]{0,40}\]"),
    ("mm", r"(?<=\w )(?:(?:dd|tt)([./\-]))?mm[./\-](?:yy|jj|aa)"),
    ("xx", r"(?<!\w)(?:[$€£]|eur|usd|gbp|chf)\s?(?:xx+|x)(?:[.,]x+)?(?![\w$])|(?<![\w,.])xx+(?:[.,]x+)?\s?(?:%"
     r"|percent|euros?|eur|usd|gbp|dollars|pounds|days|hours|minutes|weeks|months|years|mg|ml)(?!\w)"),
    ("tb", r"(?<=\w )tb[acd]\b(?=\s*(?:[.,;)\n]|$))"),
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


def slots(row: Row, corpus: Corpus) -> Finding:
    """1 where the answer is nothing but marks for a text, .7 where it could also be one, .5 where a slot is in it."""
    for text in (row.answer, row.question):
        if is_seen(text) and not has_words(text):
            return Finding(1.0, excerpt(text))
    bare = row.lower.strip().strip("()[]{}<>\"'!.@-–—*=~ ")
    if CODE.fullmatch(row.lower.strip()) or CODE.fullmatch(bare):
        return Finding(1.0, excerpt(row.answer))
    is_short = 0 < len(bare) < ALONE
    if MARKS.fullmatch(row.answer.strip()) or (is_short and (_is_mash(bare) or SAID_AGAIN.fullmatch(bare))):
        return Finding(0.7, excerpt(row.answer))
    if KEY.fullmatch(row.answer.strip().strip("<>")):
        return Finding(0.7, excerpt(row.answer))
    if (slot := _slot(row)) is None:
        return NOTHING
    is_all = len(slot.group()) > 0.5 * len(row.lower.strip()) and "_" not in slot.group()
    return Finding(1.0 if is_all else 0.5, excerpt(row.answer, *slot.span()))


def _is_mash(bare: str) -> bool:
    pieces = [piece for piece in MASH_GAPS.split(bare) if piece]
    struck = [MASH.fullmatch(piece) is not None for piece in pieces]
    return any(struck) and all(
        is_mash or MASHED.fullmatch(piece) for piece, is_mash in zip(pieces, struck, strict=True)
    )


def _slot(row: Row) -> re.Match[str] | None:
    """Find a place that was left to be filled in."""
    found = next((match for _, match in SLOTS.find(row.lower)), None)
    if found is None and VARIABLE_MARK.search(row.answer):
        found = VARIABLE.search(row.answer)
    if found is None and row.answer.count("[") > 1:
        found = NAMED_SLOTS.search(row.answer)
    return found
