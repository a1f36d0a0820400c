"""What a page left at the edges of an answer: buttons, a menu, a breadcrumb; they count as its markup.

>>> from curation.corpus.told import in_english
>>> from curation.corpus.rows import Row
>>> said = "A tax-free account. Interest is paid each year. Share on Facebook Tweet Email Print"
>>> page(in_english(Row("What is an ISA?", said)))
['Share on Facebook Tweet Email Print']
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.rows import Finding
from curation.corpus.told import Told
from curation.signals.edges import ends
from winnow.text.words import excerpt, straight

LONGEST = 14  # words of such a piece
REST = 8  # words of an answer beside it: the shorter ones are boilerplate or none
RUN = 3  # words of menus in a row
SHARE = 0.85  # of the words of such a piece that are a page's stock
BREADCRUMB = re.compile(r"\s*(\w+)(?: ?[>»›→] ?[\w&' -]{2,40}){1,6}[>»›→]")
STEP = re.compile(r"^\s*(?:\(?\w{1,2}[.)]\s|[-*•·–]\s|(?i:step) \d)", re.MULTILINE)


def markup(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Number of marks of a page, and of pieces of its furniture at the edges of the answer."""
    if not (left := page(told)):
        return usual
    return Finding(max(usual.value, 0.0) + len(left), excerpt(" ".join(filter(None, [*left, usual.matched]))))


def page(told: Told) -> list[str]:
    """List the furniture before and after an answer; what takes up a word of the question is none."""
    if len(told.said) <= REST or told.asks_for("form", "tale", "of_code"):
        return []
    found = (
        [crumbs.group().strip()] if (crumbs := BREADCRUMB.match(told.row.answer)) and _is_menu(crumbs[1], told) else []
    )
    if menu := _menu(told):
        found.append(menu)
    return found + [edge for edge in dict.fromkeys(ends(told.row)) if _is_furniture(edge, told)]


def _is_menu(word: str, told: Told) -> bool:
    return word.lower() in told.pack.words_of("menu")


def _menu(told: Told) -> str:
    """Give the run of a menu's words at the beginning, each with a capital, before the answer's own sentence."""
    words = told.row.answer[:120].split()
    run = next((i for i, word in enumerate(words) if not (word[0].isupper() and _is_menu(word, told))), len(words))
    return " ".join(words[:run]) if RUN <= run < len(words) else ""


def _is_furniture(piece: str, told: Told) -> bool:
    """Tell whether a sentence or line is a page's own: a stock phrase of stock words, or nothing but a menu's."""
    pack, lower = told.pack, straight(piece).strip(" .!)(")
    words = pack.tokens(lower)
    own = pack.other_than(words, "function")
    stock = pack.of(own, "stock", "menu")
    if not own or len(words) > LONGEST or not stock or told.takes_up(words):
        return False
    if len(stock) >= SHARE * len(own) and pack.first("boilerplate", lower):
        return True
    is_line = len(own) >= RUN and len(pack.of(own, "menu")) == len(own) and piece[-1:] not in ".!?:"
    return is_line and not STEP.search(told.row.answer)
