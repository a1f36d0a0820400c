"""Labelling without Argilla: items out to a CSV or Excel sheet, answers back in.

export_sheet(Path("to-label.xlsx"), rows(study))
import_sheet(Path("labelled.xlsx"), rows(study), annotator="ada")
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from curation.labelling.definition import Answer, Item, LabellingTask, Subject
from curation.labelling.pull import PullResult, judged, require_begun, take_in
from curation.labelling.sheets import read_sheet, require_usable, write_sheet
from winnow.errors import InputError


def export_sheet(path: Path, task: LabellingTask[Subject], annotator: str = "") -> int:
    """Write the chosen items, those assigned to `annotator` where one is named; return their number.

    An item that people were asked about before keeps the text that they saw. Raises InputError, and writes nothing,
    where there is no such item.
    """
    known = task.asked()
    chosen = {task.show(subject).id: subject for subject in task.choose()}
    if not any(not annotator or annotator in task.show(subject).people for subject in chosen.values()):
        raise InputError(_why_no_item(task, [task.show(subject) for subject in chosen.values()], annotator))
    shown = [task.keep_text(new, known[id_]) if id_ in known else new for id_, new in chosen.items()]
    task.remember(shown)
    items = [task.show(subject) for subject in shown]
    return write_sheet(
        path, task.sheet, [_line(task, item) for item in items if not annotator or annotator in item.people]
    )


def _why_no_item(task: LabellingTask[Any], items: Sequence[Item], annotator: str) -> str:
    if not items:
        return task.peace
    people = Counter(name for item in items for name in item.people)
    if not people:
        return (
            f"--annotator {annotator}: the {len(items)} rows are shared, none is one person's; leave --annotator out, "
            "or set labelling.assignment=assigned and name people in labelling.annotators"
        )
    shares = ", ".join(f"{name} has {count}" for name, count in sorted(people.items()))
    return f"--annotator {annotator}: no row is assigned to that name; {shares} of {len(items)} rows"


def _line(task: LabellingTask[Any], item: Item) -> list[str]:
    """Lay out an item, the columns of the questions empty but for a text to correct."""
    shown = [item.cells.get(name, "") for name in task.columns]
    return [item.id, *shown, *(item.prefilled.get(question.name, "") for question in task.questions)]


def import_sheet(path: Path, task: LabellingTask[Any], annotator: str) -> PullResult:
    """Take in a filled sheet, of any format, as the words of `annotator`; lines without a verdict are left out.

    The same sheet again changes nothing. A line that can't be used is named in `faults` by its number; raises
    InputError where no line can.
    """
    if not annotator.strip():
        raise InputError("whose labels are these? name the person with --annotator NAME")
    require_begun(task)
    broken: list[str] = []
    said = judged(task, _answers(path, task, annotator, broken))
    require_usable(path, len(said.words), broken + said.faults)
    result = take_in(task.study.curated.ledger, said.words, task.says, task.follow)
    result.faults = broken + said.faults
    return result


def _answers(path: Path, task: LabellingTask[Any], annotator: str, broken: list[str]) -> Iterator[Answer]:
    """Read the lines of a sheet; those that can't be read are added to `broken`."""
    for line in read_sheet(path, task.sheet):
        if line.problem:
            broken.append(f"{line.place}: {line.problem}")
        else:
            yield Answer(line.id, annotator, line.values, line.place)
