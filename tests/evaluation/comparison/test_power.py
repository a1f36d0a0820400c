from __future__ import annotations

from evaluation.comparison.power import power_table, power_text
from winnow.statistics import paired_difference


def test_thirty_pairs_need_21_wins_and_find_65_percent_a_third_of_the_time():
    row = next(row for row in power_table() if row.pairs == 30)
    assert row.wins_needed == 21
    assert row.power["0.65"] == 0.358
    assert row.half_width == 0.165


def test_ties_cost_decided_pairs():
    with_ties = power_table(sizes=[50], ties=0.3)[0]
    assert with_ties.decided == 35
    assert with_ties.power["0.7"] < power_table(sizes=[50])[0].power["0.7"]


def test_five_pairs_are_told_to_show_nothing():
    row = power_table(sizes=[5])[0]
    assert row.wins_needed is None
    assert row.power["0.8"] == 0
    assert "can't show any difference" in power_text([row])


def test_more_retention_items_support_a_smaller_margin():
    margins = [row.margin for row in power_table(sizes=[50, 250, 1375])]
    assert margins == sorted(margins, reverse=True)
    assert margins[-1] == 0.03
    assert "1375 items can exclude a loss above 3 points" in power_text(power_table(sizes=[1375]))


def test_both_ways_of_stopping_are_shown_with_the_pairs_that_they_read():
    row = power_table(sizes=[50])[0]
    assert row.anytime["0.8"].power >= 0.96
    assert row.anytime["0.8"].pairs <= 24
    assert row.power["0.65"] - row.anytime["0.65"].power < 0.05
    assert "stopping: anytime) in 24% after 38, 48% after 36" in power_text([row])


def test_the_least_difference_is_that_at_which_equal_differences_are_told():
    for row in power_table(sizes=[20, 50, 200]):
        below, above = (paired_difference([0.3] * row.pairs, [0.3 + d] * row.pairs, scale=(0, 1))
                        for d in (row.least - 0.001, row.least + 0.001))  # fmt: skip
        assert not below.excludes(0)
        assert above.low > 0
    assert power_table(sizes=[2])[0].least is None
    assert "tells no difference below 0.06 on them" in power_text(power_table(sizes=[50]))


def test_ties_are_read_too_where_a_review_stops_early():
    with_ties, without = (power_table(sizes=[50], ties=ties)[0].anytime["0.8"] for ties in (0.3, 0.0))
    assert with_ties.pairs > without.pairs
    assert with_ties.power < without.power
