"""Marks of a prompt or a chat in a text, in any language: special tokens, headings of a template.

>>> prompt_marks(Row("What is an ISA?", "A savings account.<|im_end|>"), Corpus()).matched
'<|im_end|>'
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOTHING, Finding, Row
from winnow.text.words import any_of, excerpt

SPECIAL = any_of(
    r"\u3010[^\u3010\u3011\n]{0,20}\u2020[^\u3010\u3011\n]{0,40}\u3011",
    r":?contentreference\[oaicite:\d+\]",
    r"<\|[a-z_0-9/ ]{2,30}\|>|<\uff5c[^\uff5c>]{2,40}\uff5c>|\[/?inst\]|<</?sys>>|</?s>",
    r"<(?:bos|eos|pad|unk|sep|cls|mask|endoftext|start_of_turn|end_of_turn)>|\[(?:sep|cls|pad|eos|bos|end|unk)\]",
    r"\[/?(?:system|user|assistant|human|prompt|context|instructions?)\](?!\()",
    r"</?(?:think|thinking|reasoning|tool_call|bot|assistant|user|system|human|instruction|response|answer|output"
    r"|prompt)>",
    flags=re.IGNORECASE,
)
# marks of those who work on a text; code has such too
WORKED_ON = re.compile(r"@@[^@\n]{0,80}[a-z]{3}[^@\n]{0,80}@@|%%\w[^%\n]{2,40}%%|(?<!#)##\w[^#\n]{2,80}##(?!#)")
HEADING = re.compile(
    r"(?:^|\s)#{2,6}\s*(?:(?:final|model|sample|expected) )?(?:instructions?|response|input|output|answer|question"
    r"|user|assistant|human|system|context|prompt|task|end|explanation|completion|example)\b\s*:?",
    re.IGNORECASE,
)


def prompt_marks(row: Row, corpus: Corpus) -> Finding:
    """Number of a prompt's marks in the answer, and of special tokens in the question."""
    answer = row.answer
    found: list[str] = []
    text = f"{row.question}\n{answer}"
    if any(mark in text for mark in ("<", "[", "\u3010")):
        found += [match.group() for match in SPECIAL.finditer(text)]
    if "@@" in answer or "%%" in answer or "##" in answer:
        found += [match.group() for match in WORKED_ON.finditer(answer)]
    if "##" in answer:
        found += [match.group().strip() for match in HEADING.finditer(answer)]
    return Finding(float(len(found)), excerpt(" ".join(found))) if found else NOTHING
