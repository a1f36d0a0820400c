from __future__ import annotations

import gzip
import json
import math
import random

import numpy as np
import pytest

from evaluation.people.metric_against_people import meta, meta_text
from evaluation.people.tie_calibration import best_epsilon, calibrated_verdicts
from evaluation.people.verdicts import pair_verdicts, plurality, ratings
from winnow.errors import InputError

RIVERS = ["Nile", "Amazon", "Danube", "Rhine", "Volga", "Ganges", "Loire", "Tagus", "Oder", "Elbe"]


def marked(count=60, seed=0):
    """Right answers hold the river, wrong ones another; their length says nothing."""
    rng = random.Random(seed)
    rows = []
    for place in range(count):
        river, good = RIVERS[place % 10], rng.random() < 0.5
        said = river if good else RIVERS[(place + 3) % 10]
        padding = "it flows a very long way " * rng.randint(0, 4)
        rows.append({"prediction": f"{padding}{said}", "reference": f"the {river}", "human": int(good)})
    return rows


def paired(count=60, seed=0, ties=0.0):
    rng = random.Random(seed)
    rows = []
    for place in range(count):
        good, bad = RIVERS[place % 10], RIVERS[(place + 3) % 10]
        padding = ["so they say " * rng.randint(0, 4) for _ in "ab"]
        first = rng.random() < 0.5
        sides = (good, bad) if first else (bad, good)
        verdict = "a" if first else "b"
        if rng.random() < ties:
            sides, verdict = (good, good), "tie"
        texts = [mark + side for mark, side in zip(padding, sides, strict=True)]
        rows.append({"prediction_a": texts[0], "prediction_b": texts[1], "reference": f"the {good}", "human": verdict})
    return rows


# ── what is found ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_metric_that_follows_people_beats_the_baselines_and_length_does_not():
    found = meta(marked()).as_dict()
    assert found["statistic"] == "auc"
    recall, longer = found["metrics"]["token_recall"], found["metrics"]["longer"]
    assert recall["auc"]["estimate"] == 1
    assert recall["beats_baseline"]
    assert 0.85 < recall["auc"]["low"] < 1  # sixty perfect items aren't certainty
    assert longer["is_baseline"]
    assert longer["auc"]["low"] < 0.5 < longer["auc"]["high"]
    assert found["metrics"]["random"]["auc"] == {"estimate": 0.5, "low": 0.5, "high": 0.5, "n": 60}
    assert not found["metrics"]["refusal"]["beats_baseline"]
    assert "beats the baselines" in meta_text(found)


def test_pairs_give_accuracy_with_ties_calibrated():
    found = meta(paired(200, ties=0.3)).as_dict()
    row = found["metrics"]["token_recall"]
    assert found["statistic"] == "pairwise_accuracy"
    assert row["pairwise_accuracy"]["estimate"] > 0.95
    assert row["decided_accuracy"]["estimate"] == 1
    assert row["beats_baseline"]
    assert found["metrics"]["random"]["pairwise_accuracy"]["estimate"] == pytest.approx(0.35, abs=0.06)


def test_ratings_give_tau_b():
    rows = [{**row, "human": 4 * row["human"] + place % 2} for place, row in enumerate(marked())]
    found = meta(rows).as_dict()
    assert found["statistic"] == "tau_b"
    assert found["metrics"]["token_recall"]["beats_baseline"]
    assert found["metrics"]["random"]["tau_b"]["estimate"] == 0


def test_a_metric_that_is_only_length_in_disguise_does_not_beat_it():
    rng = random.Random(1)
    rows = []
    for _ in range(80):
        size = rng.randint(1, 30)
        text = " ".join("word" for _ in range(size))
        rows.append({"prediction": text, "reference": "word " * 30, "human": int(size + rng.gauss(0, 8) > 15)})
    found = meta(rows, metrics=["token_recall"]).as_dict()["metrics"]
    assert found["token_recall"]["auc"]["low"] > 0.5  # it looks useful …
    assert not found["token_recall"]["beats_baseline"]  # … but longer wins as often


def test_a_judges_verdicts_are_a_row_like_any_metric():
    rows = [{**row, "judge": row["human"] if place % 5 else "b"} for place, row in enumerate(paired())]
    found = meta(rows, judges=["judge"]).as_dict()["metrics"]["judge"]
    assert found["decided_accuracy"]["estimate"] == pytest.approx(0.9, abs=0.05)
    assert found["beats_baseline"]


def test_a_judge_without_a_verdict_is_a_row_that_cannot_tell_and_one_that_is_not_there_an_error():
    rows = [{**row, "judge": None} for row in paired()]
    row = meta(rows, judges=["judge"]).as_dict()["metrics"]["judge"]
    assert row["pairwise_accuracy"]["estimate"] is None
    assert not row["beats_baseline"]
    with pytest.raises(InputError, match='no row has a column "judgement"'):
        meta(rows, judges=["judgement"])


def test_pairs_without_a_reference_get_reference_free_metrics_only():
    rows = [{name: value for name, value in row.items() if name != "reference"} for row in paired()]
    assert set(meta(rows).as_dict()["metrics"]) == {"refusal", "longer", "random"}


def test_rows_of_one_question_are_drawn_together():
    rows = marked(40, seed=3)
    for row in rows:
        if int(row["reference"] == "the Nile"):
            row["human"] = 1 - row["human"]  # some disagreement, so that there is a spread
    alone = meta([{**row, "question": str(place)} for place, row in enumerate(rows)], ["rouge_l"]).as_dict()
    copies = meta(
        [{**row, "question": str(place)} for place, row in enumerate(rows) for _ in range(9)], ["rouge_l"]
    ).as_dict()
    one, many = (found["metrics"]["rouge_l"]["auc"] for found in (alone, copies))
    assert many["n"] == 9 * one["n"]
    assert (many["low"], many["high"]) == pytest.approx((one["low"], one["high"]), abs=5e-3)


def test_a_useless_metric_seldom_beats_the_baselines():
    rng = np.random.default_rng(0)
    wins = 0
    for _ in range(100):
        rows = [
            {
                "prediction": "x" * int(rng.integers(1, 40)),
                "human": int(rng.integers(0, 2)),
                "dice": float(rng.random()),
            }
            for _ in range(50)
        ]
        wins += meta(rows, metrics=[], judges=["dice"]).as_dict()["metrics"]["dice"]["beats_baseline"]
    assert wins <= 7  # a one-sided 2.5 %, with room for chance


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────


def test_several_annotators_count_by_majority_and_their_agreement_is_shown():
    rows = [{**row, "human": [row["human"], row["human"], "tie"]} for row in paired(30)]
    found = meta(rows, columns={"human": "human"}).as_dict()
    assert found["verdicts"].keys() == {"a", "b"}
    assert found["people"]["people"] == 3
    assert found["people"]["raw_agreement"]["estimate"] == pytest.approx(1 / 3)
    assert found["people"]["krippendorff_alpha"]["estimate"] < 0.3


def test_annotators_in_columns_of_their_own_are_read_together():
    rows = [{**row, "one": row["human"], "two": row["human"], "three": None} for row in marked(20)]
    found = meta(rows, columns={"human": "one,two,three"}).as_dict()
    assert found["people"]["krippendorff_alpha"]["estimate"] == 1


def test_a_split_of_people_is_left_out_of_right_and_wrong_and_counted():
    rows = marked(20)
    rows[0]["human"] = [0, 1]
    rows[1]["human"] = None
    found = meta(rows).as_dict()
    assert found["verdicts"]["split"] == 1
    assert found["unjudged"] == 2


def test_verdicts_are_read_in_the_usual_spellings_and_nothing_else():
    assert pair_verdicts(["A", "model_b", "Tie", ["a", None, "b"]]) == [["a"], ["b"], ["tie"], ["a", "b"]]
    assert pair_verdicts(["[[A]]", "B>>A", "Model 2", "tie (bothbad)"]) == [["a"], ["b"], ["b"], ["tie"]]
    assert pair_verdicts([1, 2, 0, "2.0"]) == [["a"], ["b"], ["tie"], ["b"]]
    assert pair_verdicts([1.0, 1.5, 2.0]) == [["a"], ["tie"], ["b"]]
    assert ratings(["yes", True, 3, math.nan]) == [[1.0], [1.0], [3.0], []]
    assert plurality(["a", "b"]) == "tie"
    with pytest.raises(InputError, match="can mean two things"):
        pair_verdicts([0, 1, 1])
    with pytest.raises(InputError, match='row 2: human verdict "maybe"'):
        pair_verdicts(["a", "maybe"])
    with pytest.raises(InputError, match="row 1"):
        ratings(["inf"])


# ── can't tell ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "rows",
    [
        [{**row, "human": 1} for row in marked(20)],
        [{**row, "human": 3} for row in marked(20)],
        marked(1),
        [{**row, "human": row["human"] * 4 + 1} for row in marked(1)],
        paired(1),
        [{**row, "human": "tie"} for row in paired(20)],
        [{**row, "prediction": ""} for row in marked(20)],
        [{**row, "prediction": None} for row in marked(20)] + marked(1),
        [{**row, "prediction_b": math.nan} for row in paired(20)],
    ],
    ids=["one class", "one rating", "n=1", "one rating n=1", "one pair", "all ties", "empty", "missing", "NaN side"],
)
def test_where_the_data_cannot_tell_nothing_beats_the_baseline_and_nothing_crashes(rows):
    found = meta(rows).as_dict()
    assert not any(row["beats_baseline"] for row in found["metrics"].values())
    assert meta_text(found)
    for row in found["metrics"].values():
        figure = row[found["statistic"]]
        sure = figure["estimate"] is not None and figure["low"] == figure["high"] != 0.5
        assert not sure


def test_one_class_only_says_why():
    figure = meta([{**row, "human": 1} for row in marked(20)]).as_dict()["metrics"]["rouge_l"]["auc"]
    assert figure["estimate"] is None
    assert "both classes are needed" in figure["reason"]


def test_nobody_judged_is_an_error():
    with pytest.raises(InputError, match='no row has a column "human"'):
        meta([{"prediction": "x", "reference": "y"}])
    with pytest.raises(InputError, match='no row has a column "prediction"'):
        meta([{"answer": "x", "human": 1}])


# ── ties ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_epsilon_is_the_smallest_with_the_highest_accuracy():
    differences = np.array([0.9, -0.8, 0.05, -0.1, 0.02, 0.6])
    human = np.array([1, -1, 0, 0, 0, 1])
    assert best_epsilon(differences, human) == 0.1
    assert best_epsilon(differences, np.sign(differences)) == 0.0  # no human tie: no tie of its own


def test_calibration_does_not_flatter_a_metric_that_knows_nothing():
    rng = np.random.default_rng(5)
    gains = []
    for study in range(300):
        human = rng.choice([-1, 0, 1], 40, p=[0.4, 0.2, 0.4])
        verdicts, _ = calibrated_verdicts(rng.normal(size=40), human, seed=study)
        gains.append(np.mean(verdicts == human) - 0.4)
    assert abs(np.mean(gains)) < 0.02


# ── real judgments ────────────────────────────────────────────────────────────────────────────────────────


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_on_pandalm_longer_wins_two_of_three_decided_pairs_and_people_agree(shared_data):
    names = {"prediction_a": "response1", "prediction_b": "response2", "human": "annotator1,annotator2,annotator3"}
    found = meta(read(shared_data / "pandalm/pairs.jsonl.gz"), columns=names).as_dict()
    longer = found["metrics"]["longer"]
    assert longer["decided_accuracy"]["estimate"] == pytest.approx(0.674, abs=0.002)
    assert longer["pairwise_accuracy"]["low"] < 0.622 < longer["pairwise_accuracy"]["high"]
    assert found["people"]["krippendorff_alpha"]["estimate"] == pytest.approx(0.864, abs=0.002)
    assert not found["metrics"]["refusal"]["beats_baseline"]


def test_on_halueval_overlap_with_the_question_does_not_find_hallucinations(shared_data):
    rows = [
        {"prediction": row["answer"], "reference": row["question"], "human": int(not row["bad"])}
        for row in read(shared_data / "halueval/general.jsonl.gz")[:1500]
    ]
    found = meta(rows, metrics=["rouge_l", "token_f1", "refusal"]).as_dict()["metrics"]
    assert found["rouge_l"]["auc"]["high"] < 0.5
    assert not found["token_f1"]["beats_baseline"]
