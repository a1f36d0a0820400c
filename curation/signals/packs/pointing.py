"""Signal of a question that points to what it doesn't name, in a language of which a lexicon knows the pointers.

>>> from curation.signals.packs.told import pack_of
>>> from curation.signals.rows import Row
>>> dangling_reference(Told(Row("Wie wird sie behandelt?", "Mit Ruhe."), pack_of("de", ())), Corpus(), NOTHING).matched
'sie'
"""

from __future__ import annotations

import re

from curation.signals.corpus import Corpus
from curation.signals.packs.told import Told
from curation.signals.rows import NOTHING, Finding
from winnow.text.words import WORD

LONG = 30  # words from which a question names what it is about somewhere
BRIEF = 12  # words of a question that may be nothing but pointing
CLAUSE = 7  # words of a question whose pronoun has nothing after it that could be its matter
EMPTY = ("function", "asks", "talk", "pointers", "generic", "page", "verbs", "numbers")  # words that name nothing
NAME = re.compile(r"\d{2,}|[\"„“”«»‘《「]")
JOINED = re.compile(r"[,;，；、]")


def dangling_reference(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """1 where the question points to something that it doesn't name, and that isn't quoted below it.

    What a context or earlier turns stand before may point to those.
    """
    row, pack = told.row, told.pack
    head, _, rest = row.question_lower.strip().partition("\n")
    if row.context or row.history or not told.asked or len(told.asked) > LONG:
        return NOTHING
    if not all(word in pack.words_of("talk") for word in pack.tokens(rest)):
        return NOTHING
    if found := pack.first("dangling_reference", head):
        is_quoted = re.search(r"[:：]\s*\S", head[found.end() :]) or NAME.search(head[found.end() :])
        return NOTHING if is_quoted else Finding(1.0, found.group())
    if len(told.asked) > BRIEF or NAME.search(head) or pack.first("impersonal", head):
        return NOTHING
    words = pack.tokens(head)
    pointing = pack.of(words, "pointers", "page")
    if all(any(word in pack.words_of(name) for name in EMPTY) for word in words):
        return Finding(1.0, pointing[0] if pointing else head)
    return _lone_pronoun(told, words, head)


def _lone_pronoun(told: Told, words: list[str], head: str) -> Finding:
    """Find a pronoun in a question that has no noun: "Wie wird sie behandelt?"."""
    pack = told.pack
    pronouns = pack.of(words, "pronouns")
    if not pronouns or JOINED.search(head):
        return NOTHING
    if pack.has_capital_nouns:
        return Finding(1.0, pronouns[0]) if not _has_noun(told) else NOTHING
    at = words.index(pronouns[0])
    named = [word for word in words if not any(word in pack.words_of(name) for name in EMPTY)]
    is_bare = len(words) <= CLAUSE and len(named) == 1 and not pack.any_of(words[at + 1 :], "articles")
    before = all(any(word in pack.words_of(name) for name in EMPTY) for word in words[:at])
    return Finding(1.0, pronouns[0]) if is_bare or (before and _is_object(told, words, at)) else NOTHING


def _is_object(told: Told, words: list[str], at: int) -> bool:
    """Whether a pronoun that stands for a thing is the last word: nothing behind it says what it is."""
    return at == len(words) - 1


def _has_noun(told: Told) -> bool:
    """Whether a word behind the first has a capital and names something."""
    head = told.row.question.strip().partition("\n")[0]
    return any(
        word[0].isupper() and not any(word.lower() in told.pack.words_of(name) for name in EMPTY)
        for word in WORD.findall(head)[1:]
    )
