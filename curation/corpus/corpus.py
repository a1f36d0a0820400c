"""What the signals learn from the whole file: its words, its languages, its repeated answers, where its rows lie.

corpus = learn(table)          # once; small enough to be sent to every partition
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from curation.corpus.endings import Endings, learn_endings
from curation.corpus.light_encoder import LightEncoder, WordVectors
from curation.corpus.markdown import marks_of
from curation.corpus.places import Places, learn_places
from curation.corpus.recurring import Recurring, answer_key, frames_of, pairs, recurring_answers, stable_hash
from curation.corpus.rows import FIRST_PERSON, Row
from winnow.text.language import language_of

SAMPLE = 20_000  # rows whose words are learned; answers are counted over all rows
LANGUAGES = 4_000  # of them, rows whose language is learned
ENOUGH = 20  # texts of a known language that tell the file's languages
PLACED = 4_000  # of them, rows from which is learned where rows lie
# rows whose answer, or question, a sentence encoder looks at: it costs a second for fifty of them
DOUBTED, FEWEST_DOUBTED, MOST_DOUBTED = 0.15, 600, 3_500
LONE = 400
PHRASE = 3  # spaces of a sentence that can be counted
OPENINGS = 20  # rows whose questions begin alike, from which their usual length is learned
LABEL = 5  # words of the middle answer below which a file has no sentences
EXTRACTIVE = 0.6  # share of answers that stand in their contexts from which taking them from there is the manner
SPOKEN = 0.1  # share of answers with an "I" from which it is the file's manner
COMMON = 60  # so many commonest words tell the file's own language


@dataclass(frozen=True)
class Corpus:
    """The habits of one file, learned from a sample of `size` rows.

    `words` counts the rows of each word. `languages` are shares of the questions. `answers` are those of several
    rows, over all rows; `sentences` counts the differently framed questions of a sentence, over the sample.
    `lengths` are the words that nine of ten answers have, by the first two words of the question, and `usual_words`
    those of the middle answer. `addressing` is the share of brief answers that speak to their reader, `spoken` that
    of answers with an "I", `marks` that of answers with each mark of Markdown. `places` says where rows lie, where
    vectors of words were given.
    """

    size: int = 0
    words: dict[str, int] = field(default_factory=dict)
    languages: dict[str, float] = field(default_factory=dict)
    answers: Recurring = field(default_factory=Recurring)
    sentences: dict[int, float] = field(default_factory=dict)
    lengths: dict[tuple[str, ...], float] = field(default_factory=dict)
    usual_words: float = float("inf")
    addressing: float = 0.0
    spoken: float = 0.0
    marks: dict[str, float] = field(default_factory=dict)
    extractive: float = 0.0  # share of answers that stand word for word in their contexts
    endings: Endings = field(default_factory=Endings)
    places: Places | None = field(default=None, compare=False)

    @cached_property
    def vocabulary(self) -> list[str]:
        """The words of at least two rows, sorted."""
        return sorted(word for word, rows in self.words.items() if rows > 1)

    @cached_property
    def common_words(self) -> frozenset[str]:
        """The commonest words, where the file is in one language and large enough to know."""
        if self.size < 100 or max(self.languages.values(), default=0.0) < 0.8:
            return frozenset()
        return frozenset(sorted(self.words, key=lambda word: (-self.words[word], word))[:COMMON])

    @property
    def is_of_labels(self) -> bool:
        """Whether most answers of the file are labels or values of a few words."""
        return self.usual_words < LABEL

    @property
    def is_addressing(self) -> bool:
        """Whether speaking to the reader is this file's manner, as a help desk's, and so tells nothing of a row."""
        return self.addressing >= 0.5

    @property
    def is_extractive(self) -> bool:
        """Whether answers taken word for word from their contexts are this file's manner."""
        return self.extractive >= EXTRACTIVE

    @property
    def is_spoken(self) -> bool:
        """Whether people who say "I" wrote the answers, as in a forum, so that it tells nothing of a row."""
        return self.spoken >= SPOKEN

    def is_label(self, answer: str) -> bool:
        """Whether an answer is one of the file's labels, the name of what its questions speak of."""
        return bool(self.answers.labels) and answer_key(answer) in self.answers.labels

    def usual_length(self, question_words: Sequence[str]) -> float:
        """Return how many words nine of ten answers have to questions that begin so; 0 where the file can't tell."""
        return self.lengths.get(tuple(question_words[:2]), 0.0)

    def continues(self, stem: str) -> str:
        """Return a known word that begins with `stem` and goes on, or an empty string."""
        at = bisect_right(self.vocabulary, stem)
        found = at < len(self.vocabulary) and self.vocabulary[at].startswith(stem)
        return self.vocabulary[at] if found else ""


def learn(table: pa.Table, word_vectors: WordVectors | None = None) -> Corpus:
    """Learn a corpus from a records table; the same rows in another order give the same corpus.

    With vectors of words it also learns where the rows lie, which `off_question` and `outlier` need.
    """
    sample = _sample(table)
    words: Counter[str] = Counter()
    counts: defaultdict[tuple[str, ...], list[float]] = defaultdict(list)
    askers: defaultdict[int, list[list[str]]] = defaultdict(list)
    brief: list[bool] = []
    marks: Counter[str] = Counter()
    spoken = 0
    for question, answer in pairs(sample):
        row = Row(question, answer)
        words.update({*row.words, *row.question_words})
        counts[tuple(row.question_words[:2])].append(row.length)
        spoken += not FIRST_PERSON.isdisjoint(row.words)
        marks.update(marks_of(answer).keys())
        if row.is_brief:
            brief.append(row.speaks_to_reader)
        for key in {answer_key(sentence) for sentence in row.sentences if sentence.count(" ") >= PHRASE}:
            askers[key].append(row.question_words)
    corpus = Corpus(
        size=len(sample),
        words=dict(words),
        languages=_languages(sample),
        answers=recurring_answers(table, words, len(sample)),
        sentences=frames_of(askers),
        lengths={begin: float(np.quantile(found, 0.1)) for begin, found in counts.items() if len(found) >= OPENINGS},
        usual_words=_middle([n for found in counts.values() for n in found]),
        addressing=sum(brief) / len(brief) if len(brief) >= OPENINGS else 0.0,
        spoken=spoken / max(1, len(sample)) if len(sample) >= OPENINGS else 0.0,
        marks={name: rows / len(sample) for name, rows in sorted(marks.items())},
        extractive=_extractive(sample),
        endings=learn_endings(sample["answer"].slice(0, PLACED).to_pylist()),
    )
    if word_vectors is None:
        return corpus
    rows = [Row(question, answer) for question, answer in pairs(sample.slice(0, PLACED))]
    size = max(len(table), 1)
    doubted, lone = min(1.0, max(DOUBTED, FEWEST_DOUBTED / size), MOST_DOUBTED / size), min(1.0, LONE / size)
    encoder = LightEncoder(word_vectors, words, len(sample))
    places = learn_places(rows, encoder, words, len(sample), doubted, lone)
    return replace(corpus, places=places)


def _extractive(sample: pa.Table) -> float:
    """Give the share of answers that stand in their contexts, of those of 4,000 rows that have one; 0 of a few."""
    if "context" not in sample.column_names:
        return 0.0
    columns = (sample[name].slice(0, PLACED).to_pylist() for name in ("question", "answer", "context"))
    stands = [Row(*texts).is_extract for texts in zip(*columns, strict=True) if texts[2]]
    return sum(stands) / len(stands) if len(stands) >= OPENINGS else 0.0


def _middle(counts: Sequence[float]) -> float:
    """Give the median, endless where a few rows can't tell."""
    return float(np.median(counts)) if len(counts) >= OPENINGS else float("inf")


def _sample(table: pa.Table) -> pa.Table:
    """Choose rows by the hash of their id and put them in its order, so that the file's order doesn't matter."""
    ids: Sequence[str] = table["id"].to_pylist()
    order = np.argsort(np.array([stable_hash(id_) for id_ in ids], dtype=np.int64), kind="stable")
    return table.take(pa.array(order[:SAMPLE]))


def languages_of(table: pa.Table) -> dict[str, float]:
    """Give each language's share of a file's rows, of those of 4,000 that are long enough to tell."""
    sample = _sample(table).slice(0, LANGUAGES)
    pairs = zip(sample["question"].to_pylist(), sample["answer"].to_pylist(), strict=True)
    counts = Counter(code for pair in pairs if (code := language_of("\n".join(pair)).code))
    return {code: rows / counts.total() for code, rows in sorted(counts.items())}


def _languages(sample: pa.Table) -> dict[str, float]:
    """Give each language's share of the questions, which nobody swaps; of the answers where questions are too short."""
    for name in ("question", "answer"):
        counts = Counter(
            guess.code for guess in map(language_of, sample[name].slice(0, LANGUAGES).to_pylist()) if guess.code
        )
        if counts.total() >= ENOUGH:
            break
    return {code: rows / counts.total() for code, rows in sorted(counts.items())}
