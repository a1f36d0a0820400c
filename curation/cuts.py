"""Cuts that people move: decided again at once, written into the study's settings, and kept with author and time.

move_cuts(workspace, ["duplicates.semantic=0.8"], by="ada")     # the next `winnow curate` uses 0.8 too
moved_cuts(workspace.curated)[-1].before                        # 0.9
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from curation.publish.report import Report
from curation.stage import move_thresholds, settings_of
from winnow.config import Config, load
from winnow.config.edit import change_setting
from winnow.data.files import append_lines
from winnow.data.records import canonical_json
from winnow.study.workspace import CONFIG_NAME, Curated, Workspace


@dataclass(frozen=True, slots=True)
class MovedCut:
    """A setting that a person changed, from what to what, who and when."""

    name: str
    before: Any
    after: Any
    by: str
    at: str


def move_cuts(workspace: Workspace, changes: Sequence[str], by: str) -> Report:
    """Decide again at other cuts, `section.key=value` each, and let the study's settings say so from now on."""
    before = settings_of(workspace.curated)
    names = [change.partition("=")[0].strip() for change in changes]
    after = load(None, changes)
    report = move_thresholds(workspace.curated, changes)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for name in names:
        cut = MovedCut(name, _value(before, name), _value(after, name), by, at)
        note = f"moved from {cut.before} by {by}, {at}"
        change_setting(workspace.root / CONFIG_NAME, name, cut.after, note)
        append_lines(workspace.curated.ledger.folder / "cuts.jsonl", canonical_json(asdict(cut)))
    return report


def moved_cuts(curated: Curated) -> list[MovedCut]:
    """List the cuts that people moved, in the order of time."""
    path = curated.ledger.folder / "cuts.jsonl"
    if not path.exists():
        return []
    return [MovedCut(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _value(config: Config, name: str) -> Any:
    value: Any = config.model_dump(mode="json")
    for part in name.split("."):
        value = value[part]
    return value
