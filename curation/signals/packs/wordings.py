"""Signals of what an answer says: it refuses, stands for a text, tells of a prompt, fits anywhere, was true one day.

>>> from curation.signals.packs.told import pack_of
>>> from curation.signals.rows import Row
>>> told = Told(Row("Was kostet ein Visum?", "Dazu kann ich Ihnen nichts sagen."), pack_of("de", ()))
>>> refusal(told, Corpus(), NOTHING).value
1.0
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.packs.told import Told
from curation.signals.page.boilerplate import said_elsewhere
from curation.signals.rows import BRIEF, NOTHING, Finding
from winnow.text.words import excerpt

OPENING = 260  # characters in which a refusal is said
WHOLE = 60  # words up to which an answer that refuses does nothing else
NOTE = 14  # words up to which an answer is a note about a text
SHORT_NOTE = 6  # … that says nothing else
SHORT = 150  # words up to which an answer can be boilerplate
ENDS = 300  # characters at either end in which an aside stands
TAKEN_UP = 0.6  # of the share of stock words where the answer takes up the question
SELDOM, FEW_ROWS = 0.03, 100  # share of rows up to which a word of now isn't the file's habit; rows that have habits
DIGIT = re.compile(r"\d")
YEAR = re.compile(r"(?:19|20)\d\d")
BRACKETS = re.compile(r"[\[<{(]+\s*([^\[\]<>{}()\"=]{2,80}?)\s*[\])}>]+")
SQUARE = re.compile(r"[\[<{【]+\s*([^\[\]<>{}()\"=【】]{2,80}?)\s*[\]}>】]+")
SENTENCE = re.compile(r"[.!?。！？…](?:\s|$|(?<=[。！？]))|\n|\s[|·•»›–]\s|[|•»›]")
MENU_MARKS = re.compile(r"[|·•»›>]")
FEWEST_ENTRIES, ENTRY = 3, 6  # entries of a menu, and words of one
LABEL_END = re.compile(r"[:：]|\*\*")
LABEL_MARKS = " \t#*[]<>()【】"
NUMBERED = re.compile(r"\s*\d+$")


def refusal(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """How much of the answer is a refusal: 1 where it says nothing else, .5 where an answer follows.

    Known by phrases, or in a brief answer by who speaks, an inability and an act of speech, where nothing of the
    question is taken up and no number is given; of one who says "I" and "not" a few words are enough.
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
    refuses = all(pack.any_of(told.said, name) for name in ("speaker", "inability", "speech"))
    passes = len(told.said) <= NOTE and pack.any_of(told.said, "alone") and pack.any_of(told.said, "inability")
    return Finding(1.0, excerpt(row.answer)) if refuses or passes else NOTHING


def placeholder(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """1 where the answer only stands for one that was never written, .5 where such a slot is within it."""
    row, pack = told.row, told.pack
    if usual.value > 0:
        return usual
    answer = row.lower.strip()
    if (inside := BRACKETS.fullmatch(answer)) and pack.any_of(pack.tokens(inside[1]), "insert", "text_words"):
        return Finding(1.0, excerpt(row.answer))
    for slot in SQUARE.finditer(row.lower):
        if pack.any_of(pack.tokens(slot[1]), "insert"):
            return Finding(0.5, slot.group())
    if len(told.said) > NOTE or told.takes_up(told.said):
        return NOTHING
    sure = 1.0 if len(told.said) <= SHORT_NOTE else 0.7
    if found := pack.first("placeholder", answer):
        return Finding(sure, found.group())
    is_note = pack.any_of(told.said, "text_words") and pack.any_of(told.said, "unwritten")
    return Finding(0.7, excerpt(row.answer)) if is_note else NOTHING


def prompt_residue(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Number of labels of who speaks, and of what a prompt or a model says of itself at either end of the answer."""
    row, pack = told.row, told.pack
    asked = row.question_lower
    labels = _labels(told)
    ends = row.lower if len(row.lower) <= 2 * ENDS else f"{row.lower[:ENDS]}\n{row.lower[-ENDS:]}"
    found = [match.group() for match in pack.find("prompt_residue", ends) if match.group() not in asked]
    count = max(usual.value, 0.0) + len(labels) + len(found)
    return Finding(count, excerpt("; ".join(filter(None, [usual.matched, *labels, *found])))) if count else NOTHING


def _labels(told: Told) -> list[str]:
    """List the labels at the beginnings of lines: "Assistent:", "### Antwort"."""
    roles, found = told.pack.words_of("roles"), []
    for line in told.row.lower.split("\n"):
        label, *behind = LABEL_END.split(line.strip(LABEL_MARKS), maxsplit=1)
        label = NUMBERED.sub("", label.strip(LABEL_MARKS))
        if label in roles and (behind or line.lstrip().startswith("#")) and label not in told.row.question_lower:
            found.append(label)
    return found


def boilerplate(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Share of a short answer that is a site's or a help desk's stock, less where it takes up the question.

    Whole sentences where a phrase is known, and otherwise the words of its own that belong to the stock.
    """
    row, pack = told.row, told.pack
    if len(told.said) > SHORT or not told.said or corpus.is_label(row.answer):
        return NOTHING
    share = max(_in_sentences(told), said_elsewhere(row, corpus))
    content = [word for word in told.said if word not in pack.words_of("function")]
    if len(told.said) <= BRIEF and len(content) > 2:
        stock = len(pack.of(content, "stock")) / len(content)
        share = max(share, TAKEN_UP * stock if told.takes_up(told.said) else stock)
    entries = [entry for entry in map(str.strip, MENU_MARKS.split(row.lower)) if entry]
    if len(entries) >= FEWEST_ENTRIES and all(len(pack.tokens(one)) <= ENTRY for one in entries):
        share = 1.0 if pack.any_of(told.said, "menu", "stock") and not told.takes_up(told.said) else share
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
    row, pack = told.row, told.pack
    found = [
        match.group()
        for match in pack.find("out_of_date", row.lower)
        if match.group() not in row.question_lower and _is_meant(match, told, corpus)
    ]
    return Finding(float(len(found)), excerpt("; ".join(found))) if found else NOTHING


def _is_meant(match: re.Match[str], told: Told, corpus: Corpus) -> bool:
    """Whether it is said of one day: not of anybody's ("wenn Sie morgen …"), nor by the file's habit."""
    if YEAR.search(match.group()):
        return True
    start = max((end.end() for end in SENTENCE.finditer(match.string, 0, match.start())), default=0)
    clause = told.pack.tokens(match.string[start : match.start()])
    if told.pack.any_of(clause, "general"):
        return False
    now = told.pack.of(told.pack.tokens(match.group()), "now")
    usual = max(SELDOM * corpus.size, 2)
    return not now or corpus.size < FEW_ROWS or corpus.words.get(now[0], 0) <= usual
