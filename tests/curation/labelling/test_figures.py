from __future__ import annotations

import json

import pytest
from sklearn.metrics import cohen_kappa_score

from curation.labelling.figures import measure
from curation.labelling.labels import Label
from curation.labelling.tasks import Task
from tests.curation.labelling.labelling_study import config

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): example C, four observers, twelve units.
EXAMPLE_C = {
    "a": "1 2 3 3 2 1 4 1 2 . . .",
    "b": "1 2 3 3 2 2 4 1 2 5 . 3",
    "c": ". 3 3 3 2 3 4 2 2 5 1 .",
    "d": "1 2 3 3 2 4 4 1 2 5 1 .",
}
# The same paper, example A: two observers, ten units, two values.
EXAMPLE_A = {"a": "0 1 0 0 0 0 0 0 1 0", "b": "1 1 1 0 0 1 0 0 0 0"}


def label(id_, by, verdict="keep", second=0, role="flagged", **given):
    began = f"2026-11-24T12:{second // 60:02d}:{second % 60:02d}+00:00"
    return Label(str(id_), by, began, verdict, role, began=began, **given)


def tasks(count, role="flagged", **given):
    return {str(n): Task(str(n), role, "q", "a", **given) for n in range(count)}


def test_alpha_of_ratings_is_that_of_the_published_example():
    labels = [
        label(unit, by, ratings={"correctness": int(value)})
        for by, values in EXAMPLE_C.items()
        for unit, value in enumerate(values.split())
        if value != "."
    ]
    alpha = measure(labels, tasks(12), config()).alpha["correctness"]
    assert alpha.estimate == pytest.approx(0.815, abs=5e-4)
    assert alpha.low < alpha.estimate < alpha.high


def test_alpha_of_verdicts_is_that_of_the_published_example():
    labels = [
        label(unit, by, "remove" if value == "1" else "keep")
        for by, values in EXAMPLE_A.items()
        for unit, value in enumerate(values.split())
    ]
    status = measure(labels, tasks(10), config())
    assert status.alpha["verdict"].estimate == pytest.approx(0.095, abs=5e-4)
    expected = cohen_kappa_score(*(values.split() for values in EXAMPLE_A.values()))
    assert status.kappa["a and b"].estimate == pytest.approx(expected)


def test_gold_accuracy_pace_and_progress_are_given_for_each_person():
    known = {"g1": Task("g1", "gold", "q", "a", verdict="keep"), "g2": Task("g2", "gold", "q", "a", verdict="fix")}
    labels = [
        label("g1", "ada", "keep", 0, "gold"),
        label("g2", "ada", "remove", 10, "gold"),
        label(0, "ada", "keep", 30),
        label(1, "ada", "keep", 34),
        label(2, "ada", "keep", 34 + 1800),  # after a break
    ]
    status = measure(labels, tasks(3) | known, config(annotators=("ada", "bob")))
    ada, bob = status.people["ada"], status.people["bob"]
    assert (ada.labelled, ada.gold.estimate, ada.gold.n, ada.seconds) == (5, 0.5, 2, 10)
    assert (bob.labelled, bob.gold.n, bob.seconds) == (0, 0, None)
    assert status.rows == 3


def test_the_share_of_missed_bad_rows_comes_from_the_audit_sample_alone():
    audited, flagged = tasks(20, "audit"), {f"f{n}": Task(f"f{n}", "flagged", "q", "a") for n in range(5)}
    labels = [label(n, "ada", "remove" if n < 3 else "keep", role="audit") for n in range(20)]
    labels += [label(id_, "ada", "remove") for id_ in flagged]
    missed = measure(labels, audited | flagged, config()).missed
    assert (missed.estimate, missed.n) == (0.15, 20)
    assert (missed.low, missed.high) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3604, abs=1e-4))  # Wilson


def test_with_nothing_labelled_every_figure_says_that_it_cant_tell():
    status = measure([], tasks(3), config(annotators=("ada",)))
    lines = status.lines()
    assert lines[0] == "0 of 3 rows settled, 0 in conflict, 0 waiting for more people"
    assert sum("can't tell" in line for line in lines) == 6
    written = json.dumps(status.as_dict(), allow_nan=False)
    assert json.loads(written)["people"]["ada"]["gold"]["estimate"] is None
