"""What the file's pairs and the reader say of an answer becomes one probability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from curation.reader.belonging import log_odds, share_seen, trust
from curation.reader.limits import HIGHEST_SHARE, USUAL_SHARE, believed
from winnow.statistics.shares import odds

NAN = float("nan")


def array(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_evidence_of_nine_to_one_lifts_the_usual_odds_ninefold() -> None:
    assert log_odds(array(0.9), array(NAN))[0] == pytest.approx(odds(USUAL_SHARE) + np.log(9), abs=1e-5)


def test_the_reader_counts_half_beside_the_pairs_and_whole_alone() -> None:
    (beside, alone) = log_odds(array(0.5, NAN), array(1.0, 1.0))
    assert beside == pytest.approx(odds(USUAL_SHARE) + (1.0 - odds(USUAL_SHARE)) / 2, abs=1e-5)
    assert alone == pytest.approx(1.0)


def test_an_answer_that_a_context_or_a_model_cleared_stays_cleared() -> None:
    assert believed(log_odds(array(0.0), array(9.0)))[0] == pytest.approx(0)


def test_of_nothing_known_nothing_follows() -> None:
    assert np.isnan(believed(log_odds(array(NAN), array(NAN)))[0])


def test_the_same_doubt_weighs_more_in_a_file_with_many_strays() -> None:
    doubt = log_odds(array(*[0.9] * 5, *[0.02] * 195), array(*[NAN] * 200))
    strays = log_odds(array(*[0.9] * 5, *[0.9999] * 40, *[0.02] * 155), array(*[NAN] * 200))
    assert believed(doubt)[0] < 0.5 < believed(strays)[0]


def test_own_pairs_teach_what_fits_as_far_as_few_of_them_stray() -> None:
    assert trust(array(*[-9.0] * 200)) == 1
    assert trust(array(*[3.0] * 18, *[-9.0] * 182)) == 1
    assert 0.4 < trust(array(*[3.0] * 60, *[-9.0] * 140)) < 0.6
    assert trust(array(*[3.0] * 120, *[-9.0] * 80)) == 0
    assert trust(array(*[3.0] * 20)) == 1  # of so few nothing is known


def test_where_most_answers_stray_it_is_the_reader_that_ranks_them() -> None:
    fits, strays = [0.05] * 40, [0.02] * 160  # by the file's pairs, most of which are wrong themselves
    read = array(*[-6.0] * 40, *[1.0] * 160)
    found = believed(log_odds(array(*fits, *strays), read))
    assert found[:40].max() < 0.1 < 0.5 < found[40:].min()


def test_an_answer_unlike_all_pairs_of_the_file_is_doubted_however_many_stray() -> None:
    read = array(*[-3.0] * 2, *[1.0] * 198)
    unlike, usual = log_odds(array(0.99, *[0.02] * 199), read)[:2]
    assert unlike > usual + 4


def test_more_strays_than_the_reader_sees_are_not_believed() -> None:
    by_chance = array(*[0.9] * 5, *[0.9999] * 40, *[0.02] * 155)
    sees_none, sees_them = array(*[-6.0] * 200), array(*[-6.0] * 5, *[3.0] * 40, *[-6.0] * 155)
    assert share_seen(by_chance, sees_none) == pytest.approx(USUAL_SHARE)
    assert share_seen(by_chance, sees_them) > 0.15
    found = log_odds(by_chance, sees_none)
    assert believed(found, share_seen(by_chance, sees_none))[0] < 0.1 < believed(found)[0]


def test_a_reader_of_too_few_rows_limits_no_share() -> None:
    assert share_seen(array(*[0.02] * 200), array(*[-9.0] * 20, *[NAN] * 180)) == HIGHEST_SHARE


@given(
    arrays.arrays(np.float32, 60, elements=st.floats(0, 1, width=32)),
    arrays.arrays(np.float32, 60, elements=st.floats(-20, 20, width=32)),
)
def test_of_two_answers_of_a_file_the_worse_is_never_thought_better(by_chance: np.ndarray, read: np.ndarray) -> None:
    found = believed(log_odds(by_chance, read))
    assert ((found >= 0) & (found <= 1)).all()
    worse = (by_chance[:, None] >= by_chance) & (read[:, None] >= read)
    assert (found[:, None] >= found - 1e-5)[worse].all()
