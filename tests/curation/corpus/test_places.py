"""What a file's own pairs teach: which answers belong to another question, which rows to no other."""

from __future__ import annotations

from collections import Counter
from zlib import crc32

import numpy as np
import pytest

from curation.corpus.light_encoder import LightEncoder
from curation.corpus.places import MOST_SUSPECTS, PER_DOUBT, fit, learn_places
from curation.corpus.rows import Row
from curation.fit.rivals import by_chance, outdone

TOPICS = ("card", "loan", "saving", "mortgage", "pension", "transfer", "branch", "cheque")
ASKED = ("How do I open a {}?", "What does a {} cost?", "Who may have a {}?", "When does a {} end?", "Where is my {}?")
SAID = (
    "You open the {} online with your passport.", "The {} costs five pounds a year.", "Anyone over eighteen may have a {}.",
    "The {} ends after three years.", "Your {} is in the list on the first page.",
)  # fmt: skip
PAIRS = [(ask.format(topic), say.format(topic)) for topic in TOPICS for ask, say in zip(ASKED, SAID, strict=True)]


def word_vectors(words):
    """Give each word a direction of its own."""
    vectors = [np.random.default_rng(crc32(word.encode())).normal(size=1024) for word in words]
    return np.array(vectors, np.float32).reshape(len(words), 1024)


def places_of(pairs):
    rows = [Row(*pair) for pair in pairs]
    words = Counter(word for row in rows for word in {*row.words, *row.question_words})
    found = learn_places(rows, LightEncoder(word_vectors, words, len(rows)), words, len(rows), doubted=0.1, lone=0.1)
    return rows, found


def test_swapped_answers_are_among_the_few_that_are_doubted():
    pairs = list(PAIRS)
    pairs[3], pairs[22] = (PAIRS[3][0], PAIRS[22][1]), (PAIRS[22][0], PAIRS[3][1])
    rows, places = places_of(pairs)
    doubts = places.doubt(rows, rows)
    assert (doubts[[3, 22]] >= places.doubtful).all()
    # half as many again as words speak against: where more answers are doubtful, more are looked at
    assert (doubts >= places.doubtful).sum() <= PER_DOUBT * (doubts > 0).sum() + 1 <= MOST_SUSPECTS * len(rows)


@pytest.mark.parametrize(("one", "other"), [(10, 38), (1, 17), (0, 39)])
def test_swapped_answers_are_likelier_by_chance_than_all_others(one, other):
    pairs = list(PAIRS)
    pairs[one], pairs[other] = (PAIRS[one][0], PAIRS[other][1]), (PAIRS[other][0], PAIRS[one][1])
    rows, places = places_of(pairs)
    values = by_chance(rows, places, places.encoder)
    assert values[[one, other]].min() > max(0.7, np.delete(values, [one, other]).max())


@pytest.mark.parametrize("place", [0, 5, 12, 27])
def test_an_answer_from_elsewhere_is_likelier_by_chance_than_all_others(place):
    pairs = list(PAIRS)
    pairs[place] = (PAIRS[place][0], "Herons wade in the lake because fish hide below its lilies.")
    rows, places = places_of(pairs)
    values = by_chance(rows, places, places.encoder)
    assert values[place] > max(0.7, np.delete(values, place).max())


def test_a_text_is_outdone_by_the_rival_to_which_its_partner_belongs():
    questions, answers = np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32)
    assert outdone(questions, answers, questions, answers) == pytest.approx([-1, -1, -1])
    swapped = answers[[1, 0, 2]]
    assert outdone(questions, swapped, questions, answers) == pytest.approx([1, 1, -1])
    assert outdone(questions, swapped, questions, answers, owned=False) == pytest.approx([0, 0, -1])


def test_a_row_of_another_matter_is_the_oddest():
    rows, places = places_of([*PAIRS, ("Why do herons wade?", "Herons wade because fish hide below lilies.")])
    oddity = places.oddity(rows)
    assert int(oddity.argmax()) == len(PAIRS)
    assert oddity.max() >= places.odd


def test_too_few_rows_teach_nothing():
    assert places_of(PAIRS[:20])[1] is None


def test_an_answer_that_resembles_every_question_gains_nothing_by_it():
    questions, answers = np.eye(4, dtype=np.float32), np.eye(4, dtype=np.float32)
    everyone = np.full((1, 4), 0.5, np.float32)
    assert fit(questions, answers, questions, answers)[1] == pytest.approx(np.sqrt(3), abs=1e-3)
    assert fit(questions[:1], everyone, questions, answers)[1] == pytest.approx(0, abs=1e-3)
