"""Turn the server's objects into rows of the index: texts, filterable values, responses, vectors.

Objects of the server's database may be read on its event loop only, so this happens before a thread takes over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np

from .store import RecordRow, ResponseRow, Value
from .words import spaced

SHUFFLE_PRIME = 2**31 - 1  # each user's order is an affine map modulo this prime


def record_row(record: Any, metadata_names: frozenset[str], text_fields: frozenset[str]) -> RecordRow:
    """Describe a record with its loaded suggestions, responses and vectors."""
    metadata = record.metadata_ or {}
    values = [value for name in sorted(metadata_names) for value in values_of(f"metadata.{name}", metadata.get(name))]
    for suggestion in record.suggestions or []:
        values += suggestion_values(suggestion)
    vectors = {str(vector.vector_settings_id): vector for vector in record.vectors or []}
    values += [stamp(f"vector.{key}", vector.updated_at) for key, vector in vectors.items()]
    return RecordRow(
        id=str(record.id),
        external_id=record.external_id,
        status=str(record.status),
        inserted_at=microseconds(record.inserted_at),
        updated_at=microseconds(record.updated_at),
        shuffle=shuffle_number(str(record.id)),
        texts={name: spaced(field_text((record.fields or {}).get(name))) for name in text_fields},
        values=tuple(values),
        responses=tuple(response_row(response) for response in record.responses or []),
        vectors={key: np.asarray(vector.value, "<f4").tobytes() for key, vector in vectors.items()},
    )


def response_row(response: Any) -> ResponseRow:
    """Describe a response; a deleted user's stays, with nobody's name."""
    answers = {name: answer.get("value") for name, answer in (response.values or {}).items()}
    return ResponseRow(
        id=str(response.id),
        user_id=str(response.user_id) if response.user_id else None,
        status=str(response.status),
        updated_at=microseconds(response.updated_at),
        values=tuple(value for name, answer in answers.items() for value in values_of(f"response.{name}", answer)),
    )


def suggestion_values(suggestion: Any) -> list[Value]:
    """List the filterable properties of a suggestion."""
    name = suggestion.question.name
    properties = {"value": suggestion.value, "score": suggestion.score, "agent": suggestion.agent}
    properties["type"] = str(suggestion.type) if suggestion.type else None
    values = [value for key, found in properties.items() for value in values_of(f"suggestion.{name}.{key}", found)]
    return [*values, stamp(f"suggestion.{name}", suggestion.updated_at)]


def values_of(name: str, found: Any) -> Iterator[Value]:
    """Yield the values of one property, one an element of a list; objects and long texts can't be filtered by."""
    for element in found if isinstance(found, list) else [found]:
        if isinstance(element, bool):
            yield Value(name, "true" if element else "false")
        elif isinstance(element, int | float):
            yield Value(name, str(element), element if abs(element) < 2**63 else float(element))
        elif isinstance(element, str) and len(element) <= 1000:
            yield Value(name, element)


def stamp(name: str, updated_at: datetime) -> Value:
    """Note when a part of the record last changed, for the comparison with the database."""
    moment = microseconds(updated_at)
    return Value(f"stamp.{name}", str(moment), moment)


def field_text(value: Any) -> str:
    """Return what a field says: a chat's messages one below the other, an object as its values."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(str(item.get("content", "")) if isinstance(item, dict) else str(item) for item in value)
    return str(value)


def microseconds(moment: datetime) -> int:
    """Count microseconds since 1970; a time without a zone is UTC, as the server stores it."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    difference = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (difference.days * 86_400 + difference.seconds) * 1_000_000 + difference.microseconds


def shuffle_number(text: str) -> int:
    """Draw the number below SHUFFLE_PRIME that stands for a text, always the same."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") % SHUFFLE_PRIME
