"""Rows of a source as records: question, answer and what stands around them, read by the source's layout.

records = records_of(row, layout, settings)     # one of a pair, several of a conversation
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from curation.ingest.cells import RowError, answers_in, as_text, joined, parsed
from curation.ingest.chat import Exchanges, Turn, exchanges, history_of, is_history, is_turns, turns_of
from curation.ingest.choices import Options, options_of
from curation.ingest.layout import Layout
from winnow.config import IngestConfig
from winnow.config.curation import ROLES
from winnow.data.records import Message, Record, new_record

UNANSWERABLE = (
    "the row is marked as one whose context holds no answer; say what such rows are answered with: "
    "ingest.unanswerable='…'"
)
TRUE_WORDS = ("true", "1", "yes")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands."""

    source: str
    line: int


def records_of(
    place: Place, values: Mapping[str, Any], layout: Layout, settings: IngestConfig, answered: bool = True
) -> list[Record]:
    """Turn a row into records; every column that isn't read as something stays in the metadata.

    Raises RowError for a row that holds no pair. Where rows needn't be `answered` the answer may be missing.
    """
    if layout.plain and (record := _plain(place, values, *layout.plain)):
        return [record]
    cells = _Cells(dict(values), layout)
    if layout.column("messages"):
        return _from_chat(place, cells, settings)
    if is_turns(cells.first("question")):
        return _from_chat(place, cells, settings, also=cells.peek("answer"))
    return [_from_columns(place, cells, settings, answered)]


def _plain(place: Place, values: Mapping[str, Any], asked: str, said: str) -> Record | None:
    """Read the commonest of rows, two texts in a column each; None of any other."""
    question, answer = values.get(asked), values.get(said)
    if type(question) is not str or type(answer) is not str or question[:2] == "[{":
        return None
    metadata = {name: cell for name, cell in values.items() if name not in (asked, said)}
    return new_record(question, answer, place.source, place.line, metadata)


class _Missing:
    """Stands for a column that a row lacks."""


_MISSING = _Missing()


@dataclass(slots=True)
class _Cells:
    """The cells of a row, of which those that are read are taken out; the rest is its metadata."""

    left: dict[str, object]
    layout: Layout

    def names(self, role: str) -> tuple[str, ...]:
        return self.layout.columns.get(role, ())

    def first(self, role: str) -> Any:
        return self.left.get(self.layout.column(role))

    def peek(self, role: str) -> Any:
        name = self.layout.column(role)
        return self.left.get(name, _MISSING) if name else _MISSING

    def take(self, role: str) -> list[Any]:
        """Take the cells of a role out, those that the row has."""
        return [self.left.pop(name) for name in self.names(role) if name in self.left]

    def require(self, role: str) -> list[Any]:
        """Take the cells of a role out; raises RowError where the row lacks its first column."""
        if (name := self.layout.column(role)) not in self.left:
            raise RowError(f'field "{name}" is missing')
        return self.take(role)


def _from_columns(place: Place, cells: _Cells, settings: IngestConfig, answered: bool) -> Record:
    question = "\n\n".join(part for part in (_asked(cell, cells) for cell in cells.require("question")) if part.strip())
    context = "\n\n".join(part for part in map(joined, cells.take("context")) if part.strip())
    options = _options(cells)
    history = _history(cells, settings)
    system = "\n\n".join(part for part in map(joined, cells.take("system")) if part.strip())
    answers = _answers(cells, options, settings, answered)
    if options:
        context = "\n\n".join(part for part in (context, options.listed) if part)
    return new_record(
        question, answers[0] if answers else "", place.source, place.line, cells.left,
        context=context, system=system, history=history, references=answers[1:],
    )  # fmt: skip


def _asked(cell: Any, cells: _Cells) -> str:
    if isinstance(cell, Mapping) or (isinstance(cell, list) and not all(isinstance(part, str) for part in cell)):
        kind = "an object" if isinstance(cell, Mapping) else "a list of other things than texts"
        raise RowError(f'field "{cells.layout.column("question")}" is {kind}; a question is a text')
    return joined(cell)


def _options(cells: _Cells) -> Options | None:
    if not (names := cells.names("choices")):
        return None
    options = options_of([cells.left.get(name) for name in names])
    if options:
        cells.take("choices")
    return options


def _answers(cells: _Cells, options: Options | None, settings: IngestConfig, answered: bool) -> list[str]:
    """Read the answer and the further ones that are as good; a number or letter of a choice stays in the metadata."""
    name = cells.layout.column("answer")
    if name not in cells.left:
        if answered:
            raise RowError(f'field "{name}" is missing')
        return []
    if options and (said := _chosen(cells, name, options)) is not None:
        return [said, *_references(cells)]
    value = cells.left.pop(name)
    found = [value] if isinstance(value, str) and value.strip() else answers_in(value)
    if not found and _is_marked(cells.first("unanswerable")):
        if settings.unanswerable is None and answered:
            cells.left[name] = value
            raise RowError(UNANSWERABLE)
        return [settings.unanswerable or ""]
    if isinstance(value, Mapping) and found != [as_text(value)]:
        cells.left[name] = value  # what it held beside the texts
    return [
        *(found or ["" if isinstance(value, list) else as_text(value)]),
        *(one for one in _references(cells) if one not in found),
    ]


def _chosen(cells: _Cells, name: str, options: Options) -> str | None:
    """Give the text of the option that the row's answer names; None where the answer is a text of its own."""
    first = cells.layout.first_choice
    said = as_text(cells.left[name]).strip()
    chosen = options.named_by(cells.left[name], first is not None, first or 0)
    if chosen is None and said and len(said) == 1:
        raise RowError(f'the answer "{said}" names none of the {len(options.texts)} choices')
    if chosen is not None and chosen.casefold() == said.casefold():
        del cells.left[name]
    return chosen


def _references(cells: _Cells) -> list[str]:
    return [answer for cell in cells.take("references") for answer in answers_in(parsed(cell))]


def _is_marked(value: object) -> bool:
    return as_text(value).strip().lower() in TRUE_WORDS


def _history(cells: _Cells, settings: IngestConfig) -> tuple[Message, ...]:
    """Read earlier turns; a text in a column of that name is a note of the user's, and stays in the metadata."""
    name = cells.layout.column("history")
    if not name or not is_history(cells.left.get(name)):
        return ()
    turns = history_of(cells.left.pop(name), name, {**ROLES, **settings.roles})
    return tuple({"role": turn.role, "content": turn.text} for turn in turns)


def _from_chat(place: Place, cells: _Cells, settings: IngestConfig, also: object = None) -> list[Record]:
    """Read a conversation: each answer is a record, or the last one alone."""
    name = cells.layout.column("messages") or cells.layout.column("question")
    if name not in cells.left:
        raise RowError(f'field "{name}" is missing')
    roles: Mapping[str, str] = {**ROLES, **settings.roles}
    turns = turns_of(cells.left.pop(name), name, roles)
    if not cells.layout.column("messages"):
        said = _completion(cells, also, roles)
        turns = said if said[: len(turns)] == turns else [*turns, *said]  # some repeat the prompt in the completion
    found = exchanges(turns, name)
    system = found.system or "\n\n".join(part for part in map(joined, cells.take("system")) if part.strip())
    references = _references(cells)
    pairs = found.pairs if settings.turns == "each" else found.pairs[-1:]
    made = [
        new_record(
            pair.question, pair.answer, place.source, place.line, cells.left,
            system=system, history=pair.history, references=references if pair is found.pairs[-1] else (),
        )
        for pair in pairs
    ]  # fmt: skip
    return _with_leftover(made, name, found)


def _completion(cells: _Cells, also: object, roles: Mapping[str, str]) -> list[Turn]:
    """Read the answer beside a prompt of messages: messages too, or a text."""
    name = cells.layout.column("answer")
    if isinstance(also, _Missing) or also is None:
        raise RowError(f'field "{name}" is missing')
    del cells.left[name]
    return turns_of(also, name, roles) if is_turns(also) else [Turn("assistant", as_text(also))]


def _with_leftover(records: list[Record], name: str, found: Exchanges) -> list[Record]:
    """Keep the turns that nobody answered in the metadata of the last record, under the column's name."""
    if not found.unanswered:
        return records
    left = [{"role": turn.role, "content": turn.text} for turn in found.unanswered]
    return [*records[:-1], replace(records[-1], metadata={**records[-1].metadata, name: left})]
