"""Signal of a question that points to what it doesn't name, in a language of which a lexicon knows the pointers.

>>> from curation.corpus.told import pack_of
>>> from curation.corpus.rows import Row
>>> dangling_reference(Told(Row("Wie wird sie behandelt?", "Mit Ruhe."), pack_of("de", ())), Corpus(), NOTHING).matched
'sie'
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOTHING, Finding
from curation.corpus.told import Told
from winnow.text.words import WORD

LONG = 30  # words from which a question names what it is about somewhere
BRIEF = 12  # words of a question that may be nothing but pointing
FEW, SENTENCE = 2, 6  # words that a question names, and words of an answer that would take them up
EARLY = 5  # words up to a pronoun that nothing before it names
CLAUSE = 7  # words of a question whose pronoun has nothing after it that could be its matter
EMPTY = ("function", "asks", "talk", "pointers", "generic", "page", "verbs", "numbers")  # words that name nothing
TALK = ("function", "asks", "talk")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NAME = re.compile(r"\d{2,}|[\"„“”«»‘《「]")
JOINED = re.compile(r"[,;,；、]")


def dangling_reference(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """1 where the question points to something that it doesn't name, and that isn't quoted below it.

    What a context or earlier turns stand before may point to those.
    """
    row, pack = told.row, told.pack
    head, _, rest = row.question_lower.strip().partition("\n")
    if row.context or row.history or not told.asked or len(told.asked) > LONG:
        return NOTHING
    if pack.other_than(pack.tokens(rest), "talk"):
        return NOTHING
    if found := pack.first("dangling_reference", head):
        before, behind = head[: found.start()], head[found.end() :]
        is_quoted = YEAR.search(before) or re.search(r"[:：]\s*\S", behind) or NAME.search(behind)
        return NOTHING if is_quoted else Finding(1.0, found.group())
    if len(told.asked) > BRIEF or NAME.search(head) or pack.first("impersonal", head):
        return NOTHING
    words = pack.tokens(head)
    if not pack.other_than(words, *EMPTY):
        return _pointing_alone(told, words, head)
    return _lone_pronoun(told, words)


def _pointing_alone(told: Told, words: list[str], head: str) -> Finding:
    """Find what a question that names nothing points by: "What does the table show?", "Could you say more?"."""
    pointers, found = told.pack.of(words, "pointers"), told.pack.first("pointing", head)
    if pointers or found:
        return Finding(1.0, pointers[0] if pointers else head)
    return NOTHING if told.pack.other_than(words, *TALK) else Finding(1.0, head)


def _lone_pronoun(told: Told, words: list[str]) -> Finding:
    """Find a pronoun in a question that has no noun: "Wie wird sie behandelt?"."""
    pack = told.pack
    pronouns = pack.of(words, "pronouns")
    if not pronouns or JOINED.search(told.row.question):
        return NOTHING
    if pack.has_capital_nouns:
        return Finding(1.0, pronouns[0]) if not _has_noun(told) else NOTHING
    at = words.index(pronouns[0])
    named = pack.other_than(words, *EMPTY)
    if pronouns[0] in pack.words_of("demonstratives") and (pack.other_than(words[: at + 2], *EMPTY) or not named):
        return NOTHING  # "this card" names its matter, and so does what stands before "that"
    is_bare = len(words) <= CLAUSE and len(named) == 1 and not pack.any_of(words[at + 1 :], "articles")
    is_last = at == len(words) - 1 and not pack.other_than(words[:at], *EMPTY)  # nothing behind it says what it is
    is_plain = at < EARLY and pronouns[0] not in pack.words_of("demonstratives") and len(named) <= FEW
    is_untold = is_plain and len(told.said) >= SENTENCE and not told.takes_up(told.said)
    return Finding(1.0, pronouns[0]) if is_bare or is_last or is_untold else NOTHING


def _has_noun(told: Told) -> bool:
    """Whether a word behind the first has a capital and names something."""
    head = told.row.question.strip().partition("\n")[0]
    capitals = [word.lower() for word in WORD.findall(head)[1:] if word[0].isupper()]
    return bool(told.pack.other_than(capitals, *EMPTY))
