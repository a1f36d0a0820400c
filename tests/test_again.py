from __future__ import annotations

import random

from evaluation.again import again_text, compare_again
from evaluation.win_rate import tally
from winnow.config import load
from winnow.statistics import paired_difference

STUDIES, PAIRS, AT_MOST = 200, 40, 0.07


def test_of_200_studies_of_a_model_against_itself_few_are_called_a_difference_by_votes():
    chance = random.Random(4)
    called = 0
    for _ in range(STUDIES):
        votes = [
            {"id": n, "preferred": chance.choice(["tuned", "base", "tie"]), "left": "base", "right": "tuned"}
            for n in range(PAIRS)
        ]
        called += tally(votes)["is_difference"]
    assert called / STUDIES <= AT_MOST


def test_of_200_studies_of_a_model_against_itself_few_are_called_a_difference_by_a_metric():
    chance = random.Random(5)
    called = 0
    for seed in range(STUDIES):
        hard = [chance.random() for _ in range(PAIRS)]
        one, other = ([min(1.0, max(0.0, h + chance.gauss(0, 0.3))) for h in hard] for _ in range(2))
        called += paired_difference(one, other, seed=seed).excludes(0.0)
    assert called / STUDIES <= AT_MOST


def test_the_same_answers_are_called_no_difference():
    config = load(overrides=["metrics.names=[token_f1, rouge_l]"])
    rows = [
        {"id": str(n), "question": "River?", "reference": "the Nile", "prediction": f"river {n}", "group": str(n)}
        for n in range(8)
    ]
    found = compare_again(rows, rows, config)
    assert found["called"] == []
    assert found["same_text"] == 8
    assert "called a difference: none" in again_text(found)
