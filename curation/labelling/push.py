"""Put a task's items before people in Argilla: `winnow label push`.

result = push(rows(study))
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.labelling.connection import Connection, connect
from curation.labelling.dataset import Dataset, Stored
from curation.labelling.definition import Item, LabellingTask, Subject
from curation.labelling.form import form, record_of
from curation.labelling.rooms import Room, admit, register

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Tell = Callable[[str], None]
Progress = Callable[[int], None]


@dataclass
class PushResult:
    """How many records are new, brought up to date, left as they were, and left because someone edited them there.

    `roles` counts the items chosen by why they were; `urls` are where people label them.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    edited: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)


def push(
    task: LabellingTask[Subject],
    embed: Embed | None = None,
    tell: Tell = lambda _: None,
    progress: Progress = lambda _: None,
) -> PushResult:
    """Send what the task chooses: what is new is added, and a record that someone has answered stays as it is.

    `embed` gives the items' vectors for the search by similarity. `tell` gets each line for people, new passwords
    among them, and `progress` the number of records sent since its last call. Raises InputError or WinnowError in
    one line; what arrived before a failure stays, and the same push again sends the rest.
    """
    known = task.asked()
    chosen = {task.show(subject).id: subject for subject in task.choose()}
    connection = connect(task.study.config, task.study.home)
    vectors = embed([task.show(subject).text for subject in chosen.values()]) if embed and chosen else None
    dimensions = 0 if vectors is None else vectors.shape[1]
    register(connection, task.accounts, tell)
    settings = form(task, dimensions)
    places = [_open(connection, task, room, settings) for room in task.rooms]
    before = {id_: task.show(known[id_]) for id_ in chosen if id_ in known}
    kept = {id_ for id_, item in before.items() if _is_settled(item, places)}
    shown = {id_: task.keep_text(new, known[id_]) if id_ in kept else new for id_, new in chosen.items()}
    task.remember(shown.values())  # before the upload: what arrives before a failure must be known to a pull
    items = [task.show(subject) for subject in shown.values()]
    result = PushResult(roles=dict(Counter(item.role for item in items)))
    by_id = {} if vectors is None else dict(zip(chosen, vectors, strict=True))
    for place in places:
        usable = by_id if place.dataset.dimensions == dimensions else {}
        to_send = _to_send(place, items, before, result)
        place.dataset.upload(
            [record_of(item, place.dataset.question_ids, usable.get(item.id)) for item in to_send], progress
        )
        result.urls[place.room.dataset] = place.dataset.url
    return result


@dataclass(frozen=True)
class _Place:
    """One dataset on the server, and the records in it by id."""

    room: Room
    dataset: Dataset
    present: Mapping[str, Stored]


def _open(connection: Connection, task: LabellingTask[Any], room: Room, settings: Any) -> _Place:
    dataset = Dataset.open(connection, room.workspace, room.dataset, settings)
    admit(connection, [room.annotator] if room.annotator else task.people, room.workspace)
    return _Place(room, dataset, {record.id: record for record in dataset.records()})


def _is_settled(before: Item, places: Sequence[_Place]) -> bool:
    """Say whether someone has answered or edited a record: its text stays as it is everywhere."""
    records = [place.present[before.id] for place in places if before.id in place.present]
    return any(record.responses or record.fields != before.fields for record in records)


def _to_send(place: _Place, items: Sequence[Item], before: Mapping[str, Item], result: PushResult) -> list[Item]:
    """List the items that a dataset lacks or has in an older text, and count all of them."""
    to_send = []
    for item in items:
        if place.room.annotator and place.room.annotator not in item.people:
            continue
        record = place.present.get(item.id)
        if record is None:
            result.new += 1
            to_send.append(item)
        elif record.fields == item.fields:
            result.unchanged += 1
        elif item.id in before and record.fields == before[item.id].fields:
            result.updated += 1
            to_send.append(item)
        else:
            result.edited += 1
    return to_send
