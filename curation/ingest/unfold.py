"""Exports of labelling tools: rows whose texts stand inside an object → rows whose texts are columns.

>>> unfold = unfolding([{"id": 1, "data": {"question": "What is a lien?", "answer": "A right to keep goods."}}])
>>> unfold({"id": 2, "data": {"question": "What is a pledge?", "answer": "Goods given as security."}})
{'question': 'What is a pledge?', 'answer': 'Goods given as security.', 'id': 2}

Label Studio keeps a task's texts in `data` and what people wrote in `annotations`, Argilla in `fields` and `responses`,
servers of datasets in `row`. What a person wrote stands under the name of what was asked, the latest last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from winnow.data.columns import CUSTOMARY, matching

Values = Mapping[str, Any]
PAIR_ROLES = ("question", "answer", "messages")


def unfolding(rows: Sequence[Values]) -> Callable[[Values], Values]:
    """Find the column whose objects hold the texts of the rows; without one rows stay as they are."""
    if any(_roles(row) for row in rows):
        return _as_is
    inner = next(
        (name for row in rows for name, value in row.items() if isinstance(value, Mapping) and _roles(value)), None
    )
    if inner is None:
        return _as_is

    def unfold(values: Values) -> Values:
        found = values.get(inner)
        if not isinstance(found, Mapping):
            return values
        outer = {name: value for name, value in values.items() if name != inner}
        beside = {name: value for name, value in outer.items() if name not in found}
        clashing = {f"{name} (outside {inner})": value for name, value in outer.items() if name in found}
        return {**found, **_written(outer, found), **beside, **clashing}

    return unfold


def _as_is(values: Values) -> Values:
    return values


def _roles(values: Values) -> bool:
    """Tell whether an object has columns that could be a question or a chat."""
    return any(matching(values, pattern) for role in PAIR_ROLES[::2] for pattern in CUSTOMARY[role].values())


def _written(outer: Values, inner: Values) -> dict[str, object]:
    """Collect what people wrote, by the name of what they were asked, but for names of columns that are there."""
    found: dict[str, list[str]] = {}
    for annotation in outer.get("annotations") or ():
        if isinstance(annotation, Mapping) and not annotation.get("was_cancelled"):
            for result in annotation.get("result") or ():
                _add(found, result)
    responses = outer.get("responses")
    if isinstance(responses, Mapping):
        for name, given in responses.items():
            for response in given if isinstance(given, list) else ():
                if isinstance(response, Mapping) and isinstance(response.get("value"), str):
                    found.setdefault(str(name), []).append(response["value"])
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items() if name not in inner}


def _add(found: dict[str, list[str]], result: object) -> None:
    """Add the texts of one result of Label Studio: {"from_name": "answer", "value": {"text": ["…"]}}."""
    if not isinstance(result, Mapping) or not isinstance(result.get("value"), Mapping):
        return
    texts = result["value"].get("text", result["value"].get("choices"))
    for text in texts if isinstance(texts, list) else [texts]:
        if isinstance(text, str):
            found.setdefault(str(result.get("from_name")), []).append(text)
