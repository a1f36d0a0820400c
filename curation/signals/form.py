"""Signals of an answer's form that no words are needed for: too long, an echo, cut off, repeating itself.

Every function takes a row and the corpus and returns a finding; the rule for its value is in `curation.steps.quality`.
What a lexicon adds is in `curation.signals.packs.shape`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from operator import eq

from curation.corpus.corpus import Corpus
from curation.corpus.rows import NOTHING, Finding, Row
from winnow.text.words import UNSPACED, excerpt

CLOSED = re.compile(r"[.!?…。！？؟।:;][\"'”’»)\]}*_`]*$|[\"”»)\]}>|/%°*`_#=+~$€£]$")
# what ends with a colon announces something that doesn't come; a dash or a dot apart begins an item that isn't there
OPEN_END = re.compile(r"[,(\[{“«‘&–—:：]$|\b\w+-$|\s[-•·]$")
ITEM = re.compile(r"^\s*(?:[-*•·–+>|#]|\(?\w{1,3}[.)、]\s?)|\s[-•·–|]\s|[|\t]|^[^.!?]{0,60}:\s")
ADDRESS_END = re.compile(r"(?:https?:|www\.|[\w-]+\.(?:com|org|gov|net|edu|int)\b|[#@/\\])\S*$")
TAIL = 120  # characters in which the end is looked at
LAST_WORD = re.compile(r"([^\W\d_]+)$")
FEW = 3  # words of a question that can be said again
IN_WORD, UNLIKE_OTHERS = 0.9, 0.8  # how sure an answer is cut: within a word, and where its other sentences have stops
SHINGLE = 8  # words; shorter repeats are the vocabulary of lists


def too_long(row: Row, corpus: Corpus) -> Finding:
    """Words of the answer; a character counts as half a word where the script has no spaces."""
    unspaced = 0 if row.is_spaced else len(UNSPACED.findall(row.answer))
    return Finding(len(row.words) + unspaced / 2)


def echo(row: Row, corpus: Corpus) -> Finding:
    """Share of the question's words that an answer of no other words repeats: 1 is a copy."""
    asked, said = set(row.question_words), set(row.words)
    if len(row.question_words) < FEW or not said or not said <= asked:
        return NOTHING
    return Finding(len(said) / len(asked), excerpt(row.answer))


def cut_off(row: Row, corpus: Corpus) -> Finding:
    """How sure it is that the answer stops in mid-word, or in a sentence without the stop that its others have: 0 to 1.

    An end that announces more, as "Bring the following:" does, is as sure as one that opens a bracket. Values, names,
    list items, tables and fragments in the corpus' own habit aren't cut.
    """
    text = corpus.endings.finished(row.answer).rstrip()
    if len(row.words) < 4 or not row.is_spaced or ends_with_address(text):
        return NOTHING
    end = text[-TAIL:]
    if OPEN_END.search(end):
        return Finding(0.95, excerpt(text, -40))
    if _is_closed(text) or not (last := LAST_WORD.search(end)):
        return NOTHING
    sure = max(0.0, _unfinished(last.group(1), row, corpus) - 0.3 * is_item(text))
    return Finding(sure, excerpt(text, -40))


def ends_with_address(text: str) -> bool:
    """Whether a text ends with an address of the web, which needs no stop."""
    return ADDRESS_END.search(text[-TAIL:]) is not None


def is_item(text: str) -> bool:
    """Whether the last line of a text is an item of a list, a row of a table or what a label names."""
    return ITEM.search(text.rpartition("\n")[2]) is not None


def _is_closed(sentence: str) -> bool:
    return CLOSED.search(sentence[-8:]) is not None


def _unfinished(word: str, row: Row, corpus: Corpus) -> float:
    hints = [0.2]
    if word.islower() and corpus.words.get(word, 0) <= 1 and corpus.continues(word):
        hints.append(IN_WORD)
    earlier = row.sentences[:-1]
    if word.islower() and earlier:
        ended = sum(map(_is_closed, earlier))
        hints.append(UNLIKE_OTHERS if ended >= 0.7 * len(earlier) else 0.3)
    return max(hints)


def repetition(row: Row, corpus: Corpus) -> Finding:
    """Share of the answer's words that stand in a stretch said before: loops, doubled sentences, doubled answers."""
    if not row.is_spaced:
        return _unspaced_repetition(row.answer)
    words = row.words
    if len(words) < 6:
        return NOTHING
    loop, at = _find_loop(words)
    if loop:
        return Finding(max(loop / len(words), 0.5), excerpt(" ".join(words[at : at + 12])))
    if len(words) < 2 * SHINGLE:
        return NOTHING
    return repeated(words, SHINGLE)


def _find_loop(words: list[str]) -> tuple[int, int]:
    """Find a word or phrase of up to four words said at once three more times; return its extent and start."""
    for period in range(1, 5):
        again = bytes(map(eq, words, words[period:]))  # 1 where a word stands again one period on
        at = again.find(b"\1" * (3 * period))
        if at >= 0 and not words[at].isdigit():
            end = again.find(b"\0", at)
            return (len(again) if end < 0 else end) - at + period, at
    return 0, 0


def repeated(words: Sequence[str], size: int) -> Finding:
    """Share of the words that stand in stretches of `size` words said before."""
    shingles = list(zip(*(words[i:] for i in range(size)), strict=False))
    if len(set(shingles)) == len(shingles):
        return NOTHING
    seen: set[tuple[str, ...]] = set()
    again, covered, first = 0, -1, -1
    for i, shingle in enumerate(shingles):
        if shingle in seen:
            first = i if first < 0 else first
            again += min(size, i + size - 1 - covered)
            covered = i + size - 1
        seen.add(shingle)
    return Finding(again / len(words), excerpt(" ".join(words[first : first + size])))


def _unspaced_repetition(text: str) -> Finding:
    data = text.encode("utf-8", "ignore")
    if len(data) < 120:
        return NOTHING
    ratio = len(zlib.compress(data, 6)) / len(data)
    return Finding(max(0.0, 1 - 4 * ratio), excerpt(text, 0, 40)) if ratio < 0.25 else NOTHING
