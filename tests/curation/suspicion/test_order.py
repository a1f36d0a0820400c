"""The order in which people see rows, from a curated folder to its report, its flagged rows and what is pushed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curation.labelling.definition import LabelledStudy
from curation.labelling.rows import chosen_rows
from curation.stage import curate_sources
from curation.suspicion.flagged import contradicted, most_suspect_first, suspicion_of
from curation.suspicion.order import PEOPLE, PLANTED, Standing
from winnow.config import LabellingConfig, load
from winnow.data.files import read_json, read_jsonl, read_table
from winnow.data.ledger import Decision
from winnow.study.workspace import Curated

DEMO = Path(__file__).parents[3] / "data" / "demo" / "faq.jsonl"
ROWS = 160


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Curated:
    folder = tmp_path_factory.mktemp("order")
    source = folder / "faq.jsonl"
    source.write_text("\n".join(DEMO.read_text().splitlines()[:ROWS]) + "\n")
    found = Curated(folder / "curated")
    curate_sources([str(source)], found, load(None, []))
    return found


def test_every_measured_row_has_a_probability(curated: Curated) -> None:
    values = read_table(curated.signals_file)
    found = suspicion_of(curated)
    assert len(found) == len(values)
    assert all(0 <= value <= 1 for value in found.values())


def test_flagged_rows_stand_in_the_order_of_suspicion(curated: Curated) -> None:
    found = suspicion_of(curated)
    rows = list(read_jsonl(curated.root / "flagged.jsonl"))
    disputed = contradicted(curated.view().flags)
    values = [max(found[row["id"]], 0.5 if row["id"] in disputed else 0) for row in rows]
    assert len(values) > 5
    assert values == sorted(values, reverse=True)


def test_flagged_rows_are_more_suspect_than_the_others(curated: Curated) -> None:
    found, flags = suspicion_of(curated), curated.view().flags
    by_signal = [id_ for id_, flag in flags.items() if all("signal" in d.evidence for d in flag)]
    others = sorted(value for id_, value in found.items() if id_ not in flags)
    assert sorted(found[id_] for id_ in by_signal)[len(by_signal) // 2] > others[-len(others) // 4]


def test_the_report_says_what_the_order_rests_on_and_what_is_left(curated: Curated) -> None:
    lines = read_json(curated.root / "report.json")["order"]["lines"]
    assert PLANTED in lines[0]
    assert "unflagged rows" in lines[1]
    assert any("bad ones an hour" in line for line in lines)
    assert "order of suspicion" in (curated.root / "report.html").read_text()


def test_what_is_pushed_stands_in_the_order_and_hides_what_is_only_a_sample(curated: Curated, tmp_path: Path) -> None:
    tasks = chosen_rows(LabelledStudy(curated, tmp_path, LabellingConfig(audit=20), 0, 0), {})
    found = suspicion_of(curated)
    flagged = [t for t in tasks if t.role == "flagged"]
    values = [max(found[t.id], 0.5 if "contradictions" in t.signals else 0) for t in flagged]
    assert values == sorted(values, reverse=True)
    places = [place for place, task in enumerate(tasks) if task.role == "audit"]
    assert len(places) == 20
    assert places != list(range(places[0], places[0] + 20))  # not in one lump


def test_fifty_verdicts_of_people_correct_the_order(curated: Curated, tmp_path: Path) -> None:
    """People say: what is flagged as out of date is fine, whatever else is flagged isn't; the order follows."""
    other = Curated(tmp_path / "curated")
    source = tmp_path / "faq.jsonl"
    source.write_text("\n".join(DEMO.read_text().splitlines()[:ROWS]) + "\n")
    config = load(None, [])
    curate_sources([str(source)], other, config)
    flagged, kept = other.view().flags, other.view().kept_table["id"].to_pylist()
    unflagged = [id_ for id_ in kept if id_ not in flagged]
    for id_ in flagged:
        other.ledger.append(Decision(id_, "studio", "remove", "wrong", by="ada"))
    for id_ in unflagged[:45]:
        other.ledger.append(Decision(id_, "studio", "restore", "fine", by="ada"))
    curate_sources([str(source)], other, config)
    standing = Standing.from_json(read_json(other.suspicion_file))
    assert standing.rests_on == PEOPLE
    assert standing.rows == len(flagged) + 45
    assert standing.auc.estimate > 0.7
    assert len(standing.bins) == 10
    assert PEOPLE in json.dumps(read_json(other.root / "report.json")["order"]["lines"][0])


def test_rows_that_contradict_each_other_come_before_those_of_little_doubt() -> None:
    order = most_suspect_first(["a", "b", "c"], {"a": 0.1, "b": 0.2, "c": 0.9}, frozenset({"a"}))
    assert order == ["c", "a", "b"]
