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
from curation.labelling.rooms import Room, admit, register, rooms
from curation.labelling.tasks import Task, assign, choose, read_gold, read_tasks, write_tasks
from winnow.config import LabellingConfig
from winnow.records import content_hash
from winnow.workspace import Curated

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Tell = Callable[[str], None]
Progress = Callable[[int], None]


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
    progress: Progress = lambda _: None,
) -> PushResult:
    """Send the chosen rows to Argilla: what is new is added, and a record that someone has answered stays as it is.

    `embed` gives the questions' vectors for the search by similarity. `tell` gets each line for people, new
    passwords among them, and `progress` the number of records sent since its last call. Raises InputError or
    WinnowError in one line; what arrived before a failure stays, and the same push again sends the rest.
    """
    known = read_tasks(home, config.dataset)
    tasks = chosen_tasks(curated, home, config, seed, known)
    connection = connect(config, home)
    vectors = embed([task.question for task in tasks]) if embed and tasks else None
    settings = form(config, 0 if vectors is None else vectors.shape[1])
    register(connection, {*config.annotators, *config.adjudicators}, tell)
    places = [_open(connection, room, config, settings) for room in rooms(config)]
    result = PushResult(roles=dict(Counter(task.role for task in tasks)))
    shown = [_as_shown(task, known.get(task.id), places) for task in tasks]
    # Before the upload: what arrives before a failure must be known to a pull.
    write_tasks(home, config.dataset, {**known, **{task.id: task for task in shown}}.values())
    by_id = dict(zip((task.id for task in tasks), vectors, strict=True)) if vectors is not None else {}
    for place in places:
        to_send = _to_send(place, shown, known, result)
        usable = by_id if place.dataset.dimensions == (0 if vectors is None else vectors.shape[1]) else {}
        ids, suggest = place.dataset.question_ids, config.suggestions
        place.dataset.upload([record_of(task, ids, suggest, usable.get(task.id)) for task in to_send], progress)
        result.urls[place.room.dataset] = place.dataset.url
    return result


def chosen_tasks(
    curated: Curated, home: Path, config: LabellingConfig, seed: int, known: Mapping[str, Task]
) -> list[Task]:
    """Choose the rows, add the gold ones unrecognisably among them, and say who judges which."""
    ledger = curated.ledger
    people = ledger.people_decisions()
    tasks = choose(curated.records(), ledger.step_decisions(), people, config, seed, read_ranking(home))
    if config.gold:
        tasks += read_gold(home.parent / config.gold)
    if config.assignment == "assigned":
        tasks = assign(tasks, config.annotators, config.overlap, known)
    return sorted(tasks, key=lambda task: content_hash("order", task.id))


@dataclass(frozen=True)
class _Place:
    """One dataset on the server, and the records in it by id."""

    room: Room
    dataset: Dataset
    present: dict[str, dict[str, Any]]


def _open(connection: Connection, room: Room, config: LabellingConfig, settings: Any) -> _Place:
    dataset = Dataset.open(connection, room.workspace, room.dataset, settings)
    admit(connection, [room.annotator] if room.annotator else config.annotators, room.workspace)
    return _Place(room, dataset, {record["external_id"]: record for record in dataset.records()})


def _as_shown(task: Task, before: Task | None, places: Sequence[_Place]) -> Task:
    """Say which text of a task people see: one that someone has answered or edited stays as it is everywhere."""
    records = [place.present[task.id] for place in places if task.id in place.present]
    if before is None or not records:
        return task
    if any(record.get("responses") or record["fields"] != fields_of(before) for record in records):
        return replace(before, role=task.role, annotators=task.annotators)
    return task


def _to_send(place: _Place, shown: Sequence[Task], known: Mapping[str, Task], result: PushResult) -> list[Task]:
    """List the tasks that a dataset lacks or has in an older text, and count all of them."""
    to_send = []
    for task in shown:
        if place.room.annotator and place.room.annotator not in task.annotators:
            continue
        record = place.present.get(task.id)
        if record is None:
            result.new += 1
            to_send.append(task)
        elif record["fields"] == fields_of(task):
            result.unchanged += 1
        elif task.id in known and record["fields"] == fields_of(known[task.id]):
            result.updated += 1
            to_send.append(task)
        else:
            result.edited += 1
    return to_send
