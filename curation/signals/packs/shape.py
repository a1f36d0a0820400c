"""Signals of an answer's form that take words to tell: an echo, too short, cut off, repeated, in no language.

>>> from curation.corpus.told import pack_of
>>> from curation.corpus.rows import Row
>>> row = Row("Was ist ein Notar?", "Sie fragen: Was ist ein Notar?")
>>> echo(Told(row, pack_of("de", ())), Corpus(), NOTHING).value
1.0
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.language import ENGLISH, SURE_LETTERS, usual_languages
from curation.corpus.rows import NOT_APPLICABLE, NOTHING, Finding
from curation.corpus.told import Pack, Told, pack_of
from curation.signals import form
from winnow.text.language import LETTERS
from winnow.text.words import UNSPACED, excerpt

ANNOUNCING = 25  # words that may stand around a question said again
FEW_OTHERS = 0.4  # share of them that may speak of something else
SELDOM, FEW_ROWS = 0.005, 5  # share of rows, and rows, up to which a word isn't what the file is about
LONG_ENOUGH = 10  # words of the answers to questions of a kind that ask for more than a fact
SENTENCE = 8  # words of an answer that is a sentence and so has a stop
UNSPACED_SENTENCE = 12  # signs of one without spaces
OFTEN = 50  # rows of a word from which it is known that it ends no sentence of the file
WRITTEN = 0.2  # share of words of grammar from which a text is in the language
ASKING = 3  # words of a question in which it is said what is asked
FEW = 3  # words of a question, or of an answer, that can be said again
ENDS_NONE, ENDS_FEW, NO_STOP = 0.95, 0.6, 0.75  # how sure an answer is cut: by its last word, or by its missing stop
ITEM = 0.3  # by which a list's item is less surely cut
VALUE = re.compile(r"\d|[$€£%]")
CLOSED = re.compile(r"[.!?…;。！？；\"”“’»›)\]）】》」%°*`|$€£>/_~}\d]\s*$")
GOES_ON = re.compile(r"[,，、（(:：\-–—]\s*$")
LOOP = re.compile(r"(.{2,24}?)\1{3,}", re.DOTALL)
SHINGLE = 10  # signs of a stretch that nobody says twice


def echo(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """How far the answer only says the question again: 1 is a copy, or the question with words about asking it."""
    asked, said, pack = told.asked, told.said, told.pack
    if len(asked) < FEW or not said or usual.value >= 1 or len(said) > 3 * len(asked) + 2 * ANNOUNCING:
        return usual
    rest = _without(said, asked)
    if rest is None:
        rest = [word for word in said if word not in set(asked)]
        covered = len({*asked} & {*said}) / len({*asked})
    else:
        covered = 1.0
    if any(map(VALUE.match, rest)) or _answers(rest, pack):
        return usual
    others = pack.other_than(rest, "function", "asks", "talk", "idle", "speaker")
    if covered == 1 and len(rest) <= ANNOUNCING and _are_idle(others, rest, corpus):
        return Finding(1.0, excerpt(told.row.answer))
    value = covered * (1 - len(rest) / len(said))
    is_all = len(said) >= FEW and len(others) <= 1 and 0.6 <= covered < 1
    return Finding(max(value, usual.value), excerpt(told.row.answer)) if is_all else usual


def _answers(rest: list[str], pack: Pack) -> bool:
    """Whether the words around a question are its answer: "Not always.", but not "our customers often ask"."""
    told = pack.of(rest, "answering", "states")
    return bool(told) and not pack.of(pack.other_than(rest, "function", "answering", "states"), "idle", "talk", "asks")


def _are_idle(others: list[str], rest: list[str], corpus: Corpus) -> bool:
    """Whether few of the words around a question are others than those of asking it, and none is the file's matter."""
    usual = max(SELDOM * corpus.size, FEW_ROWS)
    return len(others) <= FEW_OTHERS * len(rest) and all(corpus.words.get(word, 0) <= usual for word in others)


def _without(said: list[str], asked: list[str]) -> list[str] | None:
    """Take all copies of the question out of the answer's words; None where there is none."""
    rest, at, found = list[str](), 0, False
    while at < len(said):
        if said[at : at + len(asked)] == asked:
            at, found = at + len(asked), True
        else:
            rest.append(said[at])
            at += 1
    return rest if found else None


def too_short(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Words of an answer whose question asks for more than a fact, fillers 0; values, names, yes and no don't apply.

    A question asks for more where it says so (why, how, explain), or where nine of ten answers of this file to
    questions that begin so have ten words and more. A filler ("good question!") answers nothing but yes or no. An
    answer that stands in its context isn't too short where that is the file's manner.
    """
    row, pack = told.row, told.pack
    if (pack.is_spaced and not row.is_spaced) or corpus.is_of_labels or corpus.is_label(row.answer):
        return NOT_APPLICABLE
    if row.context and corpus.is_extractive and row.is_extract:
        return NOT_APPLICABLE
    if (VALUE.search(row.answer) or not told.said) and not pack.first("mechanism", row.question_lower):
        return NOT_APPLICABLE
    is_open = pack.first("explain", row.question_lower) or corpus.usual_length(told.asked) >= LONG_ENOUGH
    fills = pack.any_of(told.asked[:ASKING], "asks") and not pack.other_than(told.said, "filler")
    said = 0 if fills else len(told.said)
    return Finding(float(said), excerpt(row.answer, 0, 60)) if is_open or fills else NOT_APPLICABLE


def cut_off(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """How sure it is that the answer stops in mid-sentence: it ends with a word that ends none, or without its stop."""
    text, pack = corpus.endings.finished(told.row.answer).rstrip(), told.pack
    least = SENTENCE if pack.is_spaced else UNSPACED_SENTENCE
    if CLOSED.search(text):  # a German quotation ends with the mark that begins an English one
        return NOTHING
    if len(told.said) < min(4, least) or not text or form.ends_with_address(text):
        return usual
    if not pack.is_spaced and GOES_ON.search(text):
        return Finding(ENDS_NONE, excerpt(text, -40))
    last = told.said[-1]
    size = len(told.said) if pack.is_spaced else len(UNSPACED.findall(text))
    is_sentence = size >= least and not form.is_item(text)
    goes_on = is_sentence and last in corpus.endings.going_on and corpus.words.get(last, 0) >= OFTEN
    if last in pack.words_of("unfinished") or (goes_on and text.endswith(last)):  # a name may well end a sentence
        return Finding(ENDS_NONE, excerpt(text, -40))
    sure = max(usual.value, ENDS_FEW if last in pack.words_of("hinting") else 0.0)
    is_unread = pack.language != ENGLISH  # so that no reader tells whether a sentence without a stop is whole
    if is_unread and is_sentence and not corpus.endings.is_without_stop(text):
        sure = max(sure, NO_STOP)
    return Finding(sure, excerpt(text, -40)) if sure > usual.value else usual


def repetition(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Share of an answer without spaces that stands in a loop, or in a stretch said before."""
    if told.pack.is_spaced or usual.value > 0:
        return usual
    text = "".join(sign for sign in told.row.answer if sign.isalnum())
    if loop := LOOP.search(text):
        return Finding(max(len(loop.group()) / len(text), 0.5), excerpt(loop[1]))
    return form.repeated(text, SHINGLE) if len(text) >= 2 * SHINGLE else usual


def gibberish(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """How much of the answer is no language: nothing where words of grammar hold it together."""
    return NOTHING if usual.value > 0 and _grammar(told.pack, told) >= WRITTEN else usual


def wrong_language(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Probability that the answer is in a language foreign to the file: no short one that the file's grammar holds.

    Where the foreign language has a lexicon too, the one with more words of grammar in the answer decides.
    """
    if not usual.value > 0 or told.pack.first("of_languages", told.row.question_lower):
        return NOTHING
    is_own = told.pack.language in usual_languages(corpus)
    is_short = len(LETTERS.findall(told.row.answer)) < SURE_LETTERS
    if not (is_own and is_short and _grammar(told.pack, told) >= WRITTEN):
        return usual
    foreign = pack_of(usual.matched.partition(":")[0], ())
    return NOTHING if foreign is None or _grammar(told.pack, told) >= _grammar(foreign, told) else usual


def _grammar(pack: Pack, told: Told) -> float:
    """Share of an answer's words that are a language's words of grammar."""
    words = pack.tokens(told.row.lower)
    return len(pack.of(words, "function")) / max(1, len(words))
