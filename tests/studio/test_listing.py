"""The list of rows: its order, its folds, the part that is sent, and rows named by id or file:line."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from curation.publish.catalogue import Beside, catalogue_of
from curation.publish.facets import Filters
from studio.listing import LINES_SENT, exactly, facets_of, lines_of, window
from tests.studio import studio_workspace as study


@pytest.fixture
def workspace(tmp_path):
    return study.make(tmp_path)


@pytest.fixture
def ids(workspace):
    return study.curate(workspace)


def catalogue_with(workspace, **suspicions):
    view = workspace.curated.view()
    values = [suspicions.get(f"row{place}", 0.1) for place in range(len(view.records))]
    return catalogue_of(view, Beside(signals=pa.table({"id": view.records["id"], "suspicion": values})))


def everything(catalogue):
    return np.arange(len(catalogue))


def test_the_most_suspect_rows_stand_first_and_equal_ones_as_they_came_in(workspace, ids):
    catalogue = catalogue_with(workspace, row4=0.9, row2=0.5)
    assert lines_of(catalogue, everything(catalogue), "suspect").places.tolist() == [4, 2, 0, 1, 3, 5, 6, 7, 8]


def test_rows_near_in_meaning_stand_in_the_order_of_nearness_and_only_those_that_fit(workspace, ids):
    catalogue = catalogue_with(workspace)
    assert lines_of(catalogue, np.array([1, 2, 3]), "near", near=(3, 7, 1)).places.tolist() == [3, 1]


def test_groups_are_folded_the_largest_first_and_unfolded_in_full(workspace, ids):
    catalogue = catalogue_with(workspace)
    folded = lines_of(catalogue, everything(catalogue), is_folded=True)
    assert folded.places[:2].tolist() == [0, 1]
    assert folded.sizes.tolist() == [2, 2, 1, 1, 1, 1, 1]
    opened = lines_of(catalogue, everything(catalogue), is_folded=True, unfolded=[int(catalogue.groups[0])])
    assert opened.places[:3].tolist() == [0, 6, 1]
    assert opened.inside[:3].tolist() == [False, True, False]


def test_a_window_holds_what_a_line_shows_of_the_rows_from_its_start(workspace, ids):
    catalogue = catalogue_with(workspace)
    lines = lines_of(catalogue, everything(catalogue))
    (last,) = window(catalogue, lines, start=8)
    assert (last["place"], last["status"], last["from"]) == (8, "to decide", "faq.jsonl:9")
    assert last["why"].startswith("answers the same question differently")
    assert len(window(catalogue, lines, 0)) == min(9, LINES_SENT)


def test_a_chosen_value_stays_among_the_facets_though_no_row_has_it(workspace, ids):
    catalogue = catalogue_with(workspace)
    asked = {"status": ["removed"]}
    shown = catalogue.shown(Filters(asked, words="ISA"))
    status = next(facet for facet in facets_of(catalogue, shown, asked) if facet["name"] == "status")
    assert dict(status["values"]) == {"kept": 1, "removed": 0}


@pytest.mark.parametrize(
    ("words", "place"),
    [("faq.jsonl:7", 6), (" faq.jsonl:1 ", 0), ("faq.jsonl:70", None), ("other.jsonl:1", None), ("overdraft", None)],
)
def test_a_row_is_named_by_its_file_and_line(workspace, ids, words, place):
    assert exactly(catalogue_with(workspace), words) == place


def test_a_row_is_named_by_its_id(workspace, ids):
    assert exactly(catalogue_with(workspace), ids["copy"]) == 6
