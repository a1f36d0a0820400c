"""What a labelling task is: which things people see, what they are asked, and how an answer becomes a decision.

    task = rows(study)                       # also removals(study) and adjudication(study)
    push(task); pull(task)                   # to Argilla and back
    export_sheet(path, task)                 # or as a sheet

A new task is one more `LabellingTask`: pushing, pulling and sheets read nothing but this definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from curation.labelling.rooms import Room
from winnow.config import LabellingConfig
from winnow.data.ledger import Decision
from winnow.study.workspace import Curated

Subject = TypeVar("Subject")  # what is judged: a row, a removal, a row in dispute


class Fault(ValueError):
    """An answer that can't be used as it is; the message says why and what to do."""


@dataclass(frozen=True)
class LabelledStudy:
    """The study whose rows are judged: its curated folder, the folder `labelling/`, settings, seed, size of samples."""

    curated: Curated
    home: Path
    config: LabellingConfig
    seed: int = 0
    sample: int = 100


@dataclass(frozen=True, slots=True)
class Field:
    """A text that people see; `as_html` where it is a page of ours rather than text."""

    name: str
    title: str
    required: bool = True
    as_html: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What people are asked; `options` are the answers of a choice (one), of several, or the steps of a rating."""

    name: str
    title: str
    kind: Literal["choice", "several", "rating", "text"]
    options: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A property by which records are filtered; a hidden one isn't shown to annotators."""

    name: str
    title: str
    kind: Literal["terms", "number"] = "terms"
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing as it is put before people.

    `fields` are Argilla's, `cells` the shown columns of a sheet. `prefilled` stands in the form for correction,
    `suggested` is only preselected in Argilla. `role` says why it was chosen, `people` who is to judge it (empty:
    anyone), `text` what its vector is made of.
    """

    id: str
    fields: Mapping[str, str]
    cells: Mapping[str, str]
    role: str
    text: str = ""
    people: tuple[str, ...] = ()
    facets: Mapping[str, object] = field(default_factory=dict)
    prefilled: Mapping[str, str] = field(default_factory=dict)
    suggested: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person answered about one item.

    `place` names it in a fault. `fields` are what stood on the server, None for a sheet's; the times are ISO 8601 in
    UTC, empty where they aren't known.
    """

    id: str
    by: str
    values: Mapping[str, object]
    place: str
    fields: Mapping[str, str] | None = None
    at: str = ""
    began: str = ""


@dataclass(frozen=True)
class Consequence:
    """What follows from everybody's words: decisions about rows, and how many rows still need people."""

    decisions: tuple[Decision, ...] = ()
    conflicts: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class LabellingTask(Generic[Subject]):
    """One kind of question to people, whole.

    `choose` lists what they are to judge now and `asked` what they may have answered before, by id. `judge` turns an
    answer into the ledger's line, or raises Fault; an answer about an id that isn't among `asked` comes with None. A
    line without a time is new only where it `says` something else than the same person's last one. `follow` settles
    what can be settled by all of the lines. What stays in dispute goes to `escalation`.

    An item that someone has answered keeps its earlier text (`keep_text`, of the new and the earlier one), and
    `remember` is told what people see before they see it.
    """

    name: str
    study: LabelledStudy
    guidelines: str
    fields: tuple[Field, ...]
    questions: tuple[Question, ...]
    rooms: tuple[Room, ...]
    people: tuple[str, ...]
    needed: int
    columns: tuple[str, ...]
    begin: str  # what to do where nothing was put before people yet
    peace: str  # why there is nothing to judge, where there is nothing
    choose: Callable[[], Sequence[Subject]]
    asked: Callable[[], Mapping[str, Subject]]
    show: Callable[[Subject], Item]
    judge: Callable[[Subject | None, Answer], Decision]
    says: Callable[[Decision], object]
    accounts: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    follow: Callable[[Sequence[Decision]], Consequence] = lambda _: Consequence()
    keep_text: Callable[[Subject, Subject], Subject] = lambda new, _before: new
    remember: Callable[[Iterable[Subject]], None] = lambda _: None
    escalation: LabellingTask[Any] | None = None

    @property
    def sheet(self) -> tuple[str, ...]:
        """The columns of a sheet: the id, what is shown, what is asked."""
        return ("id", *self.columns, *(question.name for question in self.questions))
