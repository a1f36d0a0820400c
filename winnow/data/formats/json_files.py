"""JSON files: lines of objects, arrays, objects in a row or one object around rows → numbered rows.

for line, row in read_json(Stored.on_disk(Path("faq.json")), Reading()): ...     # 1, {"question": "What is an ISA?", …}

What a file holds is seen from its text, whether it is called .json or .jsonl: one whole object on the first line and
more lines below are JSON lines, where a bad line costs only itself; anything else is read as one document, where what
is broken ends the reading with its line.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from itertools import chain, islice

from winnow.data.formats.json_shapes import as_row, header_row, rows_of
from winnow.data.formats.json_text import Broken, Lines, NotJson, Placed, items, skip, value_at
from winnow.data.formats.stored import Stored
from winnow.data.formats.text import text_lines
from winnow.data.rows import Numbered, Problem, Reading
from winnow.errors import InputError

BLANK = "\ufeff\x1e \t\r\n"


def read_json(stored: Stored, reading: Reading) -> Numbered:
    """Read JSON of any of the shapes that tools write; see the module's words."""
    numbered = enumerate(text_lines(stored, reading.encoding), start=1)
    first = list(islice((pair for pair in numbered if pair[1].strip(BLANK)), 2))
    if len(first) == 2 and reading.part is None and _is_object(first[0][1]):
        return _read_lines(chain(first, numbered))
    lines = [*first, *numbered]
    text = _joined(lines)
    if not text.startswith("[", skip(text, 0)) and _breaks_on_first_line(lines, text):
        return _read_lines(lines)
    return _read_document(stored.name, text, reading)


def _joined(lines: list[tuple[int, str]]) -> str:
    """Join lines, with an empty one for each that was left out."""
    parts, before = [], 0
    for number, line in lines:
        parts.append("\n" * (number - before - 1) + line)
        before = number
    return "".join(parts)


def _is_object(line: str) -> bool:
    try:
        return isinstance(value_at(line, skip(line, 0))[0], dict)
    except Broken:
        return False


def _breaks_on_first_line(lines: list[tuple[int, str]], text: str) -> bool:
    """Tell a bad first line of JSON lines from a bad document: the break is in that line, or the next one is whole."""
    try:
        value_at(text, skip(text, 0))
    except Broken as broken:
        is_first = isinstance(broken, NotJson) and "\n" not in text[: broken.position].lstrip()
        return is_first or (len(lines) > 1 and _is_object(lines[1][1]))
    return False


def _read_lines(lines: Iterable[tuple[int, str]]) -> Numbered:
    for number, line in lines:
        position, end = skip(line, 0), len(line)
        while position < end:
            try:
                value, after = value_at(line, position)
            except Broken as broken:
                yield number, Problem(f"{broken.why} at column {broken.position + 1}", line[position:].rstrip("\r\n"))
                break
            if not isinstance(value, dict):
                yield number, as_row(value, line[position:].rstrip("\r\n"))
                break
            yield number, value
            position = skip(line, after)


def _read_document(name: str, text: str, reading: Reading) -> Numbered:
    lines = Lines(text)
    try:
        position = skip(text, 0)
        if reading.part is not None and not _is_one_object(text, position):
            raise InputError(f"{name}: holds one list of rows, and none {reading.part!r}; name the file alone")
        while position < len(text):
            position = yield from _read_value(name, text, position, reading, lines)
    except Broken as broken:
        raise InputError(f"{name}:{lines.at(broken.position)}: {broken.why}; mend the file") from broken


def _is_one_object(text: str, position: int) -> bool:
    value, end = value_at(text, position)
    return isinstance(value, dict) and skip(text, end) == len(text)


def _read_value(
    name: str, text: str, start: int, reading: Reading, lines: Lines
) -> Generator[tuple[int, Mapping[str, object] | Problem], None, int]:
    """Yield the rows of the value that begins at a character, and return where the next one begins."""
    if text[start] == "[":
        after = yield from _read_array(text, start, reading, lines)
        return skip(text, after)
    value, end = value_at(text, start)
    after = skip(text, end)
    if isinstance(value, dict) and after == len(text) and not text[:start].strip(BLANK):
        for place in rows_of(name, text, Placed(value, start, end), reading):
            yield lines.at(place.position), place.value
    else:
        yield lines.at(start), as_row(value, text[start:end])
    return after


def _read_array(
    text: str, start: int, reading: Reading, lines: Lines
) -> Generator[tuple[int, Mapping[str, object] | Problem], None, int]:
    """Yield the items of an array of objects, or of an array of lists whose first is the header."""
    places = items(text, start)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            place = next(places)
        except StopIteration as end:
            return int(end.value)
        number += 1
        if number == 1 and (header := header_row(place.value, reading)):
            continue
        row = place.value
        if not isinstance(row, dict):
            row = as_row(row, text[place.position : place.end], header)
        yield lines.at(place.position), row
