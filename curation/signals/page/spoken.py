"""Whether markup is what a row speaks of, so that it is content, or the furniture of a page around what is said.

>>> is_spoken_of("How is a bold word written?", "<b>word</b>")
True
>>> is_spoken_of("What is an ISA?", "<p>A <b>tax-free</b> account.</p>")
False
"""

from __future__ import annotations

import html
import re

from curation.signals.page.markup import ABOUT_CODE, ENTITY, FENCE, TAG
from winnow.text.words import any_of

# elements within a line, which are always closed
INLINE = "a|abbr|b|big|cite|code|del|em|font|i|ins|kbd|mark|q|small|span|strike|strong|sub|sup|tt|u|var"
# a mark in quotes is named, not used
QUOTED = any_of(
    rf"`[^`\n]*(?:{TAG.pattern}|{ENTITY.pattern})[^`\n]*`",
    rf"[“«„](?:{TAG.pattern}|{ENTITY.pattern})[^“«„\n]{{0,80}}?[”»“]",
    rf"(?<![=\w])\"(?:{TAG.pattern}|{ENTITY.pattern})[^\"\n]{{0,80}}?\"(?!\s*/?>)",
    flags=re.IGNORECASE,
)
# a few words in one mark of emphasis or a link, and nothing beside it: an example of the mark
EXAMPLE = re.compile(rf"\s*<({INLINE})\b[^<>]*>\s*[^\s<>.!?]+(?:\s+[^\s<>.!?]+){{0,3}}\s*</\1\s*>\s*", re.IGNORECASE)
OPENED = re.compile(rf"<({INLINE})>", re.IGNORECASE)
SIGNS = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def is_spoken_of(question: str, answer: str) -> bool:
    """Whether the marks are what is said.

    They are where the question asks for code, the answer is a block of code, a mark stands in quotes, the whole answer
    is one mark around a few words, a mark is opened that nothing closes ("Use <b> for bold"), or where a sign stands
    both escaped and as itself ("< is written &lt;"), as no page has it.
    """
    if ABOUT_CODE.search(question.lower()) or FENCE.search(answer):
        return True
    text = f"{question}\n{answer}"
    if "<" not in text and "&" not in text:
        return False
    return bool(QUOTED.search(text) or EXAMPLE.fullmatch(answer)) or _is_named(answer) or _is_told(text)


def has_marks(text: str) -> bool:
    """Whether a text has a tag or an entity."""
    return ("<" in text and TAG.search(text) is not None) or ("&" in text and ENTITY.search(text) is not None)


def _is_named(text: str) -> bool:
    lower = text.lower()
    return any(f"</{name}" not in lower for name in {found.lower() for found in OPENED.findall(text)})


def _is_told(text: str) -> bool:
    found = {match.lower() for match in ENTITY.findall(text)} if "&" in text else set()
    rest = TAG.sub("", ENTITY.sub("", text)) if found & SIGNS.keys() else ""
    return any(html.unescape(sign) in rest for sign in found & SIGNS.keys())
