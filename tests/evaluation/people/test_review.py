from __future__ import annotations

import pytest

from evaluation.figures import review_text
from evaluation.people.review import review_of
from evaluation.people.vote_log import Judgment, JudgmentLog, export
from evaluation.people.win_rate import tally, to_votes
from winnow.study.plan import freeze

TWO = freeze({"outcome": {"primary": "win_rate", "raters": 2}})
ONE = freeze({"outcome": {"primary": "win_rate", "raters": 1}})
BY_METRIC = freeze({"outcome": {"primary": "rouge_l", "raters": 1}})


@pytest.fixture
def log(tmp_path):
    return JudgmentLog(tmp_path / "judgments.sqlite")


def read(log, plan, who, verdicts="12", end=None):
    for n, verdict in enumerate(verdicts):
        side = {"1": "left", "2": "right", "3": "tie"}[verdict]
        assert log.cast(Judgment(plan.hash, who, f"q{n}", side, "tuned", "base"))
    if end is not None:
        log.end(plan.hash, who, end)


def test_a_review_is_open_before_anybody_has_begun_and_shows_the_systems_to_nobody(log):
    review = review_of(ONE, log)
    assert review.is_open
    assert not review.shows_systems("ada")
    assert not review.shows_systems("")


def test_a_review_closes_when_the_planned_number_has_finished_and_then_admits_nobody_new(log):
    read(log, TWO, "ada", end=0)
    review = review_of(TWO, log)
    assert review.is_open
    assert not review.shows_systems("ada"), "she has finished, and ben hasn't"
    assert review.admits("ben")
    read(log, TWO, "ben", end=0)
    closed = review_of(TWO, log)
    assert not closed.is_open
    assert closed.shows_systems("")
    assert not closed.admits("cy")


def test_an_early_end_doesnt_fill_a_planned_place(log):
    read(log, ONE, "ada", end=9)
    review = review_of(ONE, log)
    assert review.is_open
    assert review.admits("ben")


def test_a_third_who_still_reads_keeps_the_review_open_for_all_but_those_who_ended(log):
    read(log, ONE, "ben")
    read(log, ONE, "ada", end=0)
    review = review_of(ONE, log)
    assert review.shows_systems("ada")
    assert not review.shows_systems("ben")
    assert not review.shows_systems(""), "ben without his name is still ben"


def test_who_waives_sees_the_systems_and_can_neither_vote_nor_be_waited_for(log):
    read(log, ONE, "ada")
    log.waive(ONE.hash, "ada")
    log.waive(ONE.hash, "ada")
    review = review_of(ONE, log)
    assert review.shows_systems("ada")
    assert not review.shows_systems("ben")
    assert not review.admits("ada")
    assert review.reading == []
    assert not log.cast(Judgment(ONE.hash, "ada", "q9", "left", "tuned", "base"))
    assert log.undo(ONE.hash, "ada") is None
    assert "ada saw the answers' systems during the review" in review_text(review.as_dict())
    assert len(review.waivers) == 1


def test_where_a_metric_decides_nobody_is_waited_for_until_somebody_begins(log):
    assert not review_of(BY_METRIC, log).is_open
    read(log, BY_METRIC, "ada")
    assert review_of(BY_METRIC, log).is_open


def test_votes_of_people_who_still_read_move_no_figure(log):
    read(log, ONE, "ada", "1111", end=0)
    before = tally(to_votes(export(review_of(ONE, log).counted)))
    read(log, ONE, "ben", "2222")
    after = tally(to_votes(export(review_of(ONE, log).counted)))
    assert (before.wins, after.wins, after.reviewers) == (4, 4, 1)


def test_reviewers_who_disagree_are_no_tie(log):
    read(log, TWO, "ada", "13", end=0)
    read(log, TWO, "ben", "23", end=0)
    found = tally(to_votes(export(review_of(TWO, log).counted)))
    assert (found.ties, found.disagreements) == (1, 1)


def test_the_reviewers_are_told_with_how_far_each_is(log):
    read(log, TWO, "ada", end=0)
    read(log, TWO, "ben", "1")
    assert review_text(review_of(TWO, log).as_dict()) == (
        "1 of 2 planned reviewers finished: ada (finished, 2 pairs), ben (still reading, 1 pairs)."
    )
