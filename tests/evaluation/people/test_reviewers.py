from __future__ import annotations

import pytest

from evaluation.people.marks import Mark
from evaluation.people.review import review_of
from evaluation.people.reviewers import faults, marked, reviewer_figures
from evaluation.people.vote_log import Judgment, JudgmentLog
from winnow.study.plan import freeze

PLAN = freeze({"outcome": {"primary": "win_rate", "raters": 2}})


def vote(who, item, verdict="left", repeat=0, **more):
    sides = ("base", "tuned") if repeat else ("tuned", "base")
    return Judgment(PLAN.hash, who, item, verdict, *sides, repeat=repeat, **more)


@pytest.fixture
def review(tmp_path):
    log = JudgmentLog(tmp_path / "judgments.sqlite")
    for judgment in (
        vote("ada", "q1", "left", seconds=30, reasons=("wrong fact",), marks=(Mark("base", "£25", 0, 3),)),
        vote("ada", "q2", "both_bad", seconds=50, reasons=("incomplete", "tone")),
        vote("ada", "q3", "flag", seconds=10, reference_open=True),
        vote("ada", "q1", "right", repeat=1, seconds=30, reasons=("wrong fact",)),
        vote("ada", "q2", "tie", repeat=1, seconds=30),
        vote("ben", "q1", "right", seconds=5, reasons=("wrong fact",)),
    ):
        assert log.cast(judgment)
    log.end(PLAN.hash, "ada", 0)
    return review_of(PLAN, log)


def test_each_reviewer_is_told_how_far_they_are_and_how_far_they_agree_with_themselves(review):
    ada, ben = reviewer_figures(review)
    assert (ada.state, ada.judged, ada.flagged, ada.references_opened) == ("finished", 3, 1, 1)
    assert (ada.minutes, ada.seconds_a_pair) == (2.5, 30)
    assert (ada.consistency.estimate, ada.consistency.n) == (0.5, 2)
    assert (ben.state, ben.judged, ben.consistency.n) == ("still reading", 1, 0)


def test_reasons_are_counted_against_the_worse_answer_once_a_pair(review):
    assert faults(review.judgments) == {
        "base": {"wrong fact": 1, "incomplete": 1, "tone": 1},
        "tuned": {"wrong fact": 1, "incomplete": 1, "tone": 1},
    }
    assert faults(review.counted)["tuned"] == {"incomplete": 1, "tone": 1}


def test_marked_passages_are_found_by_their_pair(review):
    assert marked(review.judgments) == {"q1": [("ada", Mark("base", "£25", 0, 3))]}
