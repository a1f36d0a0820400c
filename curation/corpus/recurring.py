"""What recurs in a file: answers and sentences below several questions, how differently these are put, labels.

>>> put = {1: [["why", "was", "i", "charged"], ["is", "there", "a", "fee"], ["how", "much"], ["what", "costs", "it"]]}
>>> frames_of(put)
{1: 4.0}
"""

from __future__ import annotations

import hashlib
import string
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from winnow.text.words import FUNCTION_WORDS, WORD, stem

SHARED = 4  # an answer of fewer different questions isn't counted
LABEL = 12  # words that make more than a label
SENTENCE_MARKS = frozenset(".!?…")
NAMED = 0.5  # share of a label's questions that have one of its words
LIFT = 2.0  # and as often as this times any row has one

_GAPS = str.maketrans("", "", string.punctuation + string.whitespace)


@dataclass(frozen=True)
class Recurring:
    """The answers of several rows, by `answer_key`: the frames of their questions, and those that are labels.

    A label is a few words that name what its own questions speak of ("pending cash withdrawal" below questions about
    cash, in one file with articles); what is pasted below anything names none of it.
    """

    frames: dict[int, float] = field(default_factory=dict)
    labels: frozenset[int] = frozenset()


def answer_key(answer: str) -> int:
    """Hash an answer without case, spaces and ASCII punctuation; stable between processes."""
    return stable_hash(answer.lower().translate(_GAPS))


def stable_hash(text: str) -> int:
    """Hash a text to 64 bits with a sign, the same in every process."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def pairs(table: pa.Table) -> Iterator[tuple[str, str]]:
    """Give the question and answer of each row."""
    for batch in table.select(["question", "answer"]).to_batches(max_chunksize=4096):
        yield from zip(batch["question"].to_pylist(), batch["answer"].to_pylist(), strict=True)


def recurring_answers(table: pa.Table, words: Mapping[str, int], size: int) -> Recurring:
    """Look at the answers that several rows have; `words` counts the rows of each word among `size` rows."""
    keys = np.array([answer_key(answer) for _, answer in pairs(table)], dtype=np.int64)
    found, counts = np.unique(keys, return_counts=True)
    shared = np.isin(keys, found[counts >= SHARED])
    asked: defaultdict[int, list[list[str]]] = defaultdict(list)
    texts: dict[int, str] = {}
    rows = table.select(["question", "answer"]).filter(pa.array(shared))
    for key, (question, answer) in zip(keys[shared].tolist(), pairs(rows), strict=True):
        if of_question := WORD.findall(question.lower()):
            asked[key].append(of_question)
            texts[key] = min(answer, texts.get(key, answer))
    frames = frames_of(asked)
    labels = (key for key in frames if _names(texts[key], asked[key], words, size))
    return Recurring(frames, frozenset(labels))


def frames_of(asked: Mapping[int, Sequence[Sequence[str]]]) -> dict[int, float]:
    """Count the frames of the questions of each text that enough different questions have."""
    return {
        key: _frames([words for words in questions if words])
        for key, questions in asked.items()
        if len({tuple(words) for words in questions if words}) >= SHARED
    }


def _frames(questions: Sequence[Sequence[str]]) -> float:
    """Count how differently questions are put: "Is … inherited?" of a hundred diseases is one frame.

    An effective number (inverse Simpson): a few odd ones among many alike hardly count.
    """
    openings = Counter(tuple(words[:2]) for words in questions)
    ends = Counter((words[0], words[-1]) for words in questions)
    return min(counts.total() ** 2 / sum(n * n for n in counts.values()) for counts in (openings, ends))


def _names(answer: str, asked: Sequence[Sequence[str]], words: Mapping[str, int], size: int) -> bool:
    """Whether a short answer says what its questions speak of, and other rows seldom do."""
    found = WORD.findall(answer.lower())
    if len(found) > LABEL or answer.rstrip()[-1:] in SENTENCE_MARKS:
        return False
    own = [word for word in found if word not in FUNCTION_WORDS]
    roots, elsewhere = {*map(stem, own)}, sum(words.get(word, 0) for word in own) / max(1, size)
    questions = {tuple(of_question) for of_question in asked}
    share = sum(not roots.isdisjoint(map(stem, of_question)) for of_question in questions) / len(questions)
    return share >= max(NAMED, LIFT * elsewhere)
