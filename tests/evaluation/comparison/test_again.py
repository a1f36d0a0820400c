from __future__ import annotations

import itertools
import random

from evaluation.answering.answers import to_answers
from evaluation.comparison.again import again_text, compare_again
from evaluation.comparison.compare import compare_answers
from evaluation.comparison.pairs import pair_answers
from evaluation.figures import primary
from evaluation.people.review import Review
from evaluation.people.win_rate import to_votes

STUDIES, PAIRS, AT_MOST = 200, 40, 0.07


def sampled(chance, words):
    """What a model may say of a question: most of the reference's words, and some of its own."""
    return " ".join([word for word in words if chance.random() < 0.6] + [f"filler{chance.randrange(9)}"])


def study_of_nothing(chance):
    """Answers of one model, drawn twice, on questions of which some are of one group; and two reviewers who guess."""
    questions = [[f"word{chance.randrange(60)}" for _ in range(chance.randint(4, 12))] for _ in range(PAIRS)]
    about = [
        {"id": str(n), "reference": " ".join(words), "group": str(n // 2 * 2 if n < 10 else n)}
        for n, words in enumerate(questions)
    ]
    base, again = (
        [{**row, "prediction": sampled(chance, words)} for row, words in zip(about, questions, strict=True)]
        for _ in range(2)
    )
    votes = []
    for reviewer, row in itertools.product(("ada", "bo"), about):
        left, right = chance.sample(["base", "tuned"], 2)
        said = chance.choice([left, left, right, right, "tie", "both_bad"])
        votes.append({"id": row["id"], "preferred": said, "reviewer": reviewer, "left": left, "right": right})
    return to_answers(base, "base"), to_answers(again, "again"), to_votes(votes)


def test_of_200_studies_of_a_model_against_itself_the_planned_outcome_is_seldom_called_a_difference():
    chance = random.Random(4)
    called = dict.fromkeys(("win_rate", "token_f1"), 0)
    for seed in range(STUDIES):
        base, again, votes = study_of_nothing(chance)
        found = compare_answers(pair_answers(base, again), votes, ["token_f1"], seed=seed).as_dict()
        for outcome in called:
            said = primary(
                {
                    "plan": {"outcome": {"primary": outcome}},
                    "comparison": found,
                    "people": None,
                    "review": Review().as_dict(),
                }
            )
            called[outcome] += "can't tell" not in said
    assert max(called.values()) / STUDIES <= AT_MOST
    assert called["token_f1"] > 0  # a test that never calls one would pass by being blind


def test_the_same_answers_are_called_no_difference():
    rows = [
        {"id": str(n), "question": "River?", "reference": "the Nile", "prediction": f"river {n}", "group": str(n)}
        for n in range(8)
    ]
    answers = to_answers(rows, "base")
    found = compare_again(answers, answers, ["token_f1", "rouge_l"])
    assert found.called == []
    assert found.same_text == 8
    assert "called a difference: none" in again_text(found.as_dict())
