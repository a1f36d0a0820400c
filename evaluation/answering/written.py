"""Answers on disk: a system's file, read once, each answer beside the topic, group and document of its question.

read_answers(workspace, plan, held_out)["tuned"][0].topic_name      # "card, cancel, fee"
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation.answering.answers import Answer, to_answers
from winnow.data.files import read_jsonl
from winnow.errors import PlanChanged
from winnow.study.held_out import HeldOutRow
from winnow.study.plan import Plan
from winnow.study.workspace import Workspace

CACHE = "cache"  # single answers, of which the systems' files are made


@dataclass(frozen=True, slots=True)
class WrittenAnswers:
    """The answers in one file, and the hashes of the plans under which they were given."""

    path: Path
    plans: frozenset[str]
    answers: tuple[Answer, ...]

    def of_plan(self, plan: Plan, held_out: Sequence[HeldOutRow]) -> list[Answer]:
        """Give the answers to held-out questions with what is known of each; PlanChanged for those of another plan."""
        check_plan(self.path, plan, self.plans, f"winnow answer {self.path.stem}")
        about = {row.id: row for row in held_out}
        return [_beside(answer, about[answer.id]) for answer in self.answers if answer.id in about]


def _beside(answer: Answer, row: HeldOutRow) -> Answer:
    return replace(answer, topic=row.topic, topic_name=row.topic_name, group=row.group, document=row.document)


def check_plan(path: Path, plan: Plan, found: frozenset[str], remedy: str) -> None:
    """Raise PlanChanged with file, both hashes and the remedy where something was made under another plan."""
    if strange := sorted(found - {plan.hash}):
        raise PlanChanged(f"{path}: plan: planned {plan.hash[:12]}, found {strange[0][:12]}; run: {remedy}")


def read_written(path: Path) -> WrittenAnswers:
    """Read a file of answers; an empty one has none."""
    rows = read_jsonl(path)
    answers = to_answers(rows, path.stem) if rows else []
    return WrittenAnswers(path, frozenset(str(row.get("plan")) for row in rows), tuple(answers))


def answer_files(workspace: Workspace) -> list[Path]:
    """List the systems' files of answers: base, tuned, then the others by name."""
    paths = [path for path in workspace.answers.glob("*.jsonl") if path.stem != CACHE]
    return sorted(paths, key=lambda path: (path.stem != "base", path.stem != "tuned", path.stem))


def read_answers(workspace: Workspace, plan: Plan, held_out: Sequence[HeldOutRow]) -> dict[str, list[Answer]]:
    """Read every system's answers of this plan, by the system's name; raises PlanChanged for another plan's."""
    read = [read_written(path) for path in answer_files(workspace)]
    return {one.path.stem: one.of_plan(plan, held_out) for one in read if one.answers}
