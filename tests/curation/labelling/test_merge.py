from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.labelling.definition import Fault
from curation.labelling.labels import Label, checked, labels_in, latest
from curation.labelling.merge import decisions, merge
from curation.labelling.pull import take_in
from curation.labelling.rows import settle as settle_labels
from curation.labelling.rows import what_is_said
from curation.labelling.tasks import LABEL_CHOICES, Task
from tests.curation.labelling.labelling_study import config
from winnow.data.ledger import Ledger, settle
from winnow.data.records import new_record, to_table

RECORD = new_record("What is an ISA?", "A savings account.")
TASK = Task(RECORD.id, "flagged", RECORD.question, RECORD.answer)
TASKS = {TASK.id: TASK}


def label(by, verdict, answer="", at=1, **given):
    given = {"id": TASK.id, "role": "flagged", "at": f"2026-11-24T12:00:{at:02d}+00:00"} | given
    return Label(by=by, verdict=verdict, answer=answer, **given)


def outcome_of(*labels, tasks=TASKS, **settings):
    return merge(labels, tasks, config(**settings))


def test_the_majority_settles_a_row():
    settled = outcome_of(label("ada", "keep"), label("bob", "keep"), label("cy", "remove"), overlap=3).settled[TASK.id]
    assert settled.verdict == "keep"
    assert [vote.by for vote in settled.votes] == ["ada", "bob"]


def test_a_row_waits_for_as_many_people_as_the_overlap():
    outcome = outcome_of(label("ada", "keep"), overlap=2)
    assert outcome.waiting == {TASK.id}
    assert not outcome.settled
    assert outcome_of(label("ada", "keep"), overlap=1).settled


def test_an_assigned_row_waits_for_those_it_was_assigned_to():
    tasks = {TASK.id: replace(TASK, annotators=("ada", "bob"))}
    assert outcome_of(label("ada", "keep"), tasks=tasks, overlap=1).waiting == {TASK.id}


def test_a_tie_is_a_conflict_and_unanimity_asks_for_more():
    assert outcome_of(label("ada", "keep"), label("bob", "remove"), overlap=2).conflicts
    votes = [label("ada", "keep"), label("bob", "keep"), label("cy", "remove")]
    assert outcome_of(*votes, overlap=3, merge="unanimous").conflicts


def test_two_different_corrections_are_a_conflict_but_spaces_dont_count():
    assert outcome_of(label("ada", "fix", "An account."), label("bob", "fix", "A product."), overlap=2).conflicts
    same = outcome_of(label("ada", "fix", "An account."), label("bob", "fix", "An  account. "), overlap=2)
    assert same.settled[TASK.id].answer == "An account."


def test_the_adjudicator_wins_over_any_majority():
    votes = [label(name, "keep") for name in ("ada", "bob", "cy")]
    settled = outcome_of(*votes, label("eve", "remove", adjudication=True), overlap=3).settled[TASK.id]
    assert (settled.verdict, settled.adjudicated) == ("remove", True)


def test_a_persons_last_word_counts():
    assert outcome_of(label("ada", "keep", at=1), label("ada", "remove", at=2)).settled[TASK.id].verdict == "remove"


def test_gold_weighting_follows_those_who_are_right():
    gold = {f"gold {n}": Task(f"gold {n}", "gold", "q", "a", verdict="remove") for n in range(8)}
    known = [label("ada", "remove", id=id_, role="gold") for id_ in gold]
    known += [label(name, "keep", id=id_, role="gold") for id_ in gold for name in ("bob", "cy")]
    votes = [label("ada", "remove"), label("bob", "keep"), label("cy", "keep"), *known]
    tasks = TASKS | gold
    assert outcome_of(*votes, tasks=tasks, overlap=3).settled[TASK.id].verdict == "keep"
    assert outcome_of(*votes, tasks=tasks, overlap=3, gold_weighting=True).settled[TASK.id].verdict == "remove"


verdicts = st.lists(st.sampled_from(LABEL_CHOICES), min_size=1, max_size=5)


@given(verdicts, st.randoms())
def test_the_order_of_answers_and_people_changes_no_verdict(given_verdicts, random):
    votes = [label(f"person {n}", v, "better" if v == "fix" else "") for n, v in enumerate(given_verdicts)]
    shuffled = list(votes)
    random.shuffle(shuffled)
    one, two = (outcome_of(*found, overlap=len(votes)) for found in (votes, shuffled))
    assert {id_: found.verdict for id_, found in one.settled.items()} == {
        id_: found.verdict for id_, found in two.settled.items()
    }
    assert len(one.settled) + len(one.conflicts) == 1


def taken_in(ledger, labels, **settings):
    words = [found.as_decision() for found in labels]
    return take_in(ledger, words, what_is_said, lambda people: settle_labels(people, TASKS, config(**settings)))


def view_after(ledger, *labels, **settings):
    taken_in(ledger, labels, **settings)
    return settle(to_table([RECORD]), [], ledger.people_decisions())


def test_verdicts_become_decisions_by_the_people_who_gave_them(tmp_path):
    ledger = Ledger(tmp_path)
    view = view_after(ledger, label("ada", "remove", reasons=("wrong",), comment="nonsense"))
    removal = view.removed[RECORD.id]
    assert (removal.reason, removal.by, removal.action) == ("human", "ada", "remove")
    assert removal.evidence["reasons"] == ["wrong"]
    assert removal.evidence["comments"] == ["nonsense"]
    view = view_after(ledger, label("ada", "fix", "A tax-free account.", at=2))
    assert view.kept_table["answer"].to_pylist() == ["A tax-free account."]
    view = view_after(ledger, label("ada", "keep", at=3))
    assert view.kept_table["answer"].to_pylist() == [RECORD.answer]
    history = [decision.action for decision in ledger.people_decisions()]
    assert history == ["label", "remove", "label", "correct", "label", "restore"]


def test_taking_in_the_same_labels_again_changes_nothing(tmp_path):
    ledger = Ledger(tmp_path)
    votes = [label("ada", "fix", "Better."), label("bob", "fix", "Better.")]
    taken_in(ledger, votes, overlap=2)
    before = ledger.people_file.read_bytes()
    result = taken_in(ledger, votes, overlap=2)
    assert (result.labels, result.decided) == (0, {})
    assert ledger.people_file.read_bytes() == before


def test_a_word_without_a_time_is_new_only_where_it_says_something_else(tmp_path):
    ledger = Ledger(tmp_path)
    untimed = [replace(label("ada", verdict), at="") for verdict in ("keep", "remove")]
    assert [taken_in(ledger, [untimed[n]]).labels for n in (0, 0, 1, 1, 0)] == [1, 0, 1, 0, 1]
    assert taken_in(ledger, [label("ada", "keep", at=9)]).labels == 1  # a time that wasn't seen is another word


def test_labels_come_back_from_the_ledger_as_they_went_in(tmp_path):
    given_label = label("ada", "fix", "Better.", ratings={"clarity": 4}, reasons=("wrong",), comment="x", began="2026")
    assert labels_in([given_label.as_decision()]) == [given_label]
    assert latest([given_label, label("ada", "keep", at=0)]) == [given_label]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({}, 'verdict "" isn'),
        ({"verdict": "maybe"}, 'verdict "maybe" isn'),
        ({"verdict": "fix"}, "the answer wasn't changed"),
        ({"verdict": "fix", "corrected_answer": " A savings account. "}, "the answer wasn't changed"),
        ({"verdict": "keep", "corrected_answer": "Other."}, "the answer was changed"),
        ({"verdict": "keep", "correctness": 6}, 'correctness is "6"; rate from 1 to 5'),
        ({"verdict": "keep", "clarity": "good"}, 'clarity is "good"'),
        ({"verdict": "remove", "reasons": ["ugly"]}, 'reason "ugly" isn'),
    ],
)
def test_an_answer_that_cant_be_used_says_why(values, complaint):
    with pytest.raises(Fault, match=complaint):
        checked(values, TASK, config().reasons, by="ada", at="2026")


def test_decisions_on_gold_rows_are_never_made():
    gold = Task("gold", "gold", "q", "a", verdict="remove")
    outcome = outcome_of(label("ada", "remove", id="gold", role="gold"), tasks={"gold": gold})
    assert decisions(outcome, {"gold": gold}, []) == []
