"""One labelling dataset in Argilla: made once, filled as often as wanted, read with everyone's responses.

dataset = Dataset.open(connection, "winnow", "winnow", form(config))
dataset.upload(records)                          # again after a failure: what is there isn't sent twice
for record in dataset.records(): ...
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from curation.labelling.connection import Connection, plain_errors
from winnow.errors import InputError, WinnowError

_RECORDS_AT_ONCE = 250  # Argilla takes 500
_BYTES_AT_ONCE = 4_000_000  # a few answers of a megabyte mustn't become one request of hundreds
_PAGE = 500  # the server reads past all earlier records for each page


class Record(TypedDict):
    """A record as the API takes it."""

    external_id: str
    fields: dict[str, str]
    metadata: NotRequired[dict[str, object]]
    suggestions: NotRequired[list[dict[str, str]]]
    vectors: NotRequired[dict[str, list[float]]]


@dataclass(frozen=True, slots=True)
class Response:
    """What one account answered, by question; the times as the server writes them."""

    user_id: str
    status: str
    values: Mapping[str, object]
    inserted_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands on the server; `id` is ours, empty for one that was added there."""

    id: str
    fields: Mapping[str, str]
    responses: tuple[Response, ...]


@dataclass(frozen=True)
class Dataset:
    """A dataset that exists on the server with the form that was asked for."""

    connection: Connection
    id: str
    name: str
    workspace: str
    question_ids: dict[str, str]
    dimensions: int

    @classmethod
    def open(cls, connection: Connection, workspace: str, name: str, settings: Any) -> Dataset:
        """Find the dataset or make it; bring guidelines and overlap up to date.

        Raises InputError when one of that name has another form.
        """
        import argilla

        client = connection.client
        with plain_errors(connection.url):
            if client.workspaces(workspace) is None:
                argilla.Workspace(workspace, client=client).create()
            found = client.datasets(name, workspace=workspace)
            if found is not None and str(found._model.status) != "ready":
                found.delete()  # a creation that was broken off: it has no records
                found = None
            if found is None:
                found = argilla.Dataset(name, workspace=workspace, settings=settings, client=client).create()
            else:
                found.settings.get()
        if difference := _difference(found.settings, settings):
            raise InputError(
                f'dataset "{name}" at {connection.url} has another form ({difference}); '
                "give labelling.dataset another name, or delete that one in Argilla"
            )
        dataset = cls._described(connection, workspace, found)
        dataset._update(found.settings, settings)
        return dataset

    @classmethod
    def find(cls, connection: Connection, workspace: str, name: str) -> Dataset | None:
        """Find the dataset; None where there is none."""
        client = connection.client
        with plain_errors(connection.url):
            found = client.datasets(name, workspace=workspace) if client.workspaces(workspace) else None
            if found is None:
                return None
            found.settings.get()
        return cls._described(connection, workspace, found)

    @classmethod
    def _described(cls, connection: Connection, workspace: str, found: Any) -> Dataset:
        ids = {question.name: str(question.id) for question in found.settings.questions}
        dimensions = next((int(vector.dimensions) for vector in found.settings.vectors), 0)
        return cls(connection, str(found.id), found.name, workspace, ids, dimensions)

    def _update(self, present: Any, wanted: Any) -> None:
        change: dict[str, object] = {}
        if present.guidelines != wanted.guidelines:
            change["guidelines"] = wanted.guidelines
        if present.distribution.min_submitted != wanted.distribution.min_submitted:
            change["distribution"] = {"strategy": "overlap", "min_submitted": wanted.distribution.min_submitted}
        if change:
            self.connection.call("PATCH", f"datasets/{self.id}", json=change)

    @property
    def url(self) -> str:
        """Where people label it."""
        return f"{self.connection.url}/dataset/{self.id}/annotation-mode"

    def upload(self, records: Sequence[Record], progress: Callable[[int], None] = lambda _: None) -> None:
        """Insert records, or replace those of the same `external_id`, responses kept.

        Raises WinnowError that says how many arrived when the server fails on the way.
        """
        sent = 0
        for batch in _batches(records):
            try:
                self.connection.call("PUT", f"datasets/{self.id}/records/bulk", json={"items": batch})
            except WinnowError as error:
                raise type(error)(
                    f"{error}; {sent} of {len(records)} records arrived and stay, the same push again sends the rest"
                ) from error
            sent += len(batch)
            progress(len(batch))

    def records(self) -> Iterator[Stored]:
        """Yield every record with its responses, in order of arrival."""
        offset = 0
        while True:
            page = self.connection.call(
                "GET",
                f"datasets/{self.id}/records",
                params={"include": "responses", "limit": _PAGE, "offset": offset},
            )["items"]
            yield from map(_stored, page)
            if len(page) < _PAGE:
                return
            offset += len(page)


def _stored(found: Mapping[str, Any]) -> Stored:
    responses = tuple(
        Response(
            response["user_id"],
            response["status"],
            {name: given.get("value") for name, given in (response["values"] or {}).items()},
            response["inserted_at"],
            response["updated_at"],
        )
        for response in found.get("responses") or []
    )
    return Stored(found["external_id"] or "", found["fields"], responses)


def _batches(records: Sequence[Record]) -> Iterator[list[Record]]:
    batch: list[Record] = []
    size = 0
    for record in records:
        weight = len(json.dumps(record["fields"]))
        if batch and (len(batch) == _RECORDS_AT_ONCE or size + weight > _BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += weight
    if batch:
        yield batch


def _difference(present: Any, wanted: Any) -> str:
    """Name the first part of the form that differs; empty where none does."""
    for kind in ("fields", "questions", "metadata"):
        there = {item.name: _shape(item) for item in getattr(present, kind)}
        asked = {item.name: _shape(item) for item in getattr(wanted, kind)}
        for name in sorted({*there, *asked}):
            if there.get(name) != asked.get(name):
                return f"{kind} {name}: {there.get(name, 'absent')} where {asked.get(name, 'nothing')} was asked for"
    return ""


def _shape(item: Any) -> str:
    options = getattr(item, "labels", None) or getattr(item, "values", None) or []
    return f"{type(item).__name__}({', '.join(sorted(map(str, options)))})"
