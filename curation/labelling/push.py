"""Put rows before people: `winnow label push`.

result = push(workspace.curated, home, config.labelling, seed=config.seed)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.labelling.connection import Connection, connect
from curation.labelling.dataset import Dataset
from curation.labelling.form import fields_of, form, record_of
from curation.labelling.ranking import read_ranking
from curation.labelling.rooms import Room, admit, rooms
from curation.labelling.tasks import Task, assign, choose, read_gold, read_tasks, write_tasks
from winnow.config import LabellingConfig
from winnow.records import content_hash
from winnow.workspace import Curated

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Tell = Callable[[str], None]


@dataclass
class PushResult:
    """How many records are new, brought up to date, left as they were, and left because someone edited them there.

    `roles` counts the rows chosen by why they were; `urls` are where people label them.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    edited: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)


def push(
    curated: Curated,
    home: Path,
    config: LabellingConfig,
    seed: int,
    embed: Embed | None = None,
    tell: Tell = lambda _: None,
) -> PushResult:
    """Send the chosen rows to Argilla: what is new is added, and a record that someone has answered stays as it is.

    `embed` gives the questions' vectors for the search by similarity. Raises InputError or WinnowError in one
    line; what arrived before a failure stays, and the same push again sends the rest.
    """
    known = read_tasks(home)
    tasks = chosen_tasks(curated, home, config, seed, known)
    connection = connect(config, home)
    vectors = embed([task.question for task in tasks]) if embed and tasks else None
    by_id = dict(zip((task.id for task in tasks), vectors, strict=True)) if vectors is not None else {}
    result = PushResult(roles=dict(Counter(task.role for task in tasks)))
    for room in rooms(config):
        own = [task for task in tasks if not room.annotator or room.annotator in task.annotators]
        _fill(connection, home, room, own, by_id, config, result, tell)
    return result


def chosen_tasks(
    curated: Curated, home: Path, config: LabellingConfig, seed: int, known: Mapping[str, Task]
) -> list[Task]:
    """Choose the rows, add the gold ones unrecognisably among them, and say who judges which."""
    ledger = curated.ledger
    people = ledger.people_decisions()
    tasks = choose(curated.records(), ledger.step_decisions(), people, config, seed, read_ranking(home))
    if config.gold:
        tasks += read_gold(Path(config.gold))
    if config.assignment == "assigned":
        tasks = assign(tasks, config.annotators, config.overlap, known)
    return sorted(tasks, key=lambda task: content_hash("order", task.id))


def _fill(
    connection: Connection,
    home: Path,
    room: Room,
    tasks: list[Task],
    vectors: Mapping[str, NDArray[np.float32]],
    config: LabellingConfig,
    result: PushResult,
    tell: Tell,
) -> None:
    dimensions = len(next(iter(vectors.values()))) if vectors else 0
    dataset = Dataset.open(connection, room.workspace, room.dataset, form(config, dimensions))
    admit(connection, [room.annotator] if room.annotator else config.annotators, room.workspace, tell)
    known = read_tasks(home)
    present = {record["external_id"]: record for record in dataset.records()}
    shown, to_send = _compare(tasks, known, present, result)
    # Before the upload: what arrives before a failure must be known to a pull.
    write_tasks(home, {**known, **{task.id: task for task in shown}}.values())
    usable = vectors if dataset.dimensions == dimensions else {}
    dataset.upload([record_of(t, dataset.question_ids, config.suggestions, usable.get(t.id)) for t in to_send])
    result.urls[room.dataset] = dataset.url


def _compare(
    tasks: Sequence[Task], known: Mapping[str, Task], present: Mapping[str, Any], result: PushResult
) -> tuple[list[Task], list[Task]]:
    """Tell the tasks as people will see them, and those of them to send."""
    shown, to_send = [], []
    for task in tasks:
        record, before = present.get(task.id), known.get(task.id)
        if record is None:
            result.new += 1
            to_send.append(task)
        elif fields_of(task) == record["fields"]:
            result.unchanged += 1
        elif before is None or fields_of(before) != record["fields"]:
            result.edited += 1
            task = _as_seen(task, before)
        elif record.get("responses"):
            result.unchanged += 1  # the answers belong to the text that people saw
            task = _as_seen(task, before)
        else:
            result.updated += 1
            to_send.append(task)
        shown.append(task)
    return shown, to_send


def _as_seen(task: Task, before: Task | None) -> Task:
    return replace(before, role=task.role, annotators=task.annotators) if before else task
