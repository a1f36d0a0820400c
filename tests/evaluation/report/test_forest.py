from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evaluation.metrics import METRICS
from evaluation.report.forest import forests, ticks


def metric(low, estimate, high, better="higher"):
    difference = {"estimate": estimate, "low": low, "high": high, "n": 40}
    return {"difference": difference, "is_difference": low > 0 or high < 0, "better": better}


VOTES = {
    "win_rate": {"estimate": 0.7, "low": 0.52, "high": 0.84, "n": 34},
    "ties_as_half": {"estimate": 0.6, "low": 0.49, "high": 0.7, "n": 40},
    "length_controlled": {"estimate": None, "low": None, "high": None, "n": 0},
    "is_difference": True,
}


def test_metrics_of_any_scale_share_one_axis_of_points_and_a_length_has_its_own():
    found = forests({
        "metrics": {"token_f1": metric(0.02, 0.05, 0.08), "chrf": metric(-1.0, 2.0, 5.0),
                    "length": metric(-40.0, -30.0, -20.0, "neither")},
        "judgments": None,
    })  # fmt: skip
    assert [forest.axis for forest in found] == [
        "points of 100, tuned minus base",
        "characters of an answer, tuned minus base",
    ]
    f1, chrf = found[0].rows
    assert (f1.low, f1.estimate, f1.high, f1.said) == (2.0, 5.0, 8.0, "tuned better")
    assert (chrf.low, chrf.high, chrf.said) == (-1.0, 5.0, "can't tell")
    assert (found[1].rows[0].said, found[1].middle) == ("tuned less", 0)


def test_where_fewer_is_better_the_row_is_turned_and_says_so():
    (forest,) = forests({"metrics": {"refusal": metric(-0.2, -0.1, -0.05, "lower")}, "judgments": None})
    (row,) = forest.rows
    assert (row.title, row.low, row.high, row.said) == ("refuses to answer, fewer is better", 5.0, 20.0, "tuned better")


def test_what_people_preferred_stands_first_on_an_axis_around_one_half():
    (forest,) = forests({"metrics": {}, "judgments": VOTES})
    assert (forest.middle, forest.domain) == (50, (0, 100))
    assert [(row.name, row.said) for row in forest.rows] == [
        ("win_rate", "tuned better"),
        ("ties_as_half", "can't tell"),
    ]


def test_the_exact_test_and_not_the_interval_speaks_for_the_decided_pairs():
    (forest,) = forests({"metrics": {}, "judgments": VOTES | {"is_difference": False}})
    assert forest.rows[0].said == "can't tell"


def test_every_metric_has_a_name_for_people():
    assert all(one.title and "_" not in one.title for one in METRICS.values())


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_ticks_reach_over_both_ends_are_few_and_rise(low, width):
    found = ticks(low, low + width)
    assert found[0] <= low + 1e-6
    assert found[-1] >= low + width - 1e-6
    assert 2 <= len(found) <= 10
    assert found == sorted(set(found))
