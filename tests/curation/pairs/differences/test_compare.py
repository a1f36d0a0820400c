from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.pairs.differences.changes import HARMLESS, Change
from curation.pairs.differences.compare import Comparer
from curation.pairs.texts.lexicon import Lexicon, capitalised
from curation.pairs.texts.passages import Passage
from curation.pairs.verdict import DECISIVE, may_be_same

KNOWN = "the doctor will treat infection of the heart and lungs with medicine twice a day before symptoms return"


def differences(one: str, other: str, strict: bool = False, decisive: frozenset[Change] = frozenset()):
    lexicon = Lexicon()
    for text in (KNOWN, KNOWN, KNOWN, one, other):
        lexicon.count([lexicon.encode(text)], [capitalised(text)])
    return Comparer(lexicon)(*(Passage(lexicon.encode(text), text) for text in (one, other)), strict, decisive)


def kinds(one: str, other: str, strict: bool = False) -> set[Change]:
    return set(differences(one, other, strict).kinds)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Take 5 mg with food.", "Take 50 mg with food.", Change.NUMBER),
        ("Take 5 mg with food.", "Take 5 g with food.", Change.UNIT),
        ("The condition is inherited.", "The condition is not inherited.", Change.NEGATION),
        ("The gene is active.", "It is not true that the gene is active.", Change.NEGATION),
        ("The gene is active.", "False: the gene is active.", Change.NEGATION),
        ("Prices will increase soon.", "Prices will decrease soon.", Change.OPPOSITE),
        ("The sauce needs garlic today.", "The sauce needs vinegar today.", Change.WORD),
        ("It takes two weeks by sea.", "It takes 15 days by sea.", Change.NUMBER),
        ("Closed on 24 December 2024 and later.", "Closed on December 25, 2024 and later.", Change.NUMBER),
        ("Smoking is permitted outside.", "Smoking is prohibited outside.", Change.OPPOSITE),
        ("They met in old Ouagadougou once.", "They met in old Bobodioulasso once.", Change.NAME),
        ("Diabetes type I is common here.", "Diabetes type II is common here.", Change.NUMBER),
        ("What is vitamin A good for?", "What is vitamin D good for?", Change.NAME),
    ],
)
def test_what_can_not_both_hold_is_named(one, other, expected):
    assert expected in kinds(one, other)
    assert expected in kinds(other, one)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The doctor will treat the infection.", "The docter will treat the infectoin.", Change.TYPO),
        ("The doctor will treat the infection.", "The doctor will treat the in fection.", Change.SPACING),
        ("The doctor will treat the infection.", "A doctor will treat the infection.", Change.SMALL),
        ("The doctor will treat infection.", "The doctor will treat infections.", Change.FORM),
        ("Rest now. Drink two cups of tea.", "Drink two cups of tea. Rest now.", Change.MOVED),
        ("Thank you for asking. The heart beats.", "The heart beats.", Change.WRAPPED),
        ("The heart beats and the lungs breathe.", "The heart beats and the lu", Change.CUT),
        ("Drink two cups of tea.", "Drink 2 cups of tea.", Change.WRITTEN),
        ("It takes two weeks by sea.", "It takes 14 days by sea.", Change.WRITTEN),
        ("Closed on 24 December 2024 and later.", "Closed on December 24, 2024 and later.", Change.WRITTEN),
        ("Take $5 with you.", "Take 5 dollars with you.", Change.WRITTEN),
    ],
)
def test_what_changes_nothing_is_named(one, other, expected):
    found = kinds(one, other)
    assert expected in found
    assert found <= HARMLESS


def test_the_damaged_side_of_a_typo_is_the_one_with_the_unknown_word():
    (difference,) = differences("The heart and lungs.", "The haert and lungs.").differences
    assert (difference.one, difference.other, difference.damaged) == ("heart", "haert", 1)


def test_a_letter_that_makes_another_known_word_is_no_certain_typo():
    assert kinds("Do not eat the peach.", "Do not eat the beach.") == {Change.SLIP}


def test_a_word_that_was_cut_off_is_not_looked_for_behind_the_cut():
    listed = (
        "hair loss, decreased taste, ekg: t wave changes, fine hair, low mood, dry skin, slow heart, weak legs, thirst"
    )
    beginning = "It has many signs, of which doctors see hair loss, decreased t"
    (difference,) = differences(beginning, beginning.replace("hair loss, decreased t", listed)).differences
    assert (difference.kind, difference.one) == (Change.CUT, "t")


def test_who_denies_the_opposite_says_the_same_in_other_words():
    assert kinds("Smoking is not allowed on the roof.", "Smoking is prohibited on the roof.") == {Change.REWORDED}
    assert kinds("The film is inappropriate for them.", "The film is not appropriate for them.") == {Change.REWORDED}
    assert Change.NEGATION in kinds("Smoking is not allowed on the roof.", "Smoking is allowed on the roof.")


def test_another_prefix_is_no_typo():
    assert Change.TYPO not in kinds("Hypopharyngeal growth", "Oropharyngeal growth")
    assert kinds("What is hypopharyngeal growth?", "What is hypopharingel growth?", strict=True) <= {
        Change.TYPO,
        Change.SLIP,
    }


def test_added_words_change_a_question_but_not_an_answer():
    assert kinds("What is asthma?", "What is childhood asthma?", strict=True) == {Change.ADDED}
    assert kinds("What is asthma?", "What is asthma type 2?", strict=True) == {Change.NUMBER}
    assert kinds("What is hepatitis?", "What is hepatitis A?", strict=True) == {Change.NUMBER}
    assert kinds("What is asthma?", "Hello! What is asthma?", strict=True) == {Change.WRAPPED}


def test_other_texts_are_unrelated():
    assert kinds("The heart pumps blood through the body all day.", "Savings accounts pay little.") == {
        Change.UNRELATED
    }


@given(st.lists(st.sampled_from(KNOWN.split()), max_size=12), st.lists(st.sampled_from(KNOWN.split()), max_size=12))
def test_the_sides_are_equal_in_rank(one, other):
    ab, ba = differences(" ".join(one), " ".join(other)), differences(" ".join(other), " ".join(one))
    assert (ab.one, ab.other) == (ba.other, ba.one)
    assert not differences(" ".join(one), " ".join(one)).differences


@given(
    *[st.lists(st.sampled_from([*KNOWN.split(), "5", "50", "not", "Ouagadougou", "grow", "shrink"]), max_size=8)] * 2
)
def test_to_stop_at_a_decisive_difference_changes_no_decision(one, other):
    whole = differences(" ".join(one), " ".join(other), strict=True)
    stopped = differences(" ".join(one), " ".join(other), strict=True, decisive=DECISIVE)
    assert may_be_same(stopped) == may_be_same(whole)
    assert stopped == whole or not may_be_same(whole)
