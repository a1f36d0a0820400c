"""What people's verdicts say of ratings, in figures that scikit-learn gives too, and in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import roc_auc_score

from curation.labelling.figures import measure as state_of
from curation.labelling.worth import LONGER, RANDOM, RATER, READER, USEFUL_AUC, measure, worth_of_rater
from tests.curation.labelling.labelling_study import config, make_curated
from winnow.data.files import write_table
from winnow.data.ledger import Decision
from winnow.data.records import new_record, to_table


def judged(ratings, bad, answers=None, reader=None):
    answers = answers or [f"An answer of {'many ' * (n % 7)}words." for n in range(len(bad))]
    rows = to_table(new_record(f"What is thing {n}?", answer) for n, answer in enumerate(answers))
    read = np.full(len(bad), np.nan) if reader is None else np.array(reader, float)
    return measure(rows, np.array(bad, bool), np.array(ratings, float), read)


def drawn(size, shift, seed=0):
    rng = np.random.default_rng(seed)
    bad = rng.random(size) < 0.4
    return np.clip(3 + rng.normal(size=size) - shift * bad, 1, 5), bad


@pytest.mark.parametrize("shift", [-1.0, 0.0, 0.7, 2.0])
def test_each_figure_is_the_auc_of_scikit_learn(shift):
    ratings, bad = drawn(150, shift)
    reader = np.random.default_rng(1).random(150)
    worth = judged(ratings, bad, reader=reader)
    lengths = [4 + n % 7 for n in range(150)]
    assert worth.figures[RATER].estimate == pytest.approx(roc_auc_score(bad, -ratings))
    assert worth.figures[READER].estimate == pytest.approx(roc_auc_score(bad, reader))
    assert worth.figures[LONGER].estimate == pytest.approx(roc_auc_score(bad, [-n for n in lengths]))
    assert worth.figures[RANDOM].low < 0.5 < worth.figures[RANDOM].high
    assert all(figure.low < figure.estimate < figure.high for figure in worth.figures.values())


def test_below_the_limit_it_is_said_in_words():
    ratings, bad = drawn(200, 0.0)
    worth = judged(ratings, bad)
    assert worth.figures[RATER].estimate < USEFUL_AUC
    assert worth.verdict.startswith("the rater can't tell bad rows from good ones here")
    assert worth.verdict in worth.lines()


def test_a_rater_that_tells_them_apart_is_weighed_by_learning():
    worth = judged(*drawn(200, 2.0))
    assert worth.verdict.startswith("the rater tells bad rows from good ones; winnow curate --learn")


def test_one_no_better_than_the_length_of_the_answer_is_called_that():
    ratings, bad = drawn(200, 2.0)
    answers = [f"{'word ' * (1 if is_bad else 9)}{n}" for n, is_bad in enumerate(bad)]
    assert "no better than the length" in judged(ratings, bad, answers).verdict


def test_where_the_verdicts_leave_it_open_more_are_asked_for():
    worth = judged(*drawn(40, 0.8))
    assert worth.figures[RATER].low < USEFUL_AUC <= worth.figures[RATER].estimate
    assert "may be worth something" in worth.verdict


def test_few_verdicts_say_nothing():
    worth = judged([1, 5, 4, 1], [True, False, False, True])
    assert "too few to say" in worth.verdict
    one_class = judged([1.0] * 12, [True] * 12)
    assert "too few to say" in one_class.verdict
    assert one_class.as_dict()["auc"][RATER]["estimate"] is None


def test_rows_without_a_rating_or_a_verdict_are_left_out(tmp_path):
    curated = make_curated(tmp_path / "curated")
    assert worth_of_rater(curated) is None
    ids = curated.records()["id"].to_pylist()
    ratings = [float("nan") if n == 0 else 1 + n % 5 for n in range(len(ids))]
    table = {"id": ids, RATER: pa.array(ratings, pa.float32()), READER: pa.array([0.5] * len(ids), pa.float32())}
    write_table(curated.signals_file, pa.table(table))
    assert worth_of_rater(curated) is None
    for id_, action in zip(ids[:5], ("remove", "restore", "remove", "restore", "remove"), strict=True):
        curated.ledger.append(Decision(id_, "label", action, "x", by="ada"))
    worth = worth_of_rater(curated)
    assert (worth.good, worth.bad) == (2, 2)
    assert worth.figures[READER].n == 4


def test_a_folder_of_an_earlier_version_has_no_rater(tmp_path):
    curated = make_curated(tmp_path / "curated")
    ids = curated.records()["id"].to_pylist()
    write_table(curated.signals_file, pa.table({"id": ids, READER: pa.array([0.5] * len(ids), pa.float32())}))
    curated.ledger.append(Decision(ids[0], "label", "remove", "x", by="ada"))
    assert worth_of_rater(curated) is None


def test_the_state_of_the_labelling_tells_it_in_lines_and_in_json():
    state = state_of([], {}, config())
    assert state.as_dict()["rater"] is None
    worth = judged(*drawn(200, 0.0))
    told = replace(state, rater=worth)
    assert told.lines() == [*state.lines(), *worth.lines()]
    assert told.as_dict()["rater"] == worth.as_dict()
