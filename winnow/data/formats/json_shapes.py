"""Shapes of JSON: one object that holds all rows of a file → the rows, each with its place.

{"version": "1.0", "data": [{"question": …}, …]}        each of `data`, with `version` as a further column
{"train": [{…}], "test": [{…}]}                         all of both, with the list's name under `split`
{"q1": {"question": …}, "q2": {…}}                      each member, with its key under `id`
{"question": [a, b], "answer": [c, d]}, pandas' orients the columns' cells, row by row
{"data": [{"paragraphs": [{"context": …, "qas": […]}]}]}  each of SQuAD's questions, with its context and title
{"question": …, "answer": …}                            one row

Where names alone can't tell a row from a file around rows, the columns that are looked for (`Reading.fits`) do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from winnow.data.formats.json_text import Placed, items, members
from winnow.data.rows import Problem, Reading, twice
from winnow.errors import InputError

LOG = logging.getLogger(__name__)

Rows = Iterator[Placed]  # whose values are rows, or problems

PANDAS_SPLIT = {"columns", "data"}
SQUAD = ("paragraphs", "qas")


def as_row(value: object, raw: str, header: Sequence[str] | None = None) -> Mapping[str, object] | Problem:
    """Give an object, or a list of as many cells as the header has, as a row."""
    if isinstance(value, dict):
        return value
    if header is None or not isinstance(value, list):
        return Problem(f"a {type(value).__name__} where a JSON object was expected", raw)
    if len(value) != len(header):
        return Problem(f"{len(value)} cells where the header has {len(header)}", raw)
    return dict(zip(header, value, strict=True))


def header_row(value: object, reading: Reading) -> list[str] | None:
    """Give a list of different names, of the columns looked for, as a header; None where a value isn't one."""
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        return None
    return value if len(set(value)) == len(value) and reading.likes(value) else None


def rows_of(name: str, text: str, place: Placed, reading: Reading) -> Rows:
    """Yield the rows of the one object that a file holds."""
    value = place.value
    if value.keys() >= PANDAS_SPLIT and _all_of(list, value["data"]) and _all_of(str, value["columns"]):
        return _pandas_split(name, text, place)
    if reading.part is None and _is_columns(value, reading):
        return _columns(text, place)
    inner = _inner_objects(value)
    if inner and _is_by_index(inner, reading):
        return _by_index(place, inner)
    tables = [member for member in members(text, place.position) if _all_of(dict, member.value)]
    if reading.part is not None:
        chosen = [table for table in tables if table.key == reading.part]
        if not chosen:
            listed = ", ".join(table.key for table in tables) or "none"
            raise InputError(f"{name}: no list of rows {reading.part!r}; there are {listed}")
        return _of_tables(name, text, place, chosen)
    if reading.fits is not None and _is_row(value, tables, reading):
        return iter([place])
    if tables:
        return _of_tables(name, text, place, _liked(name, tables, reading))
    if inner and (len(inner) > 1 or (reading.fits is not None and reading.likes(next(iter(inner.values()))))):
        return _keyed(text, place)
    nested = [member for member in members(text, place.position) if isinstance(member.value, dict)]
    if len(nested) == 1 and nested[0].value:
        return _nested(name, text, place, nested[0], reading)
    return iter([place])


def _is_row(value: Mapping[str, Any], tables: Sequence[Placed], reading: Reading) -> bool:
    """Tell a row from a file around rows whose list bears a column's name: {"conversations": [{"messages": …}, …]}."""
    plain = value.keys() - {table.key for table in tables}
    return reading.likes(value) and (reading.likes(plain) or not any(map(partial(_likes_rows, reading), tables)))


def _likes_rows(reading: Reading, table: Placed) -> bool:
    return reading.likes({name for row in table.value for name in _columns_inside(row)})


def _all_of(kind: type, value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, kind) for item in value)


def _with(row: Mapping[str, Any], outer: Mapping[str, Any], under: str = "of the file") -> dict[str, object]:
    """Add what stands beside a row; where the row has a column of that name both are kept."""
    return {**{(f"{key} ({under})" if key in row else key): value for key, value in outer.items()}, **row}


def _pandas_split(name: str, text: str, place: Placed) -> Rows:
    """Read pandas' orient="split"; an index that only counts is left out."""
    header, data, index = place.value["columns"], place.value["data"], place.value.get("index")
    if doubled := twice(header):
        raise InputError(f"{name}: two columns are named {', '.join(doubled)}; rename one")
    labels = index if isinstance(index, list) and index != list(range(len(data))) else None
    start = next(member.position for member in members(text, place.position) if member.key == "data")
    for number, item in enumerate(items(text, start)):
        row = as_row(item.value, text[item.position : item.end], header)
        if labels is not None and number < len(labels) and not isinstance(row, Problem):
            row = _with(row, {"index": labels[number]})
        yield Placed(row, item.position, item.end)


def _is_columns(value: Mapping[str, Any], reading: Reading) -> bool:
    """Tell columns of cells from lists of rows: nothing but lists, at least two of them of cells, not of objects."""
    if not value or not all(isinstance(inner, list) and inner for inner in value.values()):
        return False
    of_cells = [name for name, inner in value.items() if not _all_of(dict, inner)]
    is_even = len(of_cells) == len(value) or len({len(inner) for inner in value.values()}) == 1
    return len(of_cells) > 1 and is_even and reading.likes(of_cells)


def _columns(text: str, place: Placed) -> Rows:
    columns: Mapping[str, list[Any]] = place.value
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raw = text[place.position : place.end]
        yield Placed(Problem(f"columns of different lengths: {listed}", raw), place.position, place.end)
        return
    first = next(members(text, place.position))
    for item, cells in zip(items(text, first.position), zip(*columns.values(), strict=True), strict=True):
        yield Placed(dict(zip(columns, cells, strict=True)), item.position, item.end)


def _inner_objects(value: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    """Give the members where all of them are filled objects; none otherwise."""
    return dict(value) if value and all(isinstance(inner, dict) and inner for inner in value.values()) else {}


def _is_by_index(inner: Mapping[str, Mapping[str, Any]], reading: Reading) -> bool:
    """Tell pandas' columns of index → cell from rows by their ids."""
    indexes = next(iter(inner.values()))
    if any(other.keys() != indexes.keys() for other in inner.values()):
        return False
    if reading.fits is not None and reading.likes(inner) != reading.likes(indexes):
        return reading.likes(inner)
    return all(index.isdecimal() for index in indexes)


def _by_index(place: Placed, inner: Mapping[str, Mapping[str, Any]]) -> Rows:
    indexes = list(next(iter(inner.values())))
    counts = indexes == [str(number) for number in range(len(indexes))]
    for index in indexes:
        row = {name: cells[index] for name, cells in inner.items()}
        yield Placed(row if counts else _with(row, {"index": index}), place.position, place.end)


def _keyed(text: str, place: Placed) -> Rows:
    for member in members(text, place.position):
        row = {("key" if "id" in member.value else "id"): member.key, **member.value}
        yield Placed(row, member.position, member.end)


def _liked(name: str, tables: Sequence[Placed], reading: Reading) -> Sequence[Placed]:
    """Leave out lists without the columns that are looked for, where another has them, and say so."""
    liked = [table for table in tables if _likes_rows(reading, table)]
    if not liked or len(liked) == len(tables):
        return tables
    others = ", ".join(repr(table.key) for table in tables if table not in liked)
    named = ", ".join(repr(table.key) for table in liked)
    LOG.warning("%s: read the rows under %s and not those under %s; another part: FILE#NAME", name, named, others)
    return liked


def _columns_inside(row: Mapping[str, Any]) -> list[str]:
    """List the columns of a row, of SQuAD's articles those of its questions."""
    paragraph = next(iter(row.get(SQUAD[0]) or [{}])) if _is_article(row) else {}
    question = next(iter(paragraph.get(SQUAD[1]) or [{}]))
    return [*question, *paragraph, *row]


def _is_article(row: Mapping[str, Any]) -> bool:
    return _all_of(dict, row.get(SQUAD[0])) and any(SQUAD[1] in paragraph for paragraph in row[SQUAD[0]])


def _of_tables(name: str, text: str, place: Placed, tables: Sequence[Placed]) -> Rows:
    """Read lists of rows, with what stands beside them in the file, and the list's name where there are several."""
    beside = _beside(name, place.value, [key for key, value in place.value.items() if _all_of(dict, value)])
    if len(tables) > 1:
        listed = " and ".join(f"{table.key!r} ({len(table.value)} rows)" for table in tables)
        LOG.warning("%s: read %s, named under `split`; one alone: %s#%s", name, listed, name, tables[0].key)
    for table in tables:
        outer = {**beside, "split": table.key} if len(tables) > 1 else beside
        for item in items(text, table.position):
            for row in _unnested(name, text, item):
                whole = row.value if isinstance(row.value, Problem) else _with(row.value, outer)
                yield Placed(whole, row.position, row.end)


def _beside(name: str, outer: Mapping[str, Any], tables: Sequence[str]) -> dict[str, object]:
    """Give the plain members beside lists of rows; what else stands there is named, since no row could hold it."""
    others = {key: value for key, value in outer.items() if key not in tables}
    plain = {key: value for key, value in others.items() if not isinstance(value, (dict, list))}
    left = [key for key, value in others.items() if key not in plain and value]
    if left:
        LOG.warning("%s: holds no rows under %s; that wasn't read", name, ", ".join(map(repr, left)))
    return plain


def _unnested(name: str, text: str, item: Placed) -> Rows:
    """Yield SQuAD's questions of an article, with their context and title; any other row is itself."""
    if not _is_article(item.value):
        yield item
        return
    article = _beside(name, item.value, SQUAD)
    paragraphs = next(member for member in members(text, item.position) if member.key == SQUAD[0])
    for paragraph in items(text, paragraphs.position):
        questions = [member for member in members(text, paragraph.position) if member.key == SQUAD[1]]
        if not questions or not _all_of(dict, questions[0].value):
            raw = text[paragraph.position : paragraph.end]
            yield Placed(Problem("a paragraph without questions", raw), paragraph.position, paragraph.end)
            continue
        outer = _with(_beside(name, paragraph.value, SQUAD), article, "of the article")
        for question in items(text, questions[0].position):
            yield Placed(_with(question.value, outer, "of the paragraph"), question.position, question.end)


def _nested(name: str, text: str, place: Placed, inner: Placed, reading: Reading) -> Rows:
    """Read the rows that one object deeper holds; an inner object that is one row belongs to the outer row."""
    rows = rows_of(name, text, inner, reading)
    first = next(rows, None)
    if first is None or first.value is inner.value:
        return iter([place])
    beside = _beside(name, place.value, [inner.key])
    return (
        row if isinstance(row.value, Problem) else Placed(_with(row.value, beside), row.position, row.end)
        for row in chain([first], rows)
    )
