"""The stage that splits a curated folder: train, validation and held-out rows as files of their own.

split_curated(curated, workspace.split, config)      # {"train": 280, "validation": 20, "held_out": 50}
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from curation.split.assign import Part, require_rows, split
from curation.split.groups import Groups
from winnow.config import Config, SplitConfig
from winnow.data.files import read_table, write_jsonl
from winnow.data.ledger import View
from winnow.data.outputs import RowJson, kept_row
from winnow.data.records import Record, to_records
from winnow.study.inputs import FileInput, Input, Inputs
from winnow.study.shared_inputs import view_input
from winnow.study.stage import Stage
from winnow.study.workspace import Curated
from winnow.text.topics import NOT_STORED, Topic, Topics

PARTS: tuple[Part, ...] = ("train", "validation", "held_out")


@dataclass(frozen=True)
class SplitInputs(Inputs):
    """The rows as they stand now, the judged pairs, and the topics."""

    view: Input[View]
    pairs: Input[pa.Table]
    topics: Input[Topics]


def split_stage(curated: Curated, out: Path, config: Config) -> Stage[SplitInputs]:
    """Declare the inputs and settings of the split."""
    inputs = SplitInputs(
        view_input(curated),
        FileInput(curated.pairs_file, read_table),
        FileInput(curated.topics_file, Topics.read, NOT_STORED),
    )
    root = curated.root.parent
    return Stage(out / "manifest.json", "split", inputs, (config.split,), config.seed, [__name__], root)


def split_curated(curated: Curated, out: Path, config: Config) -> dict[str, int]:
    """Split the kept rows, unless the split on disk still holds; returns the number of rows in each part.

    `waiting` counts the flagged rows that were left out until a person settles them.
    """
    return split_stage(curated, out, config).run(_split)


def _split(stage: Stage[SplitInputs]) -> dict[str, int]:
    settings, seed = stage.setting(SplitConfig), stage.seed or 0
    view = stage.inputs.view.open()
    kept = view.kept_table
    if settings.flagged == "leave_out" and view.flags:
        kept = kept.filter(pc.invert(pc.is_in(kept["id"], pa.array(list(view.flags)))))
    reasons = Counter(decision.reason for decision in view.removed.values())
    require_rows(len(kept), settings, len(view.kept_table) - len(kept), reasons)
    ids, topics = kept["id"].to_pylist(), stage.inputs.topics.open()
    groups = Groups.of(kept, stage.inputs.pairs.open(), settings)
    names = groups.names
    parts = split(ids, names, topics.of, settings, seed, groups.largest)
    rows = to_records(kept)
    stage.outputs = {part: stage.folder / f"{part}.jsonl" for part in PARTS}
    for part, path in stage.outputs.items():
        chosen = (split_row(r, topics.of_row(r.id), names[r.id]) for r in rows if parts[r.id] == part)
        write_jsonl(path, chosen)
    counts = Counter(parts.values())
    return {part: counts[part] for part in PARTS} | {"waiting": len(view.kept_table) - len(kept)}


class SplitRow(RowJson):
    """A row of train.jsonl, validation.jsonl or held_out.jsonl."""

    topic: int | None
    topic_name: str | None
    group: str


def split_row(record: Record, topic: Topic | None, group: str) -> SplitRow:
    """Give the kept row with its topic's number and name, both None where it has none, and its group."""
    number, name = (topic.number, topic.name) if topic else (None, None)
    return {**kept_row(record), "topic": number, "topic_name": name, "group": group}
