"""Signals of an answer that isn't about its question: stock phrases, one text for everything.

>>> boilerplate(Row("What is an ISA?", "Please visit our website."), Corpus()).value
1.0
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from curation.signals.corpus import Corpus
from curation.signals.page.furniture import ASKS_HOW, ASKS_WHEN, BUTTONS, COMMON, FURNITURE, HOURS, MENU, ORDERS, STOCK
from curation.signals.recurring import SENTENCE_MARKS, answer_key
from curation.signals.rows import NOT_APPLICABLE, NOTHING, Finding, Row
from winnow.text.words import FUNCTION_WORDS, WORD, excerpt, stem

SHORT = 150  # words up to which an answer can be boilerplate
PHRASE = 6  # words that make a sentence
FRAMES = 4  # differently framed questions from which a sentence belongs to none
FAMILIAR = 0.25  # added where it speaks to the reader and takes up nothing of the question
FACT = re.compile(r"\d|^(?:[Yy]es|[Nn]o)\b|\b[A-Z]\w*\W+[A-Z]")
ALMOST_ALL = 0.8
BUTTON_WORDS = 16  # words up to which a line is looked at so
USUAL, FEW = 0.05, 5  # share of a file's rows, and rows, from which a word is one of the file's own matter
# the way to a page; "Settings > Privacy" is an answer
BREADCRUMB = re.compile(
    r"(?:home|start|startseite|accueil|inicio|index|main|help|support) ?(?:[>»›→/|][^>»›→/|.!?]{2,50}){2,}"
)
PIECES = re.compile(r"[.!?;|·•»›>\n\t/…]+(?:\s|$)|\s[|·•»›>–—/-]\s|\s{3,}|(?<=\w)\|(?=\w)|: (?=[a-z]+,)")


def boilerplate(row: Row, corpus: Corpus) -> Finding:
    """Share of a short answer's own words that are a site's or a help desk's, less where it takes up the question."""
    if len(row.words) > SHORT:
        return NOTHING
    content = [word for word in row.words if word not in FUNCTION_WORDS]
    is_fragment = _is_fragment(row, corpus)
    if (is_fragment and corpus.is_of_labels) or corpus.is_label(row.answer):
        return NOTHING
    asked = {stem(word) for word in row.question_words if word not in FUNCTION_WORDS}
    roots = [stem(word) for word in content]
    own = [root in STOCK and root not in asked for root in roots]
    share = max(_share_of_stock(row, corpus, asked, roots), said_elsewhere(row, corpus)) if len(content) > 2 else 0.0
    if is_fragment and not all(own):
        share = 0.0
    if row.is_brief:
        share = max(share, _furniture(row, asked), _of_buttons(row, corpus, asked))
    return Finding(share, excerpt(row.answer)) if share else NOTHING


def _share_of_stock(row: Row, corpus: Corpus, asked: set[str], roots: Sequence[str]) -> float:
    """Share of stock words, less where the answer takes up the question, more where it speaks to somebody."""
    share = sum(root in STOCK and root not in asked for root in roots) / len(roots)
    if any(root in asked and root not in STOCK for root in roots):
        return 0.6 * share
    familiar = share and row.is_brief and row.speaks_to_reader and not corpus.is_addressing
    return min(1.0, share + FAMILIAR) if familiar else share


def _furniture(row: Row, asked: set[str]) -> float:
    """Share of the words that stand in pieces of furniture, which take up nothing of the question."""
    pieces = [(piece, WORD.findall(piece)) for piece in map(str.strip, PIECES.split(row.lower)) if piece]
    free = [(piece, words) for piece, words in pieces if asked.isdisjoint(map(stem, words))]
    menu = [words for _, words in free if words and MENU.issuperset(words)]
    asks_when = ASKS_WHEN.search(row.question_lower) is not None
    found = [
        words for piece, words in free if words and (FURNITURE.search(piece) or (not asks_when and HOURS.search(piece)))
    ]
    if len(menu) > (1 if any(mark in row.answer for mark in "|·•»›>") else 2):
        found += [words for words in menu if words not in found]
    if BREADCRUMB.fullmatch(row.lower.strip()):
        return 1.0
    return min(1.0, sum(map(len, found)) / max(1, len(row.words)))


def _of_buttons(row: Row, corpus: Corpus, asked: set[str]) -> float:
    """Share of words of buttons and notices in a few that are almost all such; two are enough for an order."""
    words = [word for word in row.words if word not in FUNCTION_WORDS and word[0].isalpha() and len(word) > 1]
    roots = [stem(word) for word in words]
    if corpus.is_of_labels or asked & (BUTTONS - COMMON) or ASKS_HOW.search(row.question_lower):
        return 0.0
    if not 2 <= len(roots) <= BUTTON_WORDS or not asked.isdisjoint(roots):
        return 0.0
    often = max(corpus.size * USUAL, FEW)
    rare = [root for word, root in zip(words, roots, strict=True) if corpus.words.get(word, 0) <= often]
    sure = sum(root in BUTTONS and root not in COMMON for root in rare)
    is_line = len(roots) > 2 or row.words[0] in ORDERS or row.answer.rstrip()[-1:] in SENTENCE_MARKS
    if sure < max(2, len(roots) / 2) or not is_line:
        return 0.0
    share = sum(root in BUTTONS for root in roots) / len(roots)
    return share if share >= ALMOST_ALL else 0.0


def said_elsewhere(row: Row, corpus: Corpus) -> float:
    """Share of the answer's words in sentences that stand below differently framed questions all over the file."""
    shared = [sentence for sentence in row.sentences if corpus.sentences.get(answer_key(sentence), 0.0) >= FRAMES]
    return sum(len(sentence.split()) for sentence in shared) / max(1, len(row.answer.split()))


def _is_fragment(row: Row, corpus: Corpus) -> bool:
    """Whether the answer is a few words and no sentence: a category's name, a choice, a value."""
    is_few = len(row.words) < PHRASE or (corpus.is_of_labels and len(row.words) < 2 * PHRASE)
    return is_few and row.answer.rstrip()[-1:] not in SENTENCE_MARKS


def near_constant(row: Row, corpus: Corpus) -> Finding:
    """Number of differently framed questions that have this answer; values, names, labels and yes or no may recur."""
    if len(row.words) < 3 or _is_fragment(row, corpus) or (len(row.words) < PHRASE and FACT.search(row.answer)):
        return NOT_APPLICABLE
    if corpus.is_label(row.answer):
        return NOT_APPLICABLE
    return Finding(float(corpus.answers.frames.get(answer_key(row.answer), 1)))
