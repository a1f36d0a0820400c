"""Where a file's rows lie, and how its answers fit its questions: learned from the file itself.

places = learn_places(rows, LightEncoder(word_vectors, words, size), words, size, doubted=0.15, lone=0.2)
suspects = places.doubt(rows, rows) >= places.doubtful       # cheap; a sentence encoder looks at these alone

A small logistic regression tells the file's own pairs from pairs put together at random, by rare words in common and
by vectors of words. It needs no labels, and most pairs of a file being right, a swapped one stands out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

import numpy as np

from curation.corpus.neighbours import BEGINNING
from curation.corpus.rows import STEM, Row
from curation.corpus.tools import Encoder, Vectors

FEW = 30  # rows below which a file can't say what is usual
REFERENCES = 200  # rows that others are compared with
RIVALS = 600  # rows that are doubted most: a swapped answer mostly belongs to one of them
PER_DOUBT, MOST_SUSPECTS = 1.5, 0.5  # suspects for each answer that words speak against; their largest share
READ = 80  # words of a row whose rarity counts
TINY = 1e-6


@dataclass(frozen=True, eq=False)
class Places:
    """References of one file, and what vectors of words say about its rows.

    `rarities` are log(rows / rows that have the word), `rarest` that of a word no row has.
    `rivals` are the references and the rows that are doubted most. `doubtful` and `odd` are the values of `doubt` and
    `oddity` from which a row is a suspect.
    """

    encoder: Encoder
    rarities: Mapping[str, float]
    rarest: float
    references: Sequence[Row]
    question_vectors: Vectors
    answer_vectors: Vectors
    rivals: Sequence[Row] = ()
    weights: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))
    doubtful: float = np.inf
    odd: float = np.inf

    def doubt(self, asked: Sequence[Row], said: Sequence[Row]) -> Vectors:
        """Give the log odds that the answer of each row said belongs to another question than that of the row asked."""
        questions, answers = embedded(asked, said, self.encoder)
        return -self._features(asked, said, questions, answers) @ self.weights

    def oddity(self, rows: Sequence[Row]) -> Vectors:
        """Give how rare the words of each row's beginning are in the file, on average."""
        return np.array([self._mean_rarity([*row.question_words, *row.words][:READ]) for row in rows], np.float32)

    def _mean_rarity(self, words: Sequence[str]) -> float:
        return sum([self.rarities.get(word, self.rarest) for word in words]) / max(1, len(words))

    def _features(self, asked: Sequence[Row], said: Sequence[Row], questions: Vectors, answers: Vectors) -> Vectors:
        common = np.array([self._in_common(a, s) for a, s in zip(asked, said, strict=True)], np.float32)
        fits = fit(questions, answers, self.question_vectors, self.answer_vectors)
        return np.column_stack([common.reshape(len(asked), 2), *fits, np.ones(len(asked), np.float32)])

    def _in_common(self, asked: Row, said: Row) -> tuple[float, float]:
        """Share of the question's words, weighed by rarity, that the answer has, and the rarest of them."""
        wanted = {word[:STEM]: self.rarities.get(word, self.rarest) for word in asked.question_words if len(word) > 2}
        found = wanted.keys() & {word[:STEM] for word in said.words}
        total = sum(wanted[stem] for stem in found)
        return total / max(sum(wanted.values()), TINY), max((wanted[stem] for stem in found), default=0.0)


def learn_places(
    rows: Sequence[Row], encoder: Encoder, words: Mapping[str, int], size: int, doubted: float, lone: float
) -> Places | None:
    """Learn from rows in an order of chance; None from too few.

    `doubted` and `lone` are the shares of the rows that become suspects of a misfit, at least, and of lying far from
    others.
    """
    if len(rows) < FEW:
        return None
    questions, answers = embedded(rows, rows, encoder)
    references = rows[:REFERENCES]
    rarities = {word: log(max(size, 2) / max(rows_with, 1)) for word, rows_with in words.items()}
    unfitted = Places(encoder, rarities, log(max(size, 2)), references, questions[:REFERENCES], answers[:REFERENCES])
    own = unfitted._features(rows, rows, questions, answers)
    others = unfitted._features(rows, [*rows[1:], rows[0]], questions, np.roll(answers, -1, axis=0))
    weights = _logistic(own, others)
    doubts = -own @ weights
    # where words alone speak against more answers than usual, more of them are looked at
    doubted = max(doubted, min(float((doubts > 0).mean()) * PER_DOUBT, MOST_SUSPECTS))
    rivals = [*references, *(rows[i] for i in np.argsort(-doubts, kind="stable")[:RIVALS] if i >= len(references))]
    doubtful, odd = np.quantile(doubts, 1 - doubted), np.quantile(unfitted.oddity(rows), 1 - lone)
    return replace(unfitted, rivals=rivals, weights=weights, doubtful=float(doubtful), odd=float(odd))


def fit(questions: Vectors, answers: Vectors, question_refs: Vectors, answer_refs: Vectors) -> tuple[Vectors, Vectors]:
    """Say how far each pair's cosine stands above those of the question, and of the answer, with the references.

    In standard deviations, so that an answer that resembles everything gains nothing by it.
    """
    own = np.einsum("nd,nd->n", questions, answers)
    by_question, by_answer = questions @ answer_refs.T, answers @ question_refs.T
    return (
        (own - by_question.mean(axis=1)) / (by_question.std(axis=1) + TINY),
        (own - by_answer.mean(axis=1)) / (by_answer.std(axis=1) + TINY),
    )


def embedded(asked: Sequence[Row], said: Sequence[Row], encoder: Encoder) -> tuple[Vectors, Vectors]:
    """Embed the beginnings of the questions of some rows and of the answers of some."""
    questions, answers = [row.question[:BEGINNING] for row in asked], [row.answer[:BEGINNING] for row in said]
    return encoder.embed(questions), encoder.embed(answers)


def _logistic(own: Vectors, others: Vectors) -> Vectors:
    from sklearn.linear_model import LogisticRegression

    labels = np.repeat([1, 0], [len(own), len(others)])
    model = LogisticRegression(fit_intercept=False, max_iter=500).fit(np.concatenate([own, others]), labels)
    return np.asarray(model.coef_[0], np.float32)
