"""Where a study stands: what each stage has made, what is missing and the command that makes it.

for stage in stages(workspace):
    print(stage.name, stage.summary if stage.done else stage.command)
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from evaluation.people.vote_log import JudgmentLog
from winnow.data.files import read_json
from winnow.data.ledger import Decision, View
from winnow.errors import WinnowError
from winnow.study import plan
from winnow.study.workspace import Workspace

SPLITS = ("train", "validation", "held_out")
LOW_DISK_GB = 2


@dataclass(frozen=True, slots=True)
class StageState:
    """One stage: whether its output is there, in a few words what it is, and how it is made."""

    name: str
    command: str
    done: bool
    summary: str = ""

    @property
    def by_people(self) -> bool:
        """Tell whether people do this in the studio, where a command can't."""
        return self.name == "Review"


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many rows stand at a place between the raw file and the report, and how many left on the way there."""

    name: str
    rows: int
    left: int = 0


def stages(workspace: Workspace) -> list[StageState]:
    """List the stages in their order; the first that isn't done is the next thing to do."""
    records = workspace.curated.records_file
    splits = [workspace.split / f"{name}.jsonl" for name in SPLITS]
    runs = sorted(path.parent.name for path in workspace.runs.glob("*/manifest.json"))
    answers = [path.stem for path in answer_files(workspace)]
    preserved = workspace.preservation / "preservation.jsonl"
    return [
        StageState("Curate", "winnow curate FILE", records.exists(), f"{_rows_of(records)} rows in"),
        StageState("Split", "winnow split", all(p.exists() for p in splits), _counts(splits)),
        StageState("Freeze the plan", "winnow plan freeze", workspace.plan_file.exists(), _plan_name(workspace)),
        # who trained without preservation data chose to
        StageState("Preserve", "winnow preserve", preserved.exists() or bool(runs), f"{count_rows(preserved)} rows"),
        StageState("Train", "winnow train", bool(runs), f"run {runs[-1]}" if runs else ""),
        StageState("Answer", "winnow answer", {"base", "tuned"} <= set(answers), ", ".join(answers)),
        StageState("Review", "winnow studio", *_review_state(workspace)),
        StageState("Report", "winnow report", (workspace.report / "report.json").exists(), "written"),
    ]


def next_stage(states: list[StageState]) -> StageState | None:
    """Name the first stage that isn't done."""
    return next((state for state in states if not state.done), None)


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
    path = workspace.report / "report.json"
    if not path.exists():
        return None
    found = report_plan(read_json(path))
    if found == planned:
        return None
    return f"the report was made under plan {_short(found)}, the frozen one is {_short(planned)}; run: winnow report"


def losses(metrics_file: Path) -> list[dict[str, object]]:
    """Read a run's losses, nats a token, as points `step, loss, kind`; the run may still be writing."""
    points: list[dict[str, object]] = []
    for line in metrics_file.read_text(encoding="utf-8").split("\n")[:-1]:
        row = json.loads(line)
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
    last = {decision.id: decision.at for decision in workspace.curated.ledger.people_decisions()}
    return [
        Decision(
            j.item, "review", "flag", j.note or "a reviewer says: bad question or reference", by=j.reviewer, at=j.at
        )
        for j in JudgmentLog(workspace.judgments_file).judgments(plan_hash)
        if j.verdict == "flag" and j.at > last.get(j.item, "")
    ]


def count_rows(path: Path) -> int:
    """Count the lines of a JSONL file; 0 where there is none."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _rows_of(table: Path) -> int:
    return int(pq.read_metadata(table).num_rows) if table.exists() else 0


def _short(plan_hash: str | None) -> str:
    return plan_hash[:8] if plan_hash else "none"


def _counts(paths: list[Path]) -> str:
    return ", ".join(f"{count_rows(path)} {path.stem.replace('_', '-')}" for path in paths)


def _plan_name(workspace: Workspace) -> str:
    try:
        return plan.read(workspace.plan_file).hash[:8]
    except WinnowError:
        return "unreadable"


def _review_state(workspace: Workspace) -> tuple[bool, str]:
    try:
        planned = plan.read(workspace.plan_file).hash
    except WinnowError:
        return False, ""
    log = JudgmentLog(workspace.judgments_file)
    ended = {end.reviewer for end in log.ends(planned)}
    votes = len(log.judgments(planned))
    return bool(ended), f"{votes} judgments, finished by {', '.join(sorted(ended))}"
