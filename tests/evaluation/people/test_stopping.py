from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.people.queue import queue
from evaluation.people.stopping import stopping, stopping_words
from evaluation.people.win_rate import Vote
from winnow.statistics.sequential import boundary
from winnow.study.plan import freeze

ANYTIME = freeze({"outcome": {"primary": "win_rate", "raters": 1, "stopping": "anytime", "alpha": 0.05}})
TWO = freeze({"outcome": {"primary": "win_rate", "raters": 2, "stopping": "anytime", "alpha": 0.05}})
FIXED = freeze({"outcome": {"primary": "win_rate", "raters": 1}})
OTHER = {"tuned": "base", "base": "tuned"}


def alone(pairs):
    return {f"q{n}": f"q{n}" for n in range(pairs)}


def votes(words, who="ada", first=0):
    spelled = {"t": "tuned", "b": "base", "=": "tie", "x": "both_bad", "f": "flag", "s": "skip"}
    return [Vote(f"q{n}", spelled[word], who, seconds=30.0) for n, word in enumerate(words, start=first)]


def test_a_plan_without_a_word_about_stopping_has_a_fixed_review():
    assert stopping(FIXED, votes("tttttttttt"), alone(50)) is None
    assert stopping_words(None) == ""


def test_eight_alike_of_fifty_decide_and_what_was_spared_is_told():
    state = stopping(ANYTIME, votes("tttttttt"), alone(50))
    assert (state.decided_after, state.may_stop, state.votes, state.fixed_votes) == (8, True, 8, 50)
    assert state.seconds_spared == 42 * 30
    assert state.win_rate.excludes(0.5)
    assert stopping_words(state) == "You may stop now."


def test_ties_flags_and_skips_decide_nothing_but_are_read():
    state = stopping(ANYTIME, votes("t=tx=tftttt=t"), alone(50))
    assert (state.judged, state.decided_after, state.win_rate.n) == (13, 13, 8)
    assert stopping(ANYTIME, votes("tsss"), alone(50)).judged == 1


def test_where_no_votes_can_decide_any_more_one_may_stop_too_and_the_words_are_the_same():
    state = stopping(ANYTIME, votes("tb" * 20), alone(50))
    assert state.decided_after is None
    assert stopping_words(state) == "You may stop now."


def test_a_review_that_leans_to_one_side_is_told_about_how_many_more_it_takes():
    assert stopping_words(stopping(ANYTIME, votes("ttbttttbtttb"), alone(50))) == "About 21 more pairs may decide it."
    assert boundary(50).wins[33] == 24, "9 of 12 so far, and 15 of 21 more at that pace"


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="tb=xf", max_size=20))
def test_the_screen_says_the_same_whichever_side_leads(said):
    swapped = said.translate(str.maketrans("tb", "bt"))
    words = {stopping_words(stopping(ANYTIME, votes(one), alone(20))) for one in (said, swapped)}
    assert len(words) == 1


def test_a_pair_counts_once_both_reviewers_have_spoken_and_not_at_all_where_they_differ():
    state = stopping(TWO, [*votes("ttttt", "ada"), *votes("ttb", "ben")], alone(50))
    assert (state.judged, state.win_rate.n, state.win_rate.estimate) == (3, 2, 1.0)
    assert (state.votes, state.fixed_votes) == (8, 100)


def test_like_questions_count_once_and_only_when_all_of_them_are_read():
    groups = {f"q{n}": f"g{n // 3}" for n in range(60)}
    assert stopping(ANYTIME, votes("ttt" * 3 + "tt"), groups).win_rate.n == 3
    state = stopping(ANYTIME, votes("ttb" * 8), groups)
    assert state.decided_after == 21, "seven groups of three, of twenty"


def test_a_repeat_measures_the_reviewer_and_settles_no_pair():
    again = [replace(vote, repeat=1) for vote in votes("tttttttt")]
    assert stopping(ANYTIME, again, alone(50)).judged == 0


def test_reviewers_who_may_stop_read_in_one_order_group_by_group():
    groups = {f"q{n}": f"g{n % 7}" for n in range(28)}
    orders = [
        [groups[showing.item] for showing in queue("p", who, groups, repeats=0, together=groups)]
        for who in ("ada", "ben")
    ]
    assert orders[0] == orders[1]
    assert all(len(set(orders[0][start : start + 4])) == 1 for start in range(0, 28, 4))


@pytest.mark.parametrize("kind", ["plain", "ties", "left side", "fatigue", "groups"])
def test_where_neither_is_better_at_most_one_review_in_twenty_is_decided(kind):
    """Peeking after every vote; the reviewer may lean to a side, more so as the hours pass, or tie more and more."""
    rng, pairs, studies = np.random.default_rng(11), 20, 200
    groups = {f"q{n}": f"g{n // 2}" for n in range(pairs)} if kind == "groups" else alone(pairs)
    decided = 0
    for study in range(studies):
        shown = queue(f"plan {study}", "ada", groups, repeats=0, together=groups)
        cast: list[Vote] = []
        for place, showing in enumerate(shown):
            lean = {"left side": 0.9, "fatigue": 0.5 + 0.4 * place / pairs}.get(kind, 0.5)
            tied = {"ties": 0.3, "fatigue": 0.6 * place / pairs}.get(kind, 0.0)
            side = showing.left if rng.random() < lean else showing.right
            if kind == "groups" and place % 2:
                side = cast[-1].preferred if rng.random() < 0.9 else side
            cast.append(Vote(showing.item, "tie" if rng.random() < tied else side, "ada"))
        decided += stopping(ANYTIME, cast, groups).decided_after is not None
    assert decided / studies <= 0.05 + 2 * (0.05 * 0.95 / studies) ** 0.5
