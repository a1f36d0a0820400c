"""How the answers of a file end: shared words are no row's own, and a missing stop may be the file's manner."""

from __future__ import annotations

import random

import pytest

from curation.corpus.corpus import Corpus
from curation.corpus.endings import Endings, learn_endings
from tests.curation.signals.signalled import is_found

PLACES = ("Leeds", "Bath", "York", "Derby", "Truro", "Wells", "Ely", "Ripon", "Hull", "Luton")
THINGS = ("passport", "cheque book", "bank card", "statement", "contract", "licence", "deposit slip", "loan form")
WHOLE = [
    f"You can collect the {thing} at the branch in {place} on any working day of the week, or have it sent to your home"
    for place in PLACES
    for thing in THINGS
]


def cut(text: str, rng: random.Random) -> str:
    words = text.split()
    return " ".join(words[: rng.randint(8, len(words) - 1)])


def test_whole_answers_without_a_stop_are_the_manner_of_their_file() -> None:
    endings = learn_endings(WHOLE)
    assert endings.is_without_stop(WHOLE[0])
    assert endings.finished(WHOLE[0]) == f"{WHOLE[0]}."
    assert not is_found("cut_off", "How do I get my card?", WHOLE[0], Corpus(size=80, endings=endings))


def test_answers_cut_at_any_word_are_no_manner() -> None:
    rng = random.Random(0)
    mixed = [f"{text}." for text in WHOLE[20:]] + [cut(text, rng) for text in WHOLE[:20]]
    assert not learn_endings(mixed).open_ones


def test_answers_of_several_sentences_have_a_manner_of_their_own() -> None:
    several = [
        f"We know your {thing}. You find it in {place}, in the drawer below." for thing in THINGS for place in PLACES
    ]
    endings = learn_endings([*WHOLE, *several[:40]])
    cut_off = several[0][: several[0].index(" below.")]
    assert endings.finished(WHOLE[0]) == f"{WHOLE[0]}."
    assert endings.finished(cut_off) == cut_off


def test_a_cut_answer_stays_cut_where_stops_are_left_out() -> None:
    endings = learn_endings(WHOLE)
    text = "You can collect the cheque book at the branch in Bath on any working day of the"
    assert endings.finished(text) == text
    assert is_found("cut_off", "How do I get my card?", text, Corpus(size=80, endings=endings))


def test_words_that_many_different_answers_end_with_belong_to_none_of_them() -> None:
    answers = [f"{text}." for text in WHOLE] + [f"Ask for a {thing}. View more" for thing in THINGS]
    endings = learn_endings(answers)
    assert endings.tails == ("View more",)
    assert endings.own("Write to the head office. View more") == "Write to the head office."
    assert endings.finished("Write to the head office View more") == "Write to the head office."


@pytest.mark.parametrize("answers", [[], ["Yes."], ["View more"] * 50, [f"{text}." for text in WHOLE]])
def test_a_file_that_shows_nothing_has_no_manner_of_ending(answers: list[str]) -> None:
    endings = learn_endings(answers)
    assert not endings.tails
    assert not endings.open_ones
    assert all(endings.finished(answer) == answer for answer in answers)


def test_order_and_copies_of_answers_change_nothing() -> None:
    assert learn_endings(WHOLE) == learn_endings([*reversed(WHOLE), *WHOLE[:30]])


def test_without_anything_learned_answers_stay_as_they_are() -> None:
    assert Endings().finished(" Ask at a branch ") == " Ask at a branch "
