from __future__ import annotations

from curation.activity import activity, meanwhile, take_back
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


def test_what_others_did_meanwhile_is_told_and_ones_own_and_what_was_taken_back_isnt(tmp_path):
    workspace = study.make(tmp_path)
    ids = study.curate(workspace)
    ledger = workspace.curated.ledger
    for who, name in (("ben", "first"), ("ada", "copy"), ("ben", "empty"), ("cy", "overdraft")):
        at = f"2026-01-01T10:00:0{len(ledger.history())}+00:00"
        ledger.append(Decision(ids[name], "studio", "restore", "fine", by=who, at=at))
    ledger.undo([4], by="cy")
    assert [(act.by, act.words) for act in meanwhile(workspace.curated, 1, "ada")] == [("ben", "kept 1 row: fine")]
