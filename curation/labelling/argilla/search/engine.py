"""Argilla's search engine over SQLite: full text, filters, sorts, queues, progress, metrics and vectors.

Registered as `sqlite`; the server makes one object a request, so all state is in the index files:

    ARGILLA_SEARCH_ENGINE=sqlite
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from argilla_server.enums import MetadataPropertyType, SimilarityOrder
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.search_engine import (
    Filter,
    FloatMetadataMetrics,
    IntegerMetadataMetrics,
    MetadataMetrics,
    Order,
    SearchEngine,
    SearchResponseItem,
    SearchResponses,
    TermsMetrics,
    TextQuery,
)
from argilla_server.settings import settings

from . import documents, filters, store
from .query_language import QueryTooLong, compile_query, match_expression, parse, wanted_terms

T = TypeVar("T")
MAX_TERMS_COUNTED = 2**14  # terms of a metadata property that the metrics list, as in Elasticsearch
_VECTORS_AT_ONCE = 4096  # keeps a similarity search over any number of records within a few MB


def index_file(dataset_id: object) -> Path:
    """Say where the index of a dataset stands."""
    return Path(settings.home_path) / "search" / f"{dataset_id}.sqlite"


@SearchEngine.register(engine_name="sqlite")
class SQLiteSearchEngine(SearchEngine):  # type: ignore[misc]  # the server's package has no types here
    """Every method of the interface; what needs the disk runs in a thread, so that the server keeps answering."""

    @classmethod
    async def new_instance(cls) -> SQLiteSearchEngine:
        """Make an engine; it holds nothing."""
        return cls()

    async def close(self) -> None:
        """Close nothing: every call closes what it opens."""

    async def ping(self) -> bool:
        """Say whether this Python's SQLite has full-text search."""
        try:
            sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE t USING fts5(c)")
        except sqlite3.OperationalError:
            return False
        return True

    async def info(self) -> dict[str, object]:
        """Name the engine and its version."""
        return {"name": "sqlite", "version": {"number": sqlite3.sqlite_version, "distribution": "embedded"}}

    async def create_index(self, dataset: Any) -> None:
        """Make the dataset's index; its properties and vectors need no declaration."""
        fields = [field.name for field in dataset.fields if not field.is_image]
        await asyncio.to_thread(store.Store(index_file(dataset.id)).create, fields)

    async def delete_index(self, dataset: Any) -> None:
        """Remove the dataset's index; none is no error."""
        await asyncio.to_thread(store.Store(index_file(dataset.id)).delete)

    async def configure_metadata_property(self, dataset: Any, metadata_property: Any) -> None:
        """Do nothing: properties are rows of the index, not columns."""

    async def configure_index_vectors(self, vector_settings: Any) -> None:
        """Do nothing: vectors are rows of the index, not columns."""

    async def index_records(self, dataset: Any, records: Iterable[Any]) -> None:
        """Put records into the index with all that is loaded with them."""
        metadata = frozenset(found.name for found in dataset.metadata_properties)
        fields = frozenset(field.name for field in dataset.fields if not field.is_image)
        rows = [documents.record_row(record, metadata, fields) for record in records]
        await _write(dataset.id, lambda connection: store.put_records(connection, rows))

    async def partial_record_update(self, record: Any, **update: Any) -> None:
        """Set the record's status, unless the index has a newer one: requests may overtake each other."""
        known = {"status": str, "external_id": str}
        columns = [name for name in update if name in known]
        moment = documents.microseconds(record.updated_at)
        values = [*(known[name](update[name]) for name in columns), moment, str(record.id), moment]
        statement = f"UPDATE record SET {', '.join(f'{name} = ?' for name in columns)}, updated_at = ?"
        await _write(record.dataset_id, lambda c: c.execute(f"{statement} WHERE id = ? AND updated_at <= ?", values))

    async def delete_records(self, dataset: Any, records: Iterable[Any]) -> None:
        """Remove records with all that belongs to them."""
        ids = [str(record.id) for record in records]
        await _write(dataset.id, lambda c: store.delete_records(c, ids))

    async def update_record_response(self, response: Any) -> None:
        """Put one person's response into the index."""
        row, record_id = documents.response_row(response), str(response.record_id)

        def put(connection: sqlite3.Connection) -> None:
            if (n := store.record_number(connection, record_id)) is not None:
                store.put_response(connection, n, row)

        await _write(response.record.dataset_id, put)

    async def delete_record_response(self, response: Any) -> None:
        """Remove one person's response."""
        response_id = str(response.id)
        await _write(response.record.dataset_id, lambda c: store.delete_response(c, response_id))

    async def update_record_suggestion(self, suggestion: Any) -> None:
        """Put one question's suggestion in the place of the one before."""
        await self._replace_suggestion(suggestion, documents.suggestion_values(suggestion))

    async def delete_record_suggestion(self, suggestion: Any) -> None:
        """Remove one question's suggestion."""
        await self._replace_suggestion(suggestion, [])

    async def _replace_suggestion(self, suggestion: Any, values: list[store.Value]) -> None:
        record_id, name = str(suggestion.record_id), f"suggestion.{suggestion.question.name}"

        def replace(connection: sqlite3.Connection) -> None:
            n = store.record_number(connection, record_id)
            if n is None:
                return
            old = [f"{name}.{key}" for key in ("value", "score", "agent", "type")] + [f"stamp.{name}"]
            connection.executemany("DELETE FROM value WHERE n = ? AND name = ?", [(n, key) for key in old])
            store.put_values(connection, n, values)

        await _write(suggestion.record.dataset_id, replace)

    async def get_dataset_progress(self, dataset: Any) -> dict[str, int]:
        """Count records by status."""
        if dataset.is_draft:
            return {}
        return _with_total(await _fetch(dataset.id, "SELECT status, count(*) FROM record GROUP BY status"))

    async def get_dataset_user_progress(self, dataset: Any, user: Any) -> dict[str, int]:
        """Count one user's responses by status."""
        if dataset.is_draft:
            return {}
        counts = "SELECT status, count(*) FROM response WHERE user_id = ? GROUP BY status"
        return _with_total(await _fetch(dataset.id, counts, [str(user.id)]))

    async def search(
        self,
        dataset: Any,
        query: TextQuery | str | None = None,
        filter: Filter | None = None,
        sort: list[Order] | None = None,
        offset: int = 0,
        limit: int = 100,
        user_id: Any = None,
    ) -> SearchResponses:
        """Return a page of the records that match, and how many do.

        Without `sort` the best matches of a text query come first; without a query either, a user's records come
        in an order of the user's own, and nobody's in order of arrival.
        """
        score, source, values = _text_source(query)
        where, where_values = _where(query, filter)
        if sort:
            order, order_values = filters.order(sort)
        elif query is not None:
            order, order_values = "score DESC, record.n", []
        else:
            order, order_values = filters.personal_order(str(user_id)) if user_id else ("record.n", [])
        total = await _fetch(dataset.id, f"SELECT count(*) FROM record WHERE {where}", where_values)
        page = f"SELECT record.id, {score} AS score FROM {source} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
        found = await _fetch(dataset.id, page, [*values, *where_values, *order_values, limit, offset])
        return _responses(found, total[0][0])

    async def compute_metrics_for(self, metadata_property: Any) -> MetadataMetrics:
        """Count the terms of a metadata property, or find its least and greatest number."""
        name, dataset_id = f"metadata.{metadata_property.name}", metadata_property.dataset_id
        if metadata_property.type == MetadataPropertyType.terms:
            counts = "SELECT text, count(*) FROM value WHERE name = ? GROUP BY text ORDER BY 2 DESC, 1 LIMIT ?"
            rows = await _fetch(dataset_id, counts, [name, MAX_TERMS_COUNTED])
            terms = [TermsMetrics.TermCount(term=term, count=count) for term, count in rows]
            return TermsMetrics(total=sum(count for _, count in rows), values=terms)
        limits = "SELECT min(number), max(number) FROM value WHERE name = ?"
        low, high = (await _fetch(dataset_id, limits, [name]))[0]
        whole = metadata_property.type == MetadataPropertyType.integer
        return (IntegerMetadataMetrics if whole else FloatMetadataMetrics)(min=low, max=high)

    async def similarity_search(
        self,
        dataset: Any,
        vector_settings: Any,
        value: list[float] | None = None,
        record: Any = None,
        query: TextQuery | str | None = None,
        filter: Filter | None = None,
        max_results: int = 100,
        order: SimilarityOrder = SimilarityOrder.most_similar,
        threshold: float | None = None,
    ) -> SearchResponses:
        """Return the records nearest to a vector or to another record, compared with every record that matches.

        A score is (1 + cosine) / 2, as Elasticsearch gives it; of the least similar the cosine's sign is turned.
        Raises ValueError unless exactly one of `value` and `record` is given.
        """
        if bool(value) == bool(record):
            raise ValueError("a similarity search takes either a vector or a record")
        vector = np.asarray(value or record.vector_value_by_vector_settings(vector_settings), np.float32)
        if order == SimilarityOrder.least_similar:
            vector = -vector
        where, values = _where(query, filter)
        values = [str(vector_settings.id), str(record.id) if record else "", *values]
        statement = (
            "SELECT record.id, vector.embedding FROM vector JOIN record ON record.n = vector.n "
            f"WHERE vector.setting = ? AND record.id <> ? AND {where}"
        )
        best = await _read(dataset.id, lambda c: _nearest(c.execute(statement, values), vector, max_results))
        best = [(id_, score) for id_, score in best if threshold is None or score >= threshold]
        return _responses(best, len(best))


async def _read(dataset_id: object, work: Callable[[sqlite3.Connection], T]) -> T:
    def run() -> T:
        with store.Store(index_file(dataset_id)).reading() as connection:
            return work(connection)

    return await asyncio.to_thread(run)


async def _fetch(dataset_id: object, statement: str, values: Iterable[Any] = ()) -> list[Any]:
    return await _read(dataset_id, lambda connection: connection.execute(statement, tuple(values)).fetchall())


async def _write(dataset_id: object, work: Callable[[sqlite3.Connection], object]) -> None:
    def run() -> None:
        with store.Store(index_file(dataset_id)).writing() as connection:
            work(connection)

    await asyncio.to_thread(run)


def _parsed(query: TextQuery | str) -> tuple[Any, tuple[str, ...]]:
    """Read a text query: its tree, and the column of its field."""
    asked = TextQuery(q=query) if isinstance(query, str) else query
    try:
        return parse(asked.q), (store.text_column(asked.field),) if asked.field else ()
    except QueryTooLong as error:
        raise UnprocessableEntityError(str(error)) from error


def _text_source(query: TextQuery | str | None) -> tuple[str, str, list[Any]]:
    """Give the score, the tables and their values for a text query."""
    tree, columns = _parsed(query) if query is not None else (None, ())
    terms = wanted_terms(tree)
    if not terms:
        return "1.0", "record", []
    hits = "SELECT rowid AS n, -bm25(words) AS score FROM words WHERE words MATCH ?"
    expression = " OR ".join(match_expression(term, columns) for term in terms)
    return "coalesce(hit.score, 0.0)", f"record LEFT JOIN ({hits}) AS hit ON hit.n = record.n", [expression]


def _where(query: TextQuery | str | None, filter: Filter | None) -> filters.Condition:
    conditions = []
    if query is not None:
        conditions.append(compile_query(*_parsed(query)))
    if filter:
        conditions.append(filters.condition(filter))
    return filters.joined(" AND ", conditions)


def _nearest(rows: sqlite3.Cursor, vector: np.ndarray, count: int) -> list[tuple[str, float]]:
    """Keep the `count` best of all rows, a block at a time."""
    best: list[tuple[str, float]] = []
    while block := rows.fetchmany(_VECTORS_AT_ONCE):
        matrix = np.frombuffer(b"".join(embedding for _, embedding in block), "<f4").reshape(len(block), -1)
        lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector)
        cosines = np.clip(matrix @ vector / np.maximum(lengths, 1e-12), -1, 1)
        scored = [(id_, (1 + float(cosine)) / 2) for (id_, _), cosine in zip(block, cosines, strict=True)]
        best = sorted(best + scored, key=lambda item: -item[1])[:count]
    return best


def _responses(found: list[Any], total: int) -> SearchResponses:
    items = [SearchResponseItem(record_id=id_, score=score) for id_, score in found]
    return SearchResponses(items=items, total=total)


def _with_total(rows: list[Any]) -> dict[str, int]:
    return {"total": sum(count for _, count in rows), **dict(rows)}
