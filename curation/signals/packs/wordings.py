"""Signals of what an answer says: it refuses, stands for a text, tells of a prompt, fits anywhere, was true one day.

>>> from curation.corpus.told import pack_of
>>> from curation.corpus.rows import Row
>>> told = Told(Row("Was kostet ein Visum?", "Dazu kann ich Ihnen nichts sagen."), pack_of("de", ()))
>>> refusal(told, Corpus(), NOTHING).value
1.0
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.rows import BRIEF, NOTHING, Finding, Row
from curation.corpus.told import Told, in_english
from curation.signals.packs.asides import beside, labels, of_writing
from curation.signals.page.boilerplate import said_elsewhere
from curation.signals.residue.transcripts import turns
from winnow.text.words import excerpt

OPENING = 260  # characters in which a refusal is said
WHOLE = 60  # words up to which an answer that refuses does nothing else
NOTE = 14  # words up to which an answer is a note about a text
SHORT_NOTE = 6  # … that says nothing else
EDITED = 0.8  # share of the words of those who make a file in such a note
SHORT = 150  # words up to which an answer can be boilerplate
ENDS = 300  # characters at either end in which an aside stands
TAKEN_UP = 0.6  # of the share of stock words where the answer takes up the question
SELDOM, FEW_ROWS = 0.03, 100  # share of rows up to which a word of now isn't the file's habit; rows that have habits
DIGIT = re.compile(r"\d")
YEAR = re.compile(r"(?:19|20)\d\d")
BRACKETS = re.compile(r"[\[<{(]+\s*([^\[\]<>{}()\"=]{2,80}?)\s*[\])}>]+\.?")
SQUARE = re.compile(r"[\[<{【]+\s*([^\[\]<>{}()\"=【】]{2,80}?)\s*[\]}>】]+")
SENTENCE = re.compile(r"[.!?。！？…](?:\s|$|(?<=[。！？]))|\n|\s[|·•»›–]\s|[|•»›]")
MENU_MARKS = re.compile(r"[|·•»›>]")
FEWEST_ENTRIES, ENTRY = 3, 6  # entries of a menu, and words of one


def refusal(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """How much of the answer is a refusal: 1 where it says nothing else, .5 where an answer follows.

    Known by phrases, or in a brief answer by who speaks, an inability and an act of speech, where nothing of the
    question is taken up and no number is given; of one who says "I" and "not" a few words are enough. In a help desk's
    file its "we" says nothing.
    """
    row, pack = told.row, told.pack
    if usual.value > 0:
        return usual
    if found := pack.first("refusal", row.lower[:OPENING]):
        return Finding(1.0 if len(told.said) <= WHOLE else 0.5, excerpt(row.answer, *found.span()))
    if len(told.said) > BRIEF or DIGIT.search(row.answer):
        return NOTHING
    if told.takes_up(told.said) or pack.any_of(told.said, "answering"):
        return NOTHING
    speaks = ("speaker",) if corpus.is_addressing else ("speaker", "house")
    refuses = pack.any_of(told.said, *speaks) and all(pack.any_of(told.said, name) for name in ("inability", "speech"))
    passes = len(told.said) <= NOTE and pack.any_of(told.said, "alone") and pack.any_of(told.said, "inability")
    return Finding(1.0, excerpt(row.answer)) if refuses or passes else NOTHING


def english_refusal(row: Row) -> Finding:
    """Refusal of a row in English by itself, without its file."""
    return refusal(in_english(row), Corpus(), NOTHING)


def placeholder(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """1 where the answer only stands for one that was never written, .5 where such a slot is within it."""
    row, pack = told.row, told.pack
    if usual.value > 0:
        return NOTHING if usual.value < 1 and told.asks_for("form", "of_code", "of_names") else usual
    answer = row.lower.strip()
    if (inside := BRACKETS.fullmatch(answer)) and pack.any_of(pack.tokens(inside[1]), "insert", "text_words"):
        return Finding(1.0, excerpt(row.answer))
    for slot in SQUARE.finditer(row.lower):
        if pack.any_of(pack.tokens(slot[1]), "insert") and not told.asks_for("form", "of_code"):
            return Finding(0.5, slot.group())
    if (stub := pack.first("stub", answer)) and not told.asks_for("of_code"):
        return Finding(1.0, stub.group())
    own = pack.other_than(told.said, "function")
    if len(told.said) > NOTE or told.takes_up(own) or not {*own}.isdisjoint(told.asked):
        return NOTHING
    sure = 1.0 if len(told.said) <= SHORT_NOTE else 0.7
    if found := pack.first("placeholder", answer):
        return Finding(sure, found.group())
    is_note = pack.any_of(told.said, "text_words") and pack.any_of(told.said, "unwritten")
    edited = pack.of(own, "editing")  # words of people who make a file, not all of them said on other matters too
    is_edited = len(edited) > 1 and len(edited) >= EDITED * len(own) and pack.other_than(own, "editing_common")
    return Finding(0.7, excerpt(row.answer)) if is_note or is_edited else NOTHING


def prompt_residue(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Number of marks of a prompt, labels of who speaks, and what a prompt or a model says at either end."""
    row, pack = told.row, told.pack
    asked = row.question_lower
    ends = row.lower if len(row.lower) <= 2 * ENDS else f"{row.lower[:ENDS]}\n{row.lower[-ENDS:]}"
    found = [match.group() for match in pack.find("prompt_residue", ends) if match.group() not in asked]
    if not told.asks_for("form", "tale", "talk"):
        found += labels(told) + beside(told, corpus) + (turns(row) if not usual.matched else [])
    found += of_writing(told)
    count = max(usual.value, 0.0) + len(found)
    return Finding(count, excerpt("; ".join(filter(None, [usual.matched, *found])))) if count else NOTHING


def boilerplate(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Share of a short answer that is a site's or a help desk's stock, less where it takes up the question.

    Whole sentences where a phrase is known, and otherwise the words of its own that belong to the stock.
    """
    row, pack = told.row, told.pack
    if len(told.said) > SHORT or not told.said or corpus.is_label(row.answer) or corpus.is_of_labels:
        return NOTHING
    share = max(_in_sentences(told), said_elsewhere(row, corpus))
    content = pack.other_than(told.said, "function")
    if len(told.said) <= BRIEF and len(content) > 2:
        stock = len([word for word in pack.of(content, "stock") if word not in told.asked]) / len(content)
        share = max(share, TAKEN_UP * stock if told.takes_up(told.said) else stock)
    entries = [entry for entry in map(str.strip, MENU_MARKS.split(row.lower)) if entry]
    if len(entries) >= FEWEST_ENTRIES and all(len(pack.tokens(one)) <= ENTRY for one in entries):
        is_menu = pack.any_of(told.said, "menu", "stock") and not told.takes_up(told.said)
        share = 1.0 if is_menu or entries[0] in pack.words_of("home") else share
    return Finding(share, excerpt(row.answer)) if share else NOTHING


def _in_sentences(told: Told) -> float:
    """Share of the words in sentences that have a stock phrase and take up nothing of the question."""
    sentences = [piece for piece in map(str.strip, SENTENCE.split(told.row.lower)) if piece]
    sizes = {piece: len(told.pack.tokens(piece)) for piece in sentences}
    stock = [
        piece
        for piece in sentences
        if told.pack.first("boilerplate", piece) and not told.takes_up(told.pack.tokens(piece))
    ]
    return sum(sizes[piece] for piece in stock) / max(1, sum(sizes[piece] for piece in sentences))


def out_of_date(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Number of wordings that were true on some day only, where the question doesn't name that day itself."""
    text = told.row.lower
    starts = [0, *(stop.end() for stop in SENTENCE.finditer(text) if stop.end() < len(text))]
    found: list[re.Match[str]] = []
    for match in sorted(told.pack.find_all("out_of_date", text, starts), key=lambda match: match.span()):
        is_new = not found or match.start() >= found[-1].end()
        if is_new and match.group() not in told.row.question_lower and _is_meant(match, told, corpus):
            found.append(match)
    if not found or told.asks_for("tale"):
        return NOTHING
    return Finding(float(len(found)), excerpt("; ".join(match.group() for match in found)))


def _is_meant(match: re.Match[str], told: Told, corpus: Corpus) -> bool:
    """Whether it is said of one day: not of anybody's ("wenn Sie morgen …"), nor by the file's habit."""
    if YEAR.search(match.group()):
        return True
    start = max((end.end() for end in SENTENCE.finditer(match.string, 0, match.start())), default=0)
    clause = told.pack.tokens(match.string[start : match.end()])
    now = told.pack.of(told.pack.tokens(match.group()), "now")
    if told.pack.any_of(clause, "general") or not {*now}.isdisjoint(told.asked):
        return False
    usual = max(SELDOM * corpus.size, 2)
    return not now or corpus.size < FEW_ROWS or corpus.words.get(now[0], 0) <= usual
