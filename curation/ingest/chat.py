"""Chats: a list of messages in any customary shape → turns, and the pairs that stand in them.

>>> from winnow.config.curation import ROLES
>>> turns = turns_of([{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}], "messages", ROLES)
>>> turns
[Turn(role='user', text='Hi', trained=True), Turn(role='assistant', text='Hello', trained=True)]
>>> exchanges(turns, "messages").pairs[0].question
'Hi'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from curation.ingest.cells import RowError, as_text, parsed
from winnow.data.records import Message

ROLE_KEYS = ("role", "from", "speaker", "author")
TEXT_KEYS = ("content", "value", "text", "message", "parts")
PART_TEXT_TYPES = ("text", "input_text", "output_text")  # of a part of OpenAI's content lists


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said; one with `trained` False is history, and no answer to learn from."""

    role: str
    text: str
    trained: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """A user's turn and the answer to it, with the turns before them."""

    question: str
    answer: str
    history: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The system prompt of a conversation, its pairs in order, and the turns at its end that nobody answered."""

    system: str
    pairs: tuple[Exchange, ...]
    unanswered: tuple[Turn, ...]


def is_turns(value: object) -> bool:
    """Tell whether a cell holds messages: objects with a role and a text, in a list or as columns of an object."""
    value = _as_list(parsed(value))
    return isinstance(value, list) and bool(value) and all(_has_role(message) for message in value)


def _has_role(message: object) -> bool:
    return isinstance(message, Mapping) and any(isinstance(message.get(key), str) for key in ROLE_KEYS)


def _as_list(value: object) -> object:
    """Turn {"role": […], "content": […]} into a list of messages, as `datasets` stores it the other way round."""
    if isinstance(value, Mapping) and value and all(isinstance(column, list) for column in value.values()):
        return [dict(zip(value, cells, strict=False)) for cells in zip(*value.values(), strict=False)]
    return value


def turns_of(value: object, name: str, roles: Mapping[str, str]) -> list[Turn]:
    """Read the messages of the column `name`; `roles` maps their names of roles to system, user and assistant.

    Raises RowError for what no pair can hold: calls of tools, images, an unknown role.
    """
    messages = _as_list(parsed(value))
    if not isinstance(messages, list):
        raise RowError(f'field "{name}" is {"missing" if messages is None else "not a list of messages"}')
    return [_turn(message, place, roles) for place, message in enumerate(messages, start=1)]


def _turn(message: object, place: int, roles: Mapping[str, str]) -> Turn:
    if not isinstance(message, Mapping):
        raise RowError(f"message {place} is no object with a role and a text")
    role = next((message[key] for key in ROLE_KEYS if isinstance(message.get(key), str)), None)
    if role is None:
        raise RowError(f"message {place} lacks its role")
    known = roles.get(role.strip().lower())
    if known == "tool" or message.get("tool_calls") or message.get("function_call"):
        raise RowError(
            f"message {place} {'is what a tool said' if known == 'tool' else 'calls a tool'}; pairs hold text"
        )
    if known is None:
        raise RowError(f'message {place} has the role "{role}", which isn\'t known; name it: ingest.roles.{role}=user')
    content = next((message[key] for key in TEXT_KEYS if message.get(key) is not None), None)
    if content is None:
        raise RowError(f"message {place} ({role}) lacks its text")
    return Turn(known, _content(content, place), message.get("weight") not in (0, False))


def _content(content: object, place: int) -> str:
    """Join the text parts of a message; raises RowError for a part that is no text."""
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, list):
        return as_text(content)
    texts = []
    for part in content:
        kind = part.get("type", "text") if isinstance(part, Mapping) else "text"
        said = part.get("text") if isinstance(part, Mapping) else part
        if kind not in PART_TEXT_TYPES or not isinstance(said, str):
            raise RowError(f"message {place} holds a part of the kind {kind}; pairs hold text")
        texts.append(said)
    return "\n".join(texts)


def is_history(value: object) -> bool:
    """Tell whether a cell holds earlier turns: messages, or pairs of question and answer; a user's note isn't."""
    value = parsed(value)
    return is_turns(value) or (isinstance(value, list) and all(map(_is_pair, value)))


def history_of(value: object, name: str, roles: Mapping[str, str]) -> list[Turn]:
    """Read the earlier turns of a cell that holds some: [["Hi", "Hello"]] → a user's turn and an assistant's."""
    value = parsed(value)
    if is_turns(value) or not isinstance(value, list):
        return turns_of(value, name, roles)
    return [Turn(role, as_text(said)) for pair in value for role, said in zip(("user", "assistant"), pair, strict=True)]


def _is_pair(value: object) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(said, str) for said in value)


def exchanges(turns: Sequence[Turn], name: str) -> Exchanges:
    """Find the pairs of a conversation: each answer with the user's turn before it and all that was said earlier.

    Turns of one role in a row are one turn, their texts in paragraphs. Raises RowError where no user's turn has an
    answer.
    """
    merged = [_merged(list(group)) for _, group in groupby(turns, lambda turn: turn.role)]
    system = merged.pop(0).text if merged and merged[0].role == "system" else ""
    if any(turn.role == "system" for turn in merged):
        raise RowError(f'field "{name}" has a system message in mid-conversation; a row has one, before all turns')
    found: list[Exchange] = []
    end = 0
    for place in range(1, len(merged)):
        asked, said = merged[place - 1], merged[place]
        if asked.role == "user" and said.role == "assistant":
            end = place + 1
            if said.trained:
                history = tuple({"role": turn.role, "content": turn.text} for turn in merged[: place - 1])
                found.append(Exchange(asked.text, said.text, history))
    if not found:
        told = ", ".join(turn.role for turn in turns) or "none"
        raise RowError(
            f"field \"{name}\" holds the turns {told}; a user's turn and an assistant's after it make a pair"
        )
    return Exchanges(system, tuple(found), tuple(merged[end:]))


def _merged(turns: Sequence[Turn]) -> Turn:
    if len(turns) == 1:
        return turns[0]
    return Turn(turns[0].role, "\n\n".join(turn.text for turn in turns), all(turn.trained for turn in turns))
