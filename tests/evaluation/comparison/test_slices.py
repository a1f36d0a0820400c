from __future__ import annotations

from evaluation.answering.answers import Answer, to_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.comparison.slices import MIN_DECIDED_PAIRS, judged_pairs, slices, slicings
from evaluation.people.marks import Mark
from evaluation.people.vote_log import Judgment


def answers(system: str, texts: list[str]) -> list[Answer]:
    rows = [
        {"id": f"q{i}", "question": f"question {i}", "reference": "the reference", "prediction": text, "system": system}
        for i, text in enumerate(texts)
    ]
    return to_answers(rows, system)


def vote(item: str, verdict: str, reviewer: str = "ada", **more) -> Judgment:
    return Judgment("plan", reviewer, item, verdict, left="tuned", right="base", **more)


def pairs_of(votes: list[Judgment], n: int = 4):
    return judged_pairs(pair_answers(answers("base", ["a b c"] * n), answers("tuned", ["a b"] * n)), votes)


def test_a_verdict_for_a_side_becomes_one_for_the_system_that_stood_there():
    pairs = pairs_of([vote("q0", "left"), vote("q1", "right"), vote("q2", "both_bad")])
    assert [pair.outcome for pair in pairs] == ["tuned", "base", "both_bad", "unjudged"]


def test_repeats_skips_and_flags_are_no_verdicts():
    votes = [vote("q0", "left", repeat=1), vote("q1", "skip"), vote("q2", "flag", note="wrong reference")]
    pairs = pairs_of(votes)
    assert {pair.outcome for pair in pairs} == {"unjudged"}
    assert pairs[2].notes == {"ada": "wrong reference"}


def test_reviewers_who_differ_disagree_and_are_no_tie():
    pairs = pairs_of([vote("q0", "left"), vote("q0", "right", "ben"), vote("q1", "left"), vote("q1", "left", "ben")])
    assert pairs[0].outcome == "disagree"
    assert pairs[1].outcome == "tuned"


def test_reasons_and_marks_stand_with_their_pair():
    mark = Mark("base", "a b", 0, 3)
    pairs = pairs_of([vote("q1", "left", reasons=("tone",), marks=(mark,))])
    assert (pairs[1].reasons, pairs[1].marks) == ({"ada": ("tone",)}, {"ada": (mark,)})
    assert not pairs[0].reasons


def test_a_slice_below_the_fewest_decided_pairs_has_counts_and_no_rate():
    n = MIN_DECIDED_PAIRS + 3
    pairs = pairs_of([vote(f"q{i}", "left") for i in range(n)], n)
    topic = {pair.answers.id: "cards" if i < 3 else "loans" for i, pair in enumerate(pairs)}
    loans, cards = slices(pairs, topic)
    assert (loans.n, loans.tuned, loans.win_rate.n) == (MIN_DECIDED_PAIRS, MIN_DECIDED_PAIRS, MIN_DECIDED_PAIRS)
    assert (cards.n, cards.tuned, cards.win_rate) == (3, 3, None)


def test_pairs_are_sliced_by_metadata_of_few_values_wherever_it_stands():
    pairs = pairs_of([])
    held_out = [
        {"id": "q0", "question": "", "topic": "cards", "url": "a"},
        {"id": "q1", "question": "", "metadata": {"topic": "loans"}},
    ]
    assert slicings(pairs, held_out)["topic"] == {"q0": "cards", "q1": "loans", "q2": "none", "q3": "none"}
