"""Columns: which one holds the question, the answer, a verdict …, by the names in use; and what a cell says.

    found = find_columns(["prompt", "output", "gold"], ["question", "prediction", "reference"])
    found.columns        # {"question": ("prompt",), "prediction": ("output",), "reference": ("gold",)}
    texts(["one", None]) # ["one"]; None and NaN are no text

Names are matched without regard to case. A column that the user names counts before one that is recognised, and where
two could be meant none is taken.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winnow.data.cells import cell_text
from winnow.errors import InputError

Row = Mapping[str, Any]

_TEXT = r"(?:response|answer|output|completion|prediction|text)"
_PERSON = r"(?:annotator|rater|human)_?\d+"


def _side(mark: str) -> str:
    return rf"{_TEXT}_?{mark}|(?:model|assistant|system)_?{mark}_{_TEXT}"


# role → {priority: names, as a pattern}. The lowest number counts; of one number several names may be meant.
CUSTOMARY: Mapping[str, Mapping[int, str]] = {
    "id": {0: "id", 1: "idx|question_id|qid|uid"},
    "question": dict(enumerate(("question", "prompt", "instruction", "query", "input", "user", "q"))),
    "answer": dict(
        enumerate(("answer", "response", "output", "completion", "reply", "answers", "chosen", "assistant", "a"))
    ),
    "messages": dict(enumerate(("messages", "conversations", "conversation", "dialog|dialogue|chat|turns|contents"))),
    "context": dict(enumerate(("context", "contexts", "passages?", "paragraphs?", "article"))),
    "system": dict(enumerate(("system", "system_?prompt", "system_?message"))),
    "history": dict(enumerate(("history", "chat_?history", "conversation_?history"))),
    "choices": {
        0: "choices|options|answer_?choices",
        1: r"(?:option|choice|op)_?[a-j]|(?:option|choice)_?\d",
    },
    "choice": {0: "answer_?(?:idx|index|key|letter|label)|correct_?(?:answer|option|choice|index)?|label|cop"},
    "references": {0: "references|reference_?answers|acceptable_?answers|answer_?aliases|answers"},
    "unanswerable": {0: "is_?impossible|(?:is_?)?unanswerable"},
    "prediction": {
        0: "prediction",
        1: "output|response|completion|generated|generation|model_(?:output|answer|response)|candidate",
        3: "answer",
    },
    "prediction_a": {0: "prediction_a", 1: _side("(?:a|1)")},
    "prediction_b": {0: "prediction_b", 1: _side("(?:b|2)")},
    "prompt": dict(enumerate(("prompt", "question", "instruction", "query", "input", "user", "q"))),
    "reference": {
        0: "reference",
        1: "references|gold|gold(?:en)?_answer|ground_truth|target|expected|ideal|answers",
        2: "output",
        3: "answer",
    },
    "human": {
        0: "human",
        1: "(?:human_)?(?:score|rating|label|preference|verdict)|winner|(?:is_)?correct|" + _PERSON,
    },
}
TOGETHER = {"human": _PERSON, "choices": ".*"}  # several columns that are one thing: one a person, one an option
COMPANIONS = {"question": ("instruction", "input")}  # an Alpaca row: the input belongs to the instruction


@dataclass(frozen=True)
class Found:
    """Which columns hold which role, which could be meant by a role that has none, and which are left over.

    Several columns of one role stand in the order in which they are read.
    """

    source: str
    columns: Mapping[str, tuple[str, ...]]
    doubtful: Mapping[str, tuple[str, ...]]
    unread: tuple[str, ...]

    def column(self, role: str) -> str:
        """Give the one column, or the first of several, that holds a role; empty where none does."""
        return self.columns.get(role, ("",))[0]

    def cells(self, values: Mapping[str, object]) -> dict[str, object]:
        """Give a row's cells under the names of the roles; None where the row lacks the column."""
        return {role: values.get(names[0]) for role, names in self.columns.items()}

    def require(self, role: str, remedy: str) -> None:
        """Raise InputError with the candidates where a role has no column; `remedy` says how to name one."""
        if role in self.columns:
            return
        if candidates := self.doubtful.get(role):
            listed = " or ".join(f'"{name}"' for name in candidates)
            raise InputError(f"{self.source}: the {role} could be {listed}; {remedy}")
        missing = f"no column looks like the {role}" if len(_customary(role)) > 1 else f'no column "{role}"'
        raise InputError(f"{self.source}: {missing}; there are {', '.join(self._names()) or 'none'}; {remedy}")

    def in_words(self) -> str:
        """Say which column was read as what, and which weren't; empty where all bear Winnow's names."""
        renamed = [f"{role} is their {' and '.join(names)}" for role, names in self.columns.items() if names != (role,)]
        if not renamed:
            return ""
        return ", ".join(renamed) + (f" (beside them: {', '.join(self.unread)})" if self.unread else "")

    def _names(self) -> list[str]:
        return [*(name for names in self.columns.values() for name in names), *self.unread]


def find_columns(
    names: Sequence[str],
    roles: Iterable[str],
    named: Mapping[str, str | None] | None = None,
    *,
    source: str = "",
    option: str = "--column {role}={name}",
) -> Found:
    """Find the column of each role: the one that is `named`, else the one with the best of the customary names.

    A name that two roles share, or a second name of the same priority, leaves a role without a column and its
    candidates in `doubtful`. `named` may list several columns of one role: "annotator1,annotator2". `option` is how a
    column is named, for the error where a named one isn't there: InputError with those that are.
    """
    search = _Search(names, {}, {})
    for role, given in (named or {}).items():
        if given:
            search.taken[role] = _named(names, given, f"{source}: {option.format(role=role, name=given)}")
    wanted = [role for role in roles if role not in search.taken]
    for priority in sorted({number for role in wanted for number in _customary(role)}):
        search.settle({role: search.candidates(role, priority) for role in wanted})
    for role, (main, companion) in COMPANIONS.items():
        if [name.lower().strip() for name in search.taken.get(role, ())] == [main]:
            search.taken[role] += tuple(matching(search.free, companion)[:1])
    return Found(source, search.taken, search.doubtful, tuple(search.free))


@dataclass
class _Search:
    """How far a search for columns is."""

    names: Sequence[str]
    taken: dict[str, tuple[str, ...]]
    doubtful: dict[str, tuple[str, ...]]

    @property
    def free(self) -> list[str]:
        """List the columns that no role has and none could mean."""
        used = {name for found in (self.taken, self.doubtful) for group in found.values() for name in group}
        return [name for name in self.names if name not in used]

    def candidates(self, role: str, priority: int) -> tuple[str, ...]:
        """List the columns of one priority for a role that is still open."""
        pattern = _customary(role).get(priority)
        is_open = role not in self.taken and role not in self.doubtful
        return tuple(matching(self.free, pattern)) if is_open and pattern else ()

    def settle(self, candidates: Mapping[str, tuple[str, ...]]) -> None:
        """Take what one role alone could mean by one column alone, or by several that are one thing."""
        wanted_by = Counter(name for group in candidates.values() for name in group)
        for role, group in candidates.items():
            together = role in TOGETHER and all(_matches(TOGETHER[role], name) for name in group)
            if group and (len(group) == 1 or together) and all(wanted_by[name] == 1 for name in group):
                self.taken[role] = group
            elif group:
                self.doubtful[role] = group


def _customary(role: str) -> Mapping[int, str]:
    return CUSTOMARY.get(role, {0: re.escape(role)})


def matching(names: Iterable[str], pattern: str) -> list[str]:
    """List the names that a pattern means; one that differs from another in case alone gives way to the exact one."""
    found = [name for name in names if _matches(pattern, name)]
    exact = {name.lower() for name in found if re.fullmatch(pattern, name)}
    return [name for name in found if re.fullmatch(pattern, name) or name.lower().strip() not in exact]


def _matches(pattern: str, name: str) -> bool:
    return re.fullmatch(pattern, name.strip(), re.IGNORECASE) is not None


def _named(names: Sequence[str], given: str, told: str) -> tuple[str, ...]:
    """Find a named column, or several that are separated by commas."""
    found = []
    for part in [given] if matching(names, re.escape(given.strip())) else given.split(","):
        there = matching(names, re.escape(part.strip()))
        if not there:
            raise InputError(f"{told}: no such column; there is {', '.join(names) or 'none'}")
        found.append(there[0])
    return tuple(found)


def with_columns(rows: Iterable[Row], columns: Mapping[str, str] | None, needed: Sequence[str]) -> list[Row]:
    """Give the rows under Winnow's names; `columns` says which column of theirs holds ours.

    Raises InputError when there is no row, or when no row has a needed column.
    """
    taken: list[Row] = [
        {**row, **{ours: _cell(row, theirs) for ours, theirs in (columns or {}).items()}} for row in rows
    ]
    if not taken:
        raise InputError("there is no row to score; give a file with at least one line")
    found = sorted({name for row in taken for name in row})
    for name in needed:
        theirs = (columns or {}).get(name, name)
        if not any(row.get(name) is not None for row in taken):
            raise InputError(
                f'no row has a column "{theirs}"; there is {", ".join(found)}; name it with --column {name}=THEIRS'
            )
    return taken


def _cell(row: Row, name: str) -> Any:
    """Give one column, or the list of several: "annotator1,annotator2"."""
    return [row.get(part.strip()) for part in name.split(",")] if "," in name and name not in row else row.get(name)


def clusters(rows: Sequence[Row], column: str | None) -> list[str] | None:
    """Give each row's value of a column, whose equal values are drawn together; a row without one stands alone.

    None where no two rows share a value.
    """
    return group_labels([text(row.get(column)) if column else None for row in rows])


def group_labels(values: Sequence[str | None]) -> list[str] | None:
    """Name the group of each row so that those without one stand alone; None where no two rows share a group."""
    labels = [f"row {place}" if value is None else f"value {value}" for place, value in enumerate(values)]
    return labels if len(set(labels)) < len(labels) else None


def text(value: Any) -> str | None:
    """Give a cell as text; None, NaN and pandas' missing values are no text."""
    if isinstance(value, str):
        return value
    is_nan = isinstance(value, float) and math.isnan(value)
    return None if value is None or is_nan or type(value).__name__ in ("NAType", "NaTType") else cell_text(value)


def texts(value: Any) -> list[str]:
    """Give a cell that may hold a list as the texts in it."""
    cells = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    return [found for cell in cells if (found := text(cell)) is not None]
