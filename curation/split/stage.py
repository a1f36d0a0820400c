"""The stage that splits a curated folder: train, validation and held-out rows as files of their own.

split_curated(curated, workspace.split, config)      # {"train": 280, "validation": 20, "held_out": 50}

Once a plan is frozen its held-out rows stay, whatever the rows have grown by since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from curation.split.assign import Part, require_rows, split
from curation.split.groups import Groups
from winnow.config import Config, SplitConfig
from winnow.data.files import read_records, read_table, write_jsonl
from winnow.data.ledger import View
from winnow.data.outputs import RowJson, kept_row
from winnow.data.records import RECORDS, Record, to_records, to_table
from winnow.study.inputs import FileInput, Input, Inputs
from winnow.study.shared_inputs import view_input
from winnow.study.stage import Stage
from winnow.study.workspace import Curated, Workspace
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


def split_curated(curated: Curated, out: Path, config: Config, anew: bool = False) -> dict[str, int]:
    """Split the kept rows, unless the split on disk still holds; returns the number of rows in each part.

    `waiting` counts the flagged rows that were left out until a person settles them. Held-out rows that a frozen plan
    names stay as they are, and validation rows stay on their side; `leaks` counts the rows that are left out since they
    are copies of a held-out one, or of one origin with it. `anew` draws all parts again.
    """
    stage = split_stage(curated, out, config)
    if anew:
        stage.path.unlink(missing_ok=True)
    is_planned = Workspace(curated.root.parent).plan_file.exists() and (out / "held_out.jsonl").exists()
    return stage.run(_split_grown if is_planned and not anew else _split)


def _usable(view: View, settings: SplitConfig) -> pa.Table:
    """Give the kept rows without those that wait for a person."""
    kept = view.kept_table
    if settings.flagged == "leave_out" and view.flags:
        kept = kept.filter(pc.invert(pc.is_in(kept["id"], pa.array(list(view.flags)))))
    return kept


def _split(stage: Stage[SplitInputs]) -> dict[str, int]:
    settings, seed = stage.setting(SplitConfig), stage.seed or 0
    view = stage.inputs.view.open()
    kept = _usable(view, settings)
    reasons = Counter(decision.reason for decision in view.removed.values())
    require_rows(len(kept), settings, len(view.kept_table) - len(kept), reasons)
    ids, topics = kept["id"].to_pylist(), stage.inputs.topics.open()
    groups = Groups.of(kept, stage.inputs.pairs.open(), settings)
    names = groups.names
    parts = split(ids, names, topics.of, settings, seed, groups.largest)
    _write(stage, PARTS, to_records(kept), parts, names)
    counts = Counter(parts.values())
    return {part: counts[part] for part in PARTS} | {"waiting": len(view.kept_table) - len(kept)}


def _split_grown(stage: Stage[SplitInputs]) -> dict[str, int]:
    """Keep planned held-out and validation rows where they are; train on what is new unless it tells one of them."""
    settings = stage.setting(SplitConfig)
    view = stage.inputs.view.open()
    kept = _usable(view, settings)
    held_out, validation = (read_records(stage.folder / f"{part}.jsonl") for part in ("held_out", "validation"))
    planned = {row.id for row in held_out}
    others = kept.filter(pc.invert(pc.is_in(kept["id"], pa.array(list(planned), pa.string()))))
    everything = pa.concat_tables([others.select(RECORDS.names), to_table(held_out)])
    names = Groups.of(everything, stage.inputs.pairs.open(), settings).names
    told, checked = {names[id_] for id_ in planned}, {names[row.id] for row in validation if row.id in names}
    parts: dict[str, Part] = {
        id_: "validation" if names[id_] in checked else "train"
        for id_ in others["id"].to_pylist()
        if names[id_] not in told
    }
    if not parts:
        require_rows(0, settings, len(view.kept_table) - len(kept))
    _write(stage, ("train", "validation"), to_records(others), parts, names)
    counts = Counter(parts.values())
    return {
        "train": counts["train"], "validation": counts["validation"], "held_out": len(held_out),
        "waiting": len(view.kept_table) - len(kept), "leaks": len(others) - len(parts),
    }  # fmt: skip


def _write(
    stage: Stage[SplitInputs], chosen: Sequence[Part], rows: list[Record], parts: dict[str, Part], names: dict[str, str]
) -> None:
    topics = stage.inputs.topics.open()
    stage.outputs = {part: stage.folder / f"{part}.jsonl" for part in PARTS}
    for part in chosen:
        of_part = (split_row(r, topics.of_row(r.id), names[r.id]) for r in rows if parts.get(r.id) == part)
        write_jsonl(stage.outputs[part], of_part)


class SplitRow(RowJson):
    """A row of train.jsonl, validation.jsonl or held_out.jsonl."""

    topic: int | None
    topic_name: str | None
    group: str


def split_row(record: Record, topic: Topic | None, group: str) -> SplitRow:
    """Give the kept row with its topic's number and name, both None where it has none, and its group."""
    number, name = (topic.number, topic.name) if topic else (None, None)
    return {**kept_row(record), "topic": number, "topic_name": name, "group": group}
