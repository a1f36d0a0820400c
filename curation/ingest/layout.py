"""Layout of a source: which column is read as what, found by the names in use and by what stands in the cells.

layout = find_layout("faq.jsonl", rows, settings, named)
layout.in_words()       # 'question is "instruction" and "input", answer is "output"; not read: category'

Names are matched without regard to case. A column that the user names counts first; where two customary columns hold
different texts none is taken, and the error asks which is meant.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath
from string import ascii_uppercase
from typing import Any

from curation.ingest.cells import as_text, parsed
from curation.ingest.chat import is_history, is_turns
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
LETTERS = tuple(ascii_uppercase[:10])
MIN_LETTERED_CHOICES = 3  # columns A, B, C, …


class ColumnUnclear(InputError):
    """No column of a source, or more than one, could have a role; `problem` says so without a remedy."""

    def __init__(self, source: str, problem: str, role: str) -> None:
        super().__init__(f"{source}: {problem}; name it with --{role}-column")
        self.problem = problem


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
    open_roles = [role for role in ROLES if named.get(role) != NONE]
    found = find_columns(names, open_roles, asked, source=source, option="the {role}'s column {name}")
    columns = _completed(dict(found.columns), names)
    columns = {role: held for role, held in columns.items() if role in asked or _is_borne_out(role, held, rows)}
    if "messages" in columns and ("messages" in asked or not {"question", "answer"} & asked.keys()):
        columns = {role: columns[role] for role in ("messages", "system", "references") if role in columns}
    else:
        columns.pop("messages", None)
        columns = _with_choice(columns)
        for role in ("question", "answer") if answered else ("question",):
            _require_one(source, role, names, rows, columns, asked, found.doubtful.get(role, ()))
    unread = tuple(name for name in names if name not in _used(columns))
    return _counting(Layout(source, columns, unread, names=frozenset(names)), rows, settings)


def has_pair(settings: IngestConfig, names: Sequence[str]) -> bool:
    """Tell by the names alone whether columns could hold pairs: a question and an answer, or a chat."""
    of_all, _ = named_columns("", settings)
    there = {role: name for role, name in of_all.items() if matching(names, re.escape(name))}
    columns = _with_choice(_completed(dict(find_columns(names, ROLES, there).columns), names))
    return "messages" in columns or {"question", "answer"} <= columns.keys()


def _completed(columns: dict[str, tuple[str, ...]], names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Add what names alone don't tell: an instruction's input that no early row has, choices A, B, C, answers alone."""
    main, companion = COMPANIONS["question"]
    question = columns.get("question", ())
    if [name.lower().strip() for name in question] == [main]:
        columns["question"] = (*question, companion)
    if "answer" not in columns and "references" in columns:
        columns["answer"] = columns.pop("references")
    if "choices" not in columns:
        lettered = [name for name in names if name.strip().upper() in LETTERS and name not in _used(columns)]
        if len(lettered) >= MIN_LETTERED_CHOICES:
            columns["choices"] = tuple(lettered)
    return columns


def _is_borne_out(role: str, columns: Sequence[str], rows: Sequence[Cells]) -> bool:
    """Tell whether cells of the first rows are what a column's name says; what isn't stays the user's own.

    A column "system" with "SAP" in every row holds no prompts, "history" with a note no turns, "options" no choices.
    """
    cells = [row.get(columns[0]) for row in rows]
    if role == "messages":
        return any(is_turns(cell) or isinstance(cell, list) for cell in cells)
    if role in ("system", "context"):
        return any(_is_passage(as_text(cell)) for cell in cells)
    if role == "history":
        filled = [cell for cell in cells if cell not in (None, "")]
        return not filled or any(map(is_history, filled))
    if role == "choices":
        return any(options_of([row.get(name) for name in columns]) for row in rows)
    if role == "references":
        return any(isinstance(parsed(cell), (list, Mapping)) for cell in cells)
    return True


def _with_choice(columns: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Take the column that names the right choice as the answer where there is no other; without choices it is none."""
    rest = {role: held for role, held in columns.items() if role != "choice"}
    if "choices" in columns and "choice" in columns and "answer" not in columns:
        return rest | {"answer": columns["choice"]}
    return rest


def _require_one(
    source: str,
    role: str,
    names: Sequence[str],
    rows: Sequence[Cells],
    columns: Mapping[str, tuple[str, ...]],
    asked: Mapping[str, str],
    doubtful: tuple[str, ...],
) -> None:
    """Raise InputError where no column has a role, or where another one could have it as well."""
    if role in asked:
        return
    could_be = doubtful
    if role in columns:
        taken = columns[role][0]
        others = [name for name in matching(names, RIVALS[role]) if name not in _used(columns)]
        rivals = [name for name in others if _differ(rows, taken, name)]
        could_be = (taken, *rivals) if rivals else ()
    if could_be:
        raise ColumnUnclear(source, f"the {role} could be {' or '.join(map(_quoted, could_be))}", role)
    if role not in columns:
        raise ColumnUnclear(source, f"no column looks like the {role}; there are {', '.join(names) or 'none'}", role)


def _used(columns: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {name for group in columns.values() for name in group}


def _differ(rows: Iterable[Cells], one: str, other: str) -> bool:
    """Tell whether two columns are filled with unlike cells in some row."""
    cells = ((as_text(row.get(one)).strip(), as_text(row.get(other)).strip()) for row in rows)
    return any(a and b and a != b for a, b in cells) or not all(row.get(one) for row in rows if row.get(other))


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
            of_this |= {str(role): name for role, name in columns.items()}
    return of_all, of_this


def _quoted(name: str) -> str:
    return f'"{name}"'
