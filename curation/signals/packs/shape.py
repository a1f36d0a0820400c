"""Signals of an answer's form that are surer with a lexicon: an echo, too short, cut off, repeated, in no language.

>>> from curation.signals.packs.told import pack_of
>>> from curation.signals.rows import Row
>>> row = Row("Was ist ein Notar?", "Sie fragen: Was ist ein Notar?")
>>> echo(Told(row, pack_of("de", ())), Corpus(), NOTHING).value
1.0
"""

from __future__ import annotations

import re

from curation.signals import form
from curation.signals.corpus import Corpus
from curation.signals.language import SURE_LETTERS, usual_languages
from curation.signals.packs.told import Pack, Told, pack_of
from curation.signals.rows import NOT_APPLICABLE, NOTHING, Finding
from winnow.text.language import LETTERS
from winnow.text.words import UNSPACED, excerpt

ANNOUNCING = 25  # words that may stand around a question said again
FEW_OTHERS = 0.4  # share of them that may speak of something else
SENTENCE = 8  # words of an answer that is a sentence and so has a stop
UNSPACED_SENTENCE = 12  # signs of one without spaces
WRITTEN = 0.2  # share of words of grammar from which a text is in the language
FEW = 3  # words of an answer that explains nothing
NO_STOP = 0.75  # how sure a sentence without a stop is cut, in a file that has stops
DIGIT = re.compile(r"\d")
CLOSED = re.compile(r"[.!?…:;。！？；：\"”“’»›)\]）】》」%°*`|$€£>/_~}\d]\s*$")
GOES_ON = re.compile(r"[,，、（(:：\-–—]\s*$")
ITEM = re.compile(r"(?:^|\n)\s*(?:[-*•·–+>|#]|\(?\w{1,3}[.)、])|[|\t]")
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
    if any(map(DIGIT.match, rest)) or pack.any_of(rest, "answering"):
        return usual
    others = [word for word in rest if not _is_idle(word, told)]
    if covered == 1 and len(rest) <= ANNOUNCING and len(others) <= FEW_OTHERS * len(rest):
        return Finding(1.0, excerpt(told.row.answer))
    value = covered * (1 - len(others) / len(said))
    is_all = len(said) >= FEW and len(others) <= 1 and covered >= 0.6
    return Finding(max(value, usual.value), excerpt(told.row.answer)) if is_all else usual


def _is_idle(word: str, told: Told) -> bool:
    return any(word in told.pack.words_of(name) for name in ("function", "asks", "talk", "idle", "speaker"))


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
    """Words of an answer that are no fillers, where the question asks for more than a fact or all of them are."""
    row, pack = told.row, told.pack
    if usual.value == usual.value or corpus.is_of_labels or corpus.is_label(row.answer):
        return usual
    own = [word for word in told.said if word not in pack.words_of("filler")]
    explains = pack.first("explain", row.question_lower) is not None
    if not told.said or DIGIT.search(row.answer):
        return NOT_APPLICABLE
    if explains and len(told.said) <= FEW:
        return Finding(float(len(told.said)), excerpt(row.answer, 0, 60))
    if not own and pack.any_of(told.asked, "asks"):
        return Finding(0.0, excerpt(row.answer, 0, 60))
    return NOT_APPLICABLE


def cut_off(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """How sure it is that the answer stops in mid-sentence: it ends with a word that ends none, or without its stop."""
    text = corpus.endings.finished(told.row.answer).rstrip()
    least = SENTENCE if told.pack.is_spaced else UNSPACED_SENTENCE
    if CLOSED.search(text):  # a German quotation ends with the mark that begins an English one
        return NOTHING
    if usual.value >= NO_STOP or len(told.said) < min(4, least) or not text:
        return usual
    if not told.pack.is_spaced and GOES_ON.search(text):
        return Finding(0.95, excerpt(text, -40))
    if told.said[-1] in told.pack.words_of("unfinished") and len(told.said) >= 4:
        return Finding(0.95, excerpt(text, -40))
    size = len(told.said) if told.pack.is_spaced else len(UNSPACED.findall(text))
    is_cut = size >= least and not ITEM.search(text) and not corpus.endings.is_without_stop
    return Finding(NO_STOP, excerpt(text, -40)) if is_cut else usual


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
    return NOTHING if usual.value > 0 and _is_written(told) else usual


def wrong_language(told: Told, corpus: Corpus, usual: Finding) -> Finding:
    """Probability that the answer is in a language foreign to the file: no short one that the file's grammar holds.

    Where the foreign language has a lexicon too, the one with more words of grammar in the answer decides.
    """
    is_own = told.pack.language in usual_languages(corpus)
    is_short = len(LETTERS.findall(told.row.answer)) < SURE_LETTERS
    if not (usual.value > 0 and is_own and is_short and _is_written(told)):
        return usual
    foreign = pack_of(usual.matched.partition(":")[0], ())
    return NOTHING if foreign is None or _grammar(told.pack, told) >= _grammar(foreign, told) else usual


def _is_written(told: Told) -> bool:
    """Whether enough of the answer's words are the language's words of grammar."""
    return _grammar(told.pack, told) >= WRITTEN


def _grammar(pack: Pack, told: Told) -> float:
    """Share of an answer's words that are a language's words of grammar."""
    words = pack.tokens(told.row.lower)
    return len(pack.of(words, "function")) / max(1, len(words))
