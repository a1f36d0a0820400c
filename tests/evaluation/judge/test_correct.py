from __future__ import annotations

import numpy as np
import pytest

from evaluation.answering.answers import to_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.judge.correct import checked, correct, correction_text, leanings, metric_leanings
from evaluation.people.queue import drawn
from evaluation.people.win_rate import Vote
from winnow.errors import InputError
from winnow.study.plan import freeze

PAIRS = 300
CITIES = ["Paris", "Rome", "Berlin", "Madrid", "Vienna"]


@pytest.fixture(scope="module")
def answers():
    """Tuned names the city in two of three pairs and rambles in the rest; the base does the reverse."""
    rng = np.random.default_rng(3)
    better = rng.random(PAIRS) < 0.66
    rows = {"base": [], "tuned": []}
    for n in range(PAIRS):
        city = CITIES[n % len(CITIES)]
        texts = {True: city, False: f"I am not sure, it may be {CITIES[(n + 1) % len(CITIES)]}"}
        for side, wins in (("base", not better[n]), ("tuned", better[n])):
            asked = {"id": f"q{n}", "question": f"Capital {n}?", "reference": city, "system": side}
            rows[side].append({**asked, "prediction": texts[bool(wins)]})
    return pair_answers(*(to_answers(rows[side], side) for side in rows)), better


def votes(better, voted, seed=0, careful=0.85):
    rng = np.random.default_rng(seed)
    right = rng.random(len(better)) < careful
    return [Vote(f"q{n}", "tuned" if better[n] == right[n] else "base", "ada") for n in range(voted)]


def test_a_metric_that_reviewers_agree_with_makes_fifty_votes_worth_more(answers):
    paired, better = answers
    found = correct(paired, votes(better, 50), "token_f1", metric_leanings(paired, "token_f1")).as_dict()
    people, corrected = found["people"], found["corrected"]
    assert corrected["high"] - corrected["low"] < 0.95 * (people["high"] - people["low"])
    assert 5 < found["votes_saved"] <= 50
    assert "people voted on 50 of 300 pairs; token_f1 judged all of them" in correction_text(found)
    assert "more votes beside the 50 decided ones" in correction_text(found)


def test_a_judge_that_names_the_first_answer_each_time_keeps_no_verdict_and_adds_nothing(answers):
    """SmolLM2-135M named the first answer in 120 of 120 askings, so that its two orders never agreed."""
    paired, better = answers
    found = correct(paired, votes(better, 50), "smollm2", leanings({pair.id: None for pair in paired.pairs})).as_dict()
    assert found["corrected"] == found["people"]
    assert found["votes_saved"] == 0
    assert "the judge adds nothing: the judge says the same of every voted pair" in correction_text(found)


def test_no_more_than_twice_the_votes_are_claimed_for_a_judge_that_made_no_mistake(answers):
    paired, better = answers
    oracle = {f"q{n}": 1.0 if won else -1.0 for n, won in enumerate(better)}
    found = correct(paired, votes(better, 100, careful=1.0), "oracle", oracle)
    assert found.found.votes > 200
    assert found.votes_saved == 100
    assert "the most that is claimed" in correction_text(found.as_dict())


def test_longer_answers_are_no_better_by_a_metric_without_a_direction(answers):
    paired, _ = answers
    with pytest.raises(InputError, match="neither more nor less"):
        metric_leanings(paired, "length")


def test_votes_that_stopped_themselves_are_no_random_draw(answers):
    paired, better = answers
    anytime = freeze({"outcome": {"primary": "win_rate", "stopping": "anytime"}})
    found = correct(paired, votes(better, 20), "token_f1", metric_leanings(paired, "token_f1"))
    with pytest.raises(InputError, match="no random draw"):
        checked(anytime, paired, found)


def test_the_plan_draws_the_pairs_that_people_vote_on_and_keeps_like_questions_together():
    groups = {f"q{n}": f"g{n // 2}" for n in range(100)}
    plans = [freeze({"outcome": {"voted": 31}, "seed": seed}) for seed in (1, 2)]
    one, other = (drawn(plan, groups) for plan in plans)
    assert len(one) == 32, "16 groups of two"
    assert all(len([item for item in one if one[item] == group]) == 2 for group in one.values())
    assert set(one) != set(other), "another plan draws others"
    assert drawn(freeze({"outcome": {}}), groups) == groups
