"""What stands in a study's folder: rows at each place between raw file and report, votes, and what is wrong.

for step in funnel(workspace, view):
    print(step.name, step.rows, step.left)      # "after duplicates", 366, 41
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.errors import InputError, WinnowError

if TYPE_CHECKING:
    from winnow.data.ledger import Decision, View
    from winnow.study.workspace import Workspace

SPLITS = ("train", "validation", "held_out")
HELD_OUT = "held-out"
LOW_DISK_GB = 2


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many rows stand at a place between the raw file and the report, and how many left on the way there."""

    name: str
    rows: int
    left: int = 0


def funnel(workspace: Workspace, view: View) -> list[FunnelStep]:
    """Count the rows from the raw file down to the report; each step's losses are in `left`."""
    rows = view.records.num_rows
    steps = [FunnelStep("Came in", rows)]
    for step, left in _removals(workspace, view).items():
        rows -= left
        steps.append(FunnelStep(f"after {step}", rows, left))
    steps.append(FunnelStep("Kept", rows))
    parts = {name: count_rows(workspace.split / f"{name}.jsonl") for name in SPLITS}
    if any(parts.values()):
        steps += [FunnelStep(name.replace("_", "-").capitalize(), n) for name, n in parts.items()]
    if waiting := rows - sum(parts.values()) if any(parts.values()) else 0:
        steps.append(FunnelStep("Left out of the split", waiting))
    return steps


def _removals(workspace: Workspace, view: View) -> dict[str, int]:
    counts = Counter(decision.step for decision in view.removed.values())
    order = [path.stem[3:] for path in sorted(workspace.curated.ledger.folder.glob("[0-9][0-9]-*.parquet"))]
    return {step: counts[step] for step in [*order, *sorted(set(counts) - set(order))] if counts[step]}


def problems(workspace: Workspace) -> Iterator[str]:
    """Yield what is wrong with the workspace, one line each with its remedy."""
    from winnow.study import plan

    free = shutil.disk_usage(workspace.root).free / 1e9
    if free < LOW_DISK_GB:
        yield f"{free:.1f} GB are free on the disk; training needs about {LOW_DISK_GB} GB"
    try:
        planned = plan.read(workspace.plan_file).hash if workspace.plan_file.exists() else None
        if difference := report_differs(workspace, planned):
            yield difference
    except WinnowError as error:
        yield str(error)
    held_out = count_rows(workspace.split / "held_out.jsonl")
    for path in answer_files(workspace):
        if (found := count_rows(path)) != held_out:
            yield f"{path.name} answers {found} of {held_out} held-out questions; run: winnow answer"


def answer_files(workspace: Workspace) -> list[Path]:
    """List the files of held-out answers, one a system."""
    return sorted(path for path in workspace.answers.glob("*.jsonl") if path.stem != "cache")


def published_are_current(workspace: Workspace) -> bool:
    """Tell whether kept.jsonl has every decision of people; True where it wasn't written at all."""
    kept, people = workspace.curated.root / "kept.jsonl", workspace.curated.ledger.people_file
    if not kept.exists() or not people.exists():
        return True
    return people.stat().st_mtime_ns <= kept.stat().st_mtime_ns


def report_differs(workspace: Workspace, planned: str | None) -> str | None:
    """Say that the report was made under another plan than the one that is frozen now; None where it wasn't."""
    from winnow.data.files import read_json

    path = workspace.report / "report.json"
    if not path.exists():
        return None
    found = report_plan(read_json(path))
    if found == planned:
        return None
    return f"the report was made under plan {_short(found)}, the frozen one is {_short(planned)}; run: winnow report"


def losses(metrics_file: Path) -> list[dict[str, object]]:
    """Read a run's losses, nats a token, as points `step, loss, kind`; the run may still be writing.

    Raises InputError with the line where one before the last isn't whole.
    """
    points: list[dict[str, object]] = []
    for number, line in enumerate(metrics_file.read_text(encoding="utf-8").split("\n")[:-1], start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{metrics_file}:{number}: not JSON: {error.msg}; mend or remove the line") from error
        for name, kind in (("loss", "training"), ("validation_loss", "validation")):
            if name in row:
                points.append({"step": row["step"], "loss": row[name], "kind": kind})
    return points


def report_plan(report: dict[str, object]) -> str | None:
    """Find the plan's hash in a report, written as itself or within the plan's own summary."""
    stated = report.get("plan")
    found = stated.get("hash") if isinstance(stated, dict) else stated
    return found if isinstance(found, str) else None


def review_flags(workspace: Workspace, plan_hash: str) -> list[Decision]:
    """List what reviewers flagged as a bad question or reference and nobody has decided about since."""
    from evaluation.people.vote_log import JudgmentLog
    from winnow.data.ledger import Decision

    last = {decision.id: decision.at for decision in workspace.curated.ledger.people_decisions()}
    return [
        Decision(
            j.item, "review", "flag", j.note or "a reviewer says: bad question or reference", by=j.reviewer, at=j.at
        )
        for j in JudgmentLog(workspace.judgments_file).judgments(plan_hash, verdict="flag")
        if j.at > last.get(j.item, "")
    ]


def parts_of_rows(workspace: Workspace) -> dict[str, str]:
    """Map each row of the split to its part: train, validation, held-out; nothing before there is a split."""
    from pyarrow import json as arrow_json
    from pyarrow import schema, string

    options = arrow_json.ParseOptions(explicit_schema=schema([("id", string())]), unexpected_field_behavior="ignore")
    found: dict[str, str] = {}
    for name in SPLITS:
        path = workspace.split / f"{name}.jsonl"
        if path.exists() and path.stat().st_size:
            ids = arrow_json.read_json(path, parse_options=options)["id"].to_pylist()
            found |= dict.fromkeys(ids, name.replace("_", "-"))
    return found


def count_rows(path: Path) -> int:
    """Count the lines of a JSONL file; 0 where there is none."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def rows_of(table: Path) -> int:
    """Count the rows of a Parquet file; 0 where there is none. Raises InputError where it isn't whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(table).num_rows) if table.exists() else 0
    except pa.ArrowInvalid as error:
        raise InputError(f"{table}: not a whole Parquet file; restore it from a copy, or curate again") from error


def curated_rows(workspace: Workspace) -> tuple[bool, str]:
    """Tell whether rows came in, and how many."""
    records = workspace.curated.records_file
    return records.exists(), f"{rows_of(records)} rows in"


def preserved_rows(workspace: Workspace) -> tuple[bool, str]:
    """Tell whether preservation data were written, or training went on without; says how many rows."""
    file = workspace.preservation / "preservation.jsonl"
    trained = any(workspace.runs.glob("*/manifest.json"))  # who trained without preservation data chose to
    return file.exists() or trained, f"{count_rows(file)} rows"


def finished_run(workspace: Workspace) -> tuple[bool, str]:
    """Tell whether a training run has finished; names the newest."""
    runs = sorted(path.parent.name for path in workspace.runs.glob("*/manifest.json"))
    return bool(runs), f"run {runs[-1]}" if runs else ""


def answered_by(workspace: Workspace) -> tuple[bool, str]:
    """Tell whether base and tuned have answered; names every system that has."""
    names = [path.stem for path in answer_files(workspace)]
    return {"base", "tuned"} <= set(names), ", ".join(names)


def split_counts(workspace: Workspace) -> tuple[bool, str]:
    """Tell whether the split was made, and how many rows each part has."""
    paths = [workspace.split / f"{name}.jsonl" for name in SPLITS]
    counts = ", ".join(f"{count_rows(path)} {path.stem.replace('_', '-')}" for path in paths)
    return all(path.exists() for path in paths), counts


def plan_name(workspace: Workspace) -> str:
    """Give the first digits of the plan's hash."""
    from winnow.study import plan

    try:
        return plan.read(workspace.plan_file).hash[:8]
    except WinnowError:
        return "unreadable"


def waiting_rows(workspace: Workspace) -> tuple[bool, str]:
    """Tell whether no flagged row waits for a person; says how many do."""
    if not workspace.curated.records_file.exists():
        return False, ""
    waiting = len(workspace.curated.view().flags)
    return not waiting, f"{waiting} flagged rows wait"


def review_state(workspace: Workspace) -> tuple[bool, str]:
    """Tell whether as many have finished the review as the plan asks for; says how many judgments, and how far who is.

    Where the plan asks for no reviewers, one end is enough.
    """
    from evaluation.people.review import review_of
    from evaluation.people.vote_log import JudgmentLog
    from winnow.study import plan

    try:
        planned = plan.read(workspace.plan_file)
    except WinnowError:
        return False, ""
    review = review_of(planned, JudgmentLog(workspace.judgments_file))
    people = ", ".join(f"{one.name} {one.state}" for one in review.reviewers)
    is_done = not review.is_open and any(one.end for one in review.reviewers)
    return is_done, f"{len(review.judgments)} judgments: {people}"


def _short(plan_hash: str | None) -> str:
    return plan_hash[:8] if plan_hash else "none"
