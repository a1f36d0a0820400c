"""Once a plan is frozen its held-out rows stay, and new rows that tell one of them are left out."""

from __future__ import annotations

import pyarrow as pa

from curation.pairs.table import PAIRS
from curation.split.stage import split_curated
from winnow.config import load
from winnow.data.files import read_jsonl, write_table
from winnow.data.records import Record, new_record, to_table
from winnow.study.plan import freeze
from winnow.study.workspace import Curated, Workspace
from winnow.text.topics import Topics

SETTINGS = load(None, ["split.held_out=3", "split.validation=2"])


def rows(start: int, end: int) -> list[Record]:
    return [new_record(f"What does plan {n} cost?", f"{n} pounds a month.", "faq.jsonl", n) for n in range(start, end)]


def curated_with(workspace: Workspace, records: list[Record], copies: dict[str, str]) -> Curated:
    """A curated folder in which some rows, the keys, are copies of others."""
    lines = [(*sorted(pair), "same", 1.0, None, 0, 0, 0, 0, "[]") for pair in copies.items()]
    columns = list(zip(*lines, strict=True)) or [()] * len(PAIRS)
    pairs = pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, PAIRS, strict=True)], schema=PAIRS)
    write_table(workspace.curated.records_file, to_table(records))
    write_table(workspace.curated.pairs_file, pairs)
    write_table(workspace.curated.topics_file, Topics((), {}).to_table())
    return workspace.curated


def part(workspace: Workspace, name: str) -> list[str]:
    return [row["id"] for row in read_jsonl(workspace.split / f"{name}.jsonl")]


def test_held_out_and_validation_rows_stay_and_a_new_copy_of_a_held_out_row_is_a_leak(tmp_path):
    workspace = Workspace(tmp_path)
    split_curated(curated_with(workspace, rows(0, 20), {}), workspace.split, SETTINGS)
    held_out = (workspace.split / "held_out.jsonl").read_bytes()
    validation, asked = part(workspace, "validation"), part(workspace, "held_out")
    freeze({"held_out": {}}).write(workspace.plan_file)
    grown = [*rows(0, 20), *rows(100, 130)]
    leak, checked = grown[20].id, grown[21].id
    curated_with(workspace, grown, {leak: asked[0], checked: validation[0]})
    counts = split_curated(workspace.curated, workspace.split, SETTINGS)
    assert (workspace.split / "held_out.jsonl").read_bytes() == held_out
    assert set(part(workspace, "validation")) == {*validation, checked}
    assert len(part(workspace, "train")) == counts["train"] == 50 - 3 - 3 - 1
    assert counts["leaks"] == 1
    assert leak not in part(workspace, "train")


def test_a_planned_row_that_left_its_source_is_still_held_out(tmp_path):
    workspace = Workspace(tmp_path)
    split_curated(curated_with(workspace, rows(0, 20), {}), workspace.split, SETTINGS)
    asked = part(workspace, "held_out")
    freeze({"held_out": {}}).write(workspace.plan_file)
    curated_with(workspace, [row for row in rows(0, 25) if row.id != asked[0]], {})
    assert split_curated(workspace.curated, workspace.split, SETTINGS)["held_out"] == 3
    assert part(workspace, "held_out") == asked


def test_all_parts_are_drawn_again_when_that_is_asked_for(tmp_path):
    workspace = Workspace(tmp_path)
    split_curated(curated_with(workspace, rows(0, 20), {}), workspace.split, SETTINGS)
    before = part(workspace, "held_out")
    freeze({"held_out": {}}).write(workspace.plan_file)
    curated_with(workspace, rows(0, 200), {})
    assert "leaks" not in split_curated(workspace.curated, workspace.split, SETTINGS, anew=True)
    assert part(workspace, "held_out") != before
