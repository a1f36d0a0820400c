"""The shapes of a transcript, a chat's record or a pipeline's output, in any language: turns, fields, times.

>>> turns(Row("What is an ISA?", "[lang=en] A savings account."))
['[lang=en]']
"""

from __future__ import annotations

import re

from curation.corpus.rows import STEM, Row
from winnow.text.words import FUNCTION_WORDS, WORD, any_of

# what may stand before a text that is one turn
BEFORE = r"^\s*(?:#{{1,6}}\s*)?(?:\*\*)?(?:{})(?:\*\*)?\s*:(?:\*\*)?\s*"
LEADING_MARK = {
    "question": re.compile(BEFORE.format("question|q|user|human|customer|instruction|prompt|query"), re.IGNORECASE),
    "answer": re.compile(BEFORE.format("answer|a|assistant|ai|bot|chatbot|response|gpt|chatgpt"), re.IGNORECASE),
}
# who speaks, at the beginning of a line
SPEAKER = re.compile(r"(?:^|\n)[ \t]*([A-Z][A-Za-z]{1,14})(?: ?\([^)\n]{1,20}\))?(?::|>)[ \t]+(?=\S)")
LINE = re.compile(r"(?:^|\n)[ \t]*\S")
FIELD = r"\w{3,20} ?[=:] ?[\w./-]{1,16}"  # of a record: "lang=en", "score: 4/5"
BEGINS = any_of(
    r"\s*[\[(<]?\d{1,2}:\d\d(?::\d\d)?[\])>]? ?\S{2,20}(?::|>)\s|\s*[QA]\d{1,3}\s*[:.)]\s|\s*\w+_\w+\s*[=:]\s",
    r"\s*\w{3,}=[^\s;,&|]{1,40}[;,&|]\s|\s*(?:\w{3,}=[^\s;,&|]{1,40}[;,&|]){1,8}\w{2,}=|\s*\S*\w_\w\S*(?:\t| ?\| ?)",
    r"\s*([*=\-#~])\1{2,}\s*\w[^\n*=#~]{2,40}\1{3,}|\s*[\[({<]{1,2}\s*\w+_\w+\s*[=:]\s*[^\])}>\n]{1,80}[\])}>]{1,2}",
    rf"\s*[\[{{<]{FIELD}[\]}}>]|\s*\{{\s*[\"']\w+[\"']\s*:|\s*[\w ]{{3,12}} ?#?\d+ ?[\t|]",
    r"\s*```\w{3,4}\s*\n(?=[A-Z][a-z]+ [a-z]+ )",
    r"\s*(?-i:(?:nan|NaN|null|undefined)\s(?=[A-Z]))|\s*[a-z][a-z ]{2,20} ?>{2,}\s|\s*\[[A-Z][A-Z -]{3,30}\]\s",
)
ENDS = any_of(
    r"[\[({<]{1,2}\s*\w+_\w+\s*[=:]\s*[^\])}>\n]{1,80}[\])}>]{1,2}\s*$|[.!?] (?:NaN|None|null|undefined|nan)\s*$",
    r"[;|\t] ?\w+ ?= ?[^\s;=]{1,40}(?:[;,&|\t] ?\w+ ?= ?[^\s;=]{1,40})*;?\s*$|\t(?:nan|null|none|n/a|\d+)\s*$",
    rf"[\[{{<]{FIELD}[\]}}>]\s*$|[\[(]\w+: ?\d[\d./]*(?:[,;] ?\w+: ?\d[\d./]*){{1,6}}[\])]\s*$|\s#{{3,}}\s*$",
    r"\n\s*\w+_\w+ ?[:=] ?\S{1,30}(?:\s+\w+ ?[:=] ?\S{1,30}){0,4}\s*$|\|{3} ?\S[^\n]{0,60}$",
    # fields of a record: "Status: accepted | Worker: 12"
    r"(?:^|\n)\s*\w[\w ]{0,20}: [^|\n]{1,40}(?: \| [^|\n]{1,40}){1,6}\s*$|\b(?:TODO|FIXME) ?(?:\(\w+\))?(?::| -)",
    r"[\"']?\b(?:role|author|speaker|from)[\"']?\s*[=:]\s*[\"']\w+[\"']|\[\d+(?::\d+)?†[^\]\n]{0,40}\]",
)
EDGE = 300  # characters in which it begins, and in which it ends
MARKS = re.compile(r"[\n\t\[({<#|;:=_*]")  # one of these is in each


def turns(row: Row) -> list[str]:
    """List the marks of a transcript or a record, unless the question names what they mark."""
    answer = row.answer
    if not MARKS.search(answer):
        return []
    marks = [BEGINS.match(answer[:EDGE]), ENDS.search(answer[-EDGE:])]
    found = [*(match.group().strip() for match in marks if match), *_speakers(answer)]
    if answer.count("```") % 2 and answer.rstrip().endswith("```"):
        found.append("```")  # closed and never opened
    asked = {word[:STEM] for word in row.question_words if len(word) > 1 and word not in FUNCTION_WORDS}
    return [mark for mark in found if asked.isdisjoint(word[:STEM] for word in WORD.findall(mark.lower()))]


def _speakers(answer: str) -> list[str]:
    """List who speaks in turn, at the beginnings of all lines."""
    speakers = SPEAKER.findall(answer) if "\n" in answer else []
    return speakers if 2 <= len(set(speakers)) <= 3 and len(speakers) == len(LINE.findall(answer)) else []
