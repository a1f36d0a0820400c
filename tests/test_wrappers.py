from __future__ import annotations

from curation.differences import Passage
from curation.habits import Habits, Seen
from curation.lexicon import Lexicon
from curation.wrappers import Wrappers
from tests.test_differences import differences

FACTS = {
    "what is the capital of france": "paris on the seine",
    "who wrote faust": "goethe in weimar",
    "how tall is everest": "almost nine kilometres",
    "where do puffins nest": "in burrows on cliffs",
}


def learn(rows: list[tuple[str, str]]) -> tuple[Lexicon, Wrappers]:
    lexicon = Lexicon()
    passages = [Passage(lexicon.encode(question), question) for question, _ in rows]
    return lexicon, Wrappers.learn(lexicon, passages, [{lexicon.encode(answer)} for _, answer in rows])


def stripped(lexicon: Lexicon, wrappers: Wrappers, text: str) -> str:
    return lexicon.text(wrappers.strip(Passage(lexicon.encode(text), text)).coded)


def test_what_stands_around_several_questions_without_changing_their_answers_is_a_wrapper():
    wrapped = [(f"good morning, {question} kind regards", answer) for question, answer in FACTS.items()]
    lexicon, wrappers = learn([*FACTS.items(), *wrapped])
    assert stripped(lexicon, wrappers, "Good morning! How old is the moon? Kind regards") == "how old is the moon"


def test_an_end_that_changes_the_answers_is_none():
    others = [(f"{question} in 1800", "something else") for question in FACTS]
    children = [(f"{question} for children", "another thing") for question in FACTS]
    lexicon, wrappers = learn([*FACTS.items(), *others, *children])
    assert stripped(lexicon, wrappers, "How old is the moon for children") == "how old is the moon for children"
    assert not wrappers.suffixes


def test_what_denies_a_text_is_no_wrapper_however_often_it_stands_before_one():
    denied = [(f"it is not true that {question}", answer) for question, answer in FACTS.items()]
    _, wrappers = learn([*FACTS.items(), *denied])
    assert not wrappers.prefixes


def seen(place: int, one: str, other: str, same: bool) -> Seen:
    return Seen((place, place + 100), differences(one, other, strict=True), differences("yes", "yes"), same)


def test_a_difference_between_questions_is_idle_when_the_answers_stay_the_same():
    pairs = [seen(n, f"{q}?", f"tell me {q}", True) for n, q in enumerate(FACTS)]
    habits = Habits.learn(pairs)
    assert habits.idle_question(differences("How old is the moon?", "Tell me how old is the moon", strict=True))
    assert not habits.idle_question(differences("How old is the moon?", "How old is the moon in June?", strict=True))


def test_a_difference_that_mostly_changes_the_answer_is_not_idle():
    pairs = [seen(n, f"{q}?", f"treatment {q}", n == 0) for n, q in enumerate(FACTS)]
    assert Habits.learn(pairs).questions == frozenset()
