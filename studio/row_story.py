"""A row's whole story: as it came in, as it stands, what people decided, its part in the study, and its answers.

told = story_of(catalogue, 17, ledger.history(), Used(planned={"3f2a…"}, runs=2))
told.part, told.hint        # "held-out", "It belongs to the frozen plan: …"
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow.compute as pc

from curation.publish.browse import Other, Row, others_of
from curation.publish.catalogue import NO_PART, Catalogue
from winnow.data.ledger import Entry
from winnow.data.records import Record, to_records

AMENDS = "It belongs to the frozen plan: to correct or remove it amends the plan, with the reason stated."


@dataclass(frozen=True)
class Used:
    """What the study does with rows: ids that the frozen plan names, how many runs were trained, answers by system.

    `answers` is empty until the systems may be named.
    """

    planned: Collection[str] = ()
    runs: int = 0
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class RowStory:
    """Everything that is known of one row."""

    row: Row
    status: str
    came_in: Record
    others: Sequence[Other]
    people: Sequence[Entry]
    part: str
    hint: str
    trained: str
    answers: Mapping[str, str]


def story_of(catalogue: Catalogue, place: int, history: Sequence[Entry], used: Used) -> RowStory:
    """Tell the story of the row at a place; what people decided comes with what was taken back."""
    row = catalogue.rows([place])[0]
    records = catalogue.view.records
    came_in = to_records(records.filter(pc.equal(records["id"], row.id)))[0]
    split = catalogue.facets["split"]
    part = split.names[split.codes[place]]
    return RowStory(
        row,
        catalogue.status(place),
        came_in,
        others_of(row, catalogue.view),
        [entry for entry in history if entry.decision.id == row.id],
        "" if part == NO_PART else part,
        AMENDS if row.id in used.planned else "",
        _trained(part, used.runs),
        {system: texts[row.id] for system, texts in used.answers.items() if row.id in texts},
    )


def _trained(part: str, runs: int) -> str:
    if part != "train":
        return ""
    return f"{runs} run{'s' if runs > 1 else ''} trained with this split" if runs else "not trained on yet"
