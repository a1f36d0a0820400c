"""What of a row the reader sees."""

from __future__ import annotations

import pytest

from curation.reader.texts import BEGINNING, END, QUESTION, Pieces
from winnow.models.names import resolve_embedder

CLS, SEP = 101, 102  # in the vocabulary of BERT
STOPS = {1012, 999, 1029, 1007, 1000, 1024}  # . ! ? ) " :


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces(resolve_embedder("all-minilm-l6-v2"))


def test_a_long_answer_is_read_by_its_two_ends(pieces: Pieces) -> None:
    answer = " ".join(["one"] * 500 + ["two"] * 500)
    read = pieces.sequences(["Why?"], [answer])[0]
    one, two = pieces.of("one")[0], pieces.of("two")[0]
    assert read.ids[read.question :] == [one] * BEGINNING + [SEP] + [two] * END + [SEP]


def test_a_question_is_cut_and_says_how_long_it_is(pieces: Pieces) -> None:
    read = pieces.sequences(["why " * 200], ["because"])[0]
    assert read.question == QUESTION + 2
    assert read.ids[0] == CLS
    assert read.ids[read.question - 1] == SEP


def test_sentences_joined_are_the_sequence_of_the_whole(pieces: Pieces) -> None:
    parts = ["Why does bread rise?", "Yeast makes gas.", "The dough holds it."]
    read, of = pieces.joined([pieces.of(part) for part in parts])
    assert read == pieces.sequences([parts[0]], [" ".join(parts[1:])])[0]
    assert [part for part in of if part >= 0] == sorted(part for part in of if part >= 0)


def test_marks_are_known_by_their_names_in_the_vocabulary(pieces: Pieces) -> None:
    assert pieces.marks == (CLS, SEP, STOPS, {1029})
