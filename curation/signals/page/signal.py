"""What a page left at the edges of an answer: buttons, a breadcrumb, who posted it.

>>> page(Row("What is an ISA?", "A tax-free account. Interest is paid each year. Share on Facebook Tweet Email Print"))
['Share on Facebook Tweet Email Print']

`stock.boilerplate` finds answers that are nothing else.
"""

from __future__ import annotations

import re

from curation.signals.edges import ends
from curation.signals.page.furniture import ASKS_HOW, BUTTONS, FURNITURE, MENU
from curation.signals.requests import asks_for_form, asks_for_tale
from curation.signals.rows import Row
from winnow.text.words import FUNCTION_WORDS, WORD, stem, straight

LONGEST = 14  # words of such a piece
REST = 8  # words of an answer beside it: the shorter ones are boilerplate or none
RUN = 3  # words of menus in a row
BREADCRUMB = re.compile(
    r"\s*(?:home|start|index|main|help|support)(?: ?[>»›→] ?[\w&' -]{2,40}){1,6}[>»›→]", re.IGNORECASE
)
SKIP = re.compile(r"\s*(?:skip|jump) to (?:the )?(?:main )?(?:content|navigation)\b", re.IGNORECASE)
SHARE = 0.85  # of the words of such a piece that are those of buttons
CLICK = re.compile(r"click (?:here|below)\b")
STEP = re.compile(r"^\s*(?:\(?\w{1,2}[.)]\s|[-*•·–]\s|(?i:step) \d)", re.MULTILINE)
SEPARATORS = re.compile(r" [|·•–—] ")


def page(row: Row) -> list[str]:
    """List the furniture before and after an answer; what takes up a word of the question is none."""
    if len(row.words) <= REST or asks_for_form(row) or asks_for_tale(row):
        return []
    found = [match.group().strip() for match in (BREADCRUMB.match(row.answer), SKIP.match(row.answer)) if match]
    if menu := _menu(row.answer):
        found.append(menu)
    return found + [edge for edge in dict.fromkeys(ends(row)) if _is_furniture(edge, row)]


def _menu(answer: str) -> str:
    """Give the run of a menu's words at the beginning, each with a capital, before the answer's own sentence."""
    words = answer[:120].split()
    run = next((i for i, word in enumerate(words) if word.lower() not in MENU or not word[0].isupper()), len(words))
    return " ".join(words[:run]) if run >= RUN and run < len(words) else ""


def _is_furniture(piece: str, row: Row) -> bool:
    """Tell whether a sentence or line is a page's own: a phrase of furniture, or nothing but words of buttons."""
    words = [word for word in WORD.findall(piece.lower()) if not word[0].isdigit()]
    if not 1 <= len(words) <= LONGEST:
        return False
    roots = [stem(word) for word in words if word not in FUNCTION_WORDS]
    if BUTTONS.isdisjoint(roots) or not {*map(stem, row.question_words)}.isdisjoint(roots):
        return False
    lower = straight(piece).strip(" .!)(")
    told = sum(root in BUTTONS for root in roots)  # "Sign in or call into a branch to wake it up." is an answer's own
    if CLICK.match(lower) or (told >= SHARE * len(roots) and any(map(FURNITURE.search, SEPARATORS.split(lower)))):
        return True
    if len(roots) < RUN or piece[-1:] in ".!?:" or not BUTTONS.issuperset(roots):
        return False
    return not (ASKS_HOW.search(row.question_lower) or STEP.search(row.answer))  # "3. Select Delete account"
