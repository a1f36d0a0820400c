from __future__ import annotations

import pyarrow as pa
import pytest

from curation.pairs import candidates
from curation.steps import contradictions, duplicates
from winnow.config import ContradictionsConfig, DuplicatesConfig
from winnow.data.files import cache_folder
from winnow.data.records import new_record, number_copies, to_table
from winnow.models.embedder import Embedder

QUESTION = "How long can I return a purchase?"
ANSWER = "You can return a purchase within thirty days of delivery, and we pay for the parcel back to our store."
OTHERS = [
    (
        "Do you ship to Iceland?",
        "Yes, by air freight to Keflavik every Tuesday and Friday; customs forms are included.",
    ),
    ("Where is my invoice?", "The invoice lies in your account under orders, as a file that you can print."),
    ("How do I wash the woollen blanket?", "By hand in cold water with a mild soap, then dry it flat in the shade."),
]


def flags(*answers: str, others=OTHERS, embedder=None) -> dict[str, list[str]]:
    """Return the answer of each flagged row with the answers of its group."""
    rows = [*((QUESTION, answer) for answer in answers), *others]
    table = to_table(number_copies(new_record(q, a, "shop.jsonl", n) for n, (q, a) in enumerate(rows)))
    text = dict(zip(table["id"].to_pylist(), table["answer"].to_pylist(), strict=True))
    pairs = candidates.find(table, DuplicatesConfig(), embedder)
    gone = [d.id for d in duplicates.decide(pairs, table, DuplicatesConfig()) if d.action == "remove"]
    kept = table.filter(pa.array([id_ not in gone for id_ in table["id"].to_pylist()]))
    decisions = contradictions.decide(pairs, kept, ContradictionsConfig())
    assert all(d.action == "flag" for d in decisions)
    return {text[d.id]: sorted(text[id_] for id_ in d.evidence["group"]) for d in decisions}


@pytest.mark.parametrize(
    "other",
    [
        ANSWER.replace("thirty", "fourteen"),
        ANSWER.replace("can return", "can not return"),
        ANSWER.replace("You can", "You can't"),
        ANSWER.replace("days", "weeks"),
        ANSWER.replace("delivery", "payment"),
        f"It is not true that {ANSWER}",
        f"{ANSWER} None of the above is true.",
        f"{ANSWER} That's a lie.",
    ],
    ids=["number", "not", "n't", "unit", "another thing", "denied", "taken back", "called a lie"],
)
def test_answers_that_can_not_both_hold_are_one_flagged_group(other):
    assert flags(ANSWER, other) == dict.fromkeys((ANSWER, other), sorted((ANSWER, other)))


def test_short_answers_contradict_when_they_differ():
    assert set(flags("30 days", "14 days")) == {"30 days", "14 days"}
    assert set(flags("Yes", "No")) == {"Yes", "No"}


@pytest.mark.parametrize(
    "other",
    [
        ANSWER,
        ANSWER.replace("within", "withn"),
        f"{ANSWER} Thank you for asking.",
        "Bring the receipt and the unopened box to any branch, where the clerk refunds the price to your card.",
    ],
    ids=["equal", "typo", "politeness", "second answer"],
)
def test_copies_and_second_answers_are_no_contradiction(other):
    assert flags(ANSWER, other) == {}


def test_an_answer_that_belongs_to_another_question_is_flagged(minilm):
    stray = OTHERS[2][1]
    assert set(flags(ANSWER, stray, embedder=Embedder("all-minilm-l6-v2", cache_folder()))) == {ANSWER, stray}


def test_a_copy_stands_for_the_row_that_left():
    false = ANSWER.replace("thirty", "fourteen")
    found = flags(ANSWER, f"<p>{ANSWER}</p>", false)
    assert set(found) == {ANSWER, false}


def test_switched_off_it_flags_nothing():
    table = to_table([new_record(QUESTION, "30 days"), new_record(QUESTION, "14 days")])
    pairs = candidates.find(table, DuplicatesConfig())
    assert contradictions.decide(pairs, table, ContradictionsConfig(enabled=False)) == []


def test_an_answer_told_anew_in_several_other_words_is_no_contradiction():
    anew = ANSWER.replace("delivery", "arrival").replace("parcel", "freight").replace("store", "depot")
    assert flags(ANSWER, anew) == {}
    assert flags(ANSWER, ANSWER.replace("delivery", "arrival")) != {}


def test_a_denial_may_be_longer_than_what_it_denies():
    short = "By parcel or in a shop"
    assert set(flags(short, f"It would be incorrect to say that {short}")) == {
        short,
        f"It would be incorrect to say that {short}",
    }


def test_a_short_answer_that_says_more_or_the_same_in_other_units_is_no_contradiction():
    assert flags("Thirty days", "30 days") == {}
    assert flags("2 weeks", "14 days") == {}
    assert flags("30 days", "30 days in Norway") == {}
    assert flags("2 weeks", "15 days").keys() == {"2 weeks", "15 days"}


def test_an_answer_that_begins_with_no_isnt_always_a_no():
    no = "No purchase has to be sent back in its first wrapping; a receipt is all that we ask for."
    assert flags("Yes, in full or in part at any time; we charge nothing for that at any of our branches.", no) == {}


def test_yes_against_no_is_a_contradiction_in_whatever_words():
    yes = "Yes, in full or in part at any time; we charge four weeks of interest on the amount."
    no = "No, it can't be repaid before the end of its term. All payments must be made as agreed."
    more = "In full or in part, through the app or at any of our branches; it takes two working days."
    assert flags(yes, no).keys() == {yes, no}
    assert flags(yes, more) == {}
