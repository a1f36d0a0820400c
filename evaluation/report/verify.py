"""Whether a report is still what its folder gives: every hash and every figure recomputed, without a model.

found = verify_report(workspace, config)
found.differs       # [] for an untouched copy; ["answers/tuned.jsonl: its bytes aren't those that were written"]

Works on a folder that somebody sent: the base model's weights aren't needed, their hash stands in the plan.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaluation.report.findings import gather, read_systems
from evaluation.report.history import HISTORY, altered, look_of
from evaluation.report.stage import report_of_plan
from winnow.config import Config
from winnow.data.files import file_hash, read_json
from winnow.data.records import canonical_json, content_hash
from winnow.errors import InputError, NotInstalled, WinnowError
from winnow.study.inputs import Loaded, Value
from winnow.study.manifest import Manifest
from winnow.study.plan import Plan, read
from winnow.study.plan_fields import held_out_fields, held_out_rows
from winnow.study.workspace import Workspace

OWN_CODE = "winnow's own code"  # a report of another version is no forgery: its figures are computed anew below


@dataclass(frozen=True, slots=True)
class Verification:
    """How many files and figures were compared, and what differs from what was written."""

    files: int
    figures: int
    differs: tuple[str, ...]
    other_version: bool = False

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form."""
        told = {"files": self.files, "figures": self.figures, "other_version": self.other_version}
        return {"holds": not self.differs, **told, "differs": [*self.differs]}


def verify_report(workspace: Workspace, config: Config) -> Verification:
    """Compare plan, inputs, outputs and every figure.

    Raises InputError where no report was written, NotInstalled where a figure is made by a model that isn't here, as
    BERTScore is: that is no fault of the files.
    """
    written = workspace.report / "report.json"
    if not written.exists():
        raise InputError(f"{written}: no report to verify; run: winnow report")
    files, changed = _files(workspace.root)
    try:
        plan = read(workspace.plan_file)
        stage = report_of_plan(workspace, config, Loaded(lambda: plan.hash, lambda: plan, (workspace.plan_file,)))
        stale = stage.stale()
        before = read_json(written)
        stage.inputs = replace(stage.inputs, look=Value(look_of(workspace, file_hash(written))))
        now = gather(stage, read_systems(stage.inputs))
        told = [*altered(workspace)] if (workspace.root / HISTORY).exists() else []
    except NotInstalled as error:
        raise NotInstalled(f"{written}: not every figure can be made anew here: {error}") from error
    except (WinnowError, LookupError, TypeError, ValueError, AttributeError) as error:
        # a file that somebody changed may break whatever reads it: that is found, no failure
        return Verification(files, 0, (*changed, f"the files can't be read as they were: {error}"))
    figures, other = _differing("", before, _as_json(now))
    made_of = [f"report: {name} isn't what it was made from" for name in stale if name != OWN_CODE]
    differs = (*_held_out(workspace, plan), *changed, *told, *made_of, *other)
    return Verification(files, figures, tuple(dict.fromkeys(differs)), OWN_CODE in stale)


def _held_out(workspace: Workspace, plan: Plan) -> Iterator[str]:
    found = held_out_fields(held_out_rows(workspace))
    if canonical_json(found) != canonical_json(plan.fields.get("held_out")):
        yield f"split/held_out.jsonl: other rows than those of plan {plan.hash[:8]}"


def _files(root: Path) -> tuple[int, list[str]]:
    """Hash every output that a manifest below the folder names."""
    changed, count = [], 0
    for path in sorted({*root.rglob("manifest.json"), *root.rglob("*.manifest.json")}):
        try:
            outputs = Manifest.from_json(read_json(path)).outputs
        except WinnowError as error:
            changed.append(str(error))
            continue
        for name, digest in outputs.items():
            output, count = path.parent / name, count + 1
            told = os.path.relpath(output, root)
            if not output.exists():
                changed.append(f"{told}: it is gone")
            elif file_hash(output) != digest:
                changed.append(f"{told}: its bytes aren't those that were written")
    return count, changed


def _as_json(report: Any) -> Any:
    """Give the report as a reader of its file finds it."""
    return json.loads(canonical_json(report))


def _differing(place: str, before: Any, now: Any) -> tuple[int, list[str]]:
    """Count what was compared, and name each figure that comes out otherwise: comparison.metrics.rouge_l.n."""
    if isinstance(before, dict) and isinstance(now, dict):
        parts = [(f"{place}.{key}".lstrip("."), before.get(key), now.get(key)) for key in sorted({*before, *now})]
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        parts = [(f"{place}[{at}]", one, other) for at, (one, other) in enumerate(zip(before, now, strict=True))]
    else:
        same = before == now
        return 1, [] if same else [f"report.json: {place} says {_short(before)}, the files give {_short(now)}"]
    found = [_differing(*part) for part in parts]
    return sum(count for count, _ in found), [line for _, lines in found for line in lines]


def _short(value: Any) -> str:
    text = canonical_json(value)
    return text if len(text) <= 60 else f"{text[:50]}… ({content_hash(text)[:8]})"


def verification_text(found: dict[str, Any]) -> str:
    """Say whether the report holds, for a terminal."""
    lines = [f"{found['files']} files and {found['figures']} figures compared"]
    if found["other_version"]:
        lines.append("the report was written by another version of Winnow; its figures were computed with this one")
    return "\n".join([*lines, *(found["differs"] or ["the report holds"])])
