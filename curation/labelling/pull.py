"""Bring people's answers back as labels and decisions: `winnow label pull` and `winnow label status`.

result = pull(workspace.curated, home, config.labelling)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curation.argilla_server import running
from curation.labelling.connection import Connection, connect
from curation.labelling.dataset import Dataset
from curation.labelling.figures import Status, measure
from curation.labelling.form import fields_of, form, record_of
from curation.labelling.labels import Fault, Label, checked, labels_in, latest
from curation.labelling.merge import Outcome, decisions, merge
from curation.labelling.rooms import adjudication_room, admit, names_by_id, rooms
from curation.labelling.tasks import Task, read_tasks
from winnow.config import LabellingConfig
from winnow.errors import InputError
from winnow.ledger import Ledger
from winnow.workspace import Curated


@dataclass
class PullResult:
    """New labels, new decisions by verdict, rows in conflict and rows waiting for more people.

    `faults` says of each answer that can't be used which it is and why; it stays where it was given.
    """

    labels: int = 0
    decided: dict[str, int] = field(default_factory=dict)
    conflicts: int = 0
    waiting: int = 0
    faults: list[str] = field(default_factory=list)
    adjudication_url: str = ""


def pull(curated: Curated, home: Path, config: LabellingConfig) -> PullResult:
    """Read every response, settle what can be settled, and send disagreements to the adjudication dataset.

    Again without new answers it changes nothing. Raises InputError where nothing was pushed.
    """
    tasks = pushed_tasks(home, config.dataset)
    connection = connect(config, home)
    labels, faults = _read(connection, tasks, config)
    result, outcome = take_in(curated.ledger, labels, tasks, config)
    result.faults = faults
    result.adjudication_url = _send_conflicts(connection, outcome, tasks, config)
    return result


def status(curated: Curated, home: Path, config: LabellingConfig) -> Status:
    """Measure the labelling as it stands on the server now, together with what was pulled or imported before.

    Where only sheets are used and no server runs, the latter is all there is.
    """
    tasks = pushed_tasks(home, config.dataset)
    labels = labels_in(curated.ledger.people_decisions())
    if config.url or running(home):
        labels += _read(connect(config, home), tasks, config)[0]
    return measure(labels, tasks, config)


def pushed_tasks(home: Path, dataset: str) -> dict[str, Task]:
    """Read the tasks that people have; raises InputError where there are none."""
    tasks = read_tasks(home, dataset)
    if not tasks:
        raise InputError(f"{home}: no rows were put before people yet; run: winnow label push")
    return tasks


def take_in(
    ledger: Ledger, labels: Sequence[Label], tasks: Mapping[str, Task], config: LabellingConfig
) -> tuple[PullResult, Outcome]:
    """Add labels that the ledger doesn't have, and the decisions that follow from all of them."""
    people = ledger.people_decisions()
    known = {(label.id, label.by, label.at, label.adjudication) for label in labels_in(people)}
    new = [label for label in labels if (label.id, label.by, label.at, label.adjudication) not in known]
    outcome = merge([*labels_in(people), *new], tasks, config)
    decided = decisions(outcome, tasks, people)
    if new or decided:
        ledger.append(*(label.as_decision() for label in new), *decided)
    result = PullResult(
        labels=len(new),
        decided=dict(Counter(str(decision.evidence["verdict"]) for decision in decided)),
        conflicts=len(outcome.conflicts),
        waiting=len(outcome.waiting),
    )
    return result, outcome


def _read(connection: Connection, tasks: Mapping[str, Task], config: LabellingConfig) -> tuple[list[Label], list[str]]:
    """Read the labels of all datasets, and what is wrong with the answers that are none."""
    names = names_by_id(connection)
    labels: list[Label] = []
    faults: list[str] = []
    for room in [*rooms(config), adjudication_room(config)]:
        dataset = Dataset.find(connection, room.workspace, room.dataset)
        if dataset is None:
            continue
        for record, response in _submitted(dataset.records()):
            by = names.get(response["user_id"], response["user_id"])
            try:
                labels.append(_label(record, response, by, room == adjudication_room(config), tasks, config))
            except Fault as fault:
                faults.append(f"{room.dataset}: row {record['external_id']}, {by}: {fault}")
    return labels, faults


def _submitted(records: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for record in records:
        for response in record.get("responses") or []:
            if response["status"] == "submitted":
                yield record, response


def _label(
    record: dict[str, Any],
    response: dict[str, Any],
    by: str,
    adjudication: bool,
    tasks: Mapping[str, Task],
    config: LabellingConfig,
) -> Label:
    task = tasks.get(record["external_id"] or "")
    if task is None:
        raise Fault("the record wasn't pushed from here; remove it in Argilla or push from its own workspace")
    shown = fields_of(task)
    if any(record["fields"].get(name) != shown[name] for name in ("question", "answer")):
        raise Fault(
            "question or answer was edited in Argilla, so the verdict isn't on our row; correct it by fix instead"
        )
    values = {name: answer.get("value") for name, answer in (response["values"] or {}).items()}
    return checked(
        values,
        task,
        config.reasons,
        by=by,
        at=_utc(response["updated_at"]),
        began=_utc(response["inserted_at"]),
        adjudication=adjudication,
    )


def _utc(moment: str) -> str:
    """Write the server's time, UTC without saying so, with its zone."""
    found = datetime.fromisoformat(moment)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _send_conflicts(
    connection: Connection, outcome: Outcome, tasks: Mapping[str, Task], config: LabellingConfig
) -> str:
    """Put rows on which people disagree before the adjudicators; return where, empty where there are none."""
    if not outcome.conflicts:
        return ""
    room = adjudication_room(config)
    dataset = Dataset.open(connection, room.workspace, room.dataset, form(config, adjudication=True))
    admit(connection, config.adjudicators, room.workspace)
    present = {record["external_id"] for record in dataset.records()}
    new = [id_ for id_ in outcome.conflicts if id_ not in present]
    dataset.upload(
        [record_of(tasks[id_], dataset.question_ids, False, votes=in_words(outcome.conflicts[id_])) for id_ in new]
    )
    return dataset.url


def in_words(votes: Sequence[Label]) -> str:
    """Say what each annotator said, without names."""
    lines = []
    for letter, label in zip(
        "ABCDEFGHIJKLMNOPQRST", sorted(latest(votes), key=lambda label: label.id + label.at), strict=False
    ):
        reasons = f" ({', '.join(label.reasons)})" if label.reasons else ""
        comment = f" {label.comment}" if label.comment else ""
        answer = f"\n   {label.answer}" if label.answer else ""
        lines.append(f"{letter}: {label.verdict}{reasons}{comment}{answer}")
    return "\n".join(lines)
