"""JSON text: values with numbers as written, no key lost, and the place where each item of a container stands.

>>> value_at('{"fee": 7.40}', 0)
({'fee': 7.4}, 13)
>>> [(item.position, item.value) for item in items('[1, {"a": 2}]', 0)]
[(1, 1), (4, {'a': 2})]

Python's scanner stops at what isn't JSON; where it stopped, and why, is a `Broken`. Commas too many or too few between
the items of an array are overlooked, since no item is lost by that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

from winnow.data.cells import written_float, written_int

MAX_NESTING = 100  # levels of containers; deeper ones end Python's recursion in what reads the rows later
# Record separators (RFC 7464) and byte order marks in the midst come from files that were joined
BETWEEN = re.compile("[ \t\r\n,\x1e\ufeff]*")
_SPACE = re.compile("[ \t\r\n]*")


class Broken(ValueError):
    """What isn't JSON: why, and at which character of the text."""

    def __init__(self, why: str, position: int) -> None:
        super().__init__(why)
        self.why = why
        self.position = position


class NotJson(Broken):
    """Text that Python's scanner refuses."""


class _Twice(ValueError):
    """A key that an object holds twice."""


class Placed(NamedTuple):
    """A value and the characters at which it begins and ends; `key` where it is a member of an object."""

    value: Any
    position: int
    end: int
    key: str = ""


def value_at(text: str, position: int) -> tuple[Any, int]:
    """Read the value that begins at a character, and say where it ends; raises Broken where none does."""
    try:
        value, end = _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise NotJson(f"not JSON: {error.msg}", error.pos) from error
    except _Twice as error:
        for _ in members(text, position) if text[position] == "{" else items(text, position):
            pass  # an inner object that holds the key twice raises in its own place
        raise Broken(f'the key "{error}" stands twice in the object', position) from error
    except RecursionError as error:
        raise Broken("not readable: nested too deeply", position) from error
    openings = text.count("{", position, end) + text.count("[", position, end)
    if openings > MAX_NESTING and _depth(value) > MAX_NESTING:
        raise Broken("not readable: nested too deeply", position)
    return value, end


def skip(text: str, position: int) -> int:
    """Pass over what stands between two values."""
    if text[position : position + 1] == "{":  # the most common case costs the least
        return position
    return BETWEEN.match(text, position).end()  # type: ignore[union-attr]  # it matches nothing, too


def items(text: str, position: int) -> Generator[Placed, None, int]:
    """Yield the items of the array that begins at a character; returns where it ends, raises Broken where cut off."""
    position = skip(text, position + 1)
    while position < len(text):
        if text[position] == "]":
            return position + 1
        value, end = value_at(text, position)
        yield Placed(value, position, end)
        position = skip(text, end)
    raise Broken("the JSON array isn't closed; the file was cut off", position)


def members(text: str, position: int) -> Iterator[Placed]:
    """Yield the members of a whole object that begins at a character."""
    position = skip(text, position + 1)
    while text[position] != "}":
        key, end = value_at(text, position)
        position = _SPACE.match(text, _SPACE.match(text, end).end() + 1).end()  # type: ignore[union-attr]
        value, end = value_at(text, position)
        yield Placed(value, position, end, key)
        position = skip(text, end)


class Lines:
    """Line numbers of characters, counted on from the last one asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 1
        self._counted = 0

    def at(self, position: int) -> int:
        """Give the 1-based line of a character."""
        if position < self._counted:
            self._line, self._counted = 1, 0
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line


def _object(pairs: list[tuple[str, Any]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _depth(value: object) -> int:
    """Count the levels of containers, without recursion."""
    level, depth = [value], 0
    while level:
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
        ]
        depth += 1
    return depth


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=written_float, parse_int=written_int, parse_constant=str
)
