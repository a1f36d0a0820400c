"""Cells: what a value of a row says as text, as several texts, as a list that was written as text.

>>> as_text(True), as_text(7.4), as_text({"a": 1})
('true', '7.4', '{"a": 1}')
>>> answers_in({"text": ["1981", "in 1981"], "answer_start": [4, 4]})
['1981', 'in 1981']
>>> parsed('[{"role": "user"}]')
[{'role': 'user'}]
"""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping
from typing import cast

from winnow.data.columns import text


class RowError(ValueError):
    """A row that isn't a question-answer pair, in words."""


def as_text(value: object) -> str:
    """Give a cell as text: as it was written, nothing for a missing one, JSON for an object or a list."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (Mapping, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes):
        raise RowError("bytes, not text")
    return text(value) or ""


def joined(value: object) -> str:
    """Give a cell as one text, the texts of a list as its paragraphs."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n\n".join(part for part in value if part.strip())
    return as_text(value)


def answers_in(value: object) -> list[str]:
    """List the equally good answers of a cell: one of a text, several of a list or of an object that wraps texts.

    {"value": "Hull", "aliases": ["Kingston upon Hull"]} → both; any other object is an answer itself, as JSON.
    """
    if isinstance(value, (list, tuple)):
        return list(dict.fromkeys(answer for part in value for answer in answers_in(part)))
    if isinstance(value, Mapping):
        wrapped = _wrapped(value)
        return [as_text(value)] if wrapped is None else answers_in(wrapped)
    said = as_text(value)
    return [said] if said.strip() else []


def _wrapped(value: Mapping[str, object]) -> list[object] | None:
    """Unwrap the texts of SQuAD's {"text": […], …}, TriviaQA's {"value": …, "aliases": […]} or {"text": …} alone."""
    if isinstance(value.get("text"), (list, tuple)):
        return list(cast("list[object]", value["text"]))
    if "value" in value and isinstance(value.get("aliases"), (list, tuple)):
        return [value["value"], *cast("list[object]", value["aliases"])]
    return list(value.values()) if value.keys() <= {"text", "value"} and len(value) == 1 else None


def parsed(value: object) -> object:
    """Read a list or an object that stands in a cell as text, in JSON or as Python prints it; anything else stays."""
    if not isinstance(value, str) or value[:1] not in "[{" or value[-1:] not in "]}" or len(value) < 2:
        return value
    for read in (json.loads, ast.literal_eval):
        try:
            found: object = read(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return found
    return value
