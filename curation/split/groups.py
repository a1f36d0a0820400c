"""Groups of rows that must stand on one side of a split: copies, one conversation, one passage, one patient.

groups = Groups.of(kept, pairs, config.split)
groups.names                # each row's group, named by its smallest id
groups.largest()            # "the largest group holds 940 of 1000 rows, 940 of which have one context …"
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.pairs.origins import ORIGINS
from curation.pairs.proposals.lexical import Labels
from curation.pairs.proposals.surroundings import joined
from curation.pairs.verdict import Relation
from winnow.config import SplitConfig
from winnow.errors import InputError

MAX_NAMED_COLUMNS = 12  # in an error
QUESTION, SHARED = "question", {"conversation": "belong to one conversation", "context": "have one context"}


@dataclass(frozen=True)
class Groups:
    """The groups of some rows; `ties` says for each kind of tie which rows it joins, a number a row."""

    ids: Sequence[str]
    ties: Mapping[str, Labels]
    labels: Labels

    @classmethod
    def of(cls, table: pa.Table, pairs: pa.Table, settings: SplitConfig) -> Groups:
        """Join rows of a records table that ask the same, by the judged pairs, or have an origin in common.

        Raises InputError for a column of `split.group_by` that no row has.
        """
        ids: list[str] = table["id"].to_pylist()
        ties = {QUESTION: _same_question(pairs, ids)}
        ties |= {name: ORIGINS[name](table) for name in settings.together}
        ties |= _by_columns(table, settings.group_by)
        return cls(ids, ties, joined(len(ids), np.concatenate([_chained(labels) for labels in ties.values()])))

    @property
    def names(self) -> dict[str, str]:
        """Name each row's group by its smallest id."""
        first: dict[int, str] = {}
        for id_, label in sorted(zip(self.ids, self.labels.tolist(), strict=True)):
            first.setdefault(label, id_)
        return {id_: first[label] for id_, label in zip(self.ids, self.labels.tolist(), strict=True)}

    def largest(self) -> str:
        """Say how large the largest group is, what ties most of its rows together, and how to have smaller ones."""
        size, place = _largest(self.labels)
        inside = self.labels == self.labels[place]
        most = {name: _largest(labels[inside])[0] for name, labels in self.ties.items()}
        cause = max(most, key=lambda name: most[name])
        says = f"the largest group holds {size} of {len(self.ids)} rows; {most[cause]} of them {self._shared(cause)}"
        return f"{says}: {self._remedy(cause)}" if size > 1 else "each group is one row"

    def _shared(self, cause: str) -> str:
        if cause == QUESTION:
            return "ask the same"
        return SHARED.get(cause, f'have one value in the column "{cause}"')

    def _remedy(self, cause: str) -> str:
        if cause == QUESTION:
            return "curate more rows that ask something else"
        others = [name for name in ORIGINS if name in self.ties and name != cause]
        if cause in ORIGINS:
            return f"if they may stand on both sides, split.together=[{', '.join(others)}]; else add rows with others"
        return f'leave "{cause}" out of split.group_by, or add rows with other values'


def _largest(labels: Labels) -> tuple[int, int]:
    """Return the size of the largest group, and the place of its first row."""
    _, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    at = int(sizes.argmax())
    return int(sizes[at]), int(first[at])


def _chained(labels: Labels) -> Labels:
    """Pair each row with the next one of its number: [rows, 2]."""
    order = np.argsort(labels, kind="stable")
    same = labels[order[1:]] == labels[order[:-1]]
    return np.column_stack([order[:-1][same], order[1:][same]])


def _same_question(pairs: pa.Table, ids: Sequence[str]) -> Labels:
    """Join rows of pairs with equal questions: also where the answers differ, training would see what is asked."""
    linked = pairs.filter(pc.not_equal(pairs["verdict"], str(Relation.DIFFERENT)))
    known = pa.array(ids, pa.string())
    ends = [pc.index_in(linked[name], known) for name in ("id_a", "id_b")]
    both = pc.and_(pc.is_valid(ends[0]), pc.is_valid(ends[1]))
    return joined(len(ids), np.column_stack([np.asarray(end.filter(both), np.int64) for end in ends]))


def _by_columns(table: pa.Table, names: Sequence[str]) -> dict[str, Labels]:
    """Number rows by their value in each named column of the metadata; a row without one has a number of its own."""
    if not names:
        return {}
    rows = [json.loads(text) for text in table["metadata"].to_pylist()]
    present = Counter(name for row in rows for name in row)
    found: dict[str, Labels] = {}
    for name in names:
        if not present[name]:
            raise InputError(f'split.group_by: no row has a column "{name}"; {_columns(present)}')
        place: dict[str, int] = {}
        values = ["" if row.get(name) is None else str(row[name]).strip() for row in rows]
        numbers = [place.setdefault(value, len(place)) if value else -1 - row for row, value in enumerate(values)]
        found[name] = np.array(numbers, np.int64)
    return found


def _columns(present: Counter[str]) -> str:
    named = [f'"{name}"' for name, _ in present.most_common(MAX_NAMED_COLUMNS)]
    more = f" and {len(present) - len(named)} more" if len(present) > len(named) else ""
    return f"there are {', '.join(named)}{more}" if named else "the rows have no columns beside those that were read"
