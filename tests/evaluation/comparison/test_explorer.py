from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evaluation.answering.answers import to_answers
from evaluation.comparison.explorer import ORDERS, Filters, orders, scored
from evaluation.comparison.pairs import pair_answers
from evaluation.comparison.slices import judged_pairs
from evaluation.metrics import METRICS
from evaluation.people.vote_log import Judgment

REFERENCE = "up to 85000 pounds"
BASE = ["no idea", "up to 85000 pounds", "", "85000 pounds"]
TUNED = ["up to 85000 pounds", "no idea", "up to 85000 pounds", "85000 pounds"]


def answers(system, texts):
    return to_answers(
        [{"id": f"q{i}", "question": "How much is protected?", "reference": REFERENCE, "prediction": text, "system": system}
         for i, text in enumerate(texts)],
        system,
    )  # fmt: skip


def rows(metric="token_f1"):
    votes = [Judgment("p", "ada", "q0", "left", "tuned", "base"), Judgment("p", "ada", "q1", "right", "tuned", "base")]
    pairs = judged_pairs(pair_answers(answers("base", BASE), answers("tuned", TUNED)), votes)
    return scored(pairs, METRICS[metric], {"q0": "limits", "q1": "limits", "q2": "fees"})


def ids(found):
    return [row.pair.answers.id for row in found]


def test_each_pair_has_both_scores_and_what_was_gained():
    assert [(row.base, row.tuned, row.gain) for row in rows()[:2]] == [(0.0, 1.0, 1.0), (1.0, 0.0, -1.0)]


def test_best_and_worst_go_by_the_metric_and_change_places_where_lower_is_better():
    assert ids(ORDERS["Best for tuned"](rows()))[-1] == "q1"
    assert ids(ORDERS["Worst for tuned"](rows()))[0] == "q1"
    lower = orders(METRICS["refusal"])
    assert ids(lower["Best for tuned"](rows()))[0] == "q1"
    assert "Best for tuned" not in orders(METRICS["length"])


def test_filters_cross_and_each_is_said():
    chosen = Filters({"gain": (0.5, 1.0)}, slices=frozenset({"limits"}))
    assert ids(chosen.of(rows())) == ["q0"]
    assert ids(Filters(verdicts=frozenset({"base", "unjudged"})).of(rows())) == ["q1", "q2", "q3"]
    assert ids(Filters(different=True).of(rows())) == ["q0", "q1", "q2"]
    assert chosen.chips("shared words") == ["gained, shared words: 0.50 to 1.00", "slice: limits"]


def test_no_filter_admits_all_and_says_nothing():
    assert len(Filters().of(rows())) == 4
    assert Filters().chips("shared words") == []


@given(st.floats(-1, 1), st.floats(-1, 1), st.sets(st.sampled_from(["tuned", "base", "unjudged"])))
def test_narrowing_by_both_is_narrowing_by_one_after_the_other(low, high, verdicts):
    ranges, chosen = {"gain": (min(low, high), max(low, high))}, frozenset(verdicts)
    found = rows()
    assert Filters(ranges, chosen).of(found) == Filters(verdicts=chosen).of(Filters(ranges).of(found))


def test_every_order_only_reorders():
    found = rows()
    assert all(sorted(ids(order(found))) == ids(found) for order in ORDERS.values())
