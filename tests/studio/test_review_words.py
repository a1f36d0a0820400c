from __future__ import annotations

from evaluation.people.reviewers import figures_of
from evaluation.people.vote_log import Judgment
from studio.review_words import how_it_went, minutes


def votes(verdicts, repeats=()):
    first = [Judgment("p", "ada", f"q{n}", verdict, "tuned", "base", seconds=30) for n, verdict in enumerate(verdicts)]
    again = [
        Judgment("p", "ada", f"q{n}", verdict, "base", "tuned", repeat=1, seconds=30)
        for n, verdict in enumerate(repeats)
    ]
    return figures_of("ada", "finished", first + again)


def test_the_end_tells_time_and_how_often_the_same_was_said_again():
    said = how_it_went(votes(["left", "left", "tie"], ["right", "left"]))
    assert "It took you 2 min, mostly 30 s a pair" in said
    assert "2 pairs came twice" in said
    assert "of 1 you said the same again" in said


def test_without_a_pair_shown_twice_nothing_is_claimed():
    assert "nothing can be said" in how_it_went(votes(["left"]))


def test_a_time_is_never_no_time():
    assert minutes(3) == "1 min"
