from __future__ import annotations

from curation.labelling.figures import Person, Status
from studio.label_words import agreement_forest, missed_words, people_rows
from winnow.statistics import Interval, wilson

NOBODY = Status(40, 0, 0, 40, {}, {}, {}, Interval.unknown(0, "no row"))
BEGUN = Status(
    40, 20, 2, 18,
    {"ada": Person(12, 40, wilson(9, 10), 14.2), "ben": Person(3, None, Interval.unknown(0, "no gold row"), None)},
    {"keep": Interval(0.6, 0.3, 0.8, 20)}, {"ada and ben": Interval(0.1, -0.2, 0.4, 20)}, wilson(2, 30),
)  # fmt: skip


def test_each_person_s_progress_and_pace_are_told_and_what_isnt_known_is_said():
    ada, ben = people_rows(BEGUN)
    assert (ada["Rows"], ada["Pace"]) == ("12 of 40", "14 s a row")
    assert ada["Right where the answer is known"].startswith("90% (")
    assert (ben["Rows"], ben["Pace"], ben["Right where the answer is known"]) == ("3", "not known yet", "not known yet")


def test_agreement_is_told_from_chance_by_its_interval():
    forest = agreement_forest(BEGUN)
    assert [(row.title, row.said) for row in forest.rows] == [
        ("all, on “keep”", "more than chance"),
        ("ada and ben", "can't tell"),
    ]
    assert agreement_forest(NOBODY) is None


def test_the_audit_says_how_many_bad_rows_were_missed_at_most():
    assert "2 of 30 that were drawn at random" in missed_words(BEGUN)
    assert "can't be told yet" in missed_words(NOBODY)
