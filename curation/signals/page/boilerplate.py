"""What one text for everything shows by: sentences all over a file, an answer that many questions have.

>>> near_constant(Row("What is an ISA?", "Please visit our website."), Corpus()).value
1.0
"""

from __future__ import annotations

import re

from curation.corpus.corpus import Corpus
from curation.corpus.recurring import SENTENCE_MARKS, answer_key
from curation.corpus.rows import NOT_APPLICABLE, Finding, Row

PHRASE = 6  # words that make a sentence
FRAMES = 4  # differently framed questions from which a sentence belongs to none
FACT = re.compile(r"\d|^(?:[Yy]es|[Nn]o)\b|\b[A-Z]\w*\W+[A-Z]")


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
