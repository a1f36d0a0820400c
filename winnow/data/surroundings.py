"""What stands around a question, as texts for people and judges: system prompt, earlier turns and context.

>>> as_texts(context="Card: £5 a month.", history=[{"role": "user", "content": "Hello."}])
{'earlier_turns': 'User: Hello.', 'context': 'Card: £5 a month.'}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from winnow.data.records import Message, Record

# in the order in which a model reads them: the name of a field or column, and its title
TITLES: Mapping[str, str] = {
    "system_prompt": "System prompt",
    "earlier_turns": "Earlier turns",
    "context": "Context",
}


def as_texts(context: str = "", system: str = "", history: Sequence[Message] = ()) -> dict[str, str]:
    """Give what a row has beside its question, by the names of `TITLES`; what is empty is left out."""
    found = {"system_prompt": system, "earlier_turns": spoken(history), "context": context}
    return {name: found[name] for name in TITLES if found[name].strip()}


def texts_around(record: Record) -> dict[str, str]:
    """Give what stands around a record's question and answer as texts: `as_texts`, and its further answers."""
    found = as_texts(record.context, record.system, record.history)
    return found | ({"references": "\n".join(record.references)} if record.references else {})


def around_of(context: str, system: str, history: str, references: str) -> dict[str, str]:
    """Give the same from a row's columns in a records table, where history and references are JSON or empty."""
    if not (context or system or history or references):
        return {}
    found = as_texts(context, system, json.loads(history) if history else ())
    return found | ({"references": "\n".join(json.loads(references))} if references else {})


def names_beside(records: pa.Table) -> list[str]:
    """List the names of `TITLES` of which some row of a records table has a text."""
    columns = {"system_prompt": "system", "earlier_turns": "history", "context": "context"}
    return [name for name in TITLES if pc.any(pc.not_equal(records[columns[name]], "")).as_py()]


def spoken(history: Sequence[Message]) -> str:
    """Write earlier turns as a conversation: each begins with who speaks, an empty line stands between them.

    A user's "Hello." and an assistant's "Hi!" → "User: Hello.\\n\\nAssistant: Hi!"
    """
    return "\n\n".join(f"{turn['role'].capitalize()}: {turn['content']}" for turn in history)


def messages_in(value: Any) -> tuple[Message, ...]:
    """Read a cell of messages with role and content; () for any other, such as somebody's own column "history"."""
    turns = value if isinstance(value, list | tuple) else ()
    if not all(isinstance(turn, Mapping) and _is_message(turn) for turn in turns):
        return ()
    return tuple({"role": turn["role"], "content": turn["content"]} for turn in turns)


def _is_message(turn: Mapping[str, Any]) -> bool:
    return isinstance(turn.get("role"), str) and isinstance(turn.get("content"), str)
