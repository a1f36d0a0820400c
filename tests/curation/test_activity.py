from __future__ import annotations

from curation.activity import activity, take_back
from curation.publish.browse import flagged_rows
from curation.publish.cases import cases, decisions
from tests.studio import studio_workspace as study
from winnow.data.ledger import Decision


def test_what_people_did_is_listed_the_newest_first_and_can_be_taken_back_for_ever(tmp_path):
    workspace = study.make(tmp_path)
    ids = study.curate(workspace)
    curated = workspace.curated
    restored = [Decision(ids[name], "studio", "restore", "wrongly removed", by="ada", at="2026-01-01T10:00:00+00:00")
                for name in ("copy", "empty")]  # fmt: skip
    curated.ledger.append(*restored)
    pair = cases(flagged_rows(curated.view(), {}))[0]
    curated.ledger.append(*decisions(pair, "row 1", "ben"))
    acts = activity(curated)
    assert [(act.by, act.words, len(act.rows)) for act in acts] == [
        ("ben", "settled 2 rows that contradict each other: 1 kept, 1 removed", 2),
        ("ada", "kept 2 rows: wrongly removed", 2),
    ]
    take_back(curated, acts[1], by="ben")
    assert set(curated.view().removed) == {ids["copy"], ids["empty"], ids["conflict"]}
    back = activity(curated)
    assert not next(act for act in back if act.by == "ada").counts
    took = next(act for act in back if "took back" in act.words)
    take_back(curated, took, by="ada")
    assert set(curated.view().removed) == {ids["conflict"]}
