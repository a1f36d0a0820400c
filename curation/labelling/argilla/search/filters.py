"""Argilla's filters and sort orders, compiled to SQL over the index.

A condition is a pair of SQL over `record` and the values for its question marks; no value ever enters the SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from argilla_server.enums import ResponseStatusFilter
from argilla_server.errors.future import UnprocessableEntityError
from argilla_server.search_engine import (
    AndFilter,
    Filter,
    MetadataFilterScope,
    Order,
    RangeFilter,
    RecordFilterScope,
    ResponseFilterScope,
    SuggestionFilterScope,
    TermsFilter,
)

from .documents import SHUFFLE_PRIME, microseconds, shuffle_number

Condition: TypeAlias = tuple[str, list[Any]]

_TEXT_COLUMNS = {"id", "external_id", "status"}
_TIME_COLUMNS = {"inserted_at", "updated_at"}


def condition(filter: Filter) -> Condition:
    """Compile a filter; raises UnprocessableEntityError for a value of the wrong kind."""
    if isinstance(filter, AndFilter):
        return joined(" AND ", [condition(part) for part in filter.filters])
    if isinstance(filter.scope, RecordFilterScope):
        return _record_condition(filter)
    if isinstance(filter.scope, ResponseFilterScope) and not filter.scope.question:
        return _status_condition(filter)
    return _value_condition(filter)


def joined(operator: str, conditions: Sequence[Condition]) -> Condition:
    """Join conditions in brackets; none at all holds for every record."""
    if not conditions:
        return "1", []
    return "(" + operator.join(sql for sql, _ in conditions) + ")", [v for _, values in conditions for v in values]


def _record_condition(filter: TermsFilter | RangeFilter) -> Condition:
    column = str(filter.scope.property)
    if column not in _TEXT_COLUMNS | _TIME_COLUMNS:
        raise UnprocessableEntityError(f"records have no property `{column}`")
    read = _moment if column in _TIME_COLUMNS else str
    if isinstance(filter, TermsFilter):
        return f"record.{column} IN ({_marks(filter.values)})", [read(value) for value in filter.values]
    return _between(f"record.{column}", filter, read)


def _value_condition(filter: TermsFilter | RangeFilter) -> Condition:
    """Compile a filter over metadata, suggestions or the answers in responses."""
    scope = filter.scope
    if isinstance(filter, TermsFilter):
        numbers = [number for value in filter.values if (number := _number_or_none(value)) is not None]
        sql = f"(text IN ({_marks(filter.values)}) OR number IN ({_marks(numbers)}))"
        values: list[Any] = [*map(str, filter.values), *numbers]
    else:
        sql, values = _between("number", filter, _number)
    if isinstance(scope, ResponseFilterScope) and scope.user:
        sql += " AND response IN (SELECT id FROM response WHERE user_id = ?)"
        values = [*values, str(scope.user.id)]
    return f"record.n IN (SELECT n FROM value WHERE name = ? AND {sql})", [_value_name(scope), *values]


def _status_condition(filter: TermsFilter | RangeFilter) -> Condition:
    """Compile a filter by response status; pending is having no response at all (of this user, where one is given)."""
    if not isinstance(filter, TermsFilter):
        raise UnprocessableEntityError("response status can't be filtered by a range")
    theirs, user = (" AND user_id = ?", [str(filter.scope.user.id)]) if filter.scope.user else ("", [])
    response = f"SELECT 1 FROM response WHERE response.n = record.n{theirs}"
    conditions: list[Condition] = []
    statuses = [str(value) for value in filter.values]
    if ResponseStatusFilter.pending.value in statuses:
        conditions.append((f"NOT EXISTS({response})", user))
        statuses = [status for status in statuses if status != ResponseStatusFilter.pending.value]
    if statuses:
        conditions.append((f"EXISTS({response} AND status IN ({_marks(statuses)}))", [*user, *statuses]))
    return joined(" OR ", conditions)


def order(sort: Sequence[Order]) -> Condition:
    """Compile sort orders; records without the value come last either way, and equal ones in order of arrival."""
    parts = [_order(item) for item in sort]
    sql = [f"{expression} {direction} NULLS LAST" for expression, direction, _ in parts]
    return ", ".join([*sql, "record.n"]), [value for _, _, values in parts for value in values]


def _order(item: Order) -> tuple[str, str, list[Any]]:
    direction = "DESC" if str(item.order).lower() == "desc" else "ASC"
    scope = item.scope
    if isinstance(scope, RecordFilterScope):
        column = str(scope.property)
        if column not in _TEXT_COLUMNS | _TIME_COLUMNS:
            raise UnprocessableEntityError(f"records have no property `{column}`")
        return f"record.{column}", direction, []
    theirs, user = "", []
    if isinstance(scope, ResponseFilterScope) and scope.user:
        theirs, user = " AND user_id = ?", [str(scope.user.id)]
    if isinstance(scope, ResponseFilterScope) and not scope.question:
        return f"(SELECT min(status) FROM response WHERE response.n = record.n{theirs})", direction, user
    if theirs:
        theirs = f" AND response IN (SELECT id FROM response WHERE response.n = record.n{theirs})"
    # Of several values the mean counts, as in Elasticsearch; words have none, so the first in the alphabet does.
    value = f"(SELECT coalesce(avg(number), min(text)) FROM value WHERE value.n = record.n AND name = ?{theirs})"
    return value, direction, [_value_name(scope), *user]


def personal_order(user_id: str) -> Condition:
    """Order records at random, differently for each user and always the same for one."""
    factor = shuffle_number(f"factor {user_id}") or 1
    offset = shuffle_number(f"offset {user_id}")
    return f"(record.shuffle * ? + ?) % {SHUFFLE_PRIME}, record.n", [factor, offset]


def _value_name(scope: Any) -> str:
    if isinstance(scope, MetadataFilterScope):
        return f"metadata.{scope.metadata_property}"
    if isinstance(scope, SuggestionFilterScope):
        return f"suggestion.{scope.question}.{scope.property or 'value'}"
    return f"response.{scope.question}"


def _between(column: str, filter: RangeFilter, read: Any) -> Condition:
    limits = [(sign, read(limit)) for sign, limit in ((">=", filter.ge), ("<=", filter.le)) if limit is not None]
    return joined(" AND ", [(f"{column} {sign} ?", [limit]) for sign, limit in limits])


def _number(value: Any) -> float:
    number = _number_or_none(value)
    if number is None:
        raise UnprocessableEntityError(f"{value!r} isn't a number; a range over this property takes numbers")
    return number


def _number_or_none(value: Any) -> float | int | None:
    if isinstance(value, int | float):
        return value
    for kind in (int, float):
        try:
            number = kind(value)
        except ValueError:
            continue
        return number if abs(number) < 2**63 else float(number)
    return None


def _moment(value: Any) -> int:
    """Read a time: ISO 8601 with any zone (none is UTC), or milliseconds since 1970 as Elasticsearch takes them."""
    if isinstance(value, datetime):
        return microseconds(value)
    number = _number_or_none(value)
    if number is not None:
        return int(number * 1000)
    try:
        return microseconds(datetime.fromisoformat(str(value)))
    except ValueError as error:
        raise UnprocessableEntityError(f"{value!r} isn't a time; write it as 2026-11-24T09:30:00+01:00") from error


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
