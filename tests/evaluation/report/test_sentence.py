from __future__ import annotations

from evaluation.report.sentence import verdict_sentence

MADE = "2026-11-29T14:18:09+00:00"
REVIEWERS = [{"name": "ada", "finished": True}, {"name": "ben", "finished": True}]


def by_people(**votes):
    counts = {"ties": 7, "both_bad": 2, "items": 42, "disagreements": 5, "is_difference": True}
    rate = {"estimate": 0.75, "low": 0.57, "high": 0.87, "n": 28}
    return {
        "plan": {"outcome": {"primary": "win_rate"}},
        "review": {"raters": 2, "reviewers": REVIEWERS},
        "comparison": {"judgments": {**counts, "win_rate": rate, **votes}, "metrics": {}},
        "people": None,
    }


def test_the_verdict_has_n_interval_reviewers_and_date():
    said = verdict_sentence(by_people(), MADE)
    assert said.startswith("The tuned model is better. People who didn't know which was which preferred its answer in")
    for part in ("75% of 28 pairs", "between 57% and 87%", "9 of 42 pairs were no better or worse", "disagreed on 5",
                 "2 people: ada, ben", "As of 29 November 2026."):  # fmt: skip
        assert part in said


def test_what_cant_be_told_is_no_verdict_either_way():
    assert verdict_sentence(by_people(is_difference=False), MADE).startswith("It can't be told whether")
    worse = {"estimate": 0.2, "low": 0.1, "high": 0.4, "n": 28}
    assert verdict_sentence(by_people(win_rate=worse), MADE).startswith("The tuned model is worse.")
    assert "nobody has read" in verdict_sentence(by_people() | {"comparison": {"judgments": None, "metrics": {}}}, MADE)


def test_unfinished_reviewers_decide_nothing():
    report = by_people()
    report["review"] = {"raters": 2, "reviewers": [REVIEWERS[0], {"name": "ben", "finished": False}]}
    assert verdict_sentence(report, MADE).startswith("Not decided yet: 1 of 2 planned reviewers have finished.")


def test_a_planned_metric_is_named_in_words():
    row = {"base": {"estimate": 0.5}, "tuned": {"estimate": 0.4}, "is_difference": True, "better": "higher",
           "difference": {"estimate": -0.1, "low": -0.15, "high": -0.05, "n": 40}}  # fmt: skip
    report = by_people() | {"plan": {"outcome": {"primary": "rouge_l"}},
                            "comparison": {"judgments": None, "metrics": {"rouge_l": row}}}  # fmt: skip
    said = verdict_sentence(report, MADE)
    assert said.startswith("The tuned model is worse: words shared in order (ROUGE-L) went from 0.50 to 0.40 over 40")
    assert "between -0.15 and -0.05" in said
