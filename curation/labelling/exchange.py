"""Labelling without Argilla: rows out to a CSV or Excel sheet, labels back in.

export_sheet(Path("to-label.xlsx"), curated, home, config.labelling, seed=0)
import_sheet(Path("labelled.xlsx"), curated, home, config.labelling, annotator="ada")
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from curation.labelling.labels import Fault, Label, checked, labels_in, latest
from curation.labelling.merge import merge
from curation.labelling.pull import PullResult, in_words, pushed_tasks, take_in
from curation.labelling.push import chosen_tasks
from curation.labelling.sheets import read_sheet, write_sheet
from curation.labelling.tasks import read_tasks, write_tasks
from winnow.config import LabellingConfig
from winnow.errors import InputError
from winnow.workspace import Curated


def export_sheet(
    path: Path,
    curated: Curated,
    home: Path,
    config: LabellingConfig,
    seed: int,
    annotator: str = "",
    conflicts: bool = False,
) -> int:
    """Write the chosen rows, those assigned to `annotator` where one is named; return their number.

    With `conflicts` it writes the rows on which people disagree, for who decides.
    """
    known = read_tasks(home, config.dataset)
    if conflicts:
        outcome = merge(labels_in(curated.ledger.people_decisions()), known, config)
        return write_sheet(
            path,
            [replace(known[id_], reasons=(*known[id_].reasons, in_words(v))) for id_, v in outcome.conflicts.items()],
        )
    tasks = chosen_tasks(curated, home, config, seed, known)
    fresh = {task.id: task for task in tasks if task.id not in known}
    write_tasks(home, config.dataset, {**known, **fresh}.values())
    return write_sheet(path, [known.get(t.id, t) for t in tasks if not annotator or annotator in t.annotators])


def import_sheet(
    path: Path,
    curated: Curated,
    home: Path,
    config: LabellingConfig,
    annotator: str,
    adjudication: bool = False,
) -> PullResult:
    """Take in a filled sheet as the labels of `annotator`; lines without a verdict are left out.

    The same sheet again changes nothing. A line that can't be used is named in `faults` by its number.
    """
    if not annotator.strip():
        raise InputError("whose labels are these? name the person with --annotator NAME")
    tasks = pushed_tasks(home, config.dataset)
    before = {_said(label): label for label in latest(labels_in(curated.ledger.people_decisions()))}
    at = datetime.now(UTC).isoformat()
    labels: list[Label] = []
    faults: list[str] = []
    for number, values in read_sheet(path):
        task = tasks.get(values["id"])
        try:
            if task is None:
                raise Fault(f'id "{values["id"]}" was never exported; leave the id column as it was')
            label = checked(values, task, config.reasons, by=annotator, at=at, adjudication=adjudication)
        except Fault as fault:
            faults.append(f"{path}:{number}: {fault}")
            continue
        labels.append(before.get(_said(label), label))
    result, _ = take_in(curated.ledger, labels, tasks, config)
    result.faults = faults
    return result


def _said(label: Label) -> tuple[object, ...]:
    """Return what a label says, without when it was said."""
    return (
        label.id,
        label.by,
        label.adjudication,
        label.verdict,
        label.answer,
        tuple(sorted(label.ratings.items())),
        label.reasons,
        label.comment,
    )
