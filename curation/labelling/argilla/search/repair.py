"""Bring the server's database and the indexes into agreement: what a kill between two writes left behind.

Runs at each start, before the first request:

    mended = await repair(session)      # {"dataset's name": records that had to be indexed again or dropped}
"""

from __future__ import annotations

import sqlite3
from typing import Any
from uuid import UUID

from argilla_server.contexts import distribution
from argilla_server.enums import DatasetStatus, RecordStatus, ResponseStatus
from argilla_server.models import Dataset, Question, Record, Response, Suggestion, Vector
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from .documents import microseconds
from .engine import SQLiteSearchEngine, index_file
from .store import Store, delete_records, fingerprints

Marks = dict[str, frozenset[tuple[str, object]]]
_AT_ONCE = 200
_DATASET_PARTS = (Dataset.fields, Dataset.questions, Dataset.metadata_properties, Dataset.vectors_settings)


async def repair(db: AsyncSession) -> dict[str, int]:
    """Mend the statuses of records, then the indexes; return what had to be done, by dataset."""
    engine = SQLiteSearchEngine()
    query = select(Dataset).where(Dataset.status == DatasetStatus.ready)
    datasets = (await db.execute(query.options(*map(selectinload, _DATASET_PARTS)))).scalars().all()
    mended = {}
    for dataset in datasets:
        if not _is_sound(Store(index_file(dataset.id))):
            await engine.delete_index(dataset)
        await engine.create_index(dataset)
        await _mend_statuses(db, engine, dataset)
        mended[str(dataset.name)] = await _mend_index(db, engine, dataset)
    return mended


def _is_sound(store: Store) -> bool:
    try:
        with store.reading() as connection:
            fingerprints(connection)
            return bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except (FileNotFoundError, sqlite3.DatabaseError):
        return False


async def _mend_statuses(db: AsyncSession, engine: SQLiteSearchEngine, dataset: Any) -> None:
    """Compute again the status of each record that its submitted responses contradict."""
    submitted = func.count(Response.id).filter(Response.status == ResponseStatus.submitted)
    counts = (
        select(Record.id, Record.status, submitted)
        .outerjoin(Response, Response.record_id == Record.id)
        .where(Record.dataset_id == dataset.id)
        .group_by(Record.id)
    )
    for record_id, status, count in (await db.execute(counts)).all():
        if (count >= dataset.distribution["min_submitted"]) != (status == RecordStatus.completed):
            await distribution.update_record_status(engine, record_id)


async def _mend_index(db: AsyncSession, engine: SQLiteSearchEngine, dataset: Any) -> int:
    """Index the records that differ, drop those that are gone; return how many."""
    store = Store(index_file(dataset.id))
    with store.reading() as connection:
        indexed = fingerprints(connection)
    stored = await _database_marks(db, dataset.id)
    gone = indexed.keys() - stored.keys()
    with store.writing() as connection:
        delete_records(connection, gone)
    changed = [record_id for record_id, marks in stored.items() if indexed.get(record_id) != marks]
    for start in range(0, len(changed), _AT_ONCE):
        await _index_again(db, engine, dataset, changed[start : start + _AT_ONCE])
    return len(gone) + len(changed)


async def _index_again(db: AsyncSession, engine: SQLiteSearchEngine, dataset: Any, ids: list[str]) -> None:
    parts = (
        selectinload(Record.responses),
        selectinload(Record.suggestions).selectinload(Suggestion.question),
        selectinload(Record.vectors),
    )
    query = select(Record).where(Record.id.in_(map(UUID, ids))).order_by(Record.inserted_at).options(*parts)
    # Statuses were just mended in sessions of their own: what this one remembers may be older.
    records = (await db.execute(query.execution_options(populate_existing=True))).scalars().all()
    await engine.index_records(dataset, records)
    db.expunge_all()


async def _database_marks(db: AsyncSession, dataset_id: UUID) -> Marks:
    """Describe each record's state in the database as `fingerprints` does for the index."""
    here = Record.dataset_id == dataset_id
    records = select(Record.id, Record.status, Record.updated_at).where(here)
    order = Record.inserted_at
    marks: dict[str, set[tuple[str, object]]] = {
        str(id_): {("record", f"{status} {microseconds(at)}")}
        for id_, status, at in (await db.execute(records.order_by(order))).all()
    }
    responses = select(Record.id, Response.id, Response.status, Response.updated_at).join(Response).where(here)
    for id_, key, status, at in (await db.execute(responses)).all():
        marks[str(id_)].add((str(key), f"{status} {microseconds(at)}"))
    suggestions = select(Record.id, Question.name, Suggestion.updated_at).join(
        Suggestion, Suggestion.record_id == Record.id
    )
    suggestions = suggestions.join(Question, Question.id == Suggestion.question_id).where(here)
    for id_, name, at in (await db.execute(suggestions)).all():
        marks[str(id_)].add((f"stamp.suggestion.{name}", microseconds(at)))
    vectors = select(Record.id, Vector.vector_settings_id, Vector.updated_at).join(Vector).where(here)
    for id_, key, at in (await db.execute(vectors)).all():
        marks[str(id_)].add((f"stamp.vector.{key}", microseconds(at)))
    return {id_: frozenset(found) for id_, found in marks.items()}
