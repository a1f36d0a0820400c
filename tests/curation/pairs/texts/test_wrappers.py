from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from curation.pairs.differences.habits import Habits, Seen
from curation.pairs.texts.lexicon import Lexicon
from curation.pairs.texts.passages import Passage, Passages, whole
from curation.pairs.texts.wrappers import Wrappers
from tests.curation.pairs.differences.test_compare import differences

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


def answers(*said: str) -> tuple[Lexicon, Wrappers]:
    """Learn from answers, each of which the same questions have with and without what is said before."""
    lexicon = Lexicon()
    texts = [f"{before}{answer}" for before in ("", *said) for answer in FACTS.values()]
    partners = [{lexicon.encode(question)} for _ in ("", *said) for question in FACTS]
    return lexicon, Wrappers.learn(lexicon, [Passage(lexicon.encode(text), text) for text in texts], partners)


def test_a_negation_that_ends_with_its_own_words_denies_nothing():
    lexicon, wrappers = answers("No worries, mate. ", "No, mate. ", "That is wrong: ")
    assert lexicon.encode("no worries mate") in wrappers.prefixes
    assert lexicon.encode("no mate") not in wrappers.prefixes
    assert lexicon.encode("that is wrong") not in wrappers.prefixes


def test_an_end_that_takes_an_answer_back_is_no_wrapper():
    texts = [
        f"{answer}{behind}" for behind in ("", ". That's a lie.", ". Hope that helps.") for answer in FACTS.values()
    ]
    lexicon = Lexicon()
    partners = [{lexicon.encode(question)} for _ in range(3) for question in FACTS]
    wrappers = Wrappers.learn(lexicon, [Passage(lexicon.encode(text), text) for text in texts], partners)
    assert {lexicon.text(suffix) for suffix in wrappers.suffixes} == {"hope that helps"}


def test_a_question_can_be_asked_with_a_clause_that_would_deny_an_answer():
    doubted = [(f"{question}? Correct me if I'm wrong.", answer) for question, answer in FACTS.items()]
    lexicon = Lexicon()
    rows = [*FACTS.items(), *doubted]
    passages = [Passage(lexicon.encode(question), question) for question, _ in rows]
    wrappers = Wrappers.learn(lexicon, passages, [{lexicon.encode(answer)} for _, answer in rows], asked=True)
    assert stripped(lexicon, wrappers, "Is it far? Correct me if I'm wrong.") == "is it far"


def test_a_negation_behind_a_text_denies_nothing_of_it():
    rows = [*FACTS.items(), *((f"{question} please don't hesitate", answer) for question, answer in FACTS.items())]
    lexicon, wrappers = learn(rows)
    assert stripped(lexicon, wrappers, "150 please don't hesitate") == "150"


def test_a_label_is_a_wrapper_only_where_a_clause_of_its_own_and_never_a_number_in_digits():
    lexicon, wrappers = answers("R: ", "2. ")
    assert stripped(lexicon, wrappers, "R: it lies at 2 rivers") == "it lies at 2 rivers"
    assert stripped(lexicon, wrappers, "R is a letter") == "r is a letter"
    assert stripped(lexicon, wrappers, "2. it lies at a river") == "2 it lies at a river"


def test_a_number_belongs_to_a_wrapper_that_is_long_enough_and_always_the_same():
    lexicon, wrappers = answers("Article KB-2091 of our library: ", "In 1800: ")
    assert stripped(lexicon, wrappers, "Article KB-2091 of our library: it lies at a river") == "it lies at a river"
    assert stripped(lexicon, wrappers, "In 1800: it lies at a river") == "in 1800 it lies at a river"


def test_a_wrapper_with_a_number_that_once_changes_what_is_said_is_none():
    rows = [(f"in ticket 4821 of today: {question}", answer) for question, answer in FACTS.items()]
    lexicon, wrappers = learn([*FACTS.items(), *rows[:3]])
    assert lexicon.encode("in ticket 4821 of today") in wrappers.prefixes
    lexicon, wrappers = learn([*FACTS.items(), *rows[:3], (rows[3][0], "something else")])
    assert lexicon.encode("in ticket 4821 of today") not in wrappers.prefixes


def test_an_idle_end_needs_no_mark_between_it_and_the_question():
    rows = [*FACTS.items(), *((f"{question} no rush at all!", answer) for question, answer in FACTS.items())]
    lexicon = Lexicon()
    passages = [Passage(lexicon.encode(question), question) for question, _ in rows]
    wrappers = Wrappers.learn(lexicon, passages, [{lexicon.encode(answer)} for _, answer in rows], asked=True)
    assert stripped(lexicon, wrappers, "who built the tower no rush at all!") == "who built the tower"


def test_an_answer_that_many_questions_have_says_nothing_about_what_is_around_them():
    """Every question of a label has the same answer: that two of them don't share one more tells nothing."""
    lexicon = Lexicon()
    rows = [(question, {lexicon.encode(answer)}) for question, answer in FACTS.items()]
    rows += [(f"good morning, {question}", partners) for question, partners in rows[:2]]
    rows += [(f"{word} it", set()) for word in ("eat", "buy", "sell", "ask")]
    rows += [(f"good morning, {word} it", set()) for word in ("eat", "buy", "sell", "ask")]
    passages = [Passage(lexicon.encode(text), text) for text, _ in rows]
    wrappers = Wrappers.learn(lexicon, passages, [partners for _, partners in rows])
    assert lexicon.encode("good morning") in wrappers.prefixes


def test_a_wrapper_that_the_other_text_has_in_a_changed_form_is_part_of_the_text():
    lexicon, wrappers = answers("Our leaflet tells you all about tests and therapy: ")
    texts = [f"Our leaflet tells you all about {thing}: it grows" for thing in ("tests and therapy", "tests and diet")]
    one, other = (wrappers.strip(Passage(lexicon.encode(text), text)) for text in texts)
    assert lexicon.text(one.coded) == "it grows"
    assert [lexicon.text(text.coded).split()[-3] for text in whole(one, other)] == ["therapy", "diet"]
    assert whole(one, one) == (one, one)


def seen(place: int, one: str, other: str, same: bool) -> Seen:
    return Seen.of((place, place + 100), differences(one, other, strict=True), differences("yes", "yes"), same)


def test_a_difference_between_questions_is_idle_when_the_answers_stay_the_same():
    pairs = [seen(n, f"{q}?", f"tell me {q}", True) for n, q in enumerate(FACTS)]
    habits = Habits.learn(pairs)
    assert habits.idle_question(differences("How old is the moon?", "Tell me how old is the moon", strict=True))
    assert not habits.idle_question(differences("How old is the moon?", "How old is the moon in June?", strict=True))


def test_a_difference_that_mostly_changes_the_answer_is_not_idle():
    pairs = [seen(n, f"{q}?", f"treatment {q}", n == 0) for n, q in enumerate(FACTS)]
    assert Habits.learn(pairs).questions == frozenset()


@given(st.lists(st.builds(Passage, *[st.text(st.characters(codec=None))] * 4)))
def test_a_corpus_gives_back_every_passage_as_it_was(passages):
    kept = Passages(passages)
    assert list(kept) == passages
    assert [kept.coded(place) for place in range(len(kept))] == [passage.coded for passage in passages]
