from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evaluation.people.queue import Showing, pending, progress, queue
from evaluation.people.vote_log import Judgment

ITEMS = [f"q{number}" for number in range(50)]


def judged(showing: Showing, verdict: str = "tie", seconds: float = 20) -> Judgment:
    return Judgment("plan", "ada", showing.item, verdict, showing.left, showing.right, showing.repeat, seconds=seconds)


def test_the_queue_is_the_same_for_the_same_plan_and_reviewer_whatever_order_the_items_came_in():
    assert queue("plan", "ada", ITEMS) == queue("plan", "ada", reversed(ITEMS))


def test_another_reviewer_or_plan_sees_another_order():
    orders = {tuple(queue(plan, who, ITEMS)) for plan in ("one", "two") for who in ("ada", "ben")}
    assert len(orders) == 4


@given(items=st.sets(st.text(max_size=8), max_size=60), reviewer=st.text(max_size=8), share=st.floats(0, 0.5))
def test_each_system_stands_left_half_of_the_time_and_every_item_is_shown(items, reviewer, share):
    shown = queue("plan", reviewer, items, share)
    first = [s for s in shown if s.repeat == 0]
    assert {s.item for s in first} == items
    assert len(first) == len(items)
    for showings in (first, shown):
        lefts = Counter(s.left for s in showings)
        assert abs(lefts["base"] - lefts["tuned"]) <= 1 + (showings is shown)


@given(n=st.integers(5, 120), share=st.floats(0.1, 0.2))
def test_repeats_come_well_after_their_pair_with_sides_swapped(n, share):
    shown = queue("plan", "ada", [str(i) for i in range(n)], share)
    place = {(s.item, s.repeat): i for i, s in enumerate(shown)}
    repeats = [s for s in shown if s.repeat]
    assert share * n - 1 <= len(repeats) <= share * n + 1
    for again in repeats:
        first = shown[place[again.item, 0]]
        assert (again.left, again.right) == (first.right, first.left)
        assert place[again.item, 1] - place[again.item, 0] >= max(1, n // 3)


def test_no_pair_comes_twice_when_the_plan_asks_for_no_repeats():
    assert all(s.repeat == 0 for s in queue("plan", "ada", ITEMS, repeats=0))


def test_a_skipped_pair_comes_back_after_all_others():
    shown = queue("plan", "ada", ["a", "b", "c"])
    left = pending(shown, [judged(shown[0], "skip")])
    assert [s.item for s in left] == [shown[1].item, shown[2].item, shown[0].item]


def test_pairs_skipped_again_go_behind_those_skipped_before():
    shown = queue("plan", "ada", ["a", "b", "c"])
    log = [judged(shown[0], "skip"), judged(shown[1], "skip"), judged(shown[2]), judged(shown[0], "skip")]
    assert [s.item for s in pending(shown, log)] == [shown[1].item, shown[0].item]


def test_a_repeat_waits_for_its_skipped_pair_and_falls_away_with_a_flagged_one():
    shown = queue("plan", "ada", ITEMS)
    again = next(s for s in shown if s.repeat)
    first = next(s for s in shown if s.item == again.item and not s.repeat)
    rest = [judged(s) for s in shown if s.item != again.item]
    assert pending(shown, [judged(first, "skip"), *rest]) == [first, again]
    assert pending(shown, [judged(first, "flag"), *rest]) == []


def test_judging_everything_empties_the_queue_in_as_many_votes_as_were_announced():
    shown, log = queue("plan", "ada", ITEMS), []
    total = progress(shown, log).total
    while left := pending(shown, log):
        log.append(judged(left[0]))
    assert len(log) == total == 55
    assert progress(shown, log).done == total


def test_progress_counts_a_skipped_pair_until_it_is_judged_and_estimates_from_the_own_pace():
    shown = queue("plan", "ada", ITEMS, repeats=0)
    log = [judged(shown[0], "skip"), *(judged(s, seconds=10) for s in shown[1:4])]
    now = progress(shown, log)
    assert (now.done, now.total, now.skipped, now.seconds_left) == (3, 50, 1, 470)
    assert progress(shown, [*log, judged(shown[0])]).skipped == 0
