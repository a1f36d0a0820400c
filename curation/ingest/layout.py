"""Layout of a source: which column is read as what, found by the names in use and by what stands in the cells.

layout = find_layout("faq.jsonl", rows, settings, named)
layout.in_words()       # 'question is "instruction" and "input", answer is "output"; not read: category'

Names are matched without regard to case. A column that the user names counts first; where two customary columns hold
different texts none is taken, and the error asks which is meant.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath
from string import ascii_uppercase
from typing import Any

from curation.ingest.cells import as_text, parsed
from curation.ingest.chat import ROLES as CUSTOMARY_ROLES
from curation.ingest.chat import is_turns, pairs_as_turns
from curation.ingest.choices import counted_from, options_of
from winnow.config import IngestConfig
from winnow.data.columns import COMPANIONS, find_columns, matching
from winnow.errors import InputError

ROLES = ("question", "answer", "messages", "context", "system", "history", "choices", "choice", "references",
         "unanswerable")  # fmt: skip
ANY_FILE = "*"
NONE = "-"  # in place of a column: none holds the role
# Names of the same weight: two of them with unlike cells need a person's word
RIVALS = {
    "question": "question|prompt|instruction|query",
    "answer": "answer|response|output|completion|reply",
}
# of some cell, from which a column "system" holds prompts, and "context" passages, and neither is a label of the user's
MIN_PASSAGE_WORDS, MIN_PASSAGE_CHARS = 4, 20
MIN_LETTERED_CHOICES = 3  # columns A, B, C, …


@dataclass(frozen=True)
class Layout:
    """The columns of a source by what they hold; several of one role are joined.

    `first_choice` says from which number answers count their choices; None: they name them by letter or text. `names`
    are the columns that the first rows have: an instruction's input may come later.
    """

    source: str
    columns: Mapping[str, tuple[str, ...]]
    unread: tuple[str, ...]
    first_choice: int | None = None
    names: frozenset[str] = frozenset()

    def column(self, role: str) -> str:
        """Give the column of a role, the first of several; empty where none holds it."""
        return self.columns.get(role, ("",))[0]

    @cached_property
    def plain(self) -> tuple[str, str] | None:
        """The columns of question and answer where each row is these two and nothing else."""
        pair = self.columns.keys() == {"question", "answer"} and sum(map(len, self.columns.values())) == 2
        return (self.column("question"), self.column("answer")) if pair else None

    def in_words(self) -> str:
        """Say which column was read as what, and which weren't."""
        there = {role: [name for name in names if name in self.names] for role, names in self.columns.items()}
        read = [f"{role} is {' and '.join(map(_quoted, names))}" for role, names in there.items() if names]
        if self.first_choice is not None:
            read.append(f"its numbers count from {self.first_choice}")
        return ", ".join(read) + (f"; not read: {', '.join(self.unread)}" if self.unread else "")

    def as_dict(self) -> dict[str, object]:
        """Give the JSON form: {"question": ["instruction", "input"], …, "unread": […]}."""
        there = {role: [name for name in names if name in self.names] for role, names in self.columns.items()}
        return {**{role: names for role, names in there.items() if names}, "unread": list(self.unread)}


Cells = Mapping[str, Any]


def find_layout(
    source: str, rows: Sequence[Cells], settings: IngestConfig, named: Mapping[str, str], answered: bool = True
) -> Layout:
    """Find what each column of a source's first rows holds; `named` are the columns that a person named, by role.

    Raises InputError naming what is there where no column is the question or, where rows are `answered`, the answer,
    and where two could be meant.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    asked = {role: name for role, name in named.items() if name != NONE}
    off = {role for role, name in named.items() if name == NONE}
    open_roles = [role for role in ROLES if role not in off]
    found = find_columns(names, open_roles, asked, source=source, option="the {role}'s column {name}")
    columns = _completed(dict(found.columns), names)
    chat = columns.get("messages", ("",))[0]
    if chat and "messages" not in asked and not _holds_turns(rows, chat):
        del columns["messages"]
        chat = ""
    if chat and ({"question", "answer"} & asked.keys() and "messages" not in asked):
        del columns["messages"]
    elif chat:
        columns = {"messages": (chat,), **{role: columns[role] for role in ("system", "references") if role in columns}}
    if "messages" not in columns:
        _require_pair(source, names, rows, columns, asked, found.doubtful, answered)
    _drop_doubtful(rows, columns, asked)
    unread = tuple(name for name in names if name not in _used(columns))
    return _counting(Layout(source, columns, unread, names=frozenset(names)), rows, settings)


def _completed(columns: dict[str, tuple[str, ...]], names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Add what names alone don't tell: an instruction's input that no early row has, choices A, B, C, answers alone."""
    main, companion = COMPANIONS["question"]
    question = columns.get("question", ())
    if [name.lower().strip() for name in question] == [main]:
        columns["question"] = (*question, companion)
    if "answer" not in columns and "references" in columns:
        columns["answer"] = columns.pop("references")
    if "choices" not in columns:
        lettered = [name for name in names if name.strip().upper() in ascii_uppercase[:10] and name.strip()]
        lettered = [name for name in lettered if name not in _used(columns)]
        if len(lettered) >= MIN_LETTERED_CHOICES:
            columns["choices"] = tuple(lettered)
    return columns


def _holds_turns(rows: Iterable[Cells], column: str) -> bool:
    return any(is_turns(row.get(column)) or isinstance(row.get(column), list) for row in rows)


def _require_pair(
    source: str,
    names: Sequence[str],
    rows: Sequence[Cells],
    columns: dict[str, tuple[str, ...]],
    asked: Mapping[str, str],
    doubtful: Mapping[str, tuple[str, ...]],
    answered: bool,
) -> None:
    """Raise InputError where the question or the answer has no column, or where another one could be meant as well."""
    listed = ", ".join(names) or "none"
    for role in ("question", "answer"):
        remedy = f"name it with --{role}-column"
        could_be = doubtful.get(role, ())
        if role in columns and role not in asked:
            taken = columns[role][0]
            could_be = tuple(
                name for name in matching(names, RIVALS[role])
                if name != taken and name not in _used(columns) and _differ(rows, taken, name)
            )  # fmt: skip
            could_be = (taken, *could_be) if could_be else ()
        if could_be:
            meant = " or ".join(map(_quoted, could_be))
            raise InputError(f"{source}: the {role} could be {meant}; {remedy}")
        if role not in columns and (answered or role == "question"):
            if role == "answer" and "choice" in columns and "choices" in columns:
                columns["answer"] = columns.pop("choice")
                continue
            raise InputError(f"{source}: no column looks like the {role}; there are {listed}; {remedy}")


def _used(columns: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {name for group in columns.values() for name in group}


def _differ(rows: Iterable[Cells], one: str, other: str) -> bool:
    """Tell whether two columns are filled with unlike cells in some row."""
    cells = ((as_text(row.get(one)).strip(), as_text(row.get(other)).strip()) for row in rows)
    return any(a and b and a != b for a, b in cells) or not all(row.get(one) for row in rows if row.get(other))


def _drop_doubtful(rows: Sequence[Cells], columns: dict[str, tuple[str, ...]], asked: Mapping[str, str]) -> None:
    """Leave to the user's own what only bears a name in use: a system that is no prompt, choices that are none."""
    for role in ("system", "context"):
        names = columns.get(role, ())
        if names and role not in asked and not any(_is_passage(as_text(row.get(names[0]))) for row in rows):
            del columns[role]
    history = columns.get("history", ("",))[0]
    if history and "history" not in asked:
        filled = [row[history] for row in rows if row.get(history) not in (None, "")]
        if filled and all(pairs_as_turns(cell, CUSTOMARY_ROLES) is None for cell in filled):
            del columns["history"]
    if "choices" in columns and "choices" not in asked:
        cells = [[row.get(name) for name in columns["choices"]] for row in rows]
        if not any(options_of(row) for row in cells):
            del columns["choices"]
    if "choice" in columns and "choices" not in columns and "choice" not in asked:
        del columns["choice"]
    if "references" in columns and "references" not in asked:
        column = columns["references"][0]
        if not any(isinstance(parsed(row.get(column)), (list, Mapping)) for row in rows):
            del columns["references"]


def _is_passage(text: str) -> bool:
    return len(text.split()) >= MIN_PASSAGE_WORDS or len(text.strip()) >= MIN_PASSAGE_CHARS


def _counting(layout: Layout, rows: Sequence[Cells], settings: IngestConfig) -> Layout:
    """Read off the first rows whether answers are numbers of choices, and from which they count."""
    if "choices" not in layout.columns:
        return layout
    answer = layout.column("answer")
    cells = ((options_of([row.get(name) for name in layout.columns["choices"]]), row.get(answer)) for row in rows)
    first = counted_from([(options, said) for options, said in cells if options is not None])
    if first is not None and settings.first_choice is not None:
        first = settings.first_choice
    return replace(layout, first_choice=first)


def named_columns(source: str, settings: IngestConfig) -> tuple[dict[str, str], dict[str, str]]:
    """List the columns that the settings name by role: for all files, and for this one by its name or a pattern of it.

    {"*": {"question": "Frage"}, "old.csv": {"question": "Q"}} of "data/old.csv" → {"question": "Frage"} and
    {"question": "Q"}
    """
    given = {"question": settings.question_column, "answer": settings.answer_column}
    of_all = {role: name for role, name in given.items() if name} | settings.columns.get(ANY_FILE, {})
    of_this: dict[str, str] = {}
    for pattern, columns in settings.columns.items():
        if pattern != ANY_FILE and any(fnmatch.fnmatchcase(name, pattern) for name in (source, PurePath(source).name)):
            of_this |= columns
    return of_all, of_this


def _quoted(name: str) -> str:
    return f'"{name}"'
