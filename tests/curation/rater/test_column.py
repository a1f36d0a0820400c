"""What became of the rows, in words."""

from __future__ import annotations

import math

import pyarrow as pa

from curation.rater.column import REMEDY, in_words, reason_of, with_ratings
from curation.rater.rating import NO_RATING, REFUSED, TOO_LONG, Rating
from curation.signals.measuring import VALUES


def test_rows_are_counted_by_how_they_came_to_a_rating():
    shown = ["4: 90 %, 5: 10 %", "3", TOO_LONG, f"{REFUSED}: HTTP 400: key 7"]
    assert in_words(shown, [True, True, False, False]) == (
        f"2 of 4 rows are rated (1 by probabilities, 1 by the digit alone); none for 1: {TOO_LONG};"
        f" none for 1: {REFUSED}"
    )
    assert reason_of(shown[3]) == REFUSED


def test_where_most_replies_are_no_rating_a_remedy_is_named():
    assert in_words([NO_RATING, NO_RATING, "2"], [False, False, True]).endswith(REMEDY)
    assert REMEDY not in in_words([NO_RATING, "2", "2"], [False, True, True])


def test_ratings_fill_their_two_columns_and_no_other():
    values = pa.table({name: pa.nulls(2, VALUES.field(name).type) for name in VALUES.names}, VALUES)
    filled = with_ratings(values, [Rating(3.5, "3: 50 %, 4: 50 %"), Rating(math.nan, NO_RATING)])
    assert filled.schema == VALUES
    assert filled["rater"][0].as_py() == 3.5
    assert math.isnan(filled["rater"][1].as_py())
    assert filled["rater.matched"].to_pylist() == ["3: 50 %, 4: 50 %", NO_RATING]
    untouched = [name for name in VALUES.names if not name.startswith("rater")]
    assert filled.select(untouched).equals(values.select(untouched))
